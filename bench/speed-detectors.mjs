// Seconds to fit and to score, and AUROC, of our detectors beside PyOD's and DeepOD's: the same rows, epochs, minibatches and widths
// of networks, one thread, rounds in turns.
//   node bench/speed-detectors.mjs [--python .venv/bin/python] [--set shuttle] [--rows 10000] [--rounds 3] [--only devnet,vae]
//
// Every run is a process of its own, held to one core where the system has `taskset`; what is timed is fitting and scoring in it, not
// its start. Ours gives a model file in that time: encoding, calibration over 100 rows and the ONNX file are part of it. Of each
// contender the least of its rounds counts. Peers that are not set up (bench/peers/README.md) are named and left out.

import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { loadDataset } from "../dist/data/sets/load.js";
import { stratified } from "../dist/data/split.js";
import { widthsFor } from "../dist/detectors/alad/networks.js";
import { detectors } from "../dist/detectors/list.js";
import { Random } from "../dist/tensor/random.js";

const { values } = parseArgs({
  options: {
    python: { type: "string", default: ".venv/bin/python" },
    set: { type: "string", default: "shuttle" },
    rows: { type: "string", default: "10000" },
    rounds: { type: "string", default: "3" },
    seed: { type: "string", default: "0" },
    only: { type: "string" },
  },
});
const root = fileURLToPath(new URL("..", import.meta.url));
const KNOWN = 30;

/** 70 % of each class trains, anomalies unlabelled but for 30 of them; scaled to 0..1 by the training rows. */
async function writeRows(folder) {
  const { features, labels } = await loadDataset(values.set);
  const random = new Random(Number(values.seed));
  const { train, test } = stratified({ share: 0.7, most: Number(values.rows) }).parts(labels, random);
  const columns = features.columns.map(({ values: column }) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const row of train) [low, high] = [Math.min(low, column[row]), Math.max(high, column[row])];
    return (row) => (high > low ? (column[row] - low) / (high - low) : column[row] - low);
  });
  const scaled = (rows) => Float64Array.from([...rows].flatMap((row) => columns.map((of) => of(row))));
  const anomalous = [...train].filter((row) => labels[row] === 1);
  const told = new Set(random.at("known").sample(anomalous.length, Math.min(KNOWN, anomalous.length)));
  const known = new Set(anomalous.filter((_, i) => told.has(i)));
  await writeFile(join(folder, "train.f64"), scaled(train));
  await writeFile(join(folder, "test.f64"), scaled(test));
  await writeFile(
    join(folder, "facts.json"),
    JSON.stringify({
      columns: columns.length,
      seed: Number(values.seed),
      known: Array.from(train, (row) => Number(known.has(row))),
      labels: Array.from(test, (row) => labels[row]),
    }),
  );
  return { train: train.length, test: test.length, columns: columns.length, known: known.size };
}

/**
 * What is compared, given the shape of the rows. `passes` of minibatches of `batch` rows; a peer whose epoch is something else gets as
 * many as make the same number of steps.
 */
function pairsOf({ train, columns }) {
  const [batch, passes] = [128, 20];
  const steps = passes * Math.floor(train / batch);
  const long = { epochs: passes, batch, fewestSteps: 1 };
  const plain = (id, name, settings = {}) => ({ id, ours: {}, peers: [["pyod", name, settings]] });
  return [
    {
      ...plain("isolation-forest", "IForest", { n_estimators: 100, max_samples: 256 }),
      ours: { trees: 100, sample: 256 },
    },
    {
      ...plain("knn", "KNN", { n_neighbors: 5, method: "mean" }),
      ours: { neighbours: 5, distance: "mean", scaling: "none" },
    },
    { ...plain("lof", "LOF", { n_neighbors: 20 }), ours: { neighbours: 20, scaling: "none" } },
    plain("pca", "PCA"),
    plain("ecod", "ECOD"),
    plain("copod", "COPOD"),
    { ...plain("ocsvm", "OCSVM", { nu: 0.5, gamma: "scale" }), ours: { nu: 0.5, sample: train, scaling: "none" } },
    {
      id: "autoencoder",
      ours: { ...long, hidden: 64, code: 32, noise: 0 },
      peers: [
        [
          "pyod",
          "AutoEncoder",
          {
            ...{ epoch_num: passes, batch_size: batch, hidden_neuron_list: [64, 32] },
            ...{ batch_norm: false, dropout_rate: 0 },
          },
        ],
      ],
    },
    {
      id: "vae",
      ours: { ...long, hidden: 64, code: 4 },
      peers: [
        [
          "pyod",
          "VAE",
          {
            ...{ epoch_num: passes, batch_size: batch, latent_dim: 4, dropout_rate: 0 },
            ...{ encoder_neuron_list: [64, 64], decoder_neuron_list: [64, 64] },
          },
        ],
      ],
    },
    {
      id: "deep-svdd",
      ours: { ...long, rate: 1e-3, hidden: 64, code: 16 },
      peers: [
        [
          "pyod",
          "DeepSVDD",
          {
            ...{ n_features: columns, epochs: passes, batch_size: batch, hidden_neurons: [64, 32, 16] },
            ...{ dropout_rate: 0, validation_size: 0.01 },
          },
        ],
        ["deepod", "DeepSVDD", { epochs: passes, batch_size: batch, hidden_dims: "64,32", rep_dim: 16 }],
      ],
    },
    {
      id: "alad",
      ours: { ...long },
      // an "epoch" of PyOD is one minibatch
      peers: [["pyod", "ALAD", { epochs: steps, batch_size: batch, ...aladWidths(columns) }]],
    },
    {
      id: "devnet",
      ours: { epochs: passes, batch, network: "deep" },
      // passes over the rows instead of 20 minibatches; depth 4 is the one whose widths are the publication's
      peers: [
        ["pyod", "DevNet", { network_depth: 4, batch_size: batch, epochs: passesFor(passes * 20, train, batch) }],
      ],
    },
    {
      id: "devnet",
      label: "devnet, shallow",
      ours: { epochs: passes, batch },
      peers: [
        ["deepod", "DevNet", { hidden_dims: "20", batch_size: batch, epochs: passesFor(passes * 20, train, batch) }],
      ],
    },
    {
      id: "deep-sad",
      ours: { ...long, rate: 1e-3, hidden: 64, code: 16 },
      peers: [["deepod", "DeepSAD", { epochs: passes, batch_size: batch, hidden_dims: "64,32", rep_dim: 16 }]],
    },
  ];
}

