import fc from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../tensor/random.js";
import { calibrate, pValue, pValues, thin } from "./conformal.js";

test("p-values of a worked example, ties counting against the row", () => {
  const calibration = calibrate([3, 1, 2, 2]);
  expect(calibration).toEqual(Float32Array.of(1, 2, 2, 3));
  expect(pValues(calibration, Float32Array.of(4, 3, 2, 1.5, 1, 0))).toEqual(
    Float64Array.of(1 / 5, 2 / 5, 4 / 5, 4 / 5, 1, 1),
  );
});

test("thinning a worked example: 9 scores to 4", () => {
  // n + 1 = 10, m + 1 = 5: the 2nd, 4th, 6th and 8th largest.
  expect(thin(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), 4)).toEqual(Float32Array.of(2, 4, 6, 8));
});

test("thinning never lowers a p-value, and raises it by 1 / (m + 1) at most", () => {
  const scores = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 2, maxLength: 60 });
  fc.assert(
    fc.property(scores, fc.integer({ min: 1, max: 60 }), fc.integer({ min: -21, max: 21 }), (held, size, score) => {
      const m = Math.min(size, held.length);
      const full = calibrate(held);
      const rise = pValue(thin(full, m), score) - pValue(full, score);
      expect(rise).toBeGreaterThanOrEqual(-1e-12);
      expect(rise).toBeLessThanOrEqual(1 / (m + 1) + 1e-12);
    }),
  );
});

test("many held-out rows are thinned to 10,000", () => {
  const held = new Random(1).fillNormal(new Float32Array(50_000));
  const calibration = calibrate(held);
  expect(calibration.length).toBe(10_000);
  expect(pValue(calibration, 0)).toBeCloseTo(0.5, 2);
  expect(pValue(calibration, 100)).toBe(1 / 10_001);
});

test.each([
  ["continuous scores, not thinned", 99, (r: Random) => r.normal()],
  ["scores with many ties", 99, (r: Random) => r.below(5)],
  ["thinned scores", 10_500, (r: Random) => r.normal()],
])("P(p <= r) <= r on exchangeable scores: %s", (kind, n, draw) => {
  const random = new Random(11);
  const trials = n > 1000 ? 300 : 5000;
  const low = Array.from({ length: trials }, () => {
    const calibration = calibrate(Float32Array.from({ length: n }, () => draw(random)));
    return pValue(calibration, Math.fround(draw(random))) <= 0.2 ? 1 : 0;
  }).filter(Boolean).length;
  expect(low / trials).toBeLessThan(0.2 + 3 * Math.sqrt((0.2 * 0.8) / trials));
  if (!kind.includes("ties")) expect(low / trials).toBeGreaterThan(0.2 - 3.5 * Math.sqrt((0.2 * 0.8) / trials));
});

test("no rows, NaN and infinities are refused", () => {
  expect(() => calibrate([])).toThrow(/at least one normal row/);
  expect(() => calibrate([1, Number.NaN, 2])).toThrow(/finite scores, got NaN/);
  expect(() => calibrate([1, -Infinity])).toThrow(/got -Infinity/);
  expect(() => pValue(calibrate([1]), Number.NaN)).toThrow(/NaN/);
});
