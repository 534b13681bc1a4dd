// Operators whose form or meaning changed between operator sets: the copy, in ours, computes what the model does in its own.

import { expect, test } from "vitest";
import { type Drawing, draw, node, perceptron, weights } from "../../test/foreign-models.js";
import { readOnnx } from "../graph/onnx/read.js";
import { OPSET, writeOnnx } from "../graph/onnx/write.js";
import { input } from "../graph/op.js";
import { Random } from "../tensor/random.js";
import { tensorOf, toNumbers } from "../tensor/tensor.js";
import { openForeign } from "./foreign.js";
import { nodeRuntime } from "./node.js";

const i64 = (...values: readonly number[]) => tensorOf("i64", [values.length], values);
const f32 = (...values: readonly number[]) => tensorOf("f32", [values.length], values);
const scalar = (value: number) => tensorOf("f32", [], [value]);
const picture = { x: ["f32", "batch", 4, 6, 6] } as const;

/** The value "y" of a drawn model, as the model computes it and as the copy does. */
async function bothWays(drawing: Drawing): Promise<[number[], number[]]> {
  const bytes = draw(drawing);
  const target = await openForeign(bytes, nodeRuntime, { layers: ["y"] });
  const [{ name, dtype, shape }] = target.inputs as [(typeof target.inputs)[number]];
  const x = input(name, dtype, ["batch", ...shape]);
  const [y] = target.apply([x]);
  const ours = writeOnnx({ name: "copy", inputs: [x], outputs: [{ name: "y", node: y! }] });
  expect(readOnnx(ours).opsets[""]).toBe(OPSET);
  const rows = tensorOf(
    "f32",
    [3, ...shape],
    new Random(9).fillNormal(new Float32Array(3 * shape.reduce((n, d) => n * d, 1))),
  );
  const results = [bytes, ours].map(async (file) => {
    const session = await nodeRuntime.open(file);
    const got = await session.run({ [name]: rows });
    await session.close();
    return toNumbers(got.y!);
  });
  return (await Promise.all(results)) as [number[], number[]];
}

const one = (line: string, attributes = {}) => ({ nodes: [node(line, attributes)], outputs: ["y"] });
const norm = { scale: f32(1, 2, 3, 4), shift: f32(0.5, 0, -1, 2), mean: f32(0, 1, 0, 1), spread: f32(1, 2, 1, 0.5) };

