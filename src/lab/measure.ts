// What is measured at a snapshot: how well the generator fits, and how well the discriminator tells each anomaly from true rows.

import type { FixedRows } from "../detectors/gandi/criteria.js";
import { auroc } from "../metrics/auroc.js";
import { rocCurve } from "../metrics/curves.js";
import { Random } from "../tensor/random.js";
import type { State } from "../train/loop.js";
import { measureFit } from "./fit/index.js";
import type { Judge } from "./judge.js";
import { criteriaValues, fixedScores, seenOf, type Watching } from "./look.js";
import { type Alone, aloneAmongNormal, pureLogits } from "./modes.js";
import type { AnomalyLine, FieldLine, GeneratedLine, LossLine, Mode, ResultLine } from "./records.js";
import type { Setting } from "./setting.js";

export interface Moment {
  readonly step: number;
  readonly state: State;
  /** Of this step: what is drawn depends on nothing else. */
  readonly random: Random;
  /** Whether curves and rows are wanted beside the numbers. */
  readonly plots: boolean;
  /** Of the measured step before: its scores of the fixed rows, and the losses since. */
  readonly before: FixedRows | undefined;
  readonly losses: readonly LossLine[];
}

export interface Measured {
  readonly lines: readonly ResultLine[];
  readonly fixed: FixedRows;
}

/** Points of a ROC curve, of the quantiles of generated rows, and generated points that are kept of two dimensions. */
const CURVE = 120;
const QUANTILES = 400;
const POINTS = 1000;
/** Cells along each side of a field. */
const SIDE = 48;

export async function measure(watching: Watching, judge: Judge, domain: Domain, moment: Moment): Promise<Measured> {
  const { setting } = watching;
  const { real, spec } = setting;
  const { step, state, random, plots } = moment;
  const rows = new Float32Array(spec.sample * real.dims);
  real.sample(random.at("real"), rows);
  const generated = await judge.generate(state, random.at("noise"), spec.sample);
  const alone = await aloneAmongNormal(setting, judge, state, domain[0]!);
  const fixed = await fixedScores(watching, alone);
  const seen = await seenOf(watching, alone, { ...moment, fixed, generated });
  const lines: ResultLine[] = [
    { kind: "fit", step, tests: measureFit(generated, rows, real) },
    ...(await anomalyLines(setting, judge, moment, rows, alone)),
    { kind: "criteria", step, values: criteriaValues(seen) },
    await fieldLine(step, domain, alone),
    ...(plots ? [generatedLine(step, real.dims, generated)] : []),
  ];
  return { lines, fixed };
}

export type Domain = readonly (readonly [number, number])[];

/** From and to of each dimension, such that true rows and anomalies lie inside. */
export function domainOf({ real, anomalies }: Setting): Domain {
  // the same in every run, so that figures of several look alike
  const random = new Random(0).at("domain");
  const sample = new Float32Array(1000 * real.dims);
  const bounds = Array.from(
    { length: real.dims },
    () => [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as [number, number],
  );
  for (const each of [real, ...anomalies]) {
    each.sample(random, sample);
    for (const [i, x] of sample.entries()) {
      const bound = bounds[i % real.dims]!;
      bound[0] = Math.min(bound[0], x);
      bound[1] = Math.max(bound[1], x);
    }
  }
  return bounds;
}

async function anomalyLines(
  setting: Setting,
  judge: Judge,
  { step, state, random, plots }: Moment,
  real: Float32Array,
  alone: Alone,
): Promise<AnomalyLine[]> {
  const judged: Readonly<Record<Mode, Alone>> = {
    pure: (rows) => pureLogits(setting, judge, state, rows),
    single: alone,
  };
  const count = real.length / setting.real.dims;
  const labels = new Uint8Array(2 * count).fill(1, count);
  const lines: AnomalyLine[] = [];
  for (const [mode, logitsOf] of Object.entries(judged) as [Mode, Alone][]) {
    const usual = await logitsOf(real);
    for (const anomaly of setting.anomalies) {
      const rows = new Float32Array(real.length);
      anomaly.sample(random.at("anomaly", anomaly.name), rows);
      const strange = await logitsOf(rows);
      const scored = (of: (logit: number) => number): Float32Array => {
        const scores = new Float32Array(2 * count);
        scores.set(usual.map(of));
        scores.set(strange.map(of), count);
        return scores;
      };
      const logits = scored((logit) => -logit);
      const scores = mode === "pure" ? scored((logit) => -confidenceOf(logit)) : logits;
      const [found, flagged] = [strange, usual].map((logits) => logits.filter((logit) => logit < 0).length) as [
        number,
        number,
      ];
      lines.push({
        kind: "anomaly",
        step,
        mode,
        anomaly: anomaly.name,
        auc: auroc.compute(scores, labels),
        ...(mode === "pure" ? { logitAuc: auroc.compute(logits, labels) } : {}),
        confidence: meanConfidence(strange),
        realConfidence: meanConfidence(usual),
        confusion: { found, missed: count - found, flagged, passed: count - flagged },
        ...(plots ? { roc: rocCurve(scores, labels, CURVE).map(({ x, y }) => [short(x), short(y)] as const) } : {}),
      });
    }
  }
  return lines;
}

const confidenceOf = (logit: number): number => 1 / (1 + Math.exp(-logit));
const meanConfidence = (logits: Float32Array): number =>
  logits.reduce((sum, logit) => sum + confidenceOf(logit), 0) / logits.length;

/** Five digits are more than a figure shows, and a run has a million numbers. */
const short = (x: number): number => Number(x.toPrecision(5));

/** The grid of a line, as `truth` has it. */
export const gridOf = ([from, to]: readonly [number, number], count = 241): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));

async function fieldLine(step: number, domain: Domain, alone: Alone): Promise<FieldLine> {
  const confidence = async (rows: Float32Array): Promise<number[]> =>
    Array.from(await alone(rows), (logit) => short(confidenceOf(logit)));
  const [x, y] = domain;
  if (y === undefined) return { kind: "field", step, confidence: await confidence(gridOf(x!)) };
  const [across, up] = [gridOf(x!, SIDE), gridOf(y, SIDE)];
  const cells = Float32Array.from({ length: 2 * SIDE * SIDE }, (_, i) => {
    const cell = i >> 1;
    return i % 2 === 0 ? across[cell % SIDE]! : up[Math.floor(cell / SIDE)]!;
  });
  return { kind: "field", step, side: SIDE, confidence: await confidence(cells) };
}

function generatedLine(step: number, dims: 1 | 2, generated: Float32Array): GeneratedLine {
  if (dims === 2) {
    const points = Array.from(
      { length: Math.min(POINTS, generated.length / 2) },
      (_, i) => [short(generated[2 * i]!), short(generated[2 * i + 1]!)] as const,
    );
    return { kind: "generated", step, points };
  }
  const sorted = generated.slice().sort();
  const quantiles = Array.from({ length: QUANTILES + 1 }, (_, i) =>
    short(sorted[Math.round((i / QUANTILES) * (sorted.length - 1))]!),
  );
  return { kind: "generated", step, quantiles };
}