const passesFor = (steps, rows, batch) => Math.max(1, Math.round(steps / Math.ceil(rows / batch)));

/** Layers as wide as ours are for this many columns. */
function aladWidths(columns) {
  const { code, encoder, generator, apart, joint, xx, zz } = widthsFor(columns, 0);
  return {
    ...{ latent_dim: code, enc_layers: encoder, dec_layers: generator },
    ...{ disc_xz_layers: [apart, joint], disc_xx_layers: xx, disc_zz_layers: zz },
  };
}

const oneCore = spawnSync("taskset", ["-c", "0", "true"]).status === 0 ? ["taskset", "-c", "0"] : [];

/** The line of JSON that a contender prints, or undefined with the reason on stderr. */
function timed(name, command) {
  const [program, ...args] = [...oneCore, ...command];
  const threads = Object.fromEntries(["OMP", "OPENBLAS", "MKL", "NUMBA"].map((each) => [`${each}_NUM_THREADS`, "1"]));
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, ...threads },
  });
  const line = stdout?.split("\n").findLast((each) => each.startsWith("{"));
  if (status === 0 && line !== undefined) return JSON.parse(line);
  console.error(`left out: ${name}: ${stderr.split("\n").findLast((each) => /Error/.test(each)) ?? stderr.trim()}`);
  return undefined;
}

const folder = await mkdtemp(join(tmpdir(), "oddity-speed-"));
try {
  const shape = await writeRows(folder);
  const listed = new Set(detectors.map(({ id }) => id));
  const wanted = values.only?.split(",");
  const pairs = pairsOf(shape).filter(({ id }) => listed.has(id) && (wanted?.includes(id) ?? true));
  const contenders = pairs.flatMap(({ id, label = id, ours, peers }) => [
    {
      ...{ label, name: "Oddity" },
      command: [process.execPath, "bench/detector.mjs", folder, id, JSON.stringify(ours)],
    },
    ...peers.map(([library, detector, settings]) => ({
      ...{ label, name: `${library === "pyod" ? "PyOD" : "DeepOD"} ${detector}` },
      command: [values.python, `bench/peers/${library}_detector.py`, folder, detector, JSON.stringify(settings)],
    })),
  ]);
  const runs = new Map(contenders.map((each) => [each, []]));
  const broken = new Set();
  for (let round = 0; round < Number(values.rounds); round++)
    for (const each of contenders) {
      if (broken.has(each)) continue;
      const line = timed(`${each.label}: ${each.name}`, each.command);
      if (line === undefined) broken.add(each);
      else runs.get(each).push(line);
    }

  console.log(
    `${values.set}: ${shape.train} rows train, ${shape.test} are scored, ${shape.columns} columns, ${shape.known} known anomalies\n`,
  );
  console.log(
    "| detector | | fit, s | score, s | AUROC | fit, times ours | score, times ours |\n|---|---|--:|--:|--:|--:|--:|",
  );
  const least = (lines, what) => Math.min(...lines.map((line) => line[what]));
  for (const each of contenders.filter((one) => runs.get(one).length > 0)) {
    const lines = runs.get(each);
    const own = runs.get(contenders.find(({ label, name }) => label === each.label && name === "Oddity"));
    const times = (what) =>
      each.name === "Oddity" || own.length === 0 ? "" : (least(lines, what) / least(own, what)).toFixed(1);
    const cells = [
      ...[each.label, each.name, least(lines, "fit").toFixed(3), least(lines, "score").toFixed(4)],
      ...[lines[0].auroc.toFixed(3), times("fit"), times("score")],
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
} finally {
  await rm(folder, { recursive: true });
}
