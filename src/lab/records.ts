// What a run of the laboratory leaves, line by line. `metrics.jsonl` holds the losses, `results.jsonl` everything else: plain
// data, each line of one kind.

import type { SettingSpec } from "./setting.js";

/** How a row's logit is found where the discriminator looks around: among its own pure batch, as published, or alone among normal rows. */
export const modes = ["pure", "single"] as const;
export type Mode = (typeof modes)[number];

/** The losses of one step's minibatches. */
export interface LossLine {
  readonly step: number;
  readonly discriminator: number;
  readonly generator: number;
}

/** Once, at the start: what is known of the truth. */
export interface TruthLine {
  readonly kind: "truth";
  readonly dims: 1 | 2;
  /** From and to of each dimension: where figures look. */
  readonly domain: readonly (readonly [number, number])[];
  /** Of one dimension: x, density and distribution function on a grid over the domain; of two: points of the true distribution. */
  readonly x?: readonly number[];
  readonly pdf?: readonly number[];
  readonly cdf?: readonly number[];
  readonly points?: readonly (readonly [number, number])[];
  readonly anomalies: readonly {
    readonly name: string;
    readonly shift?: number;
    readonly spread?: number;
    /** AUC of the likelihood ratio: no score of single rows is better, though it knew the anomaly. */
    readonly ceiling: number;
    /** AUC of the true density: the best that knows normal rows alone (of a Gaussian: |x - μ|). */
    readonly twoSided: number;
    /** Its density on the grid, of one dimension. */
    readonly pdf?: readonly number[];
  }[];
}

export interface FitLine {
  readonly kind: "fit";
  readonly step: number;
  /** By the id of the fit test. */
  readonly tests: Readonly<Record<string, number>>;
}

export interface AnomalyLine {
  readonly kind: "anomaly";
  readonly step: number;
  readonly mode: Mode;
  readonly anomaly: string;
  /**
   * 0 to 1; label 1 is the anomaly. Of single rows the score is the negative logit. Of pure batches it is the confidence in f32, as
   * published: where it is 0 or 1 for all rows of both batches, all are equal and the AUC is 0.5.
   */
  readonly auc: number;
  /** Of pure batches: the AUC of their logits, which f32 can tell apart. */
  readonly logitAuc?: number;
  /** Mean of σ(logit) over the anomalies, and over the true rows. */
  readonly confidence: number;
  readonly realConfidence: number;
  /** Rows at the cut σ(logit) < 0.5: anomalies found and missed, true rows flagged and passed. */
  readonly confusion: {
    readonly found: number;
    readonly missed: number;
    readonly flagged: number;
    readonly passed: number;
  };
  /** At steps that plot: [share of true rows flagged, share of anomalies found], thinned. */
  readonly roc?: readonly (readonly [number, number])[];
}

/** Criteria that know no anomaly, by id; higher is better. */
export interface CriteriaLine {
  readonly kind: "criteria";
  readonly step: number;
  readonly values: Readonly<Record<string, number>>;
}

/** At steps that plot: of one dimension the quantiles 0, 1/400, … 1 of the generated rows, of two 1,000 generated points. */
export interface GeneratedLine {
  readonly kind: "generated";
  readonly step: number;
  readonly quantiles?: readonly number[];
  readonly points?: readonly (readonly [number, number])[];
}

/** At every measured step: σ(logit) of single rows; of one dimension over `truth.x`, of two row by row from below over a square grid. */
export interface FieldLine {
  readonly kind: "field";
  readonly step: number;
  readonly side?: number;
  readonly confidence: readonly number[];
}

export type ResultLine = TruthLine | FitLine | AnomalyLine | CriteriaLine | GeneratedLine | FieldLine;

/** `config.json` of a run folder. */
export interface RunConfig {
  /** gandi-9_2026-11-22_23-45-00_s7: setting, start, seed. */
  readonly id: string;
  readonly setting: SettingSpec;
  readonly seed: number;
  readonly version: string;
  /** ISO 8601. */
  readonly started: string;
}

/** A run folder, read. */
export interface LabRun {
  readonly folder: string;
  readonly config: RunConfig;
  readonly losses: readonly LossLine[];
  readonly results: readonly ResultLine[];
  /** Steps done, and whether these are all. */
  readonly step: number;
  readonly isDone: boolean;
  /** Seconds spent training, without measuring, and measuring. */
  readonly seconds: { readonly training: number; readonly measuring: number };
}