test.each<[string, number, Partial<Drawing>]>([
  ["ReduceMean with axes as attribute", 13, one("y = ReduceMean(x)", { axes: [1], keepdims: 0 })],
  ["ReduceSum with axes as attribute", 11, one("y = ReduceSum(x)", { axes: [2], keepdims: 1 })],
  ["ReduceSum with axes as input", 13, { ...one("y = ReduceSum(x, axes)"), constants: { axes: i64(2) } }],
  [
    "Unsqueeze and Squeeze with axes as attribute",
    11,
    { nodes: [node("a = Unsqueeze(x)", { axes: [1, 3] }), node("y = Squeeze(a)", { axes: [1] })], outputs: ["y"] },
  ],
  ["Split with sizes as attribute", 11, one("a, y = Split(x)", { axis: 1, split: [1, 3] })],
  ["Split into equal parts", 13, one("a, y = Split(x)", { axis: 1 })],
  ["Softmax over all axes from one on", 11, one("y = Softmax(x)", { axis: 1 })],
  ["Softmax over all axes from the second on, by default", 7, one("y = LogSoftmax(x)")],
  ["Softmax over one axis", 13, one("y = Softmax(x)", { axis: 1 })],
  ["Dropout", 7, one("y = Dropout(x)", { ratio: 0.5 })],
  ["Dropout with its share as input", 13, { ...one("y = Dropout(x, share)"), constants: { share: scalar(0.5) } }],
  [
    "BatchNormalization of before opset 9",
    7,
    { ...one("y = BatchNormalization(x, scale, shift, mean, spread)", { momentum: 0.9 }), constants: norm },
  ],
  [
    "BatchNormalization",
    15,
    { ...one("y = BatchNormalization(x, scale, shift, mean, spread)", { training_mode: 0 }), constants: norm },
  ],
  ["Clip with limits as attributes", 10, one("y = Clip(x)", { "min:f": -0.5, "max:f": 1 })],
  ["Clip with one limit", 7, one("y = Clip(x)", { "max:f": 0 })],
  ["Pad with sizes as attribute", 10, one("y = Pad(x)", { pads: [0, 0, 1, 2, 0, 0, 0, 1], "value:f": 3 })],
  ["Pad of nothing", 10, one("y = Pad(x)", { pads: [0, 0, 0, 0, 0, 0, 0, 0] })],
  [
    "Slice to the end as attribute",
    9,
    one("y = Slice(x)", { axes: [2, 3], starts: [1, -2], ends: [Infinity, Infinity] }),
  ],
  [
    "Shape to the end as attribute",
    15,
    {
      nodes: [
        node("s = Shape(x)", { start: 1, end: Infinity }),
        node("f = Cast(s)", { to: 1 }),
        node("p = ReduceProd(f)", { keepdims: 0 }),
        node("y = Mul(x, p)"),
      ],
      outputs: ["y"],
    },
  ],
  ["TopK with k as attribute", 9, one("y, places = TopK(x)", { k: 2, axis: 2 })],
  ["Upsample with scales as attribute", 8, one("y = Upsample(x)", { mode: "nearest", "scales:f": [1, 1, 2, 3] })],
  [
    "Upsample, linear",
    9,
    { ...one("y = Upsample(x, scales)", { mode: "linear" }), constants: { scales: f32(1, 1, 2, 2) } },
  ],
  [
    "Resize of opset 10",
    10,
    { ...one("y = Resize(x, scales)", { mode: "nearest" }), constants: { scales: f32(1, 1, 0.5, 2) } },
  ],
  [
    "Resize of opset 11",
    11,
    {
      ...one("y = Resize(x, none, scales)", { mode: "linear", coordinate_transformation_mode: "align_corners" }),
      constants: { none: f32(), scales: f32(1, 1, 2, 2) },
    },
  ],
  ["Gelu", 20, one("y = Gelu(x)")],
  ["Gelu by tanh", 20, one("y = Gelu(x)", { approximate: "tanh" })],
  [
    "GroupNormalization with a factor for each channel",
    21,
    { ...one("y = GroupNormalization(x, scale, shift)", { num_groups: 2, epsilon: 1e-3 }), constants: norm },
  ],
  ["AveragePool that states no dilation", 19, one("y = AveragePool(x)", { kernel_shape: [2, 2], dilations: [1, 1] })],
  ["Reshape of opset 22", 22, { ...one("y = Reshape(x, sizes)", { allowzero: 0 }), constants: { sizes: i64(0, -1) } }],
])("%s (opset %i)", async (_, opset, drawing) => {
  const [expected, got] = await bothWays({ ...perceptron(drawing), inputs: picture, opset });
  expect(got.length).toBe(expected.length);
  expect(got.length).toBeGreaterThan(0);
  for (const [i, value] of got.entries()) expect(value).toBeCloseTo(expected[i]!, 5);
});

test("operators in bodies are converted too", async () => {
  const graphOf = (line: string) => ({
    ...{ name: "branch", node: [node(line, { axes: [1], keepdims: 0 })], initializer: [], input: [] },
    output: [{ name: line.split(" ")[0]! }],
  });
  const nodes = [
    node("y = If(yes)", { then_branch: graphOf("a = ReduceMean(x)"), else_branch: graphOf("b = ReduceMax(x)") }),
  ];
  const drawing = { inputs: picture, constants: { yes: tensorOf("bool", [], [1]) }, nodes, outputs: ["y"], opset: 13 };
  const [expected, got] = await bothWays(drawing);
  expect(got).toEqual(expected);
});

const refused = (opset: number, drawing: Partial<Drawing>) =>
  openForeign(draw({ ...perceptron(drawing), inputs: picture, opset }), nodeRuntime, { layers: ["y"] });

test.each<[string, number, Partial<Drawing>, string]>([
  [
    "an operator that came later",
    23,
    { ...one("y = RMSNormalization(x, scale)"), constants: { scale: weights(1, 6) } },
    'target: expected operators that opset 18 has, got RMSNormalization "y" which came later (the model is in opset 23); export the model again with opset 18',
  ],
  [
    "a dilated average",
    19,
    one("y = AveragePool(x)", { kernel_shape: [2, 2], dilations: [2, 2] }),
    'AveragePool "y" with "dilations"',
  ],
  ["a mask that is used", 7, { nodes: [node("z, m = Dropout(x)"), node("y = Mul(z, m)")] }, "whose mask is used"],
  ["a model of before opset 7", 6, one("y = Relu(x)"), "expected operator set 7 or newer, got 6"],
])("refuses %s", async (_, opset, drawing, message) => {
  await expect(refused(opset, drawing)).rejects.toThrow(message);
});
