// Rules that turn scores into labels, as printable values: `{ id: "false-alarms", value: 0.01 }` is
// "false-alarms=0.01" on the command line and in a model's header. A new rule is one entry here and its name in `rules`.

import { OddityError, unknownName } from "../tensor/errors.js";
import type { Calibration } from "./conformal.js";

export interface Rule {
  readonly id: string;
  /** Strictly between 0 and 1. */
  readonly value: number;
}

/** The rows to decide on. The three belong together: p-values are those of the scores under the calibration. */
export interface Batch {
  readonly scores: Float32Array;
  readonly pValues: ArrayLike<number>;
  readonly calibration: Calibration;
}

/** A rule has a fixed threshold, or needs the whole batch. Labels are 1 = anomaly, 0 = normal. */
type RuleKind = { readonly id: string; readonly about: string /** What the value is. */; readonly unit: string } & (
  | { threshold(value: number, calibration: Calibration): number }
  | { flag(value: number, batch: Batch): Uint8Array }
);

/** The maker of a rule's values, `quantile(0.95)`, carrying the rule itself. @throws OddityError outside 0 to 1 */
const defineRule = (kind: RuleKind): RuleKind & ((value: number) => Rule) =>
  Object.assign((value: number): Rule => {
    if (value > 0 && value < 1) return { id: kind.id, value };
    const expected = `a ${kind.unit} above 0 and below 1`;
    throw new OddityError({ place: kind.id, expected, got: `${value}` }, { usage: true });
  }, kind);

/**
 * Flags scores from the q-quantile of the calibration scores on. The quantile is a score that occurred, the one at
 * position ceil((n - 1) q), so the threshold is exact in float32.
 */
export const quantile = defineRule({
  id: "quantile",
  about: "Flag rows that score at least as high as this quantile of held-out normal rows.",
  unit: "quantile",
  threshold: orderStatistic,
});

/** Flags the top share of the batch: at least one row, and every row that ties with the last one flagged. */
export const contamination = defineRule({
  id: "contamination",
  about: "Flag this share of the scored rows, the strangest; ties with the last one included.",
  unit: "share",
  flag: (share, { scores }) => from(scores, orderStatistic(1 - share, scores.slice().sort())),
});

/**
 * Flags p <= rate: of new normal rows at most this share, on average. With k the largest count for which
 * k / (n + 1) <= rate, that is: scores above the k-th largest calibration score.
 */
export const falseAlarms = defineRule({
  id: "false-alarms",
  about: "Flag rows so that at most this share of normal rows is flagged (p-value <= rate).",
  unit: "rate",
  threshold(rate, calibration) {
    const n = calibration.length;
    requireReachable("false-alarms", rate, n);
    let k = Math.ceil(rate * (n + 1)); // the product may be off by rounding: settle by the comparison itself
    while (k / (n + 1) > rate) k--;
    return nextFloat32(calibration[n - k]!);
  },
});

// p-values may have come through float32; real steps between p-values are a hundred times larger than this slack.
const SLACK = 1 + 1e-6;

/**
 * Flags the largest k for which the k-th smallest of m p-values is <= rate k / m (Benjamini and Hochberg 1995), and
 * every row that ties with the last one flagged.
 */
export const benjaminiHochberg = defineRule({
  id: "benjamini-hochberg",
  about: "Flag rows so that at most this share of the flagged rows is normal, on average.",
  unit: "rate",
  flag(rate, { pValues, calibration }) {
    requireReachable("benjamini-hochberg", rate, calibration.length);
    const sorted = Float64Array.from(pValues).sort();
    let k = sorted.length;
    while (k > 0 && sorted[k - 1]! > ((rate * k) / sorted.length) * SLACK) k--;
    const last = k > 0 ? sorted[k - 1]! : -1;
    return Uint8Array.from(pValues, (p) => (p <= last ? 1 : 0));
  },
});

export const rules: readonly (typeof quantile)[] = [quantile, contamination, falseAlarms, benjaminiHochberg];

/** Labels of the rows: 1 = anomaly. @throws OddityError when the rule can never fire with this calibration */
export function decide(rule: Rule, batch: Batch): Uint8Array {
  const kind = kindOf(rule.id);
  if ("flag" in kind) return kind.flag(rule.value, batch);
  return from(batch.scores, kind.threshold(rule.value, batch.calibration));
}

/** The score from which rows are flagged, exact in float32; undefined for rules that need the whole batch. */
export function threshold(rule: Rule, calibration: Calibration): number | undefined {
  const kind = kindOf(rule.id);
  return "threshold" in kind ? kind.threshold(rule.value, calibration) : undefined;
}

export const printRule = ({ id, value }: Rule): string => `${id}=${value}`;

/** Reads what `printRule` writes. @throws OddityError on an unknown rule or a bad value */
export function parseRule(text: string): Rule {
  const [id = "", value, ...rest] = text.split("=").map((part) => part.trim());
  const kind = kindOf(id);
  if (value === undefined || value === "" || Number.isNaN(Number(value)) || rest.length > 0)
    throw new OddityError(
      { place: "rule", expected: `${id}=${kind.unit.toUpperCase()}`, got: `"${text}"`, hint: `as in ${id}=0.05` },
      { usage: true },
    );
  return kind(Number(value));
}

function kindOf(id: string): typeof quantile {
  const kind = rules.find((known) => known.id === id);
  if (kind) return kind;
  throw unknownName(
    "rule",
    id,
    rules.map((known) => known.id),
  );
}

/** Flags score >= threshold. */
const from = (scores: Float32Array, least: number): Uint8Array =>
  Uint8Array.from(scores, (score) => (score >= least ? 1 : 0));

/** The value at position ceil((n - 1) q) of n ascending ones; 1e-9 forgives the rounding of the product. */
function orderStatistic(q: number, sorted: Float32Array): number {
  return sorted[Math.ceil((sorted.length - 1) * q - 1e-9)]!;
}

/** The smallest p-value is 1 / (n + 1): below that rate nothing could ever be flagged. */
function requireReachable(place: string, rate: number, n: number): void {
  const least = 1 / (n + 1);
  if (rate >= least) return;
  const hint = `no row can have a smaller p-value against ${n} held-out rows; hold out more (10,000 count at most)`;
  throw new OddityError({ place, expected: `a rate of at least ${least}`, got: `${rate}`, hint });
}

/** The next larger float32 of a finite one. */
function nextFloat32(value: number): number {
  const float = new Float32Array([value]);
  const bits = new Int32Array(float.buffer);
  if (value === 0) bits[0] = 1;
  else bits[0]! += value > 0 ? 1 : -1;
  return float[0]!;
}
