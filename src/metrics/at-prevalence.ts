// Average precision as it would be if anomalies were another share of the rows: published tables whose test sets had
// another prevalence can only be compared this way.

import { OddityError } from "../tensor/errors.js";
import { levelsOf } from "./levels.js";

/**
 * Average precision with every anomaly weighted so that anomalies are the share `prevalence` of the rows: the sum over
 * the distinct scores of (gain in true positive rate)·π·TPR/(π·TPR + (1 - π)·FPR).
 * @param prevalence between 0 and 1, both excluded
 * @throws OddityError as `averagePrecision` does
 */
export function averagePrecisionAt(prevalence: number, scores: ArrayLike<number>, labels: ArrayLike<number>): number {
  const place = "average precision at a prevalence";
  if (!(prevalence > 0 && prevalence < 1))
    throw new OddityError({ place, expected: "a share between 0 and 1", got: `${prevalence}` });
  const { anomalies, normals, anomalyTotal, normalTotal } = levelsOf(place, scores, labels);
  let [found, alarms, sum] = [0, 0, 0];
  for (let level = 0; level < anomalies.length; level++) {
    found += anomalies[level]!;
    alarms += normals[level]!;
    const [hit, miss] = [(prevalence * found) / anomalyTotal, ((1 - prevalence) * alarms) / normalTotal];
    if (anomalies[level]! > 0) sum += ((anomalies[level]! / anomalyTotal) * hit) / (hit + miss);
  }
  return sum;
}
