// A ranking metric as one object: what it is, what guessing scores, examples worked out by hand, the formula over
// levels, and a slow reference straight from the definition.

import { type Levels, levelsOf } from "./levels.js";

export interface Example {
  readonly scores: readonly number[];
  readonly labels: readonly number[];
  readonly value: number;
}

export interface MetricDefinition {
  readonly id: string;
  readonly about: string;
  readonly better: "higher" | "lower";
  /** The value that random scores tend to: a number, or the share of anomalies. */
  readonly chance: number | "prevalence";
  /** Worked out by a person; among them ties and two rows. */
  readonly examples: readonly Example[];
  /** The value from the levels. A level may be empty (count 0 and 0): resamples are made that way. */
  ofLevels(levels: Levels): number;
  /** Slow and obvious, for tests. */
  reference(scores: readonly number[], labels: readonly number[]): number;
}

export interface Metric extends MetricDefinition {
  /**
   * @param scores higher = stranger, no NaN
   * @param labels 1 = anomaly, 0 = normal
   * @throws OddityError on NaN, unequal lengths, other labels, or rows of one class only
   */
  compute(scores: ArrayLike<number>, labels: ArrayLike<number>): number;
}

export const defineMetric = (definition: MetricDefinition): Metric => ({
  ...definition,
  compute: (scores, labels) => definition.ofLevels(levelsOf(definition.id, scores, labels)),
});
