// A published experiment as a value: who competes, on which rows, what is measured, and what was published.

import type { WindowOptions } from "../data/series/window.js";
import type { Table } from "../data/table.js";
import type { Target } from "../detectors/define.js";

export interface Contender {
  readonly name: string;
  readonly detector: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Columns that are the context a row is judged in; all columns are judged where left out. */
  readonly condition?: readonly string[];
  /** The rows are a series, and are seen through windows; then a score is that of a point. */
  readonly window?: WindowOptions;
  /** How weights are picked: the last ones where left out. "labels" looks at the test labels, as some papers did. */
  readonly select?: "held-out" | "labels";
  /** How many of the split's known anomalies it is told; none when left out. */
  readonly known?: number;
  /** Whether it watches the split's target. */
  readonly watches?: boolean;
  /** Shows what the method adds to something simple. */
  readonly isControl: boolean;
}

/** The rows of one seed. */
export interface Split {
  /** Where anomalies that are not told train as if they were normal, it depends on how many are. */
  readonly train: Table | ((known: number) => Table);
  /** Rows that may be told to be anomalies, in drawn order: the first n of them are what n known ones are. */
  readonly anomalies?: Table;
  readonly test: Table;
  /** 1 = anomaly; more numbers where the experiment's measure tells kinds of them apart. */
  readonly labels: Uint8Array;
  /** A model to watch, for those that do. */
  readonly target?: Target;
}

export interface PublishedRow {
  readonly name: string;
  /** Of the only task, or the mean over all. */
  readonly values: Readonly<Record<string, number>>;
  /** By task. */
  readonly tasks?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly deviation?: Readonly<Record<string, number>>;
}

export interface Experiment {
  readonly id: string;
  readonly about: string;
  /** How rows are split and scores are measured, in a few sentences. */
  readonly protocol: string;
  readonly published: readonly PublishedRow[];
  /** With `epochs`, each contender that trains does so that long. */
  contenders(epochs?: number): readonly Contender[];
  /** Seeds that the publication states. */
  readonly seeds?: readonly number[];
  /** What is measured apart, such as each class as the anomaly; one nameless task where left out. */
  readonly tasks?: readonly string[];
  /** Loads what all splits share; the function gives the split of a seed and task. */
  open(): Promise<{ readonly checksum: string; split(seed: number, task: string): Split | Promise<Split> }>;
  measure(scores: Float32Array, labels: Uint8Array): Readonly<Record<string, number>>;
}
