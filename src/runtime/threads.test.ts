// How many threads: by the largest product of a program, wherever it stands.

import { expect, test } from "vitest";
import type { Graph, Node } from "../graph/node.js";
import { input } from "../graph/op.js";
import { add } from "../graph/ops/arithmetic.js";
import { conv, convFilter, convTranspose } from "../graph/ops/conv.js";
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
test("of convolutions: places of the map × channels × numbers of the filter", () => {
  // 6·5 places, 7 channels of the map, 3 of the picture, 2×4 taps, 2 pictures
  const expected = 6 * 5 * 7 * 3 * 2 * 4 * 2;
  const [pictures, filter, map] = [matrix(2, 3, 7, 8), matrix(7, 3, 2, 4), matrix(2, 7, 6, 5)];
  expect(largestProduct(graph(conv(pictures, filter, {})))).toBe(expected);
  expect(largestProduct(graph(convTranspose(map, filter, {})))).toBe(expected);
  expect(largestProduct(graph(convFilter(pictures, map, { size: [2, 4] })))).toBe(expected);
  expect(largestProduct(graph(conv(matrix("batch", 3, 7, 8), filter, {})), 2)).toBe(expected);
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
