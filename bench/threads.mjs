// Milliseconds of one matrix product with a bias (n rows, 256 × 256) by number of threads: where a second thread pays.
//   node bench/threads.mjs

import { availableParallelism } from "node:os";
import { writeOnnx } from "../dist/graph/onnx/write.js";
import { input } from "../dist/graph/op.js";
import { affine } from "../dist/graph/ops/matmul.js";
import { nodeRuntime } from "../dist/runtime/node.js";
import { Random } from "../dist/tensor/random.js";

const width = 256;
const x = input("x", "f32", ["batch", width]);
const w = input("w", "f32", [width, width]);
const b = input("b", "f32", [width]);
const model = writeOnnx({ name: "product", inputs: [x, w, b], outputs: [{ name: "y", node: affine(x, w, b) }] });
const draw = (...shape) => ({
  dtype: "f32",
  shape,
  data: new Random(1).fillNormal(new Float32Array(shape.reduce((n, dim) => n * dim, 1))),
});

console.log("| rows | million multiply-adds | threads | ms |\n|--:|--:|--:|--:|");
for (const rows of [8, 16, 32, 64, 128, 256, 1024])
  for (const threads of [...new Set([1, availableParallelism()])]) {
    const session = await nodeRuntime.open(model, { threads });
    const feeds = { x: draw(rows, width), w: draw(width, width), b: draw(width) };
    const times = [];
    for (let i = 0; i < 200; i++) {
      const started = performance.now();
      await session.run(feeds);
      times.push(performance.now() - started);
    }
    await session.close();
    const median = times.sort((a, c) => a - c)[100];
    console.log(`| ${rows} | ${((rows * width * width) / 1e6).toFixed(1)} | ${threads} | ${median.toFixed(3)} |`);
  }
