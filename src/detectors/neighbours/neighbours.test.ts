// Nearest reference rows against plain sorting, on the runtime that models run on.

import { describe, expect, test } from "vitest";
import { writeOnnx } from "../../graph/onnx/write.js";
import { input } from "../../graph/op.js";
import { nodeRuntime } from "../../runtime/node.js";
import { Random } from "../../tensor/random.js";
import { tensor, toNumbers } from "../../tensor/tensor.js";
import { nearest } from "./nearest.js";
import { drawReferences, merged, type References } from "./references.js";

async function run(references: References, x: Float32Array, k: number, beside: readonly Float32Array[] = []) {
  const { width } = references;
  const node = input("x", "f32", ["batch", width]);
  const found = nearest(node, references, k, beside);
  const outputs = [found.distances, ...found.beside].map((each, i) => ({ name: `out${i}`, node: each }));
  const session = await nodeRuntime.open(writeOnnx({ name: "nearest", inputs: [node], outputs }));
  const got = await session.run({ x: tensor("f32", [x.length / width, width], x) });
  await session.close();
  return outputs.map(({ name }) => toNumbers(got[name]!));
}

/** Rising distances, and whose they are. */
function sorted(values: Float32Array, width: number, row: Float32Array): { distance: number; place: number }[] {
  return Array.from({ length: values.length / width }, (_, place) => ({
    distance: Math.hypot(...row.map((v, j) => v - values[place * width + j]!)),
    place,
  })).sort((a, b) => a.distance - b.distance);
}

describe.each([
  // rows, width, k: one group for each row, several members, members that do not come out even, all rows, blocks by size
  [50, 3, 5],
  [999, 2, 3],
  [1001, 7, 1],
  [7, 2, 7],
  [9001, 2, 4],
  [40, 60, 10],
])("%i references of %i numbers, %i nearest", (count, width, k) => {
  test("are those that sorting finds", async () => {
    const random = new Random(1);
    const values = random.fillNormal(new Float32Array(count * width)).map((v) => 3 * v + 20);
    const references = drawReferences({ values, count }, width, count, random);
    const x = random.fillNormal(new Float32Array(20 * width)).map((v) => 4 * v + 20);
    x.set(values.subarray(0, width)); // one that is a reference itself
    const numbers = Float32Array.from({ length: count }, (_, i) => i);
    const [distances, places] = await run(references, x, k, [numbers]);
    for (let i = 0; i < 20; i++) {
      const expected = sorted(values, width, x.subarray(i * width, (i + 1) * width)).slice(0, k);
      const got = distances!.slice(i * k, (i + 1) * k);
      for (const [j, { distance }] of expected.entries()) expect(got[j]).toBeCloseTo(distance, 4);
      if (i > 0) expect(places!.slice(i * k, (i + 1) * k)).toEqual(expected.map(({ place }) => place));
    }
    expect(distances![0]).toBe(0);
  });
});

test("a row far from everything keeps exact distances, and equal rows are at distance 0", async () => {
  const values = Float32Array.of(1000, 1000, 1000.5, 1000, -1000, 1000, 1e6, 1e6);
  const references = drawReferences({ values, count: 4 }, 2, 4, new Random(1));
  const [distances] = await run(references, Float32Array.of(1000.5, 1000, 1e6, 1e6), 2);
  expect(distances).toEqual([0, 0.5, 0, expect.closeTo(Math.hypot(1e6 - 1000.5, 1e6 - 1000), 0)]);
});

test("more rows than are wanted are drawn, in their order", () => {
  const values = Float32Array.from({ length: 100 }, (_, i) => i);
  const { values: kept, count, middle } = drawReferences({ values, count: 100 }, 1, 10, new Random(2));
  expect(count).toBe(10);
  const rows = Array.from(kept, (v) => Math.round(v + middle[0]!));
  expect(new Set(rows).size).toBe(10);
  expect(rows).toEqual(rows.toSorted((a, b) => a - b));
});

test("equal rows become one, with the number of its copies", () => {
  const values = Float32Array.of(1, 2, 3, 4, 1, 2, 0, 5, 1, 2, -0, 5);
  const references = { values, count: 6, width: 2, middle: new Float32Array(2) };
  const { rows, copies } = merged(references);
  expect(Array.from(rows.values)).toEqual([1, 2, 3, 4, 0, 5]);
  expect(Array.from(copies)).toEqual([3, 1, 2]);
});
