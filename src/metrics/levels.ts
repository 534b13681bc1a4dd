// Scores and labels boiled down to what a ranking metric needs: the distinct scores from the strangest down, and how
// many anomalous and normal rows stand at each. Rows that tie stand at one level, so no metric can be cheated by ties.

import { OddityError } from "../tensor/errors.js";

export interface Levels {
  /** Distinct scores, descending. */
  readonly scores: Float64Array;
  /** Anomalous rows at each level. */
  readonly anomalies: Uint32Array;
  /** Normal rows at each level. */
  readonly normals: Uint32Array;
  readonly anomalyTotal: number;
  readonly normalTotal: number;
}

/**
 * One native sort per class and one merge: O(n log n).
 * @param scores any number but NaN, higher = stranger
 * @param labels 1 = anomaly, 0 = normal, as many as scores
 * @throws OddityError on unequal lengths, NaN scores, other labels, or rows of one class only
 */
export function levelsOf(place: string, scores: ArrayLike<number>, labels: ArrayLike<number>): Levels {
  const { anomalous, normal } = byClass(place, scores, labels);
  if (anomalous.length === 0 || normal.length === 0)
    throw new OddityError({
      place,
      expected: "rows of both classes",
      got: `${scores.length} rows, ${anomalous.length} of them anomalous`,
      hint: "this metric is undefined on one class",
    });
  const most = anomalous.length + normal.length;
  const level = new Float64Array(most);
  const anomalies = new Uint32Array(most);
  const normals = new Uint32Array(most);
  let count = 0;
  for (let i = anomalous.length - 1, j = normal.length - 1; i >= 0 || j >= 0; count++) {
    const top = Math.max(i >= 0 ? anomalous[i]! : -Infinity, j >= 0 ? normal[j]! : -Infinity);
    level[count] = top;
    for (; i >= 0 && anomalous[i] === top; i--) anomalies[count]!++;
    for (; j >= 0 && normal[j] === top; j--) normals[count]!++;
  }
  return {
    scores: level.slice(0, count),
    anomalies: anomalies.slice(0, count),
    normals: normals.slice(0, count),
    anomalyTotal: anomalous.length,
    normalTotal: normal.length,
  };
}

/** Ascending scores of each class. */
function byClass(place: string, scores: ArrayLike<number>, labels: ArrayLike<number>) {
  checkLengths(place, scores, labels);
  const positives = countOnes(place, labels);
  const anomalous = new Float64Array(positives);
  const normal = new Float64Array(scores.length - positives);
  for (let row = 0, i = 0, j = 0; row < scores.length; row++) {
    const score = scores[row]!;
    if (Number.isNaN(score))
      throw new OddityError({ place, expected: "a number as every score", got: `NaN in row ${row}` });
    if (labels[row] === 1) anomalous[i++] = score;
    else normal[j++] = score;
  }
  return { anomalous: anomalous.sort(), normal: normal.sort() };
}

/** How many labels are 1. @throws OddityError when one is neither 0 nor 1 */
export function countOnes(place: string, labels: ArrayLike<number>): number {
  let ones = 0;
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row];
    if (label === 1) ones++;
    else if (label !== 0)
      throw new OddityError({ place, expected: "0 or 1 as every label", got: `${label} in row ${row}` });
  }
  return ones;
}

export function checkLengths(place: string, given: ArrayLike<number>, labels: ArrayLike<number>): void {
  if (given.length !== labels.length)
    throw new OddityError({ place, expected: `${given.length} labels, one for each row`, got: `${labels.length}` });
}
