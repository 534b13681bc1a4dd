// Values worked out by hand; the covariance matrix's inverse as a slow reference; more columns than rows.

import { inverse, Matrix } from "ml-matrix";
import { expect, test } from "vitest";
import { tableOf } from "../../data/table.js";
import { Random } from "../../tensor/random.js";
import { pca } from "../pca.js";
import { ledoitWolf } from "./shrinkage.js";

type Parameters_ = Parameters<typeof pca>[0];

async function score(train: readonly number[], width: number, x: readonly number[], parameters: Parameters_) {
  const model = await pca({ scaling: "none", shrinkage: "none", ...parameters }).fit(tableOf([...train], width), {
    seed: 1,
    heldOut: 0,
  });
  const scores = Array.from(await model.score(tableOf([...x], width)));
  const facts = model.header.training;
  await model.close();
  return { scores, facts };
}

// ±4 along (1, 1)/√2 and ±1 along (1, -1)/√2, around (10, 20): variances 8 and 1/2
const R = Math.SQRT1_2;
const cross = [10 + 4 * R, 20 + 4 * R, 10 - 4 * R, 20 - 4 * R, 10 + R, 20 - R, 10 - R, 20 + R];
const beside = [10 + 4 * R, 20 + 4 * R, 10 + 3 * R, 20 - 3 * R]; // 4 along the first axis, 3 along the second

test("squared distances over variances, along all axes, the major and the minor ones", async () => {
  const of = async (components: "all" | "major" | "minor") =>
    (await score(cross, 2, beside, { components })).scores.map((s) => expect.closeTo(s, 3));
  expect([16 / 8, 9 / 0.5]).toEqual(await of("all"));
  expect([16 / 8, 0]).toEqual(await of("major")); // the first axis has 8 of 8.5
  expect([0, 9 / 0.5]).toEqual(await of("minor")); // 1/2 is less than 0.2 of the mean variance 4.25
});

test("the paper's rule: the larger of both sums, in units of what training rows keep below", async () => {
  // training rows have 2 and 0 along the major axis, 0 and 2 along the minor one
  const { scores } = await score(cross, 2, beside, { components: "major-minor" });
  expect(scores).toEqual([expect.closeTo(2 / 2, 3), expect.closeTo(18 / 2, 3)]);
});

const random = new Random(4);
const mixed = Array.from({ length: 50 }, () => {
  const [a, b, c] = [random.normal(), random.normal(), random.normal()];
  return [a, a + 0.3 * b, 5 + c - a];
}).flat();

/** (x - mean)ᵀ C⁻¹ (x - mean), with C drawn towards mean·I by `share`. */
function mahalanobis(train: readonly number[], width: number, x: readonly number[], share: number): number[] {
  const rows = Array.from({ length: train.length / width }, (_, i) => train.slice(i * width, (i + 1) * width));
  const mean = rows[0]!.map((_, j) => rows.reduce((sum, row) => sum + row[j]! / rows.length, 0));
  const centred = new Matrix(rows.map((row) => row.map((v, j) => v - mean[j]!)));
  const covariance = centred.transpose().mmul(centred).div(rows.length);
  const middle = covariance.trace() / width;
  const inverted = inverse(covariance.mul(1 - share).add(Matrix.eye(width).mul(share * middle)));
  return Array.from({ length: x.length / width }, (_, i) => {
    const off = new Matrix([x.slice(i * width, (i + 1) * width).map((v, j) => v - mean[j]!)]);
    return off.mmul(inverted).mmul(off.transpose()).get(0, 0);
  });
}

test("all axes together are the Mahalanobis distance, shrunken or not", async () => {
  const x = [0, 0, 5, 3, 1, 2, -1, -1, 9];
  for (const shrinkage of ["none", "ledoit-wolf"] as const) {
    const { scores, facts } = await score(mixed, 3, x, { shrinkage });
    const expected = mahalanobis(mixed, 3, x, Number(facts.shrinkage));
    for (const [i, value] of expected.entries()) expect(scores[i]! / value).toBeCloseTo(1, 4);
    expect(Number(facts.shrinkage) > 0).toBe(shrinkage === "ledoit-wolf");
  }
});

test("Ledoit and Wolf's share by hand", () => {
  // rows (±2, 0) and (0, ±1) twice... variances 2 and 1/2, |x|⁴ 16, 16, 1, 1: mean 8.5; (8.5 - 4.25)/4 over 4.25 - 2·1.25²
  const spread = {
    mean: new Float32Array(2),
    variances: Float64Array.of(2, 0.5),
    axes: new Float32Array(4),
    fourth: 8.5,
  };
  expect(ledoitWolf(spread, 4, 2)).toBeCloseTo((8.5 - 4.25) / 4 / (4.25 - 2 * 1.25 ** 2), 9);
  expect(ledoitWolf({ ...spread, variances: Float64Array.of(1, 1) }, 4, 2)).toBe(0);
});

test("more columns than rows: what no training row does counts as rare, by the shrunken variance", async () => {
  const wide = Array.from({ length: 12 * 30 }, () => random.normal());
  const x = Array.from({ length: 2 * 30 }, () => random.normal());
  const { scores, facts } = await score(wide, 30, x, { shrinkage: "ledoit-wolf" });
  expect(facts.axes).toBe(11);
  const expected = mahalanobis(wide, 30, x, Number(facts.shrinkage));
  for (const [i, value] of expected.entries()) expect(scores[i]! / value).toBeCloseTo(1, 4);
});

test("a relation that all training rows keep, broken, is the strangest there is", async () => {
  const doubled = Array.from({ length: 40 }, (_, i) => [i, 2 * i]).flat();
  for (const components of ["all", "minor", "major-minor"] as const) {
    const { scores } = await score(doubled, 2, [100, 200, 20, 30], { components });
    expect(scores[1]).toBeGreaterThan(100 * scores[0]!);
  }
});
