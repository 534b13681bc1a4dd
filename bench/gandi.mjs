// What docs say of GANDI's runs beyond `oddity lab compare` and `oddity lab study`, from folders of runs and from result lines.
//   node bench/gandi.mjs RUN_FOLDER... [--results runs/adbench-one-class/results.jsonl]
//
// Of each run of setting 9: how it behaves over time. Of every setting: the mean AUC of the true density. Of result lines (seed 0): `gandi`
// beside what it is made of, over all sets and over those that nothing was chosen on.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readRun } from "../dist/lab/folder.js";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { results: { type: "string" } } });
const mean = (numbers) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const range = (numbers) => `${Math.min(...numbers).toFixed(2)} to ${Math.max(...numbers).toFixed(2)}`;

/** Steps after which fit and losses are looked at, and AUC of single rows. */
const SETTLED = 25_000;
const LATE = 50_000;

function behaviour({ config, results, losses }) {
  const lines = results.filter(({ kind }) => kind === "anomaly");
  const of = (mode, ...names) => lines.filter((line) => line.mode === mode && names.includes(line.anomaly));
  const steps = [...new Set(lines.map(({ step }) => step))].filter((step) => step % 1000 === 0).sort((a, b) => a - b);
  const apart = new Map(steps.map((step) => [step, 0]));
  for (const { step, auc } of lines.filter(({ mode }) => mode === "pure"))
    if (apart.has(step) && Math.abs(auc - 0.5) > 0.2) apart.set(step, apart.get(step) + 1);
  const stands = (i) => [0, 1, 2].every((j) => apart.get(steps[i + j]) >= 4);
  const fits = results.filter(({ kind, step }) => kind === "fit" && step >= SETTLED);
  const late = (mode, ...names) => of(mode, ...names).filter(({ step }) => step >= LATE);
  const half = late("pure", "-0.5", "+0.5").map(({ auc }) => auc);
  const [left, right] = ["-2", "+2"].map((name) => late("single", name).map(({ auc }) => auc));
  const settled = losses.filter(({ step }) => step > SETTLED);
  return {
    seed: config.seed,
    "pure AUC off 0.5 by more than 0.2 for four anomalies, three times in a row, from step": steps.find((_, i) =>
      stands(i),
    ),
    "pure AUC of ±5, ±10 below 0.2, measurements": of("pure", "-5", "+5", "-10", "+10").filter(({ auc }) => auc < 0.2)
      .length,
    ...Object.fromEntries(
      ["KS_s", "KL", "CDF_l1", "Anderson"].map((id) => [
        `median ${id}`,
        median(fits.map(({ tests }) => tests[id])).toPrecision(3),
      ]),
    ),
    "mean losses": `${mean(settled.map((l) => l.discriminator)).toFixed(3)}, ${mean(settled.map((l) => l.generator)).toFixed(3)}`,
    "pure AUC of ±0.5, highest": Math.max(...half).toFixed(3),
    "single AUC of -2 and of +2": `${range(left)}, ${range(right)}`,
    "single AUC of -2 or +2 below 0.5, share of steps": (
      left.filter((auc, i) => auc < 0.5 || right[i] < 0.5).length / left.length
    ).toFixed(2),
  };
}

const densities = new Map();
for (const folder of positionals) {
  const run = await readRun(folder);
  const truth = run.results.find(({ kind }) => kind === "truth");
  densities.set(run.config.setting.id, mean(truth.anomalies.map(({ twoSided }) => twoSided)));
  if (run.config.setting.id !== "gandi-9") continue;
  for (const [what, value] of Object.entries(behaviour(run))) console.log(`${what}: ${value}`);
  console.log();
}
for (const [setting, auc] of densities) console.log(`${setting}: mean AUC of the true density ${auc.toFixed(3)}`);

/** Sets of ADBench that played no part in the choice of `gandi`'s defaults (src/detectors/gandi.ts). */
const APART = [
  "aloi",
  "donors",
  "hepatitis",
  "http",
  "internetads",
  "lymphography",
  "musk",
  "skin",
  "smtp",
  "spambase",
  "wpbc",
];

if (values.results !== undefined) {
  const contenders = new Map();
  for (const text of readFileSync(values.results, "utf8").split("\n").filter(Boolean)) {
    const { contender, task, seed, measured } = JSON.parse(text);
    if (seed !== 0 || measured === undefined) continue;
    if (!contenders.has(contender)) contenders.set(contender, new Map());
    contenders.get(contender).set(task, measured.auroc);
  }
  const all = contenders.get("gandi");
  for (const [name, aurocs] of contenders) {
    const apart = [...aurocs].filter(([task]) => APART.includes(task)).map(([, auroc]) => auroc);
    const beaten = [...aurocs].filter(([task, auroc]) => all.get(task) > auroc).length;
    console.log(
      `${name}: ${mean([...aurocs.values()]).toFixed(3)}, on ${apart.length} sets ${mean(apart).toFixed(3)}; gandi is above it on ${beaten} of ${aurocs.size}`,
    );
  }
}
