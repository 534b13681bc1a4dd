// Fits and scores one of our detectors on the rows that bench/speed-detectors.mjs wrote, and prints its seconds and AUROC as JSON.
//   node bench/detector.mjs FOLDER DETECTOR PARAMETERS

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pick } from "../dist/data/table.js";
import { detectorById } from "../dist/detectors/list.js";
import { auroc, averagePrecision } from "../dist/metrics/index.js";

const [folder, id, parameters] = process.argv.slice(2);
const { columns, seed, known, labels } = JSON.parse(await readFile(join(folder, "facts.json"), "utf8"));

async function tableOf(name) {
  const bytes = await readFile(join(folder, `${name}.f64`));
  const numbers = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const rows = numbers.length / columns;
  const column = (j) => Float64Array.from({ length: rows }, (_, row) => numbers[row * columns + j]);
  return {
    rows,
    columns: Array.from({ length: columns }, (_, j) => ({ kind: "number", name: `c${j}`, values: column(j) })),
  };
}

const [train, test] = [await tableOf("train"), await tableOf("test")];
const detector = detectorById(id, JSON.parse(parameters));
const places = (wanted) => known.flatMap((isKnown, row) => (isKnown === wanted ? [row] : []));
const told = detector.extras.includes("anomalies");
const rows = told ? pick(train, places(0)) : train;
const extras = told ? { anomalies: pick(train, places(1)) } : {};

const started = performance.now();
const model = await detector.fit(rows, { seed, heldOut: 0, calibrating: 100, threads: 1, ...extras });
const fitted = performance.now();
const scores = await model.score(test);
const scored = performance.now();
await model.close();
console.log(
  JSON.stringify({
    ...{ library: "oddity", detector: id, fit: (fitted - started) / 1000, score: (scored - fitted) / 1000 },
    ...{ auroc: auroc.compute(scores, labels), ap: averagePrecision.compute(scores, labels) },
    ...model.header.training,
  }),
);
