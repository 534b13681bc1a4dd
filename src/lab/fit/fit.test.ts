// Every test of fit of the list, unasked: examples, slow references, collapsed and far-off rows, order, perfect and wrong fits, refusals.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OddityError } from "../../tensor/errors.js";
import { Random } from "../../tensor/random.js";
import { gaussian } from "../distributions/gaussian.js";
import { type Distribution, distributionOf, families } from "../distributions/index.js";
import { fitTests, fitTestsFor, measureFit } from "./index.js";

const line = gaussian.make({ mean: 4, deviation: 1 }, "line");
const plane: Distribution = {
  kind: "plane",
  dims: 2,
  parameters: {},
  location: [0, 0],
  scale: [1, 1],
  pdf: () => 0,
  sample: (random, out) => void random.fillNormal(out),
};
const of = (dims: 1 | 2) => (dims === 1 ? line : plane);
const rows = (values: readonly number[]) => Float32Array.from(values);

const near = (actual: number, expected: number) =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));

const drawn = (distribution: Distribution, count: number, seed: number): Float32Array => {
  const out = new Float32Array(count * distribution.dims);
  distribution.sample(new Random(seed), out);
  return out;
};

/** The last row first. */
const turned = (values: Float32Array, dims: number): Float32Array =>
  values.map((_, at) => values[values.length - dims * (Math.floor(at / dims) + 1) + (at % dims)]!);

/** Few distinct values, so ties are common. */
const few = (dims: number) =>
  fc
    .array(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: dims, maxLength: dims }), {
      minLength: 1,
      maxLength: 12,
    })
    .map((points) => points.flat());

describe.each(fitTests)("$id", (it) => {
  const dims = it.dims === 2 ? 2 : 1;

  test.each(it.examples)("example $generated and $real is $value", (example) => {
    const { generated, real, distribution = of(example.dims ?? dims), value } = example;
    near(it.compute(rows(generated), rows(real), distribution), value);
    if (it.reference) near(it.reference(generated, real, distribution.dims), value);
  });

  test("its examples include one or two rows, and ties", () => {
    expect(it.examples.length).toBeGreaterThanOrEqual(2);
    expect(it.examples.some(({ generated }) => generated.length <= 2 * dims)).toBe(true);
    const all = it.examples.flatMap(({ generated, real }) => [generated, [...generated, ...real]]);
    expect(all.some((values) => new Set(values).size < values.length)).toBe(true);
  });

  test.each([
    ["equal", Array(40).fill(7)],
    ["where the truth is", Array(40).fill(4)],
    ["one row", [4, 4]],
    ["one far off", [...Array(38).fill(4), 1e30, 1e30]],
    ["all far off", [-3e38, 3e38, 3e38, -3e38]],
    ["0 and -0", [0, -0, -0, 0]],
    ["of the least numbers", [1e-45, 0, -1e-45, 1e-45]],
  ])("generated rows %s give a finite number", (_, generated) => {
    for (const real of [drawn(of(dims), 50, 3), rows([4, 4]), rows(generated)]) {
      expect(it.compute(rows(generated), real, of(dims))).toSatisfy(Number.isFinite);
      expect(it.compute(rows(generated).subarray(0, dims), real, of(dims))).toSatisfy(Number.isFinite);
    }
  });

  test("the same rows in another order give a finite number", () => {
    for (const count of ([1, 2] as const).filter((each) => fitTestsFor(each).includes(it)))
      for (let seed = 0; seed < 20; seed++) {
        const real = drawn(of(count), 9, seed);
        expect(it.compute(turned(real, count), real, of(count))).toSatisfy(Number.isFinite);
      }
  });

  test("does not depend on the order of the rows, and leaves them as they are", () => {
    const [generated, real] = [drawn(of(dims), 100, 1), drawn(of(dims), 100, 2)];
    const before = generated.slice();
    near(it.compute(turned(generated, dims), real, of(dims)), it.compute(generated, real, of(dims)));
    expect(generated).toEqual(before);
  });

  test("tells a perfect fit from a generator that is off", () => {
    const misfit = (value: number) => ({ lower: value, higher: -value, half: Math.abs(value - 0.5) })[it.better];
    const real = drawn(of(dims), 2000, 1);
    const perfect = drawn(of(dims), 2000, 2);
    // of what looks at normality alone: no longer normal
    const off = it.id === "Anderson" ? perfect.map((x) => x * x) : perfect.map((x) => x + 0.5);
    const [good, bad] = [perfect, off].map((generated) => misfit(it.compute(generated, real, of(dims))));
    expect(bad).toBeGreaterThan(good! + 0.02);
  });

  test.each([
    ["NaN", [1, Number.NaN, 3, 4], [1, 2], dims === 1 ? /fit.generated.*NaN in row 1;/ : /NaN in row 0, column 1;/],
    ["an infinite number", [1, 2, 3, Number.NEGATIVE_INFINITY], [1, 2], /fit.generated.*-Infinity in row/],
    ["NaN in the true rows", [1, 2], [Number.NaN, 1], /fit.real.*NaN in row 0/],
    ["no generated rows", [], [1, 2], /fit.generated.*got none/],
    ["no true rows", [1, 2], [], /fit.real.*got none/],
  ])("%s is refused with a sentence", (_, generated, real, message) => {
    const compute = () => it.compute(rows(generated), rows(real), of(dims));
    expect(compute).toThrow(OddityError);
    expect(compute).toThrow(message);
  });
});

