// Minibatch discrimination against sums worked out by hand.

import { expect, test } from "vitest";
import { input } from "../graph/op.js";
import { square } from "../graph/ops/arithmetic.js";
import { sum } from "../graph/ops/reduce.js";
import { closeTo, drawn, given, held, slopesAgree, valuesOf } from "./held.js";
import { minibatchDiscrimination } from "./minibatch-discrimination.js";

test("each row, and how near the others lie to it, itself included", () => {
  const layer = minibatchDiscrimination({ from: 1, kernels: 2, dims: 2 });
  expect(layer.parameters.map(({ name, shape }) => `${name} ${shape.join("×")}`)).toEqual(["weight 1×4", "bias 4"]);
  // M of the rows 0, 1 and 3: kernel 0 measures in (x, -x), kernel 1 in (2x, 0); the bias falls out of the differences.
  // The distances 1, 3 and 2 between the rows are doubled by both.
  const { call } = held(layer, { weight: [1, -1, 2, 0], bias: [5, -7, 0, 1] });
  const near = (...apart: number[]): number => apart.reduce((total, d) => total + Math.exp(-2 * d), 1);
  const y = call(given([3, 1], [0, 1, 3]));
  expect(y.shape).toEqual([3, 3]);
  // biome-ignore format: a row for each row
  closeTo(valuesOf(y), [
    0, near(1, 3), near(1, 3),
    1, near(1, 2), near(1, 2),
    3, near(3, 2), near(3, 2),
  ]);
});

test("the dimensions of a kernel are added up before the exponential, the kernels are apart", () => {
  const { call } = held(minibatchDiscrimination({ from: 2, kernels: 2, dims: 2 }), {
    weight: [1, 0, 0, 0, 0, 2, 0, 3],
  });
  // kernel 0 measures in (x, 2y), kernel 1 in (0, 3y)
  const y = valuesOf(call(given([3, 2], [0, 0, 1, 1, 0, 1])));
  const e = Math.exp;
  closeTo(y.slice(0, 4), [0, 0, 1 + e(-3) + e(-2), 1 + e(-3) + e(-3)]);
  closeTo(y.slice(4, 8), [1, 1, 1 + e(-3) + e(-1), 1 + e(-3) + e(0)]);
});

test("among other rows: itself once, each of them as often as it counts", () => {
  const { call } = held(minibatchDiscrimination({ from: 1, kernels: 1, dims: 1 }), { weight: [1], bias: [3] });
  const y = call(given([2, 1], [0, 1]), given([3, 1], [0, 1, 3]), given([3], [0, 2, 4]));
  const e = Math.exp;
  closeTo(valuesOf(y), [0, 1 + 2 * e(-1) + 4 * e(-3), 1, 1 + 2 + 4 * e(-2)]);
  const same = call(given([1, 1], [1]), given([2, 1], [0, 3]));
  closeTo(valuesOf(same), [1, 1 + e(-1) + e(-2)]);
  const without = call(given([1, 1], [1]), given([2, 1], [0, 3]), given([2], [1, 1]), given([], [0]));
  closeTo(valuesOf(without), [1, e(-1) + e(-2)]);
});

test("any number of rows; slopes agree with differences", () => {
  const layer = minibatchDiscrimination({ from: 5, kernels: 5, dims: 3 });
  expect(held(layer).call(input("x", "f32", ["batch", 5])).shape).toEqual(["batch", 10]);
  slopesAgree((x) => sum(square(held(layer).call(x)), {}), [drawn([4, 5], 8)]);
});
