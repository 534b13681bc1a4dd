// Area under the precision-recall curve by trapezoids, with the end point recall 0, precision 1: the figure of the
// EGBAD paper. Straight lines between points flatter coarse scores (all tied gives (1 + prevalence) / 2), so prefer
// average precision unless a published number is to be met.

import { defineMetric } from "./define.js";

export const auprcTrapezoid = defineMetric({
  id: "auprc-trapezoid",
  about: "Area under the precision-recall curve by trapezoids; flatters tied scores.",
  better: "higher",
  chance: "prevalence",
  examples: [
    { scores: [2, 1], labels: [1, 0], value: 1 },
    { scores: [2, 1], labels: [0, 1], value: 1 / 4 }, // (0, 1), (0, 0), (1, 1/2)
    { scores: [3, 2, 1], labels: [1, 0, 1], value: 1 / 2 + (1 / 2 + 2 / 3) / 4 },
    { scores: [1, 1, 1, 1], labels: [0, 1, 0, 0], value: 5 / 8 },
  ],
  ofLevels({ anomalies, normals, anomalyTotal }) {
    let found = 0;
    let flagged = 0;
    let before = 1;
    let area = 0;
    for (let level = 0; level < anomalies.length; level++) {
      found += anomalies[level]!;
      flagged += anomalies[level]! + normals[level]!;
      if (flagged === 0) continue;
      const precision = found / flagged;
      area += (anomalies[level]! * (before + precision)) / 2;
      before = precision;
    }
    return area / anomalyTotal;
  },
  reference(scores, labels) {
    const total = labels.filter((label) => label === 1).length;
    const thresholds = [...new Set(scores)].sort((a, b) => b - a);
    const points = thresholds.map((threshold) => {
      const flagged = labels.filter((_, i) => scores[i]! >= threshold);
      const found = flagged.filter((label) => label === 1).length;
      return { recall: found / total, precision: found / flagged.length };
    });
    const from = [{ recall: 0, precision: 1 }, ...points];
    return points.reduce(
      (area, { recall, precision }, k) => area + ((recall - from[k]!.recall) * (precision + from[k]!.precision)) / 2,
      0,
    );
  },
});
