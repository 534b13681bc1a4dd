// Average precision: sum over the distinct scores of (gain in recall) x (precision there), without interpolation.

import { defineMetric } from "./define.js";

export const averagePrecision = defineMetric({
  id: "average-precision",
  about: "Mean, over the anomalies, of the precision when flagging all that score at least as high.",
  better: "higher",
  chance: "prevalence",
  examples: [
    { scores: [2, 1], labels: [1, 0], value: 1 },
    { scores: [2, 1], labels: [0, 1], value: 1 / 2 },
    { scores: [3, 2, 1], labels: [1, 0, 1], value: 5 / 6 },
    { scores: [3, 2, 2, 1], labels: [1, 1, 0, 0], value: 5 / 6 }, // (1 + 2/3) / 2
    { scores: [1, 1, 1, 1], labels: [0, 1, 0, 0], value: 1 / 4 }, // all tied: no better than guessing
  ],
  ofLevels({ anomalies, normals, anomalyTotal }) {
    let found = 0;
    let flagged = 0;
    let sum = 0;
    for (let level = 0; level < anomalies.length; level++) {
      found += anomalies[level]!;
      flagged += anomalies[level]! + normals[level]!;
      if (anomalies[level]! > 0) sum += (anomalies[level]! * found) / flagged;
    }
    return sum / anomalyTotal;
  },
  reference(scores, labels) {
    const precisions = scores
      .filter((_, i) => labels[i] === 1)
      .map((threshold) => {
        const flagged = labels.filter((_, i) => scores[i]! >= threshold);
        return flagged.filter((label) => label === 1).length / flagged.length;
      });
    return precisions.reduce((sum, precision) => sum + precision, 0) / precisions.length;
  },
});
