// Classifier two-sample test (Lopez-Paz and Oquab 2017) with one nearest neighbour, each row left out in turn.

import { defineFitTest } from "./define.js";
import { firstRows, type Line } from "./samples.js";

export const classifierTwoSample = defineFitTest({
  id: "classifier_two_sample",
  about:
    "Share of rows whose nearest other row is of the same side, generated or true. Of equally near rows the share of the same side " +
    "counts. With as many rows of each, 0.5 is a perfect fit, 1 two sides that do not mix, and less than 0.5 means " +
    "that rows of one side are copies of the other's. Of two dimensions it looks at the first 1,000 rows of each.",
  isPublished: false,
  dims: "any",
  better: "half",
  examples: [
    { generated: [0, 1], real: [10, 11], value: 1 },
    { generated: [0, 2], real: [1, 3], value: 0 },
    { generated: [0], real: [1], value: 0 },
    { generated: [0, 0], real: [0, 0], value: 1 / 3 }, // one of three others
    { generated: [0, 1], real: [2, 5], value: 5 / 8 }, // of 1 a neighbour of each side is equally near: 1 + 1/2 + 0 + 1
    { generated: [4, 4, 4], real: [4, 6], value: 9 / 20 }, // 3 · 2/3 + 0, and of 6 one of the four at 4
    { generated: [0, 0, 3, 4], real: [3, 5, 30, 4], dims: 2, value: 1 / 4 },
  ],
  of: ({ dims, generated, real, line }) =>
    line === undefined ? ofPairs(firstRows(generated, dims), firstRows(real, dims), dims) : ofLine(line),
  reference: ofPairs,
});

/** Of sorted rows the nearest are those of the same value, else the values before and after. */
function ofLine({ generated, real }: Line): number {
  // at each distinct value, how many rows of each side
  const values: number[] = [];
  const made: number[] = [];
  const drawn: number[] = [];
  for (let i = 0, j = 0; i < generated.length || j < real.length; ) {
    const value = Math.min(generated[i] ?? Number.POSITIVE_INFINITY, real[j] ?? Number.POSITIVE_INFINITY);
    const [fromI, fromJ] = [i, j];
    while (i < generated.length && generated[i] === value) i++;
    while (j < real.length && real[j] === value) j++;
    values.push(value);
    made.push(i - fromI);
    drawn.push(j - fromJ);
  }
  let right = 0;
  for (let k = 0; k < values.length; k++) {
    const [g, r] = [made[k]!, drawn[k]!];
    if (g + r > 1) {
      right += (g * (g - 1) + r * (r - 1)) / (g + r - 1);
      continue;
    }
    const before = k > 0 ? values[k]! - values[k - 1]! : Number.POSITIVE_INFINITY;
    const after = k + 1 < values.length ? values[k + 1]! - values[k]! : Number.POSITIVE_INFINITY;
    const near = [...(before <= after ? [k - 1] : []), ...(after <= before ? [k + 1] : [])];
    const same = near.reduce((sum, at) => sum + (g === 1 ? made : drawn)[at]!, 0);
    right += same / near.reduce((sum, at) => sum + made[at]! + drawn[at]!, 0);
  }
  return right / (generated.length + real.length);
}

/** Every row against every other. */
function ofPairs(generated: ArrayLike<number>, real: ArrayLike<number>, dims: number): number {
  const rows = Float64Array.from([...Array.from(generated), ...Array.from(real)]);
  const count = rows.length / dims;
  const madeRows = generated.length / dims;
  let right = 0;
  for (let i = 0; i < count; i++) {
    let least = Number.POSITIVE_INFINITY;
    let same = 0;
    let near = 0;
    for (let j = 0; j < count; j++) {
      if (j === i) continue;
      let square = 0;
      for (let d = 0; d < dims; d++) square += (rows[i * dims + d]! - rows[j * dims + d]!) ** 2;
      if (square > least) continue;
      if (square < least) {
        least = square;
        same = 0;
        near = 0;
      }
      near++;
      if (i < madeRows === j < madeRows) same++;
    }
    right += same / near;
  }
  return right / count;
}
