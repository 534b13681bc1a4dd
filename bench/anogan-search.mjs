// Time of one step of AnoGAN's search for codes (the published networks for 28×28 pictures, the whole score), as the
// scoring model does it.   node bench/anogan-search.mjs [--batch 100] [--threads 1,2] [--steps 50]
// "processor" is the time that the processor worked, which other programs on the machine disturb less.

import { parseArgs } from "node:util";
import { recipeOf } from "../dist/detectors/anogan.js";
import { anogan } from "../dist/detectors/index.js";
import { parseParameters } from "../dist/detectors/parameters.js";
import { writeOnnx } from "../dist/graph/onnx/write.js";
import { constant, input } from "../dist/graph/op.js";
import { nodeRuntime } from "../dist/runtime/node.js";
import { Random } from "../dist/tensor/random.js";
import { bindAll, stateLayout, viewOf } from "../dist/train/program.js";

const { values } = parseArgs({
  options: {
    batch: { type: "string", default: "100" },
    threads: { type: "string", default: "1,2" },
    steps: { type: "string", default: "50" },
  },
});
const [batch, steps] = [Number(values.batch), Number(values.steps)];
const width = 28 * 28;
const shape = { width, features: width, condition: 0, picture: { height: 28, width: 28, channels: 1 } };
const draw = (name, size) => new Random(3).at(name).fillNormal(new Float32Array(size));

/** The scoring graph of a search of so many steps, with weights drawn at random. */
function graphOf(count) {
  const given = { variant: "published", steps: count };
  const recipe = recipeOf(parseParameters("anogan", anogan.parameters, given), shape);
  const state = new Map(
    stateLayout(recipe).map(({ name, size }) => {
      const drawn = draw(name, size);
      const data = name.endsWith(".running") ? drawn.fill(1) : drawn.map((x) => 0.02 * x);
      return [name, constant({ dtype: "f32", shape: [size], data })];
    }),
  );
  const views = Object.entries(recipe.networks).map(([name, each]) => [name, viewOf(name, each, state)]);
  const x = input("x", "f32", ["batch", width]);
  const { score } = recipe.score(bindAll(recipe.networks, new Map(views)), x);
  return { name: "search", inputs: [x], outputs: [{ name: "score", node: score }] };
}

const least = (times) => Math.min(...times);
for (const threads of values.threads.split(",").map(Number)) {
  // what is done once for each row is in both, and falls out
  const found = [];
  for (const count of [1, steps + 1]) {
    const session = await nodeRuntime.open(writeOnnx(graphOf(count)), { threads });
    const x = { dtype: "f32", shape: [batch, width], data: draw("x", batch * width) };
    const [wall, processor] = [[], []];
    for (let i = 0; i < 4; i++) {
      const [cpu, started] = [process.cpuUsage(), performance.now()];
      await session.run({ x });
      wall.push(performance.now() - started);
      const { user, system } = process.cpuUsage(cpu);
      processor.push((user + system) / 1000);
    }
    await session.close();
    found.push({ best: least(wall), processor: least(processor) });
  }
  const perStep = (of) => Number(((found[1][of] - found[0][of]) / steps).toFixed(2));
  const times = { best: perStep("best"), processor: perStep("processor") };
  console.log(JSON.stringify({ what: "oddity AnoGAN search step, 28x28", batch, threads, ...times }));
}
