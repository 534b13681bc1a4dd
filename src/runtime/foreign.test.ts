// Models of others: what is watched in them, and that the part taken over computes what the model did.

import { describe, expect, test } from "vitest";
import { type Drawing, draw, type FixtureName, fixture, node, perceptron, weights } from "../../test/foreign-models.js";
import { differentiate } from "../graph/differentiate.js";
import { constantOf } from "../graph/node.js";
import { encodeForeign } from "../graph/onnx/foreign/encode.js";
import { embedExternalData } from "../graph/onnx/foreign/external.js";
import { pruned, readForeign } from "../graph/onnx/foreign/model.js";
import { decodeModel, encodeModel } from "../graph/onnx/schema.js";
import { writeOnnx } from "../graph/onnx/write.js";
import { constant, input, scalar } from "../graph/op.js";
import { add, mul } from "../graph/ops/arithmetic.js";
import { matmul } from "../graph/ops/matmul.js";
import { sum } from "../graph/ops/reduce.js";
import { scan } from "../graph/ops/scan.js";
import { Random } from "../tensor/random.js";
import { type Tensor, tensorOf, toNumbers } from "../tensor/tensor.js";
import { type Foreign, openForeign } from "./foreign.js";
import { nodeRuntime } from "./node.js";
import { largestProduct } from "./threads.js";
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

const open = (change: Partial<Drawing>, options = {}): Promise<Foreign> =>
  openForeign(draw(perceptron(change)), nodeRuntime, options);
const value = (target: Foreign, i = 0) => target.values[i]!;
const i64 = (...values: readonly number[]): Tensor => tensorOf("i64", [values.length], values);

test("only what the chosen values need is taken over, under names that clash with nothing", async () => {
  const bytes = draw(
    perceptron({
      inputs: { x: ["f32", "batch", 4], unused: ["f32", "batch", 9] },
      nodes: [
        node("score = MatMul(x, w)"),
        node("value = Relu(score)"),
        node("y = MatMul(value, v)"),
        node("z = Relu(unused)"),
      ],
      outputs: ["y", "z"],
    }),
  );
  const target = await openForeign(bytes, nodeRuntime, { layers: ["value"] });
  const x = input("x", "f32", ["batch", 4]);
  // a parameter of ours may have the name that a value of theirs gets
  const own = constant(tensorOf("f32", [6], [1, 2, 3, 4, 5, 6]), "target.value");
  const [h] = target.apply([x]);
  const file = writeOnnx({ name: "watch", inputs: [x], outputs: [{ name: "score", node: mul(h!, own) }] });
  const { node: nodes, initializer, input: inputs } = decodeModel(file).graph!;
  expect(nodes.map(({ op_type }) => op_type)).toEqual(["MatMul", "Relu", "Mul", "Identity"]);
  expect(initializer.map(({ name }) => name).sort()).toEqual(["target.value", "target.w"]);
  expect(inputs.map(({ name }) => name)).toEqual(["x"]);
  const names = nodes.flatMap(({ output }) => output);
  expect(new Set([...names, "target.value", "target.w", "x"]).size).toBe(names.length + 3);
  expect(target.inputs.map(({ name }) => name)).toEqual(["x"]);
  const session = await nodeRuntime.open(file);
  const fed = rows(2, 4);
  const got = await session.run({ x: fed });
  const { theirs } = await both(bytes, target, { x: fed });
  expect(toNumbers(got.score!)).toEqual(toNumbers(theirs[0]!).map((each, i) => Math.fround(each * ((i % 6) + 1))));
  await session.close();
});

test("two inputs, one of whole numbers", async () => {
  const bytes = draw({
    inputs: { ids: ["i64", "batch"], x: ["f32", "batch", 3] },
    constants: { table: weights(1, 5, 2), w: weights(2, 5, 4), v: weights(3, 4, 1) },
    nodes: [
      ...[node("e = Gather(table, ids)"), node("both = Concat(e, x)", { axis: 1 }), node("a = MatMul(both, w)")],
      ...[node("h = Tanh(a)"), node("y = MatMul(h, v)")],
    ],
    outputs: ["y"],
  });
  const target = await openForeign(bytes, nodeRuntime);
  expect(target.inputs.map(({ name, dtype, shape }) => `${name} ${dtype}[${shape.join()}]`)).toEqual([
    "ids i64[]",
    "x f32[3]",
  ]);
  const { ours, theirs } = await both(bytes, target, { ids: i64(4, 0, 2), x: rows(3, 3) });
  expect(ours).toEqual(theirs);
  // what is given in another element type or shape is made to fit
  const [ids, x] = [input("ids", "f32", [2, 1]), input("x", "f64", [2, 1, 3])];
  expect(target.apply([ids, x]).map(({ dtype, shape }) => ({ dtype, shape }))).toEqual([
    { dtype: "f32", shape: [2, 4] },
  ]);
  expect(() => target.apply([ids, input("x", "f32", [2, 4])])).toThrow(
    'target: expected rows of 3 numbers, which its input "x" [3] takes, got rows of 4',
  );
});

