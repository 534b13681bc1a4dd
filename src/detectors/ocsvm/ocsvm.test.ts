// Small programs whose solutions are known by hand, the conditions of the optimum on larger ones, and the detector.

import { describe, expect, test } from "vitest";
import { tableOf } from "../../data/table.js";
import { Random } from "../../tensor/random.js";
import { ocsvm } from "../ocsvm.js";
import { solve } from "./solve.js";

const kernelOn = (x: readonly number[], gamma: number): Float32Array =>
  Float32Array.from({ length: x.length ** 2 }, (_, i) =>
    Math.exp(-gamma * (x[Math.floor(i / x.length)]! - x[i % x.length]!) ** 2),
  );

test("two rows share the weight; a third between them gets less than they", async () => {
  const two = await solve(kernelOn([0, 1], Math.LN2), 2, 0.5); // kernel 1/2: gradients w + (1 - w)/2, equal at w = 1/2
  expect(Array.from(two.weights)).toEqual([0.5, 0.5].map((w) => expect.closeTo(w, 3)));
  expect(two.offset).toBeCloseTo(0.75, 3);
  // rows 0, 1, 2, kernels 1/2 and 1/16, weights a, b, a with 2a + b = 1.5 (nu 1/2):
  // a·17/16 + b/2 = a + b, so a = 8b: 17b = 1.5, a = 12/17 and b = 1.5/17
  const three = await solve(kernelOn([0, 1, 2], Math.LN2), 3, 0.5);
  const expected = [12 / 17, 1.5 / 17, 12 / 17];
  for (const [i, weight] of expected.entries()) expect(three.weights[i]).toBeCloseTo(weight, 2);
  expect(three.offset).toBeCloseTo(13.5 / 17, 3);
});

test("with nu 1 every row has the full weight", async () => {
  const { weights } = await solve(kernelOn([0, 1, 5], 1), 3, 1);
  expect(Array.from(weights)).toEqual([1, 1, 1]);
});

describe.each([0.05, 0.5, 0.8])("nu %s", (nu) => {
  test("conditions of the optimum, and what nu means", async () => {
    const random = new Random(2);
    const x = Array.from({ length: 300 }, () => random.normal());
    const kernel = kernelOn(x, 1);
    const { weights, offset } = await solve(kernel, 300, nu);
    expect(weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(nu * 300, 6);
    const sums = x.map((_, i) => weights.reduce((sum, w, j) => sum + w * kernel[i * 300 + j]!, 0));
    for (const [i, weight] of weights.entries()) {
      expect(weight).toBeGreaterThanOrEqual(0);
      expect(weight).toBeLessThanOrEqual(1);
      if (weight > 0) expect(sums[i]).toBeLessThanOrEqual(offset + 2e-3); // on the boundary or outside
      if (weight < 1) expect(sums[i]).toBeGreaterThanOrEqual(offset - 2e-3); // on the boundary or inside
    }
    const outside = sums.filter((sum) => sum < offset - 2e-3).length;
    const supports = weights.filter((weight) => weight > 0).length;
    expect(outside).toBeLessThanOrEqual(nu * 300);
    expect(supports).toBeGreaterThanOrEqual(nu * 300);
  });
});

test("scores by hand: 1 less the weighted kernels, with weights that sum to 1", async () => {
  // rows 0, 1, 2 as above, in the paper's scale: weights 8/17, 1/17, 8/17, offset 9/17
  const model = await ocsvm({ gamma: Math.LN2, scaling: "none" }).fit(tableOf([0, 1, 2], 1), { seed: 1 });
  const [middle, far, edge] = await model.score(tableOf([1, 1e6, 0], 1));
  expect(middle).toBeCloseTo(1 - (8 / 2 + 1 + 8 / 2) / 17, 3);
  expect(edge).toBeCloseTo(1 - (8 + 1 / 2 + 8 / 16) / 17, 3);
  expect(far).toBe(1);
  expect(model.header.training.boundary).toBeCloseTo(1 - 9 / 17, 3);
  await model.close();
});

test("gamma by scale is one over features times variance", async () => {
  const model = await ocsvm({ scaling: "none" }).fit(tableOf([0, 4, 0, 4, 4, 0, 4, 0], 2), { seed: 1 });
  expect(model.header.training.gamma).toBeCloseTo(1 / (2 * 4), 6);
  await model.close();
});

test("an abort ends the solver", async () => {
  const x = Array.from({ length: 200 }, (_, i) => i / 50);
  await expect(solve(kernelOn(x, 1), 200, 0.5, AbortSignal.abort())).rejects.toThrow("abort");
});
