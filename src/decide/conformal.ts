// Split-conformal calibration (Vovk et al. 2005; Laxhammar and Falkman 2010): a row's p-value is its rank among the
// scores of normal rows held out from fitting. If a new normal row is exchangeable with those, P(p <= r) <= r.

import { OddityError } from "../tensor/errors.js";

/** What a model keeps: held-out normal scores, ascending, at least one. */
export type Calibration = Float32Array;

const MOST = 10_000;

/**
 * @param heldOut scores of normal rows that the detector was not fitted on, in any order
 * @returns the scores in ascending order, or 10,000 order statistics of them (see `thin`)
 * @throws OddityError when there are none, or one is not finite
 */
export function calibrate(heldOut: ArrayLike<number>): Calibration {
  if (heldOut.length === 0)
    throw new OddityError({
      place: "calibration",
      expected: "at least one normal row held out from fitting",
      got: "none",
      hint: "give more normal rows",
    });
  const sorted = Float32Array.from(heldOut).sort();
  const wrong = [sorted[0]!, sorted.at(-1)!].find((score) => !Number.isFinite(score)); // NaN sorts last
  if (wrong !== undefined) throw new OddityError({ place: "calibration", expected: "finite scores", got: `${wrong}` });
  return sorted.length > MOST ? thin(sorted, MOST) : sorted;
}

/**
 * Keeps m of n ascending scores: for j = 1 ... m the floor(j (n + 1) / (m + 1))-th largest. A score with k of all n
 * at or above it then has j kept ones at or above it with (1 + j) / (m + 1) >= (1 + k) / (n + 1): no p-value becomes
 * smaller by thinning, and none grows by more than 1 / (m + 1).
 */
export function thin(sorted: Calibration, m: number): Calibration {
  const n = sorted.length;
  const kept = new Float32Array(m);
  for (let j = 1; j <= m; j++) kept[m - j] = sorted[n - Math.floor((j * (n + 1)) / (m + 1))]!;
  return kept;
}

/**
 * (1 + the number of calibration scores >= score) / (n + 1), in 1 / (n + 1) ... 1.
 * @param score as the detector gave it, in float32 like the calibration scores
 * @throws OddityError on NaN
 */
export function pValue(calibration: Calibration, score: number): number {
  if (Number.isNaN(score)) throw new OddityError({ place: "p-value", expected: "a number as the score", got: "NaN" });
  let low = 0;
  let high = calibration.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (calibration[middle]! < score) low = middle + 1;
    else high = middle;
  }
  return (1 + calibration.length - low) / (calibration.length + 1);
}

/** The p-value of each score. */
export function pValues(calibration: Calibration, scores: Float32Array): Float64Array {
  return Float64Array.from(scores, (score) => pValue(calibration, score));
}
