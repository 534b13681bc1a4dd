// Which snapshots score, what their scores are, and the discriminator's losses: by hand.

import { expect, test } from "vitest";
import { interpret } from "../../graph/interpret.js";
import type { Node } from "../../graph/node.js";
import { constant } from "../../graph/op.js";
import { tensor, toNumbers } from "../../tensor/tensor.js";
import { highest, standardOf } from "./choose.js";
import { lossOf, uninformed } from "./loss.js";
import { readAs, scoreOf } from "./reading.js";

test("the highest values, in the order of steps; of equal ones the later", () => {
  expect(highest([0.2, 0.9, 0.5, 0.9], 1)).toEqual([3]);
  expect(highest([0.2, 0.9, 0.5, 0.9], 3)).toEqual([1, 2, 3]);
  expect(highest([0, 0, 0, 0], 2)).toEqual([2, 3]); // "last": the last half
  expect(highest([0.1, 0.3], 5)).toEqual([0, 1]);
});

test("what has no value comes last", () => {
  expect(highest([undefined, -3, undefined], 1)).toEqual([1]);
  expect(highest([undefined, -3, undefined], 2)).toEqual([1, 2]);
});

test("mean and deviation; one of equal numbers is 1", () => {
  expect(standardOf([1, 3, 5, 7])).toEqual({ mean: 4, deviation: Math.sqrt(5) });
  expect(standardOf([2, 2])).toEqual({ mean: 2, deviation: 1 });
});

const logits = (...values: number[]): Node => constant(tensor("f32", [values.length], Float32Array.from(values)), "l");
const numbersOf = (node: Node): number[] => toNumbers(interpret([node], new Map())[0]!);
const first = { logit: logits(3, -1, 0.5), standard: { mean: 1, deviation: 2 } }; // z: 1, -1, -0.25
const second = { logit: logits(7, 4, -2), standard: { mean: 4, deviation: 1 } }; // z: 3, 0, -6

test("doubt is -l of one discriminator, of several the mean of -z", () => {
  expect(numbersOf(scoreOf("doubt", [first]))).toEqual([-3, 1, -0.5]);
  expect(numbersOf(scoreOf("doubt", [first, second]))).toEqual([-2, 0.5, 3.125]);
});

test("unusual is |z| of one discriminator, of several the root of the mean of z²", () => {
  expect(numbersOf(scoreOf("unusual", [first]))).toEqual([1, 1, 0.25]);
  const expected = [Math.sqrt((1 + 9) / 2), Math.sqrt((1 + 0) / 2), Math.sqrt((0.0625 + 36) / 2)];
  for (const [i, score] of numbersOf(scoreOf("unusual", [first, second])).entries())
    expect(score).toBeCloseTo(expected[i]!, 6);
});

test("criteria see what one discriminator alone would score", () => {
  for (const reading of ["doubt", "unusual"] as const)
    expect(Array.from(readAs(reading, first.standard, Float32Array.of(3, -1, 0.5)))).toEqual(
      numbersOf(scoreOf(reading, [first])),
    );
});

test("losses over samples, and where nothing can be told apart", () => {
  expect(lossOf("cross-entropy", [0, 0], [0])).toBeCloseTo(uninformed["cross-entropy"], 12);
  expect(lossOf("least-squares", [0.5], [0.5])).toBeCloseTo(uninformed["least-squares"], 12);
  expect(lossOf("hinge", [0.3], [0.3, 0.3])).toBeCloseTo(uninformed.hinge, 12);
  expect(lossOf("wasserstein", [1, 3], [2])).toBe(uninformed.wasserstein);
  // log(1 + 1/3) + (log(1 + 2) + log(1 + 1))/2
  const l = Math.log(3);
  expect(lossOf("cross-entropy", [l], [Math.LN2, 0])).toBeCloseTo(Math.log(4 / 3) + (l + Math.LN2) / 2, 12);
  expect(lossOf("least-squares", [2, 0], [3])).toBe((1 / 2 + 1 / 2) / 2 + 9 / 2);
  expect(lossOf("hinge", [2, 0], [-3, 1])).toBe(1 / 2 + 2 / 2);
  expect(lossOf("wasserstein", [2, 0], [-3, 1])).toBe(-1 - 1);
});
