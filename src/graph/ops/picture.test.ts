// What the cases of the ops do not show: sizes of "SAME" padding, mirrored edges, an open batch, values held fast.

import { describe, expect, test } from "vitest";
import { nodeRuntime } from "../../runtime/node.js";
import { Random } from "../../tensor/random.js";
import { type Tensor, tensor, tensorOf, toNumbers } from "../../tensor/tensor.js";
import { differentiate } from "../differentiate.js";
import { interpret } from "../interpret.js";
import type { Node } from "../node.js";
import { writeOnnx } from "../onnx/write.js";
import { constant, input } from "../op.js";
import { add, mul } from "./arithmetic.js";
import { conv, convTranspose } from "./conv.js";
import { formOf, type Sizes } from "./conv-forms.js";
import { detach } from "./detach.js";
import { mirrorPad } from "./mirror.js";
import { averagePool, maxPool, upsampleNearest } from "./pool.js";
import { mean, sum } from "./reduce.js";
import { samePads, samePadsTransposed, slides } from "./windows.js";

const row = (...values: number[]): Node => constant(tensorOf("f32", [values.length], values));
const numbersOf = (node: Node): number[] => toNumbers(interpret([node], new Map())[0]!);
const drawn = (shape: readonly number[], name: string): Tensor =>
  tensor("f32", shape, new Random(3).at(name).fillNormal(new Float32Array(shape.reduce((n, dim) => n * dim, 1))));

test("a convolution by hand", () => {
  const x = constant(tensorOf("f32", [1, 1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]));
  const w = constant(tensorOf("f32", [1, 1, 2, 2], [1, 0, 0, -1]));
  expect(numbersOf(conv(x, w, {}))).toEqual([-4, -4, -4, -4]);
  expect(numbersOf(conv(x, w, { strides: [2, 2], pads: [1, 1, 0, 0] }))).toEqual([-1, -3, -7, -4]);
  expect(numbersOf(convTranspose(w, w, { strides: [2, 2] }))).toEqual([
    1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1,
  ]);
});

describe("SAME", () => {
  // TensorFlow: 3×3 stride 2 on 28 pads (0, 1), 4×4 stride 2 on 28 pads (1, 1)
  test.each([
    [28, 3, 2, [0, 1]],
    [28, 4, 2, [1, 1]],
    [28, 3, 1, [1, 1]],
    [7, 3, 2, [1, 1]],
    [5, 1, 2, [0, 0]],
    [2, 5, 1, [2, 2]],
  ] as const)("%i under %i by %i", (size, kernel, stride, pads) => {
    expect(samePads(size, kernel, stride)).toEqual(pads);
  });

  test.each([
    [7, 4, 2],
    [7, 3, 2],
    [3, 5, 2],
    [4, 2, 3],
    [4, 1, 2],
    [5, 3, 1],
  ])("transposed: %i by a kernel of %i and stride %i", (size, kernel, stride) => {
    const { pads, outputPadding } = samePadsTransposed(kernel, stride);
    const sides = [pads[0], 0, pads[1], 0] as const;
    const how = { strides: [stride, 1], pads: sides, outputPadding: [outputPadding, 0] } as const;
    const grown = convTranspose(constant(drawn([1, 1, size, 1], "y")), constant(drawn([1, 1, kernel, 1], "w")), how);
    expect(grown.shape).toEqual([1, 1, size * stride, 1]);
    // it is the transpose of the convolution that TensorFlow calls SAME
    expect(samePads(size * stride, kernel, stride)).toEqual(pads);
  });
});

describe("mirrored edges", () => {
  test("with and without the edge itself", () => {
    const x = row(1, 2, 3);
    expect(numbersOf(mirrorPad(x, { axis: 0, before: 2, after: 1, mode: "symmetric" }))).toEqual([2, 1, 1, 2, 3, 3]);
    expect(numbersOf(mirrorPad(x, { axis: -1, before: 2, after: 1, mode: "reflect" }))).toEqual([3, 2, 1, 2, 3, 2]);
    expect(numbersOf(mirrorPad(x, { axis: 0, before: 3, after: 0, mode: "symmetric" }))).toEqual([3, 2, 1, 1, 2, 3]);
  });

  test("no more of it than there is", () => {
    expect(() => mirrorPad(row(1, 2, 3), { axis: 0, before: 3, after: 0, mode: "reflect" })).toThrow("0..2");
    expect(() => mirrorPad(row(1, 2, 3), { axis: 0, before: 0, after: 4, mode: "symmetric" })).toThrow("0..3");
  });

  test("each element's gradient counts its images", () => {
    const x = row(1, 2, 3);
    const padded = mirrorPad(x, { axis: 0, before: 2, after: 1, mode: "reflect" });
    expect(numbersOf(differentiate(sum(mul(padded, row(1, 10, 100, 1000, 10000, 100000)), {}), [x])[0]!)).toEqual([
      100, 101010, 10001,
    ]);
  });
});

