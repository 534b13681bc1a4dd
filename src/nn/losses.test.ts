// Losses against numbers worked out by hand, with their slopes; large logits; shapes that must not broadcast.

import { describe, expect, test } from "vitest";
import { differentiate } from "../graph/differentiate.js";
import { interpret } from "../graph/interpret.js";
import type { Node } from "../graph/node.js";
import { writeOnnx } from "../graph/onnx/write.js";
import { constant, input, scalar } from "../graph/op.js";
import { nodeRuntime } from "../runtime/node.js";
import { tensorOf, toNumbers } from "../tensor/tensor.js";
import {
  binaryCrossEntropy,
  crossEntropyOf,
  distanceL1,
  distanceSquared,
  leastSquares,
  meanAbsolute,
  meanAbsoluteByRow,
  meanSquare,
  meanSquareByRow,
  total,
} from "./losses.js";

const rows = (...data: number[][]): Node => constant(tensorOf("f32", [data.length, data[0]!.length], data.flat()));
const valuesOf = (node: Node): number[] => toNumbers(interpret([node], new Map())[0]!);
const closeTo = (got: readonly number[], expected: readonly number[]): void => {
  expect(got).toHaveLength(expected.length);
  got.forEach((x, i) => {
    expect(x).toBeCloseTo(expected[i]!, 5);
  });
};

const logits = input("z", "f32", [5]);
const given = new Map([[logits, tensorOf("f32", [5], [0, Math.log(3), -Math.log(3), 100, -100])]]);
const ln = Math.log;

describe("cross-entropy", () => {
  // the probabilities are 1/2, 3/4, 1/4, 1 and 0 up to e^-100: -ln p for the target 1, -ln (1 - p) for the target 0
  const cases = [
    [1, [ln(2), ln(4 / 3), ln(4), 0, 100]],
    [0, [ln(2), ln(4), ln(4 / 3), 100, 0]],
    // between them: 0.25·(for 1) + 0.75·(for 0)
    [0.25, [ln(2), 0.25 * ln(4 / 3) + 0.75 * ln(4), 0.25 * ln(4) + 0.75 * ln(4 / 3), 75, 25]],
  ] as const;
  test.each(cases)("of logits against %d", async (target, expected) => {
    closeTo(toNumbers(interpret([crossEntropyOf(logits, target)], given)[0]!), expected);
    const mean = expected.reduce((a, b) => a + b, 0) / 5;
    closeTo(toNumbers(interpret([binaryCrossEntropy(logits, target)], given)[0]!), [mean]);
    const node = crossEntropyOf(logits, target);
    const session = await nodeRuntime.open(writeOnnx({ name: "l", inputs: [logits], outputs: [{ name: "y", node }] }));
    closeTo(toNumbers((await session.run({ z: given.get(logits)! })).y!), expected);
    await session.close();
  });
  test.each([0, 0.25, 1])("has the slope (p - t)/n at %d", (target) => {
    const [slope] = differentiate(binaryCrossEntropy(logits, target), [logits]);
    const expected = [0.5, 0.75, 0.25, 1, 0].map((p) => (p - target) / 5);
    closeTo(toNumbers(interpret([slope!], given)[0]!), expected);
  });
});

describe("distances", () => {
  const [a, b] = [rows([1, 2], [0, -1], [3, 3]), rows([1, 4], [3, -2], [3, 3])];
  test("of rows, and their mean square", () => {
    expect(valuesOf(distanceL1(a, b))).toEqual([2, 4, 0]);
    expect(valuesOf(distanceSquared(a, b))).toEqual([4, 10, 0]);
    closeTo(valuesOf(meanSquare(a, b)), [14 / 6]);
  });
  test("of pairs: another order of the rows is another loss", () => {
    const mixed = rows([3, -2], [3, 3], [1, 4]);
    expect(valuesOf(distanceL1(a, mixed))).toEqual([6, 7, 3]);
    expect(valuesOf(distanceSquared(a, mixed))).toEqual([20, 25, 5]);
    closeTo(valuesOf(meanSquare(a, mixed)), [50 / 6]);
  });
  const [column, row, one] = [rows([1], [2], [3]), constant(tensorOf("f32", [3], [1, 2, 3])), scalar(1)];
  test.each([
    ["[n,1] and [n]", column, row],
    ["[n,1] and [1,n]", column, rows([1, 2, 3])],
    ["[n] and []", row, one],
  ])("refuse %s, which would compare every row with every other", (_, x, y) => {
    for (const [loss, name] of [
      [meanSquare, "meanSquare"],
      [distanceL1, "distanceL1"],
      [distanceSquared, "distanceSquared"],
      [meanAbsolute, "meanAbsolute"],
      [meanAbsoluteByRow, "meanAbsoluteByRow"],
      [meanSquareByRow, "meanSquareByRow"],
    ] as const) {
      expect(() => loss(x, y)).toThrow(`${name}: shapes differ: f32[`);
      expect(() => loss(y, x)).toThrow(`${name}: shapes differ: f32[`);
    }
  });
});

test("least squares: half the mean square of scores less their target", () => {
  // (1 + 0 + 4)/6 and (0 + 1 + 9)/6
  closeTo(valuesOf(leastSquares(rows([0], [1], [3]), 1)), [5 / 6]);
  closeTo(valuesOf(leastSquares(rows([0], [1], [3]), 0)), [10 / 6]);
});

describe("means and distances of rows that are pictures", () => {
  const [a, b] = [
    constant(tensorOf("f32", [2, 2, 1, 2], [1, 2, 3, 4, 0, 0, 0, 0])),
    constant(tensorOf("f32", [2, 2, 1, 2], [1, 0, 4, 1, 0, 2, 0, 0])),
  ];
  test("are over all axes but the first", () => {
    // apart by 0, 2, 1, 3 and by 0, 2, 0, 0
    expect(valuesOf(distanceL1(a, b))).toEqual([6, 2]);
    expect(valuesOf(distanceSquared(a, b))).toEqual([14, 4]);
    expect(valuesOf(meanAbsoluteByRow(a, b))).toEqual([1.5, 0.5]);
    expect(valuesOf(meanSquareByRow(a, b))).toEqual([3.5, 1]);
    expect(valuesOf(meanAbsolute(a, b))).toEqual([1]);
    expect(valuesOf(meanSquare(a, b))).toEqual([2.25]);
  });
  test("score any number of rows", () => {
    const [x, y] = ["x", "y"].map((name) => input(name, "f32", ["batch", 2, 3, 3]));
    for (const score of [distanceL1, distanceSquared, meanAbsoluteByRow, meanSquareByRow])
      expect(score(x!, y!).shape).toEqual(["batch"]);
  });
});

test("a total is the sum", () => {
  expect(valuesOf(total([scalar(1)]))).toEqual([1]);
  expect(valuesOf(total([scalar(1), scalar(2), scalar(-5)]))).toEqual([-2]);
});
