// Mixtures by hand: parameters from memberships, energies, one component as a normal distribution, and rows that are all
// the same.

import { describe, expect, test } from "vitest";
import type { Node } from "../graph/node.js";
import { add, div } from "../graph/ops/arithmetic.js";
import { exp } from "../graph/ops/exponential.js";
import { mean, sum } from "../graph/ops/reduce.js";
import { closeTo, drawn, given, slopesAgree, valuesOf } from "./held.js";
import { energyOf, type Mixture, mixtureOf, varianceCost } from "./mixture.js";

const ln = Math.log;
const mixture = (shares: number[], means: number[], covariances: number[], d: number): Mixture => ({
  shares: given([shares.length], shares),
  means: given([shares.length, d], means),
  covariances: given([shares.length, d, d], covariances),
});

describe("parameters", () => {
  const z = given([4, 2], [0, 0, 2, 0, 4, 4, 6, 8]);
  test("of rows that belong to one component each: their shares, means and covariances", () => {
    const found = mixtureOf(z, given([4, 2], [1, 0, 1, 0, 0, 1, 0, 1]), 0);
    closeTo(valuesOf(found.shares), [0.5, 0.5]);
    closeTo(valuesOf(found.means), [1, 0, 5, 6]);
    closeTo(valuesOf(found.covariances), [1, 0, 0, 0, 1, 2, 2, 4]);
  });
  test("of shared rows: weighted by membership, with the ridge on the diagonal", () => {
    const found = mixtureOf(z, given([4, 1], [1, 1, 1, 1]), 0.5);
    closeTo(valuesOf(found.means), [3, 3]);
    // 9 + 1 + 1 + 9 and 9 + 9 + 1 + 25 over 4; 9 + 3 + 1 + 15
    closeTo(valuesOf(found.covariances), [5.5, 7, 7, 11.5]);
    const shared = mixtureOf(z, given([4, 2], [0.75, 0.25, 0, 1, 0, 1, 0.25, 0.75]), 0);
    closeTo(valuesOf(shared.shares), [0.25, 0.75]);
    closeTo(valuesOf(shared.means).slice(0, 2), [1.5, 2]);
  });
  test("a component that no row belongs to is finite", () => {
    const found = mixtureOf(z, given([4, 2], [1, 0, 1, 0, 1, 0, 1, 0]), 1e-6);
    const energies = valuesOf(energyOf(z, found, 1e-6));
    expect(energies.every(Number.isFinite)).toBe(true);
    const alone = mixtureOf(z, given([4, 1], [1, 1, 1, 1]), 1e-6);
    closeTo(energies, valuesOf(energyOf(z, alone, 1e-6)));
  });
});

describe("energies", () => {
  test("of one component: -log of a normal density, by hand", () => {
    const one = mixture([1], [1, -1], [4, 2, 2, 5], 2);
    // determinant 16; from (1, -1) the row (2, 1) is (1, 2) away: (5 - 8 + 16)/16
    const peak = ln(2 * Math.PI) + 0.5 * ln(16);
    closeTo(valuesOf(energyOf(given([2, 2], [1, -1, 2, 1]), one, 1e-9)), [peak, peak + 0.5 * (13 / 16)]);
  });
  test("of two in one dimension: -log(¼·N(z; 0, 1) + ¾·N(z; 2, 4))", () => {
    const two = mixture([0.25, 0.75], [0, 2], [1, 4], 1);
    const normal = (z: number, centre: number, variance: number): number =>
      Math.exp(-((z - centre) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
    const rows = [0, 1, 2.5, -3];
    const expected = rows.map((z) => -ln(0.25 * normal(z, 0, 1) + 0.75 * normal(z, 2, 4)));
    closeTo(valuesOf(energyOf(given([4, 1], rows), two, 1e-9)), expected);
  });
  test("far from every component no sum of densities becomes 0", () => {
    const two = mixture([0.5, 0.5], [0, 1], [1, 1], 1);
    const [energy] = valuesOf(energyOf(given([1, 1], [1000]), two, 1e-9));
    closeTo([energy!], [0.5 * 999 ** 2 + 0.5 * ln(2 * Math.PI) + ln(2)], 1e-4);
  });
  test("slopes by rows and logits of memberships are those of differences", () => {
    const loss = (z: Node, logits: Node): Node => {
      const weights = exp(logits);
      const found = mixtureOf(z, div(weights, sum(weights, { axes: [1], keep: true })), 0.1);
      return add(mean(energyOf(z, found, 1e-6), {}), varianceCost(found));
    };
    slopesAgree(loss, [drawn([6, 3], 1), drawn([6, 2], 2)], { twice: false, within: 1e-4 });
  });
});

test("the cost of small variances: Σ 1/Σⱼⱼ over components", () => {
  closeTo(valuesOf(varianceCost(mixture([0.5, 0.5], [0, 0, 0, 0], [4, 9, 9, 5, 0.5, 0, 0, 0.25], 2))), [
    1 / 4 + 1 / 5 + 2 + 4,
  ]);
});

test("rows that are all the same have finite energies and slopes", () => {
  const z = given([3, 2], [1, 2, 1, 2, 1, 2]);
  const found = mixtureOf(z, given([3, 2], [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]), 1e-6);
  const values = [...valuesOf(energyOf(z, found, 1e-6)), ...valuesOf(varianceCost(found))];
  expect(values.every(Number.isFinite)).toBe(true);
});
