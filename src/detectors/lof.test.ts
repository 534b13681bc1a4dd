// Values worked out by hand, and the definition written out slowly.

import { expect, test } from "vitest";
import { tableOf } from "../data/table.js";
import { Random } from "../tensor/random.js";
import { lof } from "./lof.js";

const score = async (train: number[], width: number, x: number[], parameters: Parameters<typeof lof>[0]) => {
  const model = await lof({ scaling: "none", ...parameters }).fit(tableOf(train, width), { seed: 1, heldOut: 0 });
  const scores = Array.from(await model.score(tableOf(x, width)));
  await model.close();
  return scores;
};

test("a line of three places, one neighbour", async () => {
  // 0, 1 and 3. Nearest others: 1 for 0, 0 for 1, 1 for 3; k-distances 1, 1, 2.
  // reach(0 from 1) = max(1, 1), reach(1 from 0) = 1, reach(3 from 1) = max(1, 2) = 2: densities 1, 1, 1/2.
  // 6: nearest 3, reach max(2, 3) = 3, density 1/3, LOF (1/2)/(1/3) = 1.5. 0.25: nearest 0, reach max(1, 0.25): 1/1 = 1.
  const [far, near] = await score([0, 1, 3], 1, [6, 0.25], { neighbours: 1 });
  expect(far).toBeCloseTo(1.5, 5);
  expect(near).toBeCloseTo(1, 5);
});

test("copies weigh in as the paper's k-distinct-distance has it", async () => {
  // places 0 (three times), 2 and 5, two neighbours. k-distances 5, 3, 5.
  // 0: own copies 2 · 5, 2: max(3, 2) = 3, 5: max(5, 5) = 5, of 4 rows: mean 18/4 = 4.5
  // 2: 0 thrice max(5, 2) = 5, 5: max(5, 3) = 5: mean 5.   5: 2: max(3, 3) = 3, 0 thrice 5: mean 18/4 = 4.5
  // 6: 5: max(5, 1) = 5, 2: max(3, 4) = 4: mean 4.5; mean density (1/4.5 + 1/5)/2
  // 1: 0 thrice max(5, 1) = 5, 2: max(3, 1) = 3: mean 18/4; mean density (3/4.5 + 1/5)/4
  const train = [0, 2, 0, 5, 0];
  const [far, near] = await score(train, 1, [6, 1], { neighbours: 2 });
  expect(far).toBeCloseTo(((1 / 4.5 + 1 / 5) / 2) * 4.5, 5);
  expect(near).toBeCloseTo(((3 / 4.5 + 1 / 5) / 4) * 4.5, 5);
  const [apart] = await score(train, 1, [1], { neighbours: 2, duplicates: "apart" });
  expect(apart).toBeGreaterThan(1e9); // both neighbours are copies at distance 0 of each other
});

test("all rows as far as the k-th neighbour are neighbours", async () => {
  // 0, 1, -1, 4, one neighbour: 0 has two, 1 and -1. k-distances 1, 1, 1, 3; densities of 0: 1, ±1: 1, 4: 1/3.
  // -1.5: only -1: max(1, 0.5). 0.5: both 0 and 1: 1. 2.5: both 1 and 4: (max(1, 1.5) + max(3, 1.5))/2 = 2.25
  const scores = await score([0, 1, -1, 4], 1, [-1.5, 0.5, 2.5], { neighbours: 1 });
  for (const [i, value] of [1, 1, ((1 + 1 / 3) / 2) * 2.25].entries()) expect(scores[i]).toBeCloseTo(value, 5);
});

test("the definition, written out", async () => {
  const random = new Random(3);
  const [n, k] = [60, 7];
  const train = Array.from({ length: n * 2 }, (_, i) => Math.fround(random.normal() * (i % 4 < 2 ? 1 : 5)));
  const x = [0.3, 0.1, 20, -3, train[10]!, train[11]!];
  const distance = (a: readonly number[], b: readonly number[]) => Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!);
  const rows = Array.from({ length: n }, (_, i) => train.slice(2 * i, 2 * i + 2));
  const neighbours = (p: readonly number[], others: readonly number[][]) =>
    others.toSorted((a, b) => distance(p, a) - distance(p, b)).slice(0, k);
  const others = (p: readonly number[]) => rows.filter((row) => row !== p);
  const reach = new Map(rows.map((p) => [p, distance(p, neighbours(p, others(p)).at(-1)!)]));
  const density = (p: readonly number[], near: readonly number[][]) =>
    k / near.reduce((sum, o) => sum + Math.max(reach.get(o as number[])!, distance(p, o)), 0);
  const densities = new Map(rows.map((p) => [p, density(p, neighbours(p, others(p)))]));
  const expected = [0, 1, 2].map((i) => {
    const p = x.slice(2 * i, 2 * i + 2);
    const near = neighbours(p, rows);
    return near.reduce((sum, o) => sum + densities.get(o)!, 0) / k / density(p, near);
  });
  const got = await score(train, 2, x, { neighbours: k });
  for (const [i, value] of expected.entries()) expect(got[i]).toBeCloseTo(value, 4);
});
