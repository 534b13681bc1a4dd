// Time of one GANomaly training step (the published network for 32×32 pictures, both updates).
//   node bench/ganomaly-step.mjs [--batch 64] [--channels 1,3] [--threads 1,2] [--steps 20]
// "processor" is the time that the processor worked, which other programs on the machine disturb less.

import { parseArgs } from "node:util";
import { recipeOf } from "../dist/detectors/ganomaly.js";
import { ganomaly } from "../dist/detectors/index.js";
import { parseParameters } from "../dist/detectors/parameters.js";
import { writeOnnx } from "../dist/graph/onnx/write.js";
import { simplify } from "../dist/graph/simplify.js";
import { nodeRuntime } from "../dist/runtime/node.js";
import { allProducts } from "../dist/runtime/threads.js";
import { Random } from "../dist/tensor/random.js";
import { Feeder } from "../dist/train/feeds.js";
import { trainingProgram } from "../dist/train/program.js";

const { values } = parseArgs({
  options: {
    batch: { type: "string", default: "64" },
    channels: { type: "string", default: "1,3" },
    threads: { type: "string", default: "1,2" },
    steps: { type: "string", default: "20" },
  },
});
const numbers = (text) => text.split(",").map(Number);
const steps = Number(values.steps);
const CHUNK = 2;

for (const channels of numbers(values.channels))
  for (const batch of numbers(values.batch)) {
    const width = channels * 32 * 32;
    const shape = { width, features: width, condition: 0, picture: { height: 32, width: 32, channels } };
    const recipe = recipeOf(parseParameters("ganomaly", ganomaly.parameters, { variant: "published" }), shape);
    const { graph, plan } = trainingProgram(recipe, { batch, width });
    const rows = { values: new Random(1).fillUniform(new Float32Array(1024 * width)), count: 1024 };
    const state = plan.state.map(({ name, size }) => {
      const start = new Random(3).at(name).fillNormal(new Float32Array(size));
      const data = /\.(slot|running)/.test(name)
        ? start.fill(name.includes("slot") ? 0 : 1)
        : start.map((x) => 0.02 * x);
      return [`state.${name}`, { dtype: "f32", shape: [size], data }];
    });
    const model = writeOnnx(graph);
    for (const threads of numbers(values.threads)) {
      const session = await nodeRuntime.open(model, { threads });
      const feeder = new Feeder(plan, rows, 1, steps);
      const [wall, processor] = [[], []];
      for (let step = 0; step < steps; step += CHUNK) {
        const feeds = { ...feeder.chunk(step, CHUNK), ...Object.fromEntries(state) };
        const [cpu, started] = [process.cpuUsage(), performance.now()];
        await session.run(feeds);
        wall.push((performance.now() - started) / CHUNK);
        const { user, system } = process.cpuUsage(cpu);
        processor.push((user + system) / 1000 / CHUNK);
      }
      await session.close();
      const least = (times) => Number(Math.min(...times).toFixed(1));
      const median = Number(wall.sort((a, b) => a - b)[wall.length >> 1].toFixed(1));
      const gflop = (2 * allProducts(simplify(graph))) / 1e9;
      const speed = { gflop: Number(gflop.toFixed(1)), gflops: Number(((1000 * gflop) / least(wall)).toFixed(0)) };
      const times = { milliseconds: median, best: least(wall), processor: least(processor), ...speed };
      console.log(JSON.stringify({ what: "oddity GANomaly step, 32x32", batch, channels, threads, ...times }));
    }
  }