test("a model whose only activation is its output: refused with the way out, which works", async () => {
  const change = { nodes: [node("a = MatMul(x, w)"), node("y = Sigmoid(a)")] };
  await expect(open(change)).rejects.toThrow(
    'target: expected a network with activations (Relu, Sigmoid, Tanh, …) between its layers, got only Sigmoid "y" of its own output, among MatMul, Sigmoid; name the values or nodes to be watched as "layers", such as y',
  );
  expect(watched(await open(change, { layers: ["y"] }))).toEqual(["Sigmoid y [6]"]);
});

test("the output's own activation is mentioned, not watched", async () => {
  const target = await openForeign(fixture("sklearn-classifier"), nodeRuntime);
  expect(target.notes).toEqual([
    'Sigmoid "out_activations_result" belongs to the model\'s own output and is not watched.',
  ]);
  expect(target.width).toBe(24);
});

test("layers are values or nodes by name; others are refused with the nearest", async () => {
  expect(watched(await open({}, { layers: ["y", "the Relu of h"] }))).toEqual(["MatMul y [3]", "Relu h [6]"]);
  await expect(open({}, { layers: ["the Relu of g"] })).rejects.toThrow(
    'layers: expected names of nodes or values of target, whose activations are h, got "the Relu of g"; did you mean "the Relu of h"?',
  );
  await expect(open({}, { layers: ["h", "the Relu of h"] })).rejects.toThrow(
    'layers: expected each value once, got "h" twice',
  );
  await expect(open({}, { layers: [] })).rejects.toThrow("layers: expected one name or more, got none");
});

describe("batches", () => {
  const reshaped = (first: number, batch: number | string = 1): Partial<Drawing> => ({
    inputs: { x: ["f32", batch, 2, 2] },
    constants: { ...perceptron().constants, flat: i64(first, 4) },
    nodes: [
      node("f = Reshape(x, flat)"),
      ...perceptron().nodes.map((each) => ({ ...each, input: each.input.map((name) => (name === "x" ? "f" : name)) })),
    ],
  });

  test.each([
    [1, 1],
    [3, 3],
  ])("a model saved for batches of %i takes any", async (batch, first) => {
    const bytes = draw(perceptron(reshaped(first, batch)));
    const target = await openForeign(bytes, nodeRuntime);
    const x = input("x", "f32", ["batch", 4]);
    const session = await nodeRuntime.open(
      writeOnnx({ name: "watch", inputs: [x], outputs: [{ name: "h", node: target.apply([x])[0]! }] }),
    );
    const many = rows(7, 4);
    const got = toNumbers((await session.run({ x: many })).h!);
    await session.close();
    // the model itself, a batch at a time
    const itself = await nodeRuntime.open(encodeForeign(pruned(readForeign(bytes, "target"), ["h"]), ["h"]).bytes);
    const start = { x: tensorOf("f32", [batch, 2, 2], toNumbers(many).slice(0, batch * 4)) };
    expect(got.slice(0, batch * 6)).toEqual(toNumbers((await itself.run(start)).h!));
    await itself.close();
    expect(got.length).toBe(42);
  });

  test("a model whose weights hold a batch is refused, with the way to export it", async () => {
    const change: Partial<Drawing> = {
      inputs: { x: ["f32", 1, 4] },
      constants: { ...perceptron().constants, two: i64(4, 1), none: i64(1, 4) },
      nodes: [
        node("t = Transpose(x)"),
        node("s = Reshape(t, two)"),
        node("r = Reshape(s, none)"),
        ...perceptron().nodes,
      ],
    };
    const { nodes = [] } = change;
    const last = nodes.map((each) => ({
      ...each,
      input: each.op_type === "MatMul" && each.input[0] === "x" ? ["r", "w"] : each.input,
    }));
    await expect(open({ ...change, nodes: last })).rejects.toThrow(
      /^target: expected a model that takes batches of any size, got one saved for batches of 1, .*; export it with a dynamic batch axis: in PyTorch .*"x": \{0: "batch"\}/,
    );
  });

  test("a model that fails for other numbers of rows than it was traced with is refused", async () => {
    await expect(open(reshaped(2, "batch"))).rejects.toThrow(
      'got one that fails for 5 or 2 rows: its node "the Reshape of f" (Reshape) cannot compute them; export it',
    );
  });

  test("a model in which rows depend on each other is refused", async () => {
    const nodes = [
      node("m = ReduceMean(x, axes)"),
      node("c = Sub(x, m)"),
      node("a = MatMul(c, w)"),
      node("h = Relu(a)"),
      node("y = MatMul(h, v)"),
    ];
    await expect(open({ constants: { ...perceptron().constants, axes: i64(0) }, nodes })).rejects.toThrow(
      '"h", in which a row depends on the rows beside it',
    );
  });

  test("the batch may stand at another axis of a value, or hold several entries of a row", async () => {
    const bytes = draw({
      inputs: { x: ["f32", "batch", 3, 4] },
      constants: { ...perceptron().constants, sizes: i64(-1, 4) },
      nodes: [
        ...[node("t = Transpose(x)", { perm: [1, 0, 2] }), node("a = Relu(t)"), node("u = MatMul(a, w)")],
        ...[node("r = Reshape(x, sizes)"), node("b = Tanh(r)"), node("y = MatMul(b, w)")],
      ],
      outputs: ["u", "y"],
    });
    const target = await openForeign(bytes, nodeRuntime);
    expect(watched(target)).toEqual(["Relu a [3,4]", "Tanh b [3,4]"]);
    const x = rows(2, 3, 4);
    const { ours } = await both(bytes, target, { x });
    expect(toNumbers(ours[0]!)).toEqual(toNumbers(x).map((each) => Math.max(each, 0)));
    expect(ours[1]!.shape).toEqual([2, 3, 4]);
    for (const [i, each] of toNumbers(ours[1]!).entries()) expect(each).toBeCloseTo(Math.tanh(toNumbers(x)[i]!), 5);
  });
});

