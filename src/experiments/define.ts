// A published experiment as a value: who competes, on which rows, what is measured, and what was published.

import type { Table } from "../data/table.js";

export interface Contender {
  readonly name: string;
  readonly detector: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Shows what the method adds to something simple. */
  readonly isControl: boolean;
}

/** The rows of one seed. */
export interface Split {
  readonly train: Table;
  readonly test: Table;
  /** 1 = anomaly. */
  readonly labels: Uint8Array;
}

export interface PublishedRow {
  readonly name: string;
  readonly values: Readonly<Record<string, number>>;
  readonly deviation?: Readonly<Record<string, number>>;
}

export interface Experiment {
  readonly id: string;
  readonly about: string;
  /** How rows are split and scores are measured, in a few sentences. */
  readonly protocol: string;
  readonly published: readonly PublishedRow[];
  /** Epochs of each contender that trains, unless given. */
  contenders(epochs?: number): readonly Contender[];
  /** Loads once; the function gives the split of a seed. */
  open(): Promise<{ readonly checksum: string; split(seed: number): Split }>;
  measure(scores: Float32Array, labels: Uint8Array): Readonly<Record<string, number>>;
}
