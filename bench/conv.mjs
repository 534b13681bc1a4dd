// Milliseconds of convolutions and their derivatives in the forms they can be written in, by shape; * marks the form that
// is chosen. "both": a convolution and its derivative by the filter in one graph, as in training, where the product's
// columns are computed once. Processor time on one thread, wall-clock time on more; the least of several rounds in turn.
//   node bench/conv.mjs [--threads 1] [--rounds 8] [--batch 64] [--shapes 64x16x128x4x2x1,…]
// A shape: channels x size x filters x kernel x stride x padding.

import { parseArgs } from "node:util";
import { writeOnnx } from "../dist/graph/onnx/write.js";
import { input } from "../dist/graph/op.js";
import { conv, convFilter, convTranspose } from "../dist/graph/ops/conv.js";
import { forms } from "../dist/graph/ops/conv-forms.js";
import { nodeRuntime } from "../dist/runtime/node.js";
import { Random } from "../dist/tensor/random.js";

const shapes = [
  ...["3x32x64x4x2x1", "64x16x128x4x2x1", "128x8x256x4x2x1", "256x4x100x4x1x0"], // GANomaly, 32×32
  ...["1x28x64x4x2x1", "64x14x128x4x2x1", "32x28x64x3x2x1", "64x14x128x3x2x1"], // AnoGAN and BiGAN, 28×28
  ...["64x28x64x3x1x1", "128x8x128x3x1x1", "512x4x512x3x1x1", "256x8x512x1x1x0"], // residual networks
];
const { values } = parseArgs({
  options: {
    threads: { type: "string", default: "1" },
    rounds: { type: "string", default: "8" },
    batch: { type: "string", default: "64" },
    shapes: { type: "string", default: shapes.join() },
  },
});
const [threads, rounds, batch] = [Number(values.threads), Number(values.rounds), Number(values.batch)];

/** The text of a model; two models of the same text are the same form. */
const textOf = (model) => Buffer.from(model).toString("latin1");

async function open(inputs, outputs) {
  const model = writeOnnx({ name: "conv", inputs, outputs: outputs.map((node, i) => ({ name: `result${i}`, node })) });
  const session = await nodeRuntime.open(model, { threads });
  const feeds = Object.fromEntries(
    inputs.map(({ from, shape }) => {
      const data = new Float32Array(shape.reduce((n, dim) => n * dim, 1));
      return [from.attributes.name, { dtype: "f32", shape, data: new Random(1).fillNormal(data) }];
    }),
  );
  return { text: textOf(model), session, feeds, best: Number.POSITIVE_INFINITY };
}

async function once(entry) {
  const [cpu, started] = [process.cpuUsage(), performance.now()];
  await entry.session.run(entry.feeds);
  const wall = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  entry.best = Math.min(entry.best, threads === 1 ? (user + system) / 1000 : wall);
}

console.log(
  `| shape | million multiply-adds | what | ${forms.join(" | ")} |\n|---|--:|---|${forms.map(() => "--:|").join("")}`,
);
for (const shape of values.shapes.split(",")) {
  const [channels, size, filters, kernel, stride, padding] = shape.split("x").map(Number);
  const window = { strides: [stride, stride], pads: [padding, padding, padding, padding] };
  const rest = (size + 2 * padding - kernel) % stride;
  const x = input("x", "f32", [batch, channels, size, size]);
  const w = input("w", "f32", [filters, channels, kernel, kernel]);
  const map = input("map", "f32", conv(x, w, window).shape);
  const product = map.shape.reduce((n, dim) => n * dim, channels * kernel * kernel) / 1e6;
  const forward = (how) => conv(x, w, { ...window, ...how });
  const filter = (how) => convFilter(x, map, { ...window, size: [kernel, kernel], ...how });
  const what = {
    conv: [[x, w], (how) => [forward(how)]],
    filter: [[x, map], (how) => [filter(how)]],
    both: [[x, w, map], (how) => [forward(how), filter(how)]],
    transpose: [[map, w], (how) => [convTranspose(map, w, { ...window, outputPadding: [rest, rest], ...how })]],
  };
  for (const [name, [inputs, build]] of Object.entries(what)) {
    const chosen = textOf(
      writeOnnx({ name: "conv", inputs, outputs: build({}).map((node, i) => ({ name: `result${i}`, node })) }),
    );
    const entries = [];
    for (const form of forms) entries.push(await open(inputs, build({ form })));
    for (let round = 0; round < rounds; round++) for (const entry of entries) await once(entry);
    for (const { session } of entries) await session.close();
    const times = entries.map(({ text, best }) => `${best.toFixed(2)}${text === chosen ? " *" : ""}`);
    console.log(`| ${shape} | ${product.toFixed(0)} | ${name} | ${times.join(" | ")} |`);
  }
}
