// Scales by hand: ties, few scores, thinning, and tails in which nothing ties.

import { describe, expect, test } from "vitest";
import { Random } from "../tensor/random.js";
import { type ScaleName, scaled, scaleOf, scales } from "./scale.js";

const on =
  (scores: readonly number[], name: ScaleName = "p-value") =>
  (score: number): number =>
    scaled(scaleOf(scores), name, score);

test("the r-th largest of n has the p-value r / (n + 1), and a line lies between", () => {
  const scale = scaleOf([30, 10, 20]);
  expect([...scale.knots]).toEqual([10, 20, 30]);
  expect([...scale.p]).toEqual([3 / 4, 2 / 4, 1 / 4]);
  const value = on([30, 10, 20]);
  expect(value(20)).toBeCloseTo(Math.LN2, 12);
  expect(value(25)).toBeCloseTo(1.5 * Math.LN2, 12); // half way from ln 2 to ln 4
  expect(on([30, 10, 20], "rank")(25)).toBeCloseTo((1 / 2 + 3 / 4) / 2, 12);
});

test("tails: p / (1 + x) above in units of the mean excess of the upper quarter, the same shape below", () => {
  const scores = [1, 2, 3, 4, 5, 6, 7, 10]; // upper quarter: 7 and 10, mean excess over 7 is 3/2
  expect(scaleOf(scores).spread).toBe(1.5);
  expect(on(scores)(10)).toBeCloseTo(Math.log(9), 12);
  expect(on(scores)(13)).toBeCloseTo(Math.log(27), 12); // x = 2, p = 1/9 / 3
  expect(on(scores, "rank")(13)).toBeCloseTo(1 - 1 / 27, 12);
  expect(on(scores, "rank")(1)).toBeCloseTo(1 / 9, 12);
  expect(on(scores, "rank")(-2)).toBeCloseTo(1 / 27, 12);
});

test("tied scores share the mean of their places", () => {
  const scale = scaleOf([1, 5, 5, 5, 9]);
  expect([...scale.knots]).toEqual([1, 5, 9]);
  expect([...scale.p]).toEqual([5 / 6, 3 / 6, 1 / 6]);
  // and so do scores that differ in their last bits
  expect([...scaleOf([1, 5, 5.00001, 4.99999, 9]).p]).toEqual([...scale.p]);
});

describe.each(scales)("%s", (name) => {
  test.each([
    ["one score", [3]],
    ["equal scores", [0.5, 0.5, 0.5]],
    ["zeros", [0, 0]],
    ["two scores", [-1, 1]],
    ["many", Array.from(new Random(1).fillNormal(new Float32Array(5000)))],
    ["far apart", [1e-6, 1, 1e3, 1e9]],
  ])("rises strictly and has no jumps: %s", (_, scores) => {
    const { knots, spread } = scaleOf(scores);
    const value = on(scores, name);
    const [low, high] = [knots[0]! - 10 * spread, knots.at(-1)! + 10 * spread];
    const points = [...Array.from({ length: 400 }, (_i, i) => low + ((high - low) * i) / 400), ...knots].sort(
      (a, b) => a - b,
    );
    const values = [...new Set(points)].map(value);
    expect(values.every((v, i) => Number.isFinite(v) && v >= 0 && (i === 0 || v > values[i - 1]!))).toBe(true);
    for (const knot of knots) {
      const small = 1e-9 * (Math.abs(knot) || spread);
      expect(value(knot + small) - value(knot - small)).toBeLessThan(1e-4);
    }
  });

  test("two rows far beyond all calibration scores keep their order, however few scores there are", () => {
    for (const scores of [[1], [1, 2, 3], Array.from({ length: 1000 }, (_, i) => i)]) {
      const value = on(scores, name);
      const far = scaleOf(scores).knots.at(-1)! + 1e4;
      expect(value(2 * far)).toBeGreaterThan(value(far));
    }
  });
});

test("many scores are thinned to knots that keep the p-values of the bulk and of the tail", () => {
  const n = 10_000;
  const scores = Float32Array.from(new Random(2).fillNormal(new Float32Array(n)), Math.exp);
  const thin = scaleOf(scores);
  expect(thin.knots.length).toBeLessThanOrEqual(64);
  const whole = scaleOf(scores, n);
  const rising = scores.slice().sort();
  expect([thin.knots[0], thin.knots.at(-1)]).toEqual([rising[0], rising.at(-1)]);
  for (const place of [5, 2000, 5000, 9000, 9900, 9990, 9998]) {
    const p = (scale: typeof thin) => Math.exp(-scaled(scale, "p-value", rising[place]!));
    expect(Math.abs(Math.log(p(thin) / p(whole))), `${place}`).toBeLessThan(0.15);
  }
});

test("no scores, and scores that are no numbers, get a sentence", () => {
  expect(() => scaleOf([])).toThrow("scale of scores: expected at least one score, got none");
  expect(() => scaleOf([1, Number.NaN])).toThrow("expected finite scores, got NaN");
  expect(() => scaleOf([1, Number.POSITIVE_INFINITY])).toThrow("expected finite scores, got Infinity");
});
