import { expect, test } from "vitest";
import { Random } from "./random.js";

const mean = (x: ArrayLike<number>): number => Array.from(x).reduce((a, b) => a + b, 0) / x.length;

test("a seed gives the same numbers, a stream the same numbers whoever drew before", () => {
  const one = new Random(5);
  const two = new Random(5);
  two.uniform();
  expect(one.at("noise", 3).next()).toBe(two.at("noise", 3).next());
  expect(one.at("noise", 3).next()).not.toBe(one.at("noise", 4).next());
  expect(new Random(5).next()).not.toBe(new Random(6).next());
});

test("filling an array continues the stream that drawing one by one gives", () => {
  const filled = new Random(1).fillUniform(new Float32Array(5));
  const single = new Random(1);
  expect(Array.from(filled)).toEqual(Array.from({ length: 5 }, () => Math.fround(single.uniform())));
});

test("normal numbers have mean 0, variance 1 and fourth moment 3", () => {
  const x = new Random(2).fillNormal(new Float32Array(200_001));
  expect(mean(x)).toBeCloseTo(0, 1);
  expect(mean(x.map((v) => v * v))).toBeCloseTo(1, 1);
  expect(mean(Float64Array.from(x, (v) => v ** 4))).toBeGreaterThan(2.85);
  expect(mean(Float64Array.from(x, (v) => v ** 4))).toBeLessThan(3.15);
});

test("dropout masks keep the asked share and the mean of what they scale", () => {
  const mask = new Random(3).fillKeep(new Float32Array(99_999), 0.8);
  expect(mean(mask.map((v) => Number(v > 0)))).toBeCloseTo(0.8, 2);
  expect(mean(mask)).toBeCloseTo(1, 2);
});

test("a permutation holds every number once, and every place is as likely", () => {
  const random = new Random(4);
  expect(Array.from(random.permutation(50)).sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  const firsts = new Array<number>(4).fill(0);
  for (let i = 0; i < 4000; i++) firsts[random.permutation(4)[0]!]!++;
  for (const count of firsts) expect(Math.abs(count - 1000)).toBeLessThan(130);
});

test.each([-1, 1.5, Number.NaN, 2 ** 53])("the seed %s is refused", (seed) => {
  expect(() => new Random(seed)).toThrow(/seed: expected a whole number/);
});

test("a sample holds distinct numbers, each as likely, and all of them when asked for more", () => {
  const random = new Random(9);
  const counts = new Array<number>(5).fill(0);
  for (let i = 0; i < 5000; i++) {
    const drawn = random.sample(5, 2);
    expect(drawn[0]).not.toBe(drawn[1]);
    for (const x of drawn) counts[x]!++;
  }
  for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(150);
  expect(Array.from(random.sample(3, 9)).sort((a, b) => a - b)).toEqual([0, 1, 2]);
});
