// Models of others: what is watched in them, and that the part taken over computes what the model did.

import { expect, test } from "vitest";
import { type FixtureName, fixture } from "../../test/foreign-models.js";
import { encodeForeign } from "../graph/onnx/foreign/encode.js";
import { pruned, readForeign } from "../graph/onnx/foreign/model.js";
import { writeOnnx } from "../graph/onnx/write.js";
import { input } from "../graph/op.js";
import { Random } from "../tensor/random.js";
import { type Tensor, tensorOf, toNumbers } from "../tensor/tensor.js";
import { type Foreign, openForeign } from "./foreign.js";
import { nodeRuntime } from "./node.js";
import { webRuntime } from "./web.js";

const rows = (count: number, ...shape: readonly number[]): Tensor =>
  tensorOf("f32", [count, ...shape], new Random(3).fillNormal(new Float32Array(shape.reduce((n, d) => n * d, count))));

/** The values as our file computes them, and as the model itself does with these values as further outputs. */
async function both(bytes: Uint8Array, target: Foreign, feeds: Record<string, Tensor>, runtime = nodeRuntime) {
  const nodes = target.inputs.map(({ name, dtype, shape }) => input(name, dtype, ["batch", ...shape]));
  const outputs = target.apply(nodes).map((each, i) => ({ name: `value ${i}`, node: each }));
  const names = target.values.map(({ name }) => name);
  const files = [
    writeOnnx({ name: "watch", inputs: nodes, outputs }),
    encodeForeign(pruned(readForeign(bytes, "target"), names), names).bytes,
  ];
  const [ours, theirs] = await Promise.all(
    files.map(async (file) => {
      const session = await runtime.open(file);
      const got = await session.run(feeds);
      await session.close();
      return Object.values(got);
    }),
  );
  return { ours: ours!, theirs: theirs! };
}

const watched = (target: Foreign) => target.values.map(({ op, name, shape }) => `${op} ${name} [${shape.join()}]`);

test.each<[FixtureName, string[], number[]]>([
  ["torch-mnist-cnn", ["Relu relu [8,26,26]", "Relu relu_1 [16,11,11]", "Relu relu_2 [64]"], [1, 28, 28]],
  ["sklearn-mlp", ["Relu next_activations [32]", "Relu next_activations1 [8]", "Relu next_activations2 [32]"], [21]],
  ["sklearn-classifier", ["Tanh next_activations [16]", "Tanh next_activations1 [8]"], [21]],
])("%s: the activations, as the model itself computes them", async (name, expected, row) => {
  const bytes = fixture(name);
  const target = await openForeign(bytes, nodeRuntime);
  expect(watched(target)).toEqual(expected);
  expect(target.inputs.map(({ shape }) => shape)).toEqual([row]);
  const feeds = { [target.inputs[0]!.name]: rows(7, ...row) };
  for (const runtime of [nodeRuntime, webRuntime]) {
    const { ours, theirs } = await both(bytes, target, feeds, runtime);
    expect(ours.map(({ shape }) => shape)).toEqual(theirs.map(({ shape }) => shape));
    for (const [i, value] of ours.entries()) expect(toNumbers(value)).toEqual(toNumbers(theirs[i]!));
  }
});
