// Anomalies: names, and that density, quantiles and points of each say the same.

import { describe, expect, test } from "vitest";
import { Random } from "../tensor/random.js";
import { type Anomaly, anomalyOf, anomalySchema } from "./anomalies.js";
import { distributionOf } from "./distributions/index.js";
import { parsed } from "./fault.js";

const real = (kind: string, given: Record<string, unknown> = {}) => distributionOf({ kind, ...given }, "real");
/** As settings give it: what is left out is filled in. */
const anomaly = (given: unknown, of = real("gaussian")): Anomaly =>
  anomalyOf(parsed(anomalySchema, given, "here"), of, "here");

const draw = (source: Anomaly, count: number, seed = 1): Float32Array => {
  const out = new Float32Array(count);
  source.sample(new Random(seed), out);
  return out;
};

test.each([
  [{ shift: -0.5 }, "-0.5", -0.5, 1],
  [{ shift: 1 }, "+1", 1, 1],
  [{ spread: 2 }, "×2", 0, 2],
  [{ shift: 1, spread: 2 }, "+1 ×2", 1, 2],
  [{ shift: -3, spread: 0.5 }, "-3 ×0.5", -3, 0.5],
  [{}, "0", 0, 1],
])("%j is named %s", (given, name, shift, spread) => {
  expect(anomaly(given)).toMatchObject({ name, shift, spread });
});

test("in two dimensions the name has both shifts", () => {
  expect(anomaly({ shift: [1, -2] }, real("moons"))).toMatchObject({ name: "(+1, -2)", shift: 1, spread: 1 });
  expect(anomaly({ shift: [0, 2], spread: 3 }, real("moons")).name).toBe("(0, +2) ×3");
  expect(anomaly({ shift: 2 }, real("moons"))).toMatchObject({ name: "+2", shift: 2 });
});

test("another distribution has the name that was given, and neither shift nor spread", () => {
  const far = anomaly({ name: "far", distribution: { kind: "uniform", low: 8, high: 12 } });
  expect(far.name).toBe("far");
  expect("shift" in far || "spread" in far).toBe(false);
  expect([far.pdf([9]), far.pdf([0, 7], 1), far.quantile?.(0.5)]).toEqual([0.25, 0, 10]);
  expect(draw(far, 100).every((x) => x >= 8 && x <= 12)).toBe(true);
});

test("Δ counts in scales, and the spread is around the location", () => {
  const source = real("gaussian", { mean: 10, deviation: 3 });
  const moved = anomaly({ shift: -2, spread: 0.5 }, source);
  const same = real("gaussian", { mean: 4, deviation: 1.5 });
  for (const x of [-1, 3, 4, 5.5, 8]) expect(moved.pdf([x])).toBeCloseTo(same.pdf([x]), 12);
  for (const p of [0.01, 0.5, 0.9]) expect(moved.quantile!(p)).toBeCloseTo(same.quantile!(p), 12);
});

test("points are drawn from the random numbers that are given", () => {
  const same = new Float32Array(50);
  real("gaussian").sample(new Random(4), same);
  expect(draw(anomaly({}), 50, 4)).toEqual(same);
  expect(draw(anomaly({}), 50, 5)).not.toEqual(same);
});

const kinds = ["gaussian", "uniform", "exponential", "student-t", "log-normal", "gaussian-mixture"];
describe.each(kinds)("%s", (kind) => {
  test.each([
    { shift: 2 },
    { shift: -0.7, spread: 3 },
    { spread: 0.25 },
    { name: "other", distribution: { kind: "gaussian-mixture", weights: [1, 2] } },
  ])("%j: density, quantiles and 20,000 points agree", (given) => {
    const source = anomaly(given, real(kind));
    const points = draw(source, 20_000).sort();
    for (let k = 1; k < 50; k++) {
      const [low, high] = [source.quantile!(k / 50), source.quantile!((k + 1) / 50)];
      // of the last fiftieth the end is infinite
      if (k < 49) {
        let mass = 0;
        for (let i = 0; i < 1000; i++)
          mass += (source.pdf([low + ((high - low) * (i + 0.5)) / 1000]) * (high - low)) / 1000;
        expect(Math.abs(mass - 1 / 50)).toBeLessThan(1e-6);
      }
      // Kolmogorov and Smirnov's bound at 1 %, here at 49 places
      const below = points.findIndex((x) => x > low) / 20_000;
      expect(Math.abs(below - k / 50)).toBeLessThan(1.63 / Math.sqrt(20_000));
    }
  });
});

describe.each(["moons", "rings", "grid", "spirals"])("%s", (kind) => {
  test.each([
    { shift: 1 },
    { shift: [-0.5, 2], spread: 1.5 },
    { spread: 2 },
    { name: "rings", distribution: { kind: "rings", radii: [1, 4], deviation: 0.3 } },
  ])("%j: the density integrates to the share of points, in parts of the plane", (given) => {
    const source = anomaly(given, real(kind));
    const points = draw(source, 40_000);
    const ends = [0, 1].map((d) => {
      const along = points.filter((_, i) => i % 2 === d).sort();
      return [along[0]! - 1, along[6000]!, along[14_000]!, along[19_999]! + 1] as const;
    });
    let total = 0;
    for (const i of [0, 1, 2] as const)
      for (const j of [0, 1, 2] as const) {
        const [x0, x1, y0, y1] = [ends[0]![i]!, ends[0]![i + 1]!, ends[1]![j]!, ends[1]![j + 1]!];
        const steps = 100;
        let mass = 0;
        for (let a = 0; a < steps; a++)
          for (let b = 0; b < steps; b++)
            mass += source.pdf([x0 + ((x1 - x0) * (a + 0.5)) / steps, y0 + ((y1 - y0) * (b + 0.5)) / steps]);
        mass *= ((x1 - x0) * (y1 - y0)) / steps ** 2;
        total += mass;
        let inside = 0;
        for (let k = 0; k < points.length; k += 2)
          if (points[k]! >= x0 && points[k]! < x1 && points[k + 1]! >= y0 && points[k + 1]! < y1) inside++;
        // four standard errors of a share of 20,000 points, and what the sum above leaves
        expect(Math.abs(inside / 20_000 - mass)).toBeLessThan(4 * Math.sqrt((mass * (1 - mass)) / 20_000) + 5e-4);
      }
    expect(Math.abs(total - 1)).toBeLessThan(1e-3);
  });
});

test.each([
  [{ shift: [1, 2] }, "gaussian", "here.shift: expected one number, got [1,2]"],
  [
    { name: "other", distribution: { kind: "moons" } },
    "gaussian",
    "here.distribution: expected a distribution of one dimension, as the true one, got two",
  ],
  [
    { name: "other", distribution: { kind: "gaussian" } },
    "rings",
    "here.distribution: expected a distribution of two dimensions, as the true one, got one",
  ],
  [{ name: "other", distribution: { kind: "moon" } }, "rings", 'did you mean "moons"?'],
  [{ name: "other", distribution: { kind: "moons", deviation: 0 } }, "rings", "here.distribution.deviation: expected"],
  [{ spread: 0 }, "gaussian", "here.spread: expected a number above 0, got 0"],
  [{ shift: [1, 2, 3] }, "moons", "here.shift: expected a list of 2, got [1,2,3]"],
])("%j is refused for %s", (given, kind, sentence) => {
  expect(() => anomaly(given, real(kind))).toThrow(sentence);
});
