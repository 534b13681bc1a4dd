// The forest's learning and its slow scoring: worked examples, invariants of every tree, odd data, and real sets.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseNpz } from "../../data/npy.js";
import { stratified } from "../../data/split.js";
import { auroc } from "../../metrics/auroc.js";
import { Random } from "../../tensor/random.js";
import { averagePath } from "./average-path.js";
import { type Forest, growForest } from "./grow.js";
import { leafOf, scoreForest } from "./score.js";

const grow = (x: Float32Array, width: number, { trees = 100, sample = 256, seed = 1 } = {}) =>
  growForest(x, width, { trees, sample, random: new Random(seed) });

const normal = (rows: number, width: number, seed = 1) => new Random(seed).fillNormal(new Float32Array(rows * width));

test("c(m) by hand", () => {
  expect([averagePath(0), averagePath(1), averagePath(2)]).toEqual([0, 0, 1]);
  expect(averagePath(3)).toBeCloseTo(1.2073924, 6); // 2 (0.6931472 + 0.5772157) - 4/3
  expect(averagePath(4)).toBeCloseTo(1.8516559, 6); // 2 (1.0986123 + 0.5772157) - 3/2
  expect(averagePath(256)).toBeCloseTo(10.2447709, 6); // 2 (5.5412635 + 0.5772157) - 510/256
});

test("two rows part at once: path 1, score 1/2", async () => {
  const forest = await grow(Float32Array.of(0, 1), 1, { trees: 500 });
  expect(scoreForest(forest, Float32Array.of(0, 1, 9))).toEqual(Float32Array.of(0.5, 0.5, 0.5));
  const cuts = Array.from(forest.offsets.subarray(0, 500), (root) => forest.threshold[root]!);
  expect(Math.min(...cuts)).toBeLessThan(0.02);
  expect(Math.max(...cuts)).toBeGreaterThan(0.98);
  expect(Math.abs(cuts.reduce((sum, cut) => sum + cut, 0) / 500 - 0.5)).toBeLessThan(0.05); // 3.9 standard errors
});

test("three equal rows and one other: paths 1 + c(3) and 1", async () => {
  const forest = await grow(Float32Array.of(0, 0, 1, 0), 1);
  const [equal, other] = scoreForest(forest, Float32Array.of(0, 1));
  expect(equal).toBeCloseTo(2 ** (-(1 + 1.2073924) / 1.8516559), 5);
  expect(other).toBeCloseTo(2 ** (-1 / 1.8516559), 5);
});

describe("every tree", () => {
  /** Depth of each node, checking on the way that children are in the tree and after their parent. */
  function depths(forest: Forest, tree: number): Map<number, number> {
    const [root, end] = [forest.offsets[tree]!, forest.offsets[tree + 1]!];
    const found = new Map([[root, 0]]);
    for (let node = root; node < end; node++) {
      if (forest.feature[node]! < 0) continue;
      for (const child of [forest.left[node]!, forest.right[node]!]) {
        expect(child > node && child < end && !found.has(child)).toBe(true);
        found.set(child, found.get(node)! + 1);
      }
    }
    expect(found.size).toBe(end - root);
    return found;
  }

  test.each([
    ["continuous", 400, (r: Random) => r.normal()],
    ["many duplicates", 400, (r: Random) => r.below(2)],
    ["neighbouring float32 values", 400, (r: Random) => 1 + r.below(3) * 2 ** -23],
    ["enormous values", 300, (r: Random) => (r.uniform() - 0.5) * 6.8e38],
    ["fewer rows than the sample", 21, (r: Random) => r.normal()],
  ])("has no empty leaf, keeps the height limit and holds depth + c(size): %s", async (_, rows, draw) => {
    const values = new Random(4);
    const x = Float32Array.from({ length: rows * 3 }, () => draw(values));
    const forest = await grow(x, 3, { trees: 20, seed: 8 });
    const sample = Math.min(256, rows);
    expect(forest.sample).toBe(sample);
    for (let tree = 0; tree < 20; tree++) {
      const depth = depths(forest, tree);
      expect(Math.max(...depth.values())).toBeLessThanOrEqual(Math.ceil(Math.log2(sample)));
      const size = new Map<number, number>();
      for (const row of new Random(8).at("tree", tree).sample(rows, sample)) {
        const leaf = leafOf(forest, tree, x.subarray(row * 3, row * 3 + 3));
        size.set(leaf, (size.get(leaf) ?? 0) + 1);
      }
      const leaves = [...depth.keys()].filter((node) => forest.feature[node]! < 0);
      expect(size.size).toBe(leaves.length);
      for (const leaf of leaves)
        expect(forest.value[leaf]).toBe(Math.fround(depth.get(leaf)! + averagePath(size.get(leaf)!)));
    }
  });

  test("cuts along varying columns only, each equally often", async () => {
    const x = normal(64, 3).map((value, i) => (i % 3 === 1 ? 7 : value));
    const forest = await grow(x, 3, { trees: 2000 });
    const roots = Array.from(forest.offsets.subarray(0, 2000), (root) => forest.feature[root]!);
    expect(forest.feature.includes(1)).toBe(false);
    expect(Math.abs(roots.filter((column) => column === 0).length - 1000)).toBeLessThan(90); // 4 deviations
  });
});

