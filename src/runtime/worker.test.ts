// Sessions in a thread of their own: the caller's event loop turns, errors come back, memory may be given away.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeOnnx } from "../graph/onnx/write.js";
import { constant, input } from "../graph/op.js";
import { add } from "../graph/ops/arithmetic.js";
import { matmul } from "../graph/ops/matmul.js";
import { scan } from "../graph/ops/scan.js";
import { type Tensor, tensorOf } from "../tensor/tensor.js";
import type { Session } from "./runtime.js";
import { buffersOf, workerRuntime, workerUrl } from "./worker.js";

const x = input("x", "f32", ["batch"]);
const model = writeOnnx({ name: "p", inputs: [x], outputs: [{ name: "y", node: add(x, 1) }] });
const feed = (...numbers: number[]): Tensor => tensorOf("f32", [numbers.length], numbers);

/** A product of matrices for each element of "steps": as long as one asks for. */
function longModel(): Uint8Array {
  const steps = input("steps", "f32", ["steps"]);
  const turn = constant(
    tensorOf(
      "f32",
      [64, 64],
      Float32Array.from({ length: 4096 }, (_, i) => Number(i % 65 === 0)),
    ),
  );
  const start = constant(tensorOf("f32", [64, 64], new Float32Array(4096)));
  const { state } = scan({ state: [start], over: [steps] }, ([s], [one]) => ({
    state: [add(matmul(s!, turn, {}), one!)],
    outputs: [],
  }));
  return writeOnnx({ name: "long", inputs: [steps], outputs: [{ name: "y", node: state[0]! }] });
}

const worker = workerRuntime();
let session: Session;
beforeAll(async () => {
  session = await worker.open(model);
});
afterAll(() => worker.close());

test("timers run while a model runs", async () => {
  const long = await worker.open(longModel());
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const { y } = await long.run({ steps: tensorOf("f32", [20_000], new Float32Array(20_000).fill(1)) });
  clearInterval(timer);
  expect(y!.data[0]).toBe(20_000);
  expect(ticks).toBeGreaterThan(5);
  await long.close();
});

test("several sessions live in one thread, and closing one leaves the others", async () => {
  const other = await worker.open(writeOnnx({ name: "q", inputs: [x], outputs: [{ name: "y", node: add(x, 10) }] }));
  const [one, two] = await Promise.all([session.run({ x: feed(1) }), other.run({ x: feed(1) })]);
  expect([one.y, two.y]).toEqual([feed(2), feed(11)]);
  await other.close();
  expect((await session.run({ x: feed(5) })).y).toEqual(feed(6));
  await expect(other.run({ x: feed(1) })).rejects.toThrow(Error);
});

describe("memory", () => {
  test("stays the caller's by default", async () => {
    const given = feed(1, 2);
    await session.run({ x: given });
    expect(given.data).toEqual(Float32Array.of(1, 2));
  });
  test("passes to the session where it is given, and only whole buffers", async () => {
    const given = feed(1, 2);
    expect((await session.run({ x: given }, { give: true })).y).toEqual(feed(2, 3));
    expect(given.data).toHaveLength(0);
    const whole = Float32Array.of(9, 1, 2, 9);
    const part = { dtype: "f32", shape: [2], data: whole.subarray(1, 3) } as const;
    expect((await session.run({ x: part }, { give: true })).y).toEqual(feed(2, 3));
    expect(whole).toHaveLength(4);
  });
  test("that was given away before is refused, and the session goes on", async () => {
    const given = feed(1, 2);
    await session.run({ x: given }, { give: true });
    await expect(session.run({ x: given }, { give: true })).rejects.toThrow('memory of feed "x" was given away');
    expect((await session.run({ x: feed(3) })).y).toEqual(feed(4));
  });
  test("of one buffer under two names is handed over once", () => {
    const data = new Float32Array(2);
    expect(buffersOf({ a: { data }, b: { data }, text: { data: ["x"] } })).toEqual([data.buffer]);
  });
});

test("what is under way when the thread is closed is finished, and what comes later fails", async () => {
  const short = workerRuntime();
  const last = await short.open(longModel());
  const running = last.run({ steps: tensorOf("f32", [50_000], new Float32Array(50_000)) });
  const closed = short.close();
  await expect(last.run({ steps: feed(1) })).rejects.toThrow("the worker thread was closed");
  await closed;
  expect(Object.keys(await running)).not.toEqual([]);
  await expect(short.open(model)).rejects.toThrow("the worker thread was closed");
});

test.each([
  ["file:///home/a/src/oddity/src/runtime/worker.ts", "file:///home/a/src/oddity/dist/runtime/entry.js"],
  [
    "file:///usr/src/app/node_modules/oddity/dist/runtime/worker.js",
    "file:///usr/src/app/node_modules/oddity/dist/runtime/entry.js",
  ],
])("the entry beside %s", (from, expected) => {
  expect(workerUrl("./entry.js", from).href).toBe(expected);
});
