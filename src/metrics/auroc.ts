// Area under the ROC curve: the probability that an anomaly scores above a normal row, a tie counting one half.

import { defineMetric } from "./define.js";

export const auroc = defineMetric({
  id: "auroc",
  about: "Probability that an anomaly outranks a normal row.",
  better: "higher",
  chance: 0.5,
  examples: [
    { scores: [2, 1], labels: [1, 0], value: 1 },
    { scores: [2, 1], labels: [0, 1], value: 0 },
    { scores: [3, 2, 1], labels: [1, 0, 1], value: 1 / 2 },
    { scores: [4, 3, 3, 2, 1], labels: [1, 1, 0, 1, 0], value: 4.5 / 6 }, // 2 + 1.5 + 1 pairs won of 6
    { scores: [1, 1, 1, 1], labels: [0, 1, 0, 0], value: 1 / 2 },
  ],
  ofLevels({ anomalies, normals, anomalyTotal, normalTotal }) {
    let above = 0;
    let won = 0;
    for (let level = 0; level < anomalies.length; level++) {
      won += normals[level]! * (above + anomalies[level]! / 2);
      above += anomalies[level]!;
    }
    return won / (anomalyTotal * normalTotal);
  },
  reference(scores, labels) {
    let won = 0;
    let pairs = 0;
    for (const [i, anomaly] of scores.entries())
      for (const [j, normal] of scores.entries())
        if (labels[i] === 1 && labels[j] === 0) {
          pairs++;
          won += anomaly > normal ? 1 : anomaly === normal ? 0.5 : 0;
        }
    return won / pairs;
  },
});