describe.each(fitTests.filter(({ reference }) => reference !== undefined))("$id", (it) => {
  test.each(([1, 2] as const).filter((dims) => fitTestsFor(dims).includes(it)))(
    "of %i dimensions equals the slow reference",
    (dims) => {
      fc.assert(
        fc.property(few(dims), few(dims), (generated, real) => {
          const value = it.compute(rows(generated), rows(real), of(dims));
          // of the root of what should be 0 only half the digits are left
          expect(value).toBeCloseTo(it.reference!(generated, real, dims), 7);
        }),
      );
    },
  );
});

test("of two dimensions pairs are of the first 1,000 rows", () => {
  const [generated, real] = [drawn(plane, 1100, 1), drawn(plane, 1100, 2)];
  const cut = (values: Float32Array) => values.subarray(0, 2000);
  for (const it of fitTests.filter(({ dims }) => dims === "any")) {
    const value = it.compute(generated, real, plane);
    near(value, it.reference!(cut(generated), cut(real), 2));
    expect(value).not.toBe(it.reference!(generated, real, 2));
  }
});

test("all tests at once are the tests one by one", () => {
  for (const distribution of [line, plane]) {
    const [generated, real] = [drawn(distribution, 60, 1), drawn(distribution, 50, 2)];
    const one = fitTestsFor(distribution.dims).map((it) => [it.id, it.compute(generated, real, distribution)]);
    expect(measureFit(generated, real, distribution)).toEqual(Object.fromEntries(one));
  }
  expect(fitTestsFor(1).map(({ id }) => id)).toEqual(
    "KL KS_s KS_p CDF_l1 Anderson anderson_darling ks_true wasserstein_1 energy_distance classifier_two_sample js_divergence".split(
      " ",
    ),
  );
  expect(fitTestsFor(2).map(({ id }) => id)).toEqual([
    "energy_distance",
    "classifier_two_sample",
    "sliced_wasserstein",
  ]);
});

test("GANDI's are named as published, and no others say so", () => {
  expect(fitTests.filter(({ isPublished }) => isPublished).map(({ id }) => id)).toEqual(
    "KL KS_s KS_p CDF_l1 Anderson".split(" "),
  );
  expect(new Set(fitTests.map(({ id }) => id)).size).toBe(fitTests.length);
});

test.each(families.map(({ kind }) => kind))("of %s collapsed and far-off rows give finite numbers too", (kind) => {
  const real = distributionOf({ kind }, "real");
  const sample = drawn(real, 40, 1);
  for (const value of [0, 1, -1e-45, 1e30, -3e38])
    for (const count of [1, 40]) {
      const generated = sample.slice().fill(value, 0, count * real.dims);
      for (const [id, number] of Object.entries(measureFit(generated, sample, real)))
        expect(number, `${id} with ${value}`).toSatisfy(Number.isFinite);
    }
});

test("a distribution without a distribution function is named", () => {
  const { cdf: _, ...bare } = line;
  expect(() => measureFit(rows([1, 2]), rows([1, 2]), bare)).toThrow(/distribution function, got gaussian/);
});

test("rows of pairs cannot reach tests of one dimension", () => {
  expect(() => fitTests[0]!.compute(rows([1, 2]), rows([1, 2]), plane)).toThrow(/^internal: KL of rows of 2 numbers/);
});
