// Which detector should `oddity detect` use when nobody chose? Every detector with its defaults on the ADBench sets at
// hand, as `detect` uses it: all rows as they come, unlabelled anomalies included, fitted and scored. Sets from the same
// raw data (peers: cardio and Cardiotocography, annthyroid and thyroid, satellite and satimage-2, http and smtp) count
// as they are.   node bench/default-detector.mjs [--seeds 0,1] [--most 5000] [--detectors a,b] [--sets a,b]
//
// Prints one line of JSON for each run and a table of means at the end.

import { parseArgs } from "node:util";
import { locate } from "../dist/data/sets/find.js";
import { datasets } from "../dist/data/sets/index.js";
import { loadDataset } from "../dist/data/sets/load.js";
import { pick } from "../dist/data/table.js";
import { detectorById, detectors } from "../dist/detectors/list.js";
import { auroc, averagePrecision } from "../dist/metrics/index.js";
import { Random } from "../dist/tensor/random.js";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "0" },
    most: { type: "string", default: "5000" },
    detectors: { type: "string", default: detectors.map(({ id }) => id).join() },
    sets: { type: "string" },
    set: { type: "string", default: "{}" },
  },
});
const wanted = values.sets?.split(",") ?? datasets.map(({ id }) => id).filter((id) => id !== "kdd99");
const results = new Map(values.detectors.split(",").map((id) => [id, []]));

for (const id of wanted) {
  const dataset = datasets.find((each) => each.id === id);
  const isThere = await locate(dataset).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    console.error(`${id}: not at hand`);
    continue;
  }
  const { features, labels } = await loadDataset(id);
  for (const seed of values.seeds.split(",").map(Number)) {
    const rows = new Random(seed).at("rows").sample(features.rows, Number(values.most)).sort();
    const table = pick(features, rows);
    const truth = Uint8Array.from(rows, (row) => labels[row]);
    if (!truth.includes(1)) continue;
    for (const [detector, runs] of results) {
      const started = performance.now();
      const model = await detectorById(detector, JSON.parse(values.set)).fit(table, { seed });
      const scores = await model.score(table);
      await model.close();
      const run = {
        set: id,
        seed,
        detector,
        auroc: Number(auroc.compute(scores, truth).toFixed(4)),
        ap: Number(averagePrecision.compute(scores, truth).toFixed(4)),
        seconds: Number(((performance.now() - started) / 1000).toFixed(2)),
      };
      runs.push(run);
      console.log(JSON.stringify(run));
    }
  }
}

const mean = (runs, name) => (runs.reduce((sum, run) => sum + run[name], 0) / runs.length).toFixed(4);
console.log("\n| detector | runs | mean AUROC | mean AP | mean seconds |\n|---|--:|--:|--:|--:|");
for (const [detector, runs] of [...results].sort((a, b) => mean(b[1], "auroc") - mean(a[1], "auroc")))
  console.log(
    `| ${detector} | ${runs.length} | ${mean(runs, "auroc")} | ${mean(runs, "ap")} | ${mean(runs, "seconds")} |`,
  );
process.exit(0);
