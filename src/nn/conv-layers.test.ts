// Convolutional layers against PyTorch 2.15 and sizes by hand; the changes of shape.

import { describe, expect, test } from "vitest";
import { input } from "../graph/op.js";
import { square } from "../graph/ops/arithmetic.js";
import { sum } from "../graph/ops/reduce.js";
import { Random } from "../tensor/random.js";
import { conv, convTransposed, flatten, maxPool, meanPool, reshapeTo, upsample } from "./conv-layers.js";
import { closeTo, drawn, given, held, slopesAgree, valuesOf } from "./held.js";
import { heNormal, torchUniform } from "./initialise.js";
import type { Network } from "./network.js";

const count = (size: number, from: number, scale: number): number[] =>
  Array.from({ length: size }, (_, i) => (i - from) / scale);
const namesOf = ({ parameters }: Network): string[] =>
  parameters.map(({ name, shape }) => `${name} ${shape.join("×")}`);
const shapeOf = (layer: Network, shape: readonly (number | string)[]) =>
  held(layer).call(input("x", "f32", shape)).shape;

describe("conv", () => {
  const x = given([1, 2, 4, 4], count(32, 16, 8));
  // torch.nn.functional.conv2d of this x and weight, with the bias (0.5, -1)
  const weight = count(36, 18, 8);
  test("without padding, with a bias for each channel of the result", () => {
    const layer = conv({ from: 2, to: 2, kernel: 3 });
    expect(namesOf(layer)).toEqual(["weight 2×2×3×3", "bias 2"]);
    const { call } = held(layer, { weight, bias: [0.5, -1] });
    closeTo(valuesOf(call(x)), [21.078125, 18.40625, 10.390625, 7.71875, 4.390625, 6.78125, 13.953125, 16.34375]);
  });
  test("with the same padding on each side, a stride, and a kernel that is not square", () => {
    const layer = conv({ from: 2, to: 1, kernel: [3, 4], stride: 2, padding: 1 });
    expect(namesOf(layer)).toEqual(["weight 1×2×3×4", "bias 1"]);
    const { call } = held(layer, { weight: count(24, 12, 4), bias: [0.5] });
    closeTo(valuesOf(call(x)), [16.5, 18.75, 33.875, 32.75]);
  });
  test("with TensorFlow's padding, whose odd row and column stand at the end; without a bias", () => {
    // conv2d(pad(x, (0, 1, 0, 1)), weight, stride=2)
    const layer = conv({ from: 2, to: 2, kernel: 3, stride: 2, padding: "same", bias: false });
    expect(namesOf(layer)).toEqual(["weight 2×2×3×3"]);
    const { call } = held(layer, { weight });
    closeTo(valuesOf(call(x)), [20.578125, 11.109375, 1.25, -1.5625, 5.390625, 6.046875, 11.375, 8.5625]);
  });
  test("with the picture's mirror image around it, the edge repeated", () => {
    // conv2d of numpy.pad(x, 1, mode="symmetric") and the weight's first half
    const layer = conv({ from: 2, to: 1, kernel: 3, padding: "symmetric", bias: false });
    const { call } = held(layer, { weight: weight.slice(0, 18) });
    // biome-ignore format: a picture
    closeTo(valuesOf(call(x)), [
      28.265625, 26.578125, 23.90625, 22.03125,
      22.265625, 20.578125, 17.90625, 16.03125,
      11.578125, 9.890625, 7.21875, 5.34375,
      3.328125, 1.640625, -1.03125, -2.90625,
    ]);
  });
  test("any number of rows", () => {
    const halves = conv({ from: 1, to: 6, kernel: 4, stride: 2, padding: "same" });
    expect(shapeOf(halves, ["batch", 1, 28, 28])).toEqual(["batch", 6, 14, 14]);
    expect(shapeOf(halves, ["batch", 1, 7, 7])).toEqual(["batch", 6, 4, 4]);
  });
  test("has derivatives twice", () => {
    const { call } = held(conv({ from: 2, to: 3, kernel: 3, stride: 2, padding: 1 }));
    slopesAgree((x) => sum(square(square(call(x))), {}), [drawn([2, 2, 5, 5], 1)]);
  });
  test("refuses other channels, and rows that are not pictures", () => {
    const { call } = held(conv({ from: 3, to: 1, kernel: 1 }));
    expect(() => call(x)).toThrow("convolution: expected [batch, 3, height, width], got [1, 2, 4, 4]");
    expect(() => call(given([1, 3], [1, 2, 3]))).toThrow("got [1, 3]");
  });
});

