// Models written and read again: ends, names, metadata, texts, patches, and bytes that are no model.

import { describe, expect, test } from "vitest";
import { nodeRuntime } from "../../runtime/node.js";
import type { Fetches } from "../../runtime/runtime.js";
import { tensor, tensorOf, toNumbers } from "../../tensor/tensor.js";
import type { Graph, Node } from "../node.js";
import { constant, input, scalar } from "../op.js";
import { add, mul } from "../ops/arithmetic.js";
import { cast } from "../ops/cast.js";
import { greater } from "../ops/comparison.js";
import { slice } from "../ops/cut.js";
import { affine } from "../ops/matmul.js";
import { oneHot, treeSum } from "../ops/ml.js";
import { scan } from "../ops/scan.js";
import { unsqueeze } from "../ops/shape.js";
import { patchOnnx, readOnnx } from "./read.js";
import { decodeModel, encodeModel } from "./schema.js";
import { OPSET, writeOnnx } from "./write.js";

const x = input("x", "f32", ["batch", 2]);
const weight = constant(tensorOf("f32", [2, 1], [1, 2]), "net.0.weight");
const bias = constant(tensorOf("f32", [1], [0]), "net.0.bias");
const limit = constant(tensorOf("f32", [], [1]), "limit");
const score = affine(x, weight, bias);
const graph: Graph = {
  name: "score",
  inputs: [x, input("text", "string", ["batch", 1])],
  outputs: [
    { name: "score", node: score },
    { name: "odd", node: greater(score, limit) },
  ],
};
const program = (inputs: readonly Node[], ...outputs: readonly Node[]): Graph => ({
  name: "p",
  inputs,
  outputs: outputs.map((node, i) => ({ name: `y${i}`, node })),
});
const constantsOf = (bytes: Uint8Array): string[] => decodeModel(bytes).graph!.initializer.map(({ name }) => name);
async function run(bytes: Uint8Array, feeds = {}): Promise<Fetches> {
  const session = await nodeRuntime.open(bytes);
  const got = await session.run(feeds);
  await session.close();
  return got;
}

test("what is read is what was written", () => {
  const bytes = writeOnnx(graph, {
    metadata: { detector: "egbad", note: "größer = „stranger“\n", "": "" },
    version: "1.2",
  });
  expect(readOnnx(bytes)).toEqual({
    producer: "oddity",
    opsets: { "": OPSET },
    metadata: { detector: "egbad", note: "größer = „stranger“\n", "": "" },
    inputs: [
      { name: "x", dtype: "f32", shape: ["batch", 2] },
      { name: "text", dtype: "string", shape: ["batch", 1] },
    ],
    outputs: [
      { name: "score", dtype: "f32", shape: ["batch", 1] },
      { name: "odd", dtype: "bool", shape: ["batch", 1] },
    ],
    operators: { Gemm: 1, Greater: 1, Identity: 2 },
    constants: 4,
  });
  expect(decodeModel(bytes)).toMatchObject({ ir_version: 8, producer_version: "1.2" });
});

test("the same program gives the same bytes", () => {
  expect(writeOnnx(graph)).toEqual(writeOnnx(graph));
});

test("the ml domain is imported where it is used, in a loop's body too", () => {
  const trees = {
    roots: Int32Array.of(0),
    feature: Int32Array.of(-1),
    threshold: Float32Array.of(0),
    left: Int32Array.of(0),
    right: Int32Array.of(0),
    value: Float32Array.of(4),
  };
  const rows = input("rows", "f32", ["steps", 3]);
  const { stacked } = scan({ state: [], over: [rows] }, (_, [row]) => ({
    state: [],
    outputs: [treeSum(unsqueeze(row!, { axes: [0] }), trees)],
  }));
  const read = readOnnx(writeOnnx(program([rows], stacked[0]!)));
  expect(read.opsets).toEqual({ "": OPSET, "ai.onnx.ml": 3 });
  expect(read.operators).toMatchObject({ Scan: 1, TreeEnsembleRegressor: 1 });
});

describe("names", () => {
  test("of parameters, inputs and outputs are kept", () => {
    expect(constantsOf(writeOnnx(graph))).toEqual(["net.0.weight", "net.0.bias", "limit"]);
  });
  test("of parameters that are one tensor, and of one that is used twice", async () => {
    const shared = tensorOf("f32", [2], [3, 4]);
    const [a, again, b, plain] = [
      constant(shared, "a"),
      constant(shared, "a"),
      constant(shared, "b"),
      constant(shared),
    ];
    const y = input("y", "f32", [2]);
    const bytes = writeOnnx(program([y], mul(y, a), add(y, again), mul(y, b), add(mul(y, y), plain)));
    const names = constantsOf(bytes);
    expect(names).toHaveLength(3);
    expect(names).toEqual(expect.arrayContaining(["a", "b"]));
    const got = await run(bytes, { y: tensorOf("f32", [2], [1, 2]) });
    expect(["y0", "y1", "y2", "y3"].map((name) => toNumbers(got[name]!))).toEqual([
      [3, 8],
      [4, 6],
      [3, 8],
      [4, 8],
    ]);
  });
  test("that look like ours do not get in the way", async () => {
    const [a, b] = [input("mul_3", "f32", []), input("constant_4", "f32", [])];
    const named = constant(tensorOf("f32", [], [5]), "add_5");
    const outputs = [mul(a, b), add(mul(a, 7), named), add(b, 11)];
    const bytes = writeOnnx({
      name: "p",
      inputs: [a, b],
      outputs: outputs.map((node, i) => ({ name: ["mul_6", "state0", "add_7"][i]!, node })),
    });
    const got = await run(bytes, { mul_3: tensorOf("f32", [], [2]), constant_4: tensorOf("f32", [], [3]) });
    expect(Object.fromEntries(Object.entries(got).map(([name, y]) => [name, toNumbers(y)]))).toEqual({
      mul_6: [6],
      state0: [19],
      add_7: [14],
    });
  });
});

