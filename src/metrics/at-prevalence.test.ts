// Average precision at another prevalence: equal to the plain one at the rows' own, and to repeated rows elsewhere.

import { expect, test } from "vitest";
import { averagePrecisionAt } from "./at-prevalence.js";
import { averagePrecision } from "./average-precision.js";

const scores = [5, 4, 4, 3, 2, 1];
const labels = [1, 0, 1, 0, 1, 0];

test("at the rows' own prevalence it is average precision", () => {
  expect(averagePrecisionAt(1 / 2, scores, labels)).toBeCloseTo(averagePrecision.compute(scores, labels), 12);
});

test("at one quarter it is average precision with every normal row three times", () => {
  const many = scores.flatMap((score, i) => new Array<number>(labels[i] === 1 ? 1 : 3).fill(score));
  const truth = labels.flatMap((label) => (label === 1 ? [1] : [0, 0, 0]));
  expect(averagePrecisionAt(1 / 4, scores, labels)).toBeCloseTo(averagePrecision.compute(many, truth), 12);
});

test("two rows, by hand: a normal row above the anomaly leaves the prevalence itself", () => {
  expect(averagePrecisionAt(0.1, [2, 1], [0, 1])).toBeCloseTo(0.1, 12);
  expect(averagePrecisionAt(0.1, [2, 1], [1, 0])).toBe(1);
  expect(averagePrecisionAt(0.1, [1, 1], [1, 0])).toBeCloseTo(0.1, 12); // a tie is no better than guessing
});

test("one class only and shares that are none are refused", () => {
  expect(() => averagePrecisionAt(0.1, [1, 2], [0, 0])).toThrow("rows of both classes");
  expect(() => averagePrecisionAt(0, [1, 2], [0, 1])).toThrow("a share between 0 and 1");
});
