// How the members of `auto` were chosen: the scores of single detectors on the ADBench sets at hand, computed once and
// kept in a folder, and what combinations of them make of the sets.
//   node bench/choose-auto.mjs [--cache folder] [--seeds 0,1] [--most 5000] [--sets a,b] [--detectors "knn;pca(components=minor)"]
//     [--combinations "knn+pca;knn+isolation-forest*1.2"] [--how max] [--scale p-value]
//
// Two protocols. as-detect: all rows as they come, anomalies unlabelled among the training rows, all scored. one-class:
// half of the normal rows trains, all others are scored. Of the training rows a fifth makes the scales, as in `combine`.
//
// To choose honestly, combinations are chosen on one half of the sets and reported on the other, and the other way round;
// sets from the same raw data stay on one side. The criterion is the mean AUROC of both protocols.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { adbench } from "../dist/data/sets/adbench.js";
import { locateFiles } from "../dist/data/sets/find.js";
import { loadDataset } from "../dist/data/sets/load.js";
import { pick } from "../dist/data/table.js";
import { scaled, scaleOf } from "../dist/decide/scale.js";
import { memberOf } from "../dist/detectors/combine/members.js";
import { auroc, averagePrecision } from "../dist/metrics/index.js";
import { Random } from "../dist/tensor/random.js";

const { values } = parseArgs({
  options: {
    cache: { type: "string", default: "choose-auto-cache" },
    seeds: { type: "string", default: "0,1" },
    most: { type: "string", default: "5000" },
    sets: { type: "string" },
    detectors: {
      type: "string",
      default:
        "knn(neighbours=1);knn(neighbours=2);knn;knn(neighbours=20);isolation-forest;mean-distance;pca;pca(components=minor);pca(components=major-minor);ecod;copod;lof;autoencoder",
    },
    combinations: { type: "string" },
    how: { type: "string", default: "max" },
    scale: { type: "string", default: "p-value" },
  },
});
const detectors = values.detectors.split(";");
const combinations = (values.combinations?.split(";") ?? []).map((text) => text.split("+"));
/** "isolation-forest*1.2": a detector and the weight of its values, for combinations. */
const weighed = (text) => [text.split("*")[0], Number(text.split("*")[1] ?? 1)];
const seeds = values.seeds.split(",").map(Number);
const protocols = {
  "as-detect": (rows) => ({ train: rows, test: rows }),
  "one-class": (rows, labels, random) => {
    const normal = rows.filter((row) => labels[row] === 0);
    const order = Array.from(random.at("half").permutation(normal.length), (place) => normal[place]);
    const half = Math.round(normal.length / 2);
    return { train: order.slice(0, half), test: [...order.slice(half), ...rows.filter((row) => labels[row] === 1)] };
  },
};
/** Sets from the same raw data. */
const families = { cardiotocography: "cardio", thyroid: "annthyroid", "satimage-2": "satellite", smtp: "http" };

await mkdir(values.cache, { recursive: true });
const wanted = values.sets?.split(",") ?? adbench.map(({ id }) => id);
const runs = [];
for (const id of wanted) {
  const isThere = await locateFiles(adbench.find((each) => each.id === id)).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    console.error(`${id}: not at hand`);
    continue;
  }
  let loaded;
  for (const protocol of Object.keys(protocols))
    for (const seed of seeds) runs.push(await runOf(id, protocol, seed, load));
  async function load() {
    loaded ??= await loadDataset(id);
    return loaded;
  }
}

/** Labels and scores of one set, protocol and seed, from the cache where they are there. */
async function runOf(id, protocol, seed, load) {
  const file = join(values.cache, `${id}.${protocol}.${seed}.${values.most}.json`);
  const run = await readFile(file, "utf8").then(JSON.parse, () => ({ id, protocol, seed, scores: {} }));
  const all = [...detectors, ...combinations.flat()].map((text) => weighed(text)[0]);
  const missing = [...new Set(all)].filter((text) => run.scores[text] === undefined);
  if (missing.length === 0) return run;
  const { features, labels } = await load();
  const random = new Random(seed);
  const rows = Array.from(random.at("rows").sample(labels.length, Number(values.most)).sort());
  const { train, test } = protocols[protocol](rows, labels, random);
  const order = Array.from(random.at("scales").permutation(train.length), (place) => train[place]);
  const cut = Math.max(1, Math.min(2000, Math.floor(0.2 * order.length)));
  const [apart, fitted, scored] = [order.slice(0, cut), order.slice(cut), test].map((part) => pick(features, part));
  run.labels = Array.from(test, (row) => labels[row]);
  for (const text of missing) {
    const started = performance.now();
    const model = await memberOf(text).fit(fitted, { seed, heldOut: 0 });
    const of = async (table) => Array.from(await model.score(table));
    run.scores[text] = {
      apart: await of(apart),
      test: await of(scored),
      seconds: (performance.now() - started) / 1000,
    };
    await model.close();
  }
  await writeFile(file, JSON.stringify(run));
  console.error(`${id}, ${protocol}, seed ${seed}`);
  return run;
}

