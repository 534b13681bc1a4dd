// Ceilings against closed forms: Gaussians (the published table among them), uniforms with their ties, supports apart.

import { expect, test } from "vitest";
import { type AnomalySpec, anomalyOf } from "./anomalies.js";
import { ceilingsOf } from "./ceilings.js";
import { distributionOf } from "./distributions/index.js";
import { standardNormal } from "./distributions/special.js";

const { cdf } = standardNormal;
const ceilings = (real: { kind: string }, anomaly: AnomalySpec) => {
  const known = distributionOf(real, "real");
  return ceilingsOf(known, anomalyOf(anomaly, known, "anomaly"));
};
const near = (value: number, expected: number, within = 1e-5): void =>
  expect(Math.abs(value - expected), `${value}, expected ${expected}`).toBeLessThan(within);

// GANDI's setting 9: |Δ|, then Φ(|Δ|/√2) and that of |x - μ|, in percent
test.each([
  [0.1, 52.82, 50.16],
  [0.5, 63.82, 53.82],
  [1, 76.02, 63.55],
  [2, 92.14, 85.51],
  [3, 98.31, 96.67],
  [4, 99.77, 99.53],
  [5, 99.98, 99.96],
  [10, 100, 100],
])("a Gaussian moved by ±%f deviations", (shift, percent, percentTwoSided) => {
  for (const sign of [-1, 1]) {
    const { ceiling, twoSided } = ceilings({ kind: "gaussian" }, { shift: sign * shift, spread: 1 });
    const above = cdf(shift / Math.SQRT2);
    near(ceiling, above);
    near(twoSided, above ** 2 + (1 - above) ** 2);
    near(100 * ceiling, percent, 0.01);
    near(100 * twoSided, percentTwoSided, 0.01);
  }
});

test("a Gaussian drawn apart: both scores are |x - μ|, and its AUC is 2 arctan(spread)/π", () => {
  for (const spread of [1, 1.5, 2, 5]) {
    const { ceiling, twoSided } = ceilings({ kind: "gaussian", ...{ mean: -3, deviation: 0.2 } }, { shift: 0, spread });
    // P(|Z'| spread > |Z|)
    near(twoSided, (2 * Math.atan(spread)) / Math.PI);
    near(ceiling, (2 * Math.atan(spread)) / Math.PI);
  }
  // drawn together the ratio knows that the middle is strange, the density cannot
  const { ceiling, twoSided } = ceilings({ kind: "gaussian" }, { shift: 0, spread: 0.5 });
  near(ceiling, (2 * Math.atan(2)) / Math.PI);
  near(twoSided, (2 * Math.atan(0.5)) / Math.PI);
});

test("uniforms: rows at equal densities tie, and count one half", () => {
  const uniform = { kind: "uniform", ...{ low: 0, high: 1 } };
  // no density parts rows of the same support
  expect(ceilings(uniform, { shift: 0, spread: 1 })).toEqual({ ceiling: 0.5, twoSided: 0.5 });
  // moved by a quarter of the width: a quarter of the anomalies stands outside, and a quarter of the real rows has no anomaly near
  const moved = ceilings(uniform, { shift: 0.5, spread: 1 });
  near(moved.twoSided, 0.25 + 0.75 / 2);
  near(moved.ceiling, 1 - 0.75 ** 2 / 2);
  // twice as wide: half of it outside, the rest ties
  const wide = ceilings(uniform, { shift: 0, spread: 2 });
  near(wide.twoSided, 0.75);
  near(wide.ceiling, 0.75);
});

test("where supports do not meet nothing is missed", () => {
  const far = { name: "far", distribution: { kind: "uniform", low: 5, high: 6 } };
  const apart = ceilings({ kind: "uniform", ...{ low: 0, high: 1 } }, far);
  expect(apart).toEqual({ ceiling: 1, twoSided: 1 });
  expect(ceilings({ kind: "uniform", ...{ low: 0, high: 1 } }, { shift: 50, spread: 1 })).toEqual(apart);
  expect(ceilings({ kind: "gaussian" }, { shift: 100, spread: 1 })).toEqual(apart);
});

test("an exponential that waits longer: the ratio rises with x, P(X' > X) = spread/(1 + spread)", () => {
  const slow = { name: "slow", distribution: { kind: "exponential", scale: 3 } };
  const { ceiling, twoSided } = ceilings({ kind: "exponential" }, slow);
  near(ceiling, 0.75);
  near(twoSided, 0.75);
});

test("heavy tails: t with one degree of freedom moved, against the integral over angles", () => {
  const { twoSided } = ceilings({ kind: "student-t", ...{ freedom: 1 } }, { shift: 2, spread: 1 });
  // E[P(|X| < |x + 2|)] = mean of (2/π)·arctan|tan θ + 2| for θ uniform on ±π/2
  let sum = 0;
  const steps = 200_000;
  for (let i = 0; i < steps; i++) sum += Math.atan(Math.abs(Math.tan(Math.PI * ((i + 0.5) / steps - 0.5)) + 2));
  near(twoSided, ((2 / Math.PI) * sum) / steps);
});

test("two dimensions, from drawn points: one Gaussian, moved", () => {
  const one = { kind: "grid", ...{ side: 1, deviation: 1 } };
  for (const [shift, distance] of [
    [[1, 0], 1],
    [[-1.5, 2], 2.5],
  ] as const) {
    const { ceiling, twoSided } = ceilings(one, { shift: [...shift], spread: 1 });
    near(ceiling, cdf(distance / Math.SQRT2), 0.006);
    // |X|² is exponential with mean 2, so this is 1 - E[exp(-|X'|²/2)]
    near(twoSided, 1 - Math.exp(-(distance ** 2) / 4) / 2, 0.006);
  }
  expect(ceilings(one, { shift: 1, spread: 1 })).toEqual(ceilings(one, { shift: 1, spread: 1 }));
});

test("no score of single rows is better than the likelihood ratio", () => {
  for (const kind of ["moons", "rings", "spirals", "grid", "gaussian-mixture", "log-normal"]) {
    const { ceiling, twoSided } = ceilings({ kind }, { shift: 0.3, spread: 1.1 });
    expect(ceiling).toBeGreaterThan(twoSided);
    expect(ceiling).toBeGreaterThan(0.55);
  }
});
