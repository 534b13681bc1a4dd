// Isolation Forest, scoring, slow and plain: what the ONNX graph of the detector computes, for tests and reading.
// Score = 2^(-mean path / c(sample)), in 0 ... 1, higher = stranger; 1/2 is a row as hard to part as expected.

import { averagePath } from "./average-path.js";
import type { Forest } from "./grow.js";

/** What the mean path is divided by: c(sample), and 1 for forests grown on a single row. */
export const pathScale = (forest: Forest): number => (forest.sample > 1 ? averagePath(forest.sample) : 1);

/** @param x rows x width, row-major */
export function scoreForest(forest: Forest, x: Float32Array): Float32Array {
  const scale = pathScale(forest);
  const trees = forest.offsets.length - 1;
  return Float32Array.from({ length: x.length / forest.width }, (_, row) => {
    const values = x.subarray(row * forest.width, (row + 1) * forest.width);
    let path = 0;
    for (let tree = 0; tree < trees; tree++) path += forest.value[leafOf(forest, tree, values)]!;
    return 2 ** (-path / trees / scale);
  });
}

/** The leaf that a row comes to in one tree, as an index into the forest's arrays. */
export function leafOf(forest: Forest, tree: number, row: ArrayLike<number>): number {
  let node = forest.offsets[tree]!;
  while (forest.feature[node]! >= 0)
    node = row[forest.feature[node]!]! <= forest.threshold[node]! ? forest.left[node]! : forest.right[node]!;
  return node;
}
