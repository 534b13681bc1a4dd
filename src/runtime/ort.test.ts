// The same small suite for both packages of ONNX Runtime, and for sessions in a worker thread.

import { afterAll, describe, expect, test } from "vitest";
import { writeOnnx } from "../graph/onnx/write.js";
import { constant, input } from "../graph/op.js";
import { add, mul } from "../graph/ops/arithmetic.js";
import { cast } from "../graph/ops/cast.js";
import { greater } from "../graph/ops/comparison.js";
import { sum } from "../graph/ops/reduce.js";
import { type Tensor, tensor, tensorOf } from "../tensor/tensor.js";
import { nodeRuntime } from "./node.js";
import { webRuntime } from "./web.js";
import { workerRuntime } from "./worker.js";

const worker = workerRuntime();
afterAll(() => worker.close());

const x = input("x", "f32", ["batch", 2]);
const text = input("text", "string", ["batch"]);
const model = writeOnnx({
  name: "p",
  inputs: [x, text],
  outputs: [
    { name: "twice", node: mul(x, 2) },
    { name: "odd", node: greater(sum(x, { axes: [1] }), 3) },
    { name: "same", node: text },
    { name: "whole", node: cast(x, { to: "i64" }) },
    { name: "exact", node: add(cast(x, { to: "f64" }), 1e-12) },
    { name: "bytes", node: cast(x, { to: "u8" }) },
    { name: "fixed", node: constant(tensorOf("i32", [1, 2], [3, -4])) },
  ],
});
const feeds = (): Record<string, Tensor> => ({
  x: tensorOf("f32", [2, 2], [1, 2, 3.5, 4]),
  text: tensor("string", [2], ["é", ""]),
});

describe.each([nodeRuntime, webRuntime, worker])("$name", (runtime) => {
  test("runs, with every element type", async () => {
    const session = await runtime.open(model);
    expect(session.inputs).toEqual(["x", "text"]);
    expect(session.outputs).toEqual(["twice", "odd", "same", "whole", "exact", "bytes", "fixed"]);
    expect(await session.run(feeds())).toEqual({
      twice: tensorOf("f32", [2, 2], [2, 4, 7, 8]),
      odd: tensorOf("bool", [2], [0, 1]),
      same: tensor("string", [2], ["é", ""]),
      whole: tensorOf("i64", [2, 2], [1, 2, 3, 4]),
      exact: tensorOf("f64", [2, 2], [1 + 1e-12, 2 + 1e-12, 3.5 + 1e-12, 4 + 1e-12]),
      bytes: tensorOf("u8", [2, 2], [1, 2, 3, 4]),
      fixed: tensorOf("i32", [1, 2], [3, -4]),
    });
    await session.close();
  });

  test("leaves its feeds alone, and what it gave before", async () => {
    const session = await runtime.open(model);
    const given = feeds();
    const first = await session.run(given);
    expect(given).toEqual(feeds());
    await session.run({ ...given, x: tensorOf("f32", [2, 2], [9, 9, 9, 9]) });
    expect(first.twice).toEqual(tensorOf("f32", [2, 2], [2, 4, 7, 8]));
    await session.close();
  });

  test("two calls at once are both served, in their order", async () => {
    const session = await runtime.open(model);
    const order: number[] = [];
    const call = async (n: number): Promise<unknown> => {
      const got = await session.run({ ...feeds(), x: tensorOf("f32", [2, 2], [n, n, n, n]) });
      order.push(n);
      return got.twice!.data;
    };
    expect(await Promise.all([1, 2, 3].map(call))).toEqual([2, 4, 6].map((n) => Float32Array.of(n, n, n, n)));
    expect(order).toEqual([1, 2, 3]);
    await session.close();
  });

  test("names a feed that is missing, unknown, or of a wrong type or size; and goes on", async () => {
    const session = await runtime.open(model);
    const { x: given, text: texts } = feeds();
    await expect(session.run({ x: given! })).rejects.toThrow(/text/);
    await expect(session.run({ x: given!, text: texts!, y: given! })).rejects.toThrow(
      'the model has no input "y"; it takes x, text',
    );
    await expect(session.run({ x: tensorOf("f64", [2, 2], [1, 2, 3, 4]), text: texts! })).rejects.toThrow(/x|double/);
    await expect(session.run({ x: tensorOf("f32", [2, 3], [1, 2, 3, 4, 5, 6]), text: texts! })).rejects.toThrow(/x/);
    expect((await session.run(feeds())).odd!.data).toEqual(Uint8Array.of(0, 1));
    await session.close();
  });

  test("refuses bytes that are no model", async () => {
    await expect(runtime.open(new TextEncoder().encode("a,b\n1,2\n"))).rejects.toThrow(Error);
  });

  test("a closed session does not run", async () => {
    const session = await runtime.open(model);
    await session.close();
    await expect(session.run(feeds())).rejects.toThrow(Error);
  });
});