describe("convTransposed", () => {
  const x = given([1, 2, 2, 2], count(8, 4, 4));
  test("cuts its padding off, as PyTorch's", () => {
    // torch.nn.functional.conv_transpose2d(x, weight, bias, stride=2, padding=1)
    const layer = convTransposed({ from: 2, to: 1, kernel: 4, stride: 2, padding: 1 });
    expect(namesOf(layer)).toEqual(["weight 2×1×4×4", "bias 1"]);
    const { call } = held(layer, { weight: count(32, 16, 8), bias: [0.25] });
    // biome-ignore format: a picture
    closeTo(valuesOf(call(x)), [
      1.625, 2.75, 2.5625, 1.375,
      2.125, 3.5, 3.375, 1.75,
      1.625, 3.0, 2.875, 1.75,
      1.25, 2.25, 2.3125, 1.375,
    ]);
  });
  test("with TensorFlow's padding is stride times as large: the odd row and column are cut off at the end", () => {
    // conv_transpose2d(x, weight, stride=2) without its last row and column
    const layer = convTransposed({ from: 2, to: 1, kernel: 3, stride: 2, padding: "same", bias: false });
    const { call } = held(layer, { weight: count(18, 9, 8) });
    // biome-ignore format: a picture
    closeTo(valuesOf(call(x)), [
      1.125, 1.0, 1.71875, 0.78125,
      0.75, 0.625, 1.15625, 0.59375,
      0.9375, 0.8125, 1.4375, 0.75,
      0.5625, 0.5625, 1.03125, 0.53125,
    ]);
  });
  test("sizes, for any number of rows", () => {
    const of = (kernel: number, stride: number, padding: "same" | number) =>
      shapeOf(convTransposed({ from: 5, to: 3, kernel, stride, padding }), ["batch", 5, 7, 7]);
    expect(of(4, 2, "same")).toEqual(["batch", 3, 14, 14]);
    expect(of(5, 3, "same")).toEqual(["batch", 3, 21, 21]);
    expect(of(1, 2, "same")).toEqual(["batch", 3, 14, 14]);
    expect(of(4, 1, 0)).toEqual(["batch", 3, 10, 10]);
    expect(of(4, 2, 1)).toEqual(["batch", 3, 14, 14]);
  });
});

test("a start that says so starts the bias too", () => {
  // PyTorch: ±1/√(2·3·3) for both
  const [weight, bias] = conv({ from: 2, to: 400, kernel: 3, start: torchUniform }).parameters;
  for (const { start, shape } of [weight!, bias!]) {
    const values = start(new Random(3), shape);
    expect(Math.max(...values)).toBeLessThanOrEqual(1 / Math.sqrt(18));
    expect(Math.max(...values)).toBeGreaterThan(0.97 / Math.sqrt(18));
  }
  const zero = conv({ from: 2, to: 4, kernel: 3, start: heNormal }).parameters[1]!;
  expect([...zero.start(new Random(3), [4])]).toEqual([0, 0, 0, 0]);
});

test("squares become their mean or their largest, and elements squares", () => {
  const x = given([1, 1, 2, 4], [1, 2, -1, 0, 3, 6, 5, -8]);
  expect(valuesOf(held(meanPool(2)).call(x))).toEqual([3, -1]);
  expect(valuesOf(held(maxPool(2)).call(x))).toEqual([6, 5]);
  expect(valuesOf(held(upsample(2)).call(given([1, 1, 1, 2], [1, 2])))).toEqual([1, 1, 2, 2, 1, 1, 2, 2]);
  for (const layer of [meanPool(2), maxPool(2)]) expect(shapeOf(layer, ["batch", 3, 8, 6])).toEqual(["batch", 3, 4, 3]);
  expect(shapeOf(upsample(2), ["batch", 3, 4, 3])).toEqual(["batch", 3, 8, 6]);
});

test("pictures become rows and rows pictures, with the last axis changing fastest", () => {
  const x = given([2, 2, 1, 3], count(12, 0, 1));
  const rows = held(flatten).call(x);
  expect(rows.shape).toEqual([2, 6]);
  expect(valuesOf(rows)).toEqual(valuesOf(x));
  expect(held(reshapeTo(2, 1, 3)).call(rows).shape).toEqual([2, 2, 1, 3]);
  expect(shapeOf(flatten, ["batch", 2, 3, 4])).toEqual(["batch", 24]);
  expect(shapeOf(reshapeTo(2, 3, 4), ["batch", 24])).toEqual(["batch", 2, 3, 4]);
});