test("half floats are fed and read as f32", async () => {
  const half = (name: string) => node(`${name}16 = Cast(${name})`, { to: 10 });
  const target = await open({
    inputs: { x: [10, "batch", 4] },
    nodes: [half("w"), node("a = MatMul(x, w16)"), node("h = Relu(a)"), half("v"), node("y = MatMul(h, v16)")],
  });
  expect(target.inputs).toEqual([{ name: "x/f32", dtype: "f32", shape: [4] }]);
  expect(target.apply([input("x", "f32", ["batch", 4])])[0]).toMatchObject({ dtype: "f32", shape: ["batch", 6] });
});

test("sizes that the file leaves open are asked for", async () => {
  const change: Partial<Drawing> = { inputs: { x: ["f32", "batch", "columns"] } };
  await expect(open(change)).rejects.toThrow(
    'target: expected stated sizes of a row at the input "x", got [?]; export it with every size fixed but that of the batch',
  );
  expect(value(await open(change, { shapes: { x: [4] } })).shape).toEqual([6]);
  await expect(open({}, { shapes: { x: [5] } })).rejects.toThrow(
    'expected rows of the shape [5] at the input "x", got [4]',
  );
});

test("inside of a loop: weights stand outside once, and the batch is what the loop has", async () => {
  const target = await open({});
  const sequence = input("rows", "f32", ["steps", 2, 4]);
  const { stacked } = scan({ state: [scalar(0)], over: [sequence] }, ([n], [x]) => ({
    state: [add(n!, 1)],
    outputs: [target.apply([x!])[0]!, target.apply([mul(x!, -1)])[0]!],
  }));
  const file = writeOnnx({
    name: "loop",
    inputs: [sequence],
    outputs: stacked.map((node, i) => ({ name: `h${i}`, node })),
  });
  expect(decodeModel(file).graph!.initializer.filter(({ name }) => name.startsWith("target."))).toHaveLength(1);
  const session = await nodeRuntime.open(file);
  const fed = rows(6, 4);
  const { h0, h1 } = await session.run({ rows: { ...fed, shape: [3, 2, 4] } as Tensor });
  await session.close();
  const { theirs } = await both(draw(perceptron()), target, { x: fed });
  expect(toNumbers(h0!)).toEqual(toNumbers(theirs[0]!));
  expect(toNumbers(h1!)).not.toEqual(toNumbers(h0!));
});

test("no gradient passes", async () => {
  const target = await open({});
  const x = input("x", "f32", [2, 4]);
  const w = input("w", "f32", [6, 1]);
  const loss = sum(matmul(target.apply([x])[0]!, w, {}), {});
  const [dx, dw] = differentiate(loss, [x, w]);
  expect(constantOf(dx!)!.data.every((each) => each === 0)).toBe(true);
  expect(dw!.shape).toEqual([6, 1]);
});

