// Every detector with its defaults on the ADBench sets at hand.
//   node bench/adbench.mjs [--protocol as-detect|held-out|one-class] [--seeds 0,1] [--most 5000] [--detectors a,b] [--sets a,b]
//
// as-detect   all rows as they come, unlabelled anomalies included, fitted and scored: what `oddity detect` does, and so
//             what its default detector is chosen by
// held-out    70 % of each class trains, anomalies unlabelled; measured on the rest
// one-class   70 % of the normal rows trains; measured on all other rows
//
// Prints one line of JSON for each run, the means of each set and detector, and the means of each detector. Sets from the
// same raw data (cardio and cardiotocography, annthyroid and thyroid, satellite and satimage-2, http and smtp) all count.

import { parseArgs } from "node:util";
import { adbench } from "../dist/data/sets/adbench.js";
import { locateFiles } from "../dist/data/sets/find.js";
import { tableSetOf } from "../dist/data/sets/index.js";
import { loadDataset } from "../dist/data/sets/load.js";
import { normalsOnly, stratified } from "../dist/data/split.js";
import { pick } from "../dist/data/table.js";
import { detectorById, detectors } from "../dist/detectors/list.js";
import { auroc, averagePrecision } from "../dist/metrics/index.js";
import { Random } from "../dist/tensor/random.js";

const { values } = parseArgs({
  options: {
    protocol: { type: "string", default: "as-detect" },
    seeds: { type: "string", default: "0" },
    most: { type: "string", default: "5000" },
    detectors: { type: "string", default: detectors.map(({ id }) => id).join() },
    sets: { type: "string" },
    set: { type: "string", default: "{}" },
  },
});
const wanted = values.sets?.split(",") ?? adbench.map(({ id }) => id);
const most = Number(values.most);
const protocols = {
  "as-detect": (labels, random) => {
    const rows = random.at("rows").sample(labels.length, most).sort();
    return { train: rows, test: rows };
  },
  "held-out": (labels, random) => stratified({ share: 0.7, most }).parts(labels, random),
  "one-class": (labels, random) => normalsOnly({ share: 0.7, most }).parts(labels, random),
};
const results = new Map(values.detectors.split(",").map((id) => [id, []]));

for (const id of wanted) {
  const dataset = tableSetOf(id);
  const isThere = await locateFiles(dataset).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    console.error(`${id}: not at hand`);
    continue;
  }
  const { features, labels } = await loadDataset(id);
  for (const seed of values.seeds.split(",").map(Number)) {
    const { train, test } = protocols[values.protocol](labels, new Random(seed));
    const [fitted, scored] = [pick(features, train), pick(features, test)];
    const truth = Uint8Array.from(test, (row) => labels[row]);
    if (!truth.includes(1)) continue;
    for (const [detector, runs] of results) {
      const started = performance.now();
      const model = await detectorById(detector, JSON.parse(values.set)).fit(fitted, { seed });
      const scores = await model.score(scored);
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
const names = [...results.keys()];
console.log(`\nAUROC / AP, ${values.protocol}, seeds ${values.seeds}\n`);
console.log(`| set | ${names.join(" | ")} |\n|---|${names.map(() => "--:|").join("")}`);
for (const id of wanted) {
  const own = names.map((name) => results.get(name).filter((run) => run.set === id));
  if (own[0].length > 0)
    console.log(`| ${id} | ${own.map((runs) => `${mean(runs, "auroc")} / ${mean(runs, "ap")}`).join(" | ")} |`);
}
console.log("\n| detector | runs | mean AUROC | mean AP | mean seconds |\n|---|--:|--:|--:|--:|");
for (const [detector, runs] of [...results].sort((a, b) => mean(b[1], "auroc") - mean(a[1], "auroc")))
  console.log(
    `| ${detector} | ${runs.length} | ${mean(runs, "auroc")} | ${mean(runs, "ap")} | ${mean(runs, "seconds")} |`,
  );
process.exit(0);
