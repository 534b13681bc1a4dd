// F1 of the published EGBAD on KDD Cup 99 as it trains: one line of JSON for each seed and look. The published result
// depends on when one stops; this shows how much.   node bench/egbad-epochs.mjs [--seeds 0,1] [--epochs 100] [--every 10]
//
// The curve uses test labels to draw, never to choose.

import { parseArgs } from "node:util";
import { loadDataset } from "../dist/data/sets/load.js";
import { recipeOf } from "../dist/detectors/egbad.js";
import { egbad } from "../dist/detectors/index.js";
import { parseParameters } from "../dist/detectors/parameters.js";
import { learnEncoding } from "../dist/encode/learn.js";
import { encodingProgram, feedsOf } from "../dist/encode/program.js";
import { splitOf } from "../dist/experiments/egbad-kdd99.js";
import { writeOnnx } from "../dist/graph/onnx/write.js";
import { input } from "../dist/graph/op.js";
import { nodeHost } from "../dist/host/node.js";
import { atTopShare } from "../dist/metrics/confusion.js";
import { auroc } from "../dist/metrics/index.js";
import { bindAll, stateLayout, unflatten } from "../dist/train/program.js";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "0" },
    epochs: { type: "string", default: "100" },
    every: { type: "string", default: "10" },
  },
});
const parameters = { variant: "published", epochs: Number(values.epochs) };
const { features, labels: attacks } = await loadDataset("kdd99");

/** Averaged weights and x in, the score of each row out. */
function scoreProgram(recipe, width) {
  const x = input("x", "f32", ["batch", width]);
  const flats = stateLayout(recipe)
    .filter(({ name }) => name.endsWith(".average"))
    .map(({ name, size }) => ({ network: name.replace(".average", ""), node: input(name, "f32", [size]) }));
  const views = new Map(flats.map(({ network, node }) => [network, unflatten(node, recipe.networks[network])]));
  const { score } = recipe.score(bindAll(recipe.networks, views, undefined), x);
  return { name: "score", inputs: [...flats.map(({ node }) => node), x], outputs: [{ name: "score", node: score }] };
}

for (const seed of values.seeds.split(",").map(Number)) {
  const data = splitOf(features, attacks, seed);
  const encoding = learnEncoding(data.train, { scaling: "none", unseen: false });
  const { inputs, x } = encodingProgram(encoding);
  const encoder = await nodeHost.runtime.open(writeOnnx({ name: "encode", inputs, outputs: [{ name: "x", node: x }] }));
  const width = x.shape[1];
  const recipe = recipeOf(parseParameters("egbad", egbad.parameters, parameters), {
    features: width,
    condition: 0,
    width,
    picture: undefined,
  });
  const scorer = await nodeHost.runtime.open(writeOnnx(scoreProgram(recipe, width)));

  const look = async (state) => {
    const scores = new Float32Array(data.test.rows);
    const weights = Object.fromEntries(
      Object.entries(state)
        .filter(([name]) => name.endsWith(".average"))
        .map(([name, vector]) => [name, { dtype: "f32", shape: [vector.length], data: vector }]),
    );
    for (let first = 0; first < data.test.rows; first += 8192) {
      const last = Math.min(first + 8192, data.test.rows);
      const encoded = await encoder.run(feedsOf(encoding, data.test, first, last));
      scores.set((await scorer.run({ ...weights, x: encoded.x })).score.data, first);
    }
    return scores;
  };

  // the detector's own run, in pieces: a snapshot goes on as if nothing had happened
  const host = {
    ...nodeHost,
    async train(job, onProgress, signal) {
      const perEpoch = job.options.steps / parameters.epochs;
      let from = job.from;
      for (let epoch = Number(values.every); epoch <= parameters.epochs; epoch += Number(values.every)) {
        const options = { ...job.options, steps: Math.round(epoch * perEpoch) };
        from = await nodeHost.train({ ...job, from, options }, onProgress, signal);
        const scores = await look(from.state);
        const { precision, recall, f1 } = atTopShare(scores, data.labels, 0.2);
        const area = auroc.compute(scores, data.labels);
        console.log(JSON.stringify({ seed, epoch, precision, recall, f1, auroc: area, columns: width }));
      }
      return from;
    },
  };
  const model = await egbad(parameters).fit(data.train, { seed, heldOut: 0, host });
  await model.close();
}
process.exit(0);