describe("values", () => {
  test("texts in constants and attributes, beyond ASCII", async () => {
    const text = constant(tensor("string", [3, 1], ["größe", "", "日本"]));
    const got = await run(writeOnnx(program([], text, oneHot(text, { levels: ["日本", "größe"] }))));
    expect(got.y0!.data).toEqual(["größe", "", "日本"]);
    expect(toNumbers(got.y1!)).toEqual([0, 1, 0, 0, 1, 0]);
  });
  test("of every element type, exact", async () => {
    const tensors = [
      tensorOf("f32", [3], [-0, 1 / 3, Number.NaN]),
      tensorOf("f64", [2], [1 / 3, 1e300]),
      tensorOf("i32", [2], [-(2 ** 31), 2 ** 31 - 1]),
      tensor("i64", [2], BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n)),
      tensorOf("u8", [2], [0, 255]),
      tensorOf("bool", [2], [0, 1]),
      tensorOf("f32", [0], []),
      tensorOf("f32", [1, 1, 1], [5]),
    ];
    const got = await run(writeOnnx(program([], ...tensors.map((value) => constant(value)))));
    expect(tensors.map((_, i) => got[`y${i}`])).toEqual(tensors);
  });
  test("that are a view into a larger array", async () => {
    const view = new Float32Array([9, 1, 2, 9]).subarray(1, 3);
    expect((await run(writeOnnx(program([], constant(tensor("f32", [2], view)))))).y0!.data).toEqual(
      Float32Array.of(1, 2),
    );
  });
  test("an output that is an input, and one node under two names", async () => {
    const y = input("y", "f32", [2]);
    const got = await run(writeOnnx(program([y], y, y, slice(y, { axis: 0, start: 1, end: 2 }))), {
      y: tensorOf("f32", [2], [1, 2]),
    });
    expect([got.y0, got.y1, got.y2].map((each) => toNumbers(each!))).toEqual([[1, 2], [1, 2], [2]]);
  });
});

describe("patchOnnx", () => {
  const bytes = writeOnnx(graph, { metadata: { a: "1", b: "2" } });
  const rows = { x: tensorOf("f32", [2, 2], [1, 1, -1, 0]), text: tensor("string", [2, 1], ["", ""]) };

  test("changes metadata, and keeps the rest", () => {
    const patched = readOnnx(patchOnnx(bytes, { metadata: { b: "3", c: "4" } }));
    expect(patched).toEqual({ ...readOnnx(bytes), metadata: { a: "1", b: "3", c: "4" } });
  });
  test("changes a named number, even where it was 1 or 0, which passes would drop", async () => {
    expect(Array.from((await run(bytes, rows)).odd!.data as Uint8Array)).toEqual([1, 0]);
    const patched = patchOnnx(bytes, { constants: { limit: 3, "net.0.bias": 0.25 } });
    const got = await run(patched, rows);
    expect(toNumbers(got.score!)).toEqual([3.25, -0.75]);
    expect(Array.from(got.odd!.data as Uint8Array)).toEqual([1, 0]);
    expect(
      Array.from((await run(patchOnnx(bytes, { constants: { limit: 3 } }), rows)).odd!.data as Uint8Array),
    ).toEqual([0, 0]);
  });
  test("refuses a name that is not there, and what is not one number", () => {
    expect(() => patchOnnx(bytes, { constants: { limits: 1 } })).toThrow('the model has no constant "limits"');
    expect(() => patchOnnx(bytes, { constants: { "net.0.weight": 1 } })).toThrow("is not one f32 number");
    const whole = writeOnnx(program([], add(cast(constant(tensorOf("i32", [], [1]), "n"), { to: "f32" }), scalar(1))));
    expect(() => patchOnnx(whole, { constants: { n: 1 } })).toThrow("is not one f32 number");
  });
});

describe("bytes that are no model", () => {
  const bytes = writeOnnx(graph);
  test.each([
    ["nothing", new Uint8Array()],
    ["text", new TextEncoder().encode("a,b,c\n1,2,3\n")],
    ["zeros", new Uint8Array(64)],
    ["noise", Uint8Array.from({ length: 256 }, (_, i) => (i * 167 + 13) % 256)],
    ["half a model", bytes.subarray(0, bytes.length >> 1)],
    ["a model without a graph", encodeModel({ ir_version: 8, opset_import: [], metadata_props: [] })],
  ])("%s", (_, garbage) => {
    expect(() => readOnnx(garbage)).toThrow(Error);
    expect(() => patchOnnx(garbage, {})).toThrow(Error);
  });
});

test("a model of others, with an output that is no tensor, can be looked at", () => {
  const model = decodeModel(writeOnnx(graph));
  model.graph!.output.push({ name: "probabilities", type: {} }, { name: "bare" });
  expect(readOnnx(encodeModel(model)).outputs.slice(2)).toEqual([
    { name: "probabilities", dtype: undefined, shape: [] },
    { name: "bare", dtype: undefined, shape: [] },
  ]);
});
