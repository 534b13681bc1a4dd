// A run as figures look at it: its lines sorted by kind, its anomalies by side and distance.
import { discriminatorSchema, looksAround } from "../../lab/networks.js";
import type {
  AnomalyLine,
  CriteriaLine,
  FieldLine,
  FitLine,
  GeneratedLine,
  LabRun,
  Mode,
  ResultLine,
  TruthLine,
} from "../../lab/records.js";
import { modes } from "../../lab/records.js";
import { OddityError } from "../../tensor/errors.js";
import { rampOf } from "./colours.js";

export type TrueAnomaly = TruthLine["anomalies"][number];

/** Anomalies that are drawn together, the nearest first. */
export interface Side {
  readonly id: "positive" | "negative" | "other";
  /** "positive shifts": ends a title. */
  readonly words: string;
  readonly anomalies: readonly { readonly name: string; readonly colour: string; readonly truth: TrueAnomaly }[];
}

export interface Seen {
  readonly run: LabRun;
  readonly truth: TruthLine;
  readonly sides: readonly Side[];
  /** Names by shift, then those that are no shift. */
  readonly names: readonly string[];
  /** Those that were measured and differ. */
  readonly modes: readonly Mode[];
  /** Steps at which anomalies were scored, rising. */
  readonly steps: readonly number[];
  /** Lines of one way of asking and one anomaly, by step. */
  of(mode: Mode, anomaly: string): readonly AnomalyLine[];
  at(mode: Mode, anomaly: string, step: number): AnomalyLine | undefined;
  readonly fits: readonly FitLine[];
  readonly tests: readonly string[];
  readonly criteria: readonly CriteriaLine[];
  readonly criterionIds: readonly string[];
  readonly generated: readonly GeneratedLine[];
  readonly fields: readonly FieldLine[];
}

/** @throws OddityError where the run has not said what is true */
export function look(run: LabRun): Seen {
  const all = <K extends ResultLine["kind"]>(kind: K) =>
    run.results.filter((line): line is Extract<ResultLine, { kind: K }> => line.kind === kind);
  const truth = all("truth")[0];
  if (truth === undefined)
    throw new OddityError({
      place: `${run.config.id}/results.jsonl`,
      expected: "a first line of kind truth",
      got: `${run.results.length} lines without one`,
      hint: "the run ended before it began: run it again",
    });
  const lines = bySteps(all("anomaly"));
  const byKey = new Map<string, AnomalyLine[]>();
  for (const line of lines) {
    const key = `${line.mode} ${line.anomaly}`;
    const list = byKey.get(key);
    if (list) list.push(line);
    else byKey.set(key, [line]);
  }
  const of = (mode: Mode, anomaly: string) => byKey.get(`${mode} ${anomaly}`) ?? [];
  const measured = modes.filter((mode) => lines.some((line) => line.mode === mode));
  const fits = bySteps(all("fit"));
  const criteria = bySteps(all("criteria"));
  return {
    ...{ run, truth, of, fits, criteria },
    sides: sidesOf(truth.anomalies),
    names: truth.anomalies.toSorted((a, b) => order(a) - order(b)).map(({ name }) => name),
    modes: measured.includes("single") && !isAround(run) ? ["single"] : measured,
    steps: [...new Set(lines.map(({ step }) => step))],
    at: (mode, anomaly, step) => of(mode, anomaly).find((line) => line.step === step),
    tests: keysOf(fits.map(({ tests }) => tests)),
    criterionIds: keysOf(criteria.map(({ values }) => values)),
    generated: bySteps(all("generated")),
    fields: bySteps(all("field")),
  };
}

/** Whether a row's neighbours matter; where they do not, both ways of asking are one. */
function isAround({ config }: LabRun): boolean {
  const { discriminator = 1, batch = 12 } = config.setting;
  const spec = discriminatorSchema.safeParse(discriminator);
  return !spec.success || looksAround(spec.data, batch);
}

const order = ({ shift, spread }: TrueAnomaly): number =>
  shift === undefined || shift === 0 ? 1e6 + (spread ?? 1e3) : shift;

const bySteps = <T extends { readonly step: number }>(lines: readonly T[]): T[] =>
  lines.toSorted((a, b) => a.step - b.step);

const keysOf = (records: readonly Readonly<Record<string, number>>[]): string[] => [
  ...new Set(records.flatMap((record) => Object.keys(record))),
];

function sidesOf(anomalies: readonly TrueAnomaly[]): Side[] {
  const side = (id: Side["id"], words: string, belongs: (shift: number) => boolean): Side => {
    const list = anomalies
      .filter(({ shift }) => belongs(shift ?? 0))
      .sort((a, b) => Math.abs(a.shift ?? 0) - Math.abs(b.shift ?? 0) || (a.spread ?? 1) - (b.spread ?? 1));
    const colours = rampOf(list.length);
    return { id, words, anomalies: list.map((truth, i) => ({ name: truth.name, colour: colours[i]!, truth })) };
  };
  return [
    side("negative", "negative shifts", (shift) => shift < 0),
    side("positive", "positive shifts", (shift) => shift > 0),
    side("other", "other anomalies", (shift) => shift === 0),
  ].filter((each) => each.anomalies.length > 0);
}

/** "-0.5" as −0.5. */
export const shown = (name: string): string => name.replaceAll(/(^|[ (])-(?=\d)/g, "$1−");

export const mean = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;

/** AUC averaged over all anomalies, at every step that scored them. */
export function meanAuc(
  seen: Seen,
  mode: Mode,
  aucOf: (line: AnomalyLine) => number | undefined = ({ auc }) => auc,
): { step: number; auc: number }[] {
  const sums = new Map<number, number[]>();
  for (const name of seen.names)
    for (const line of seen.of(mode, name)) {
      const auc = aucOf(line);
      if (auc !== undefined && Number.isFinite(auc)) sums.set(line.step, [...(sums.get(line.step) ?? []), auc]);
    }
  return [...sums].sort((a, b) => a[0] - b[0]).map(([step, values]) => ({ step, auc: mean(values) }));
}

/** The last of the highest, as where a criterion chooses: of equal ones the later has learned more. */
export const highest = <T>(list: readonly T[], value: (each: T) => number): T | undefined =>
  list.reduce<T | undefined>(
    (best, each) => (Number.isFinite(value(each)) && (best === undefined || value(each) >= value(best)) ? each : best),
    undefined,
  );

/** Measured steps to either side that strong lines take the median of. */
export const REACH = 6;

/** The median of each value and of those beside it, `reach` to either side. */
export function runningMedian(values: readonly number[], reach: number): number[] {
  return values.map((_, i) => {
    const around = values.slice(Math.max(0, i - reach), i + reach + 1).sort((a, b) => a - b);
    const middle = (around.length - 1) / 2;
    return (around[Math.floor(middle)]! + around[Math.ceil(middle)]!) / 2;
  });
}

/** At most `most`, evenly, the first and the last among them. */
export function thin<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list];
  return Array.from({ length: most }, (_, i) => list[Math.round((i * (list.length - 1)) / (most - 1))]!);
}

/** How a mode is called in titles and in sentences. */
export const modeWords: Readonly<Record<Mode, string>> = { pure: "pure batches", single: "single rows" };