test("a planted outlier scores highest, and above 1/2; the middle scores below", async () => {
  const x = normal(1000, 4);
  x.set([6, -6, 6, -6], 4 * 123);
  const scores = scoreForest(await grow(x, 4), x);
  expect(scores.indexOf(Math.max(...scores))).toBe(123);
  expect(scores[123]).toBeGreaterThan(0.65);
  expect(scoreForest(await grow(x, 4), Float32Array.of(0, 0, 0, 0))[0]).toBeLessThan(0.45);
});

test("constant data and a single row: every row scores 1/2", async () => {
  const constant = await grow(new Float32Array(300).fill(3), 3);
  expect(scoreForest(constant, Float32Array.of(3, 3, 3, 9, -9, 0))).toEqual(Float32Array.of(0.5, 0.5));
  const lone = await grow(Float32Array.of(1, 2), 2);
  expect(scoreForest(lone, Float32Array.of(1, 2, 5, 5))).toEqual(Float32Array.of(0.5, 0.5));
});

test("the same seed grows the same forest, another seed another", async () => {
  const x = normal(500, 3);
  const forest = await grow(x, 3, { seed: 5 });
  expect(await grow(x, 3, { seed: 5 })).toEqual(forest);
  expect((await grow(x, 3, { seed: 6 })).threshold).not.toEqual(forest.threshold);
});

test("lets other work run while it grows", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await grow(normal(2000, 8), 8, { trees: 1500 });
  clearInterval(timer);
  expect(turns).toBeGreaterThan(1);
});

test("rows that do not fit the width are a mistake of ours", async () => {
  await expect(grow(new Float32Array(5), 2)).rejects.toThrow(/internal: 5 values/);
  await expect(grow(new Float32Array(0), 2)).rejects.toThrow(/internal/);
});

const folder = join(process.env.ODDITY_DATA ?? "", "adbench");

// What scikit-learn's forest reached over three 70/30 splits of at most 10,000 rows; ours over ten, since one split of
// mammography moves by 0.02. Sets that are not at hand are skipped; $ODDITY_DATA says where they are.
describe.each([
  ["38_thyroid", 0.985],
  ["6_cardio", 0.932],
  ["23_mammography", 0.853],
  ["32_shuttle", 0.997],
])("%s", (name, expected) => {
  const file = join(folder, `${name}.npz`);
  test.skipIf(!existsSync(file))(`AUROC within 0.02 of ${expected}`, async () => {
    const arrays = parseNpz(readFileSync(file), name);
    const labels = Uint8Array.from(arrays.get("y")!.values);
    const width = arrays.get("X")!.shape[1]!;
    const all = Float32Array.from(arrays.get("X")!.values);
    const pick = (rows: Uint32Array) =>
      Float32Array.from(
        { length: rows.length * width },
        (_, i) => all[rows[Math.floor(i / width)]! * width + (i % width)]!,
      );
    let sum = 0;
    for (let seed = 0; seed < 10; seed++) {
      const { train, test: held } = stratified({ share: 0.7, most: 10_000 }).parts(labels, new Random(seed));
      const forest = await grow(pick(train), width, { seed });
      sum += auroc.compute(
        scoreForest(forest, pick(held)),
        Array.from(held, (row) => labels[row]!),
      );
    }
    expect(Math.abs(sum / 10 - expected)).toBeLessThan(0.02);
  });
});
