// Time of one EGBAD training step (the published KDD Cup 99 network, 121 columns) and the share of the machine's own
// GEMM speed that it reaches.   node bench/egbad-step.mjs [--batch 50,1024] [--threads 1,2] [--seconds 6]

import { parseArgs } from "node:util";
import { recipeOf } from "../dist/detectors/egbad.js";
import { egbad } from "../dist/detectors/index.js";
import { parseParameters } from "../dist/detectors/parameters.js";
import { writeOnnx } from "../dist/graph/onnx/write.js";
import { workerRuntime } from "../dist/runtime/worker.js";
import { Random } from "../dist/tensor/random.js";
import { freshStop, train } from "../dist/train/loop.js";
import { trainingProgram } from "../dist/train/program.js";

const { values } = parseArgs({
  options: {
    batch: { type: "string", default: "50,1024" },
    threads: { type: "string", default: "1,2" },
    seconds: { type: "string", default: "6" },
  },
});
const numbers = (text) => text.split(",").map(Number);
const width = 121;
const recipe = recipeOf(parseParameters("egbad", egbad.parameters, { variant: "published" }), {
  features: width,
  condition: 0,
  width,
  picture: undefined,
});

/** Multiply-adds of one step: two turns, each judging real and generated pairs together, forward and backward. */
function multiplyAdds(batch) {
  const e = width * 64 + 64 * 32;
  const g = 32 * 64 + 64 * 128 + 128 * width;
  const d = width * 128 + 32 * 128 + 256 * 128 + 128;
  // the discriminator's turn: G and E forward, D on twice the rows forward, backward to its weights and inside itself
  const judge = e + g + 2 * (d + d + (256 * 128 + 128));
  // the other turn: forward the same, back through D to its inputs, then weights and inputs of G and E
  const others = e + g + 2 * (d + d) + (e + g) + (64 * 32 + 64 * 128 + 128 * width);
  return batch * (judge + others);
}

for (const batch of numbers(values.batch)) {
  const { graph, plan } = trainingProgram(recipe, { batch, width });
  const model = writeOnnx(graph);
  const count = 20_000;
  const rows = { values: new Random(1).fillUniform(new Float32Array(count * width)), count };
  const state = Object.fromEntries(
    plan.state.map(({ name, size }) => {
      const start = new Random(3).at(name).fillNormal(new Float32Array(size));
      return [name, name.includes(".slot") ? start.fill(0) : start.map((x) => 0.1 * x)];
    }),
  );
  for (const threads of numbers(values.threads)) {
    const runtime = workerRuntime();
    const session = await runtime.open(model, { threads });
    const until = performance.now() + 1000 * Number(values.seconds);
    const pace = [];
    await train(
      session,
      plan,
      rows,
      { step: 0, state, stop: freshStop },
      { seed: 1, steps: 1e9, checkpointEvery: 1e9 },
      {
        progress: ({ rowsPerSecond }) => pace.push((1000 * batch) / rowsPerSecond),
        checkpoint: async () => {},
        aborted: () => performance.now() > until,
        now: () => performance.now() / 1000,
      },
    );
    await runtime.close();
    // the first chunks are short and cold
    const settled = pace.slice(Math.min(5, pace.length - 1)).sort((a, b) => a - b);
    const median = settled[settled.length >> 1];
    console.log(
      JSON.stringify({
        what: "oddity EGBAD step",
        batch,
        threads,
        milliseconds: Number(median.toFixed(3)),
        best: Number(settled[0].toFixed(3)),
        gflops: Number(((2 * multiplyAdds(batch)) / median / 1e6).toFixed(1)),
      }),
    );
  }
}