describe("weights in a file beside the model", () => {
  const whole = draw(perceptron());
  const model = decodeModel(whole);
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const tensor of model.graph!.initializer) {
    const { raw_data: raw } = tensor as { raw_data: Uint8Array };
    const at = { location: "weights.bin", offset: String(offset), length: String(raw.length) };
    Object.assign(tensor, { raw_data: undefined, data_location: 1 });
    tensor.external_data = Object.entries(at).map(([key, text]) => ({ key, value: text }));
    parts.push(raw);
    offset += raw.length;
  }
  const apart = encodeModel(model);
  const file = Uint8Array.from(parts.flatMap((part) => [...part]));

  test("are refused where the file is not given", async () => {
    await expect(openForeign(apart, nodeRuntime)).rejects.toThrow(
      'target: expected a model whose weights are in the file itself, got weights in "weights.bin" beside it',
    );
  });

  test("are put into it where it is", async () => {
    const again = await embedExternalData(apart, async () => file);
    const x = { x: rows(3, 4) };
    const layers = ["h", "y"];
    const [first, second] = [
      await openForeign(whole, nodeRuntime, { layers }),
      await openForeign(again, nodeRuntime, { layers }),
    ];
    expect((await both(again, second, x)).ours).toEqual((await both(whole, first, x)).ours);
    expect(await embedExternalData(whole, async () => file)).toBe(whole);
  });

  test("must lie in the model's folder, and be as long as it says", async () => {
    await expect(embedExternalData(apart, async () => file.subarray(8))).rejects.toThrow(
      "weights.bin: expected 168 bytes or more",
    );
    const { graph: drawn, ...rest } = decodeModel(apart);
    drawn!.initializer[0]!.external_data = [{ key: "location", value: "../../secret" }];
    const elsewhere = encodeModel({ ...rest, graph: drawn! });
    await expect(embedExternalData(elsewhere, async () => file)).rejects.toThrow(
      "expected weights in the folder of the model",
    );
  });
});

test.each<[string, Uint8Array, string]>([
  ["bytes that are no model", new TextEncoder().encode("a,b\n1,2\n"), "target: expected an ONNX model, got"],
  [
    "a model without operators",
    draw(perceptron({ nodes: [] })),
    "target: expected an ONNX model, got a file without operators",
  ],
  [
    "an operator that ONNX Runtime does not know",
    draw(
      perceptron({
        nodes: [node("h = Unheard(x)", {}, "com.example"), node("y = Relu(h)"), node("z = MatMul(y, w)")],
        outputs: ["z"],
      }),
    ),
    "target: expected a model that ONNX Runtime runs, got",
  ],
  [
    "functions of its own",
    encodeModel({ ...decodeModel(draw(perceptron())), functions: [{ name: "Swoosh" }] }),
    "target: expected a model without functions of its own, got the function Swoosh; save it with them written out: onnx.save(onnx.inliner",
  ],
  [
    "values that are constants",
    draw(
      perceptron({
        nodes: [node("a = MatMul(w, v)"), node("h = Relu(a)"), node("y = MatMul(x, w)"), node("z = MatMul(h, h)")],
        outputs: ["y", "z"],
      }),
    ),
    "got constants",
  ],
  [
    "steps that depend on the whole batch",
    draw(perceptron({ nodes: [node("q, s, z = DynamicQuantizeLinear(x)"), ...perceptron().nodes] })),
    "target: expected a model in which rows do not depend on each other, got dynamic quantisation",
  ],
])("refuses %s", async (_, bytes, message) => {
  await expect(openForeign(bytes, nodeRuntime)).rejects.toThrow(message);
});

test("text among the chosen values is refused", async () => {
  const change: Partial<Drawing> = {
    inputs: { x: ["f32", "batch", 4], name: ["string", "batch", 1] },
    nodes: [...perceptron().nodes, node("same = Identity(name)")],
    outputs: ["y", "same"],
  };
  await expect(open(change, { layers: ["same"] })).rejects.toThrow(
    'target: expected values that are numbers, got "same", which is text',
  );
});

test("lists among the chosen values are refused", async () => {
  await expect(
    openForeign(fixture("sklearn-classifier"), nodeRuntime, { layers: ["output_probability"] }),
  ).rejects.toThrow('layers: expected values that are tensors, got "output_probability", which ZipMap makes a list');
});

test("how much work the copy is counts where threads are chosen", async () => {
  const target = await openForeign(fixture("torch-mnist-cnn"), nodeRuntime);
  const x = input("x", "f32", ["batch", 784]);
  const graph = { name: "watch", inputs: [x], outputs: target.apply([x]).map((node, i) => ({ name: `${i}`, node })) };
  // second convolution: 16 maps of 11×11 places, 8·3·3 products each
  expect(largestProduct(graph, 10)).toBe(10 * 16 * 11 * 11 * 72);
});
