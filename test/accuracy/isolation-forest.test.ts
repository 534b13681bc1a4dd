// The whole detector on real sets: AUROC against what scikit-learn's forest reached on the same protocol (70/30 split,
// stratified, anomalies left unlabelled among the training rows, at most 10,000 rows drawn by seed).

import { expect, test } from "vitest";
import { locateFiles } from "../../src/data/sets/find.js";
import { tableSetOf } from "../../src/data/sets/index.js";
import { loadDataset } from "../../src/data/sets/load.js";
import { stratified } from "../../src/data/split.js";
import { pick } from "../../src/data/table.js";
import { isolationForest } from "../../src/detectors/index.js";
import { auroc } from "../../src/metrics/auroc.js";
import { Random } from "../../src/tensor/random.js";

test.for([
  ["thyroid", 0.985],
  ["cardio", 0.932],
  ["mammography", 0.853],
  ["shuttle", 0.997],
] as const)(
  "Isolation Forest on %s: mean AUROC over five seeds within 0.02 of %s",
  async ([id, expected], { skip }) => {
    const missing = await locateFiles(tableSetOf(id)).then(
      () => undefined,
      (error: Error) => error.message,
    );
    if (missing !== undefined) skip(missing);
    const { features, labels } = await loadDataset(id);
    let sum = 0;
    for (let seed = 0; seed < 5; seed++) {
      const { train, test: held } = stratified({ share: 0.7, most: 10_000 }).parts(labels, new Random(seed));
      const model = await isolationForest().fit(pick(features, train), { seed });
      const scores = await model.score(pick(features, held));
      await model.close();
      sum += auroc.compute(
        scores,
        Array.from(held, (row) => labels[row]!),
      );
    }
    expect(Math.abs(sum / 5 - expected)).toBeLessThan(0.02);
  },
);