test("gradients where the number of pictures is open", async () => {
  const slopeAt = (count: number | string): { x: Node; slope: Node } => {
    const x = input("x", "f32", [count, 2, 8, 8]);
    const how = { strides: [2, 2], pads: [1, 1, 1, 1] } as const;
    const down = conv(x, constant(drawn([3, 2, 4, 4], "w")), how);
    const whole = constant(drawn([5, 3, 4, 4], "u"));
    const up = convTranspose(convTranspose(conv(down, whole, {}), whole, {}), constant(drawn([3, 2, 4, 4], "v")), how);
    const pool = { size: [3, 3], strides: [2, 2] } as const;
    const y = mean(upsampleNearest(add(averagePool(up, pool), maxPool(up, pool)), { factors: [2, 2] }), {
      axes: [1, 2, 3],
    });
    return { x, slope: differentiate(sum(mul(y, y), {}), [x])[0]! };
  };
  const open = slopeAt("batch");
  expect(open.slope.shape).toEqual(["batch", 2, 8, 8]);
  const session = await nodeRuntime.open(
    writeOnnx({ name: "open", inputs: [open.x], outputs: [{ name: "slope", node: open.slope }] }),
  );
  const value = drawn([3, 2, 8, 8], "x");
  const got = toNumbers((await session.run({ x: value })).slope!);
  await session.close();

  const closed = slopeAt(3);
  const expected = toNumbers(interpret([closed.slope], new Map([[closed.x, value]]))[0]!);
  const worst = Math.max(...got.map((a, i) => Math.abs(a - expected[i]!)));
  expect(worst).toBeLessThan(1e-5 * Math.max(...expected.map(Math.abs)));
});

describe("convolutions are written", () => {
  const sizes = (pictures: number | string, channels: number, side: number, kernel = 4): Sizes => ({
    pictures,
    channels,
    outputs: 32,
    picture: [side, side],
    places: [side / 2, side / 2],
    ways: slides([kernel, kernel], { strides: [2, 2], pads: [1, 1, 1, 1] }),
  });
  const dense: Sizes = { ...sizes("batch", 3, 4), places: [1, 1], ways: slides([4, 4], {}) };
  const tasks = ["conv", "filter", "transpose"] as const;
  test.each([
    ["a layer of many channels over few places", sizes(64, 64, 16), ["product", "product", "product"]],
    ["one whose columns are too many to keep", sizes(64, 64, 32), ["window", "product", "window"]],
    ["one whose columns are too many at all", sizes(64, 64, 128), ["window", "window", "window"]],
    ["few channels", sizes(64, 3, 8), ["window", "window", "window"]],
    ["an open number of pictures", sizes("batch", 64, 8), ["window", "window", "window"]],
    ["a filter as large as the picture", dense, ["product", "product", "product"]],
  ] as const)("%s", (_, given, expected) => {
    expect(tasks.map((task) => formOf(given, task))).toEqual(expected);
  });

  test("as wished, but a transpose that leaves gaps only with ONNX's own", () => {
    expect(formOf(sizes(64, 3, 8), "conv", "product")).toBe("product");
    const gaps = { ...sizes(2, 16, 8, 1), ways: slides([1, 1], { strides: [2, 2] }) };
    expect(formOf(gaps, "transpose", "product")).toBe("window");
  });
});

test("a detached value is a constant to gradients", () => {
  const x = row(2, 3);
  expect(numbersOf(differentiate(sum(mul(x, detach(x)), {}), [x])[0]!)).toEqual([2, 3]);
});

describe("what does not fit is refused", () => {
  const x = constant(drawn([1, 2, 4, 4], "x"));
  const w = constant(drawn([3, 2, 3, 3], "w"));
  test.each([
    ["channels", () => conv(x, constant(drawn([3, 1, 3, 3], "w")), {}), "channels of picture and filter differ"],
    ["a filter larger than the picture", () => conv(x, w, { dilations: [2, 2] }), "over 5 does not fit"],
    ["negative padding", () => conv(x, w, { pads: [-1, 0, 0, 0] }), "padding is not negative"],
    ["no stride", () => conv(x, w, { strides: [0, 1] }), "at least 1"],
    [
      "output padding of a stride",
      () => convTranspose(x, constant(drawn([2, 1, 3, 3], "v")), { outputPadding: [1, 0] }),
      "below the stride",
    ],
    ["padding of a whole window", () => maxPool(x, { size: [2, 2], pads: [2, 0, 0, 0] }), "smaller than the window"],
    ["rank", () => conv(row(1), w, {}), "[n, channels, height, width]"],
  ])("%s", (_, build, reason) => {
    expect(build).toThrow(reason);
  });
});