const known = new Map();
/** The values of a detector's scores on the scale. */
function valuesOn(run, member) {
  const [text, weight] = weighed(member);
  const key = `${run.id} ${run.protocol} ${run.seed} ${member}`;
  if (!known.has(key)) {
    const { apart, test } = run.scores[text];
    const scale = scaleOf(apart);
    known.set(
      key,
      Float64Array.from(test, (score) => weight * scaled(scale, values.scale, score)),
    );
  }
  return known.get(key);
}

const quality = new Map();
/** AUROC and average precision by protocol, then by set, means over the seeds. */
function qualityOf(members) {
  const key = members.join("+");
  if (quality.has(key)) return quality.get(key);
  const found = {};
  for (const run of runs) {
    if (!run.labels.includes(1)) continue;
    const each = members.map((text) => valuesOn(run, text));
    const score = Float32Array.from(run.labels, (_, row) => {
      const all = each.map((of) => of[row]);
      if (values.how === "max") return Math.max(...all);
      const sum = all.reduce((a, b) => a + b, 0);
      return values.how === "trimmed" && all.length > 2 ? sum - Math.max(...all) - Math.min(...all) : sum;
    });
    const sets = (found[run.protocol] ??= {});
    (sets[run.id] ??= []).push([auroc.compute(score, run.labels), averagePrecision.compute(score, run.labels)]);
  }
  quality.set(key, found);
  return found;
}

const mean = (list) => list.reduce((sum, x) => sum + x, 0) / list.length;
/** Mean over sets of the mean over seeds. */
const over = (members, protocol, which, ids) =>
  mean(
    Object.entries(qualityOf(members)[protocol])
      .filter(([id]) => ids === undefined || ids.includes(id))
      .map(([, pairs]) => mean(pairs.map((pair) => pair[which]))),
  );
const criterion = (members, ids) => mean(Object.keys(protocols).map((protocol) => over(members, protocol, 0, ids)));
const line = (name, members, ids) =>
  `| ${name} | ${Object.keys(protocols)
    .flatMap((protocol) => [0, 1].map((which) => over(members, protocol, which, ids).toFixed(4)))
    .join(" | ")} |`;

console.log(`\n${values.how} on the ${values.scale} scale, seeds ${values.seeds}, at most ${values.most} rows\n`);
console.log(
  `| members | ${Object.keys(protocols)
    .flatMap((protocol) => [`${protocol} AUROC`, "AP"])
    .join(" | ")} |\n|---|--:|--:|--:|--:|`,
);
for (const text of detectors) console.log(line(text, [text]));
for (const members of combinations) console.log(line(members.join(" + "), members));

/** All combinations of up to three detectors. */
const candidates = detectors.flatMap((a, i) => [
  [a],
  ...detectors.slice(i + 1).flatMap((b, j) => [[a, b], ...detectors.slice(i + j + 2).map((c) => [a, b, c])]),
]);
const best = (ids) => candidates.reduce((a, b) => (criterion(b, ids) > criterion(a, ids) ? b : a));
const ids = [...new Set(runs.map(({ id }) => id))];
const kin = [...new Set(ids.map((id) => families[id] ?? id))].sort();
const halves = [0, 1].map((side) => ids.filter((id) => kin.indexOf(families[id] ?? id) % 2 === side));
if (halves.every((half) => half.length > 0)) {
  const [first, second] = halves.map(best);
  console.log(line(`chosen on one half, ${first.join(" + ")}: on the other half`, first, halves[1]));
  console.log(line(`chosen on the other, ${second.join(" + ")}: on the one`, second, halves[0]));
  const all = best(ids);
  console.log(line(`chosen on all, ${all.join(" + ")}: on all`, all));
  const honest = mean([criterion(first, halves[1]), criterion(second, halves[0])]);
  const seen = mean([criterion(first, halves[0]), criterion(second, halves[1])]);
  console.log(
    `\nmean of both protocols: chosen on one half ${honest.toFixed(4)} on the other, ${seen.toFixed(4)} where chosen`,
  );
}
process.exit(0);
