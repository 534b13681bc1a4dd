// How many threads: by the largest product of a program, wherever it stands.

import { expect, test } from "vitest";
import type { Graph, Node } from "../graph/node.js";
import { input } from "../graph/op.js";
import { add } from "../graph/ops/arithmetic.js";
import { exp } from "../graph/ops/exponential.js";
import { affine, matmul } from "../graph/ops/matmul.js";
import { scan } from "../graph/ops/scan.js";
import { largestProduct, threadsFor } from "./threads.js";

const matrix = (...shape: (number | string)[]): Node => input("m", "f32", shape);
const graph = (...outputs: Node[]): Graph => ({
  name: "p",
  inputs: [],
  outputs: outputs.map((node, i) => ({ name: `y${i}`, node })),
});

test("rows × columns × inner size, of the largest", () => {
  expect(largestProduct(graph(exp(matrix(2, 3))))).toBe(0);
  expect(largestProduct(graph(matmul(matrix(2, 3), matrix(3, 5), {}), matmul(matrix(7, 2), matrix(2, 1), {})))).toBe(
    30,
  );
  expect(largestProduct(graph(affine(matrix(2, 3), matrix(3, 5), matrix(5))))).toBe(30);
});
test("with operands transposed", () => {
  expect(largestProduct(graph(matmul(matrix(3, 2), matrix(3, 5), { transA: true })))).toBe(30);
  expect(largestProduct(graph(matmul(matrix(2, 3), matrix(5, 3), { transB: true })))).toBe(30);
});
test("with a named size, which counts as the batch", () => {
  expect(largestProduct(graph(matmul(matrix("batch", 3), matrix(3, 5), {})), 10)).toBe(150);
});
test("inside a loop", () => {
  const { stacked } = scan({ state: [], over: [matrix("steps", 2, 3)] }, (_, [x]) => ({
    state: [],
    outputs: [add(matmul(x!, matrix(3, 5), {}), 1)],
  }));
  expect(largestProduct(graph(stacked[0]!))).toBe(30);
});
test("one thread for small work, all but one for large", () => {
  expect([threadsFor(0, 8), threadsFor(1e6, 8), threadsFor(1e8, 8), threadsFor(1e8, 1)]).toEqual([1, 1, 7, 1]);
});
