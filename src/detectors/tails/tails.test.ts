// Tail probabilities by hand, search trees against counting, and the two detectors on small tables.

import { describe, expect, test } from "vitest";
import { tableOf } from "../../data/table.js";
import { treeSum } from "../../graph/ops/ml.js";
import { Random } from "../../tensor/random.js";
import { tensor } from "../../tensor/tensor.js";
import { copod } from "../copod.js";
import { ecod } from "../ecod.js";
import { distributionOf } from "./distribution.js";
import { searchTrees, type TailFunction } from "./search.js";

/** The function at these numbers, through the tree, as the op's slow reference walks it. */
const through = (column: Float32Array, most: number, f: TailFunction, at: Float32Array): number[] =>
  Array.from(
    treeSum.reference!(
      { x: tensor("f32", [at.length, 1], at) },
      searchTrees([{ column: 0, distribution: distributionOf(column.slice(), most) }], f),
      [],
    ) as number[],
  );

test("left and right tails by hand, equal values and the ends included", () => {
  // 1, 2, 2, 5; a new row counts as a fifth
  const column = Float32Array.of(2, 5, 1, 2);
  const at = Float32Array.of(0, 1, 1.5, 2, 3, 5, 6);
  expect(through(column, 99, (left) => left, at)).toEqual([1, 2, 2, 4, 4, 5, 5].map((n) => Math.fround(n / 5)));
  expect(through(column, 99, (_, right) => right, at)).toEqual([5, 5, 4, 4, 2, 2, 1].map((n) => Math.fround(n / 5)));
});

describe.each([
  ["continuous", (r: Random) => r.normal()],
  ["whole numbers", (r: Random) => r.below(9) - 4],
  ["mostly zero", (r: Random) => Math.max(0, r.normal() - 1)],
  ["neighbours in f32", (r: Random) => 1 + r.below(4) * 2 ** -23],
])("%s", (_, draw) => {
  const random = new Random(5);
  const column = Float32Array.from({ length: 3000 }, () => draw(random));
  const at = Float32Array.from([
    ...column.subarray(0, 200),
    ...Array.from({ length: 200 }, () => draw(random)),
    -1e6,
    1e6,
  ]);
  const counted = (isLeft: boolean) =>
    Array.from(at, (x) => (1 + column.reduce((n, v) => n + Number(isLeft ? v <= x : v >= x), 0)) / 3001);

  test("the tree counts", () => {
    const [left, right] = [through(column, 1e4, (l) => l, at), through(column, 1e4, (_, r) => r, at)];
    for (const [i, value] of counted(true).entries()) expect(left[i]).toBe(Math.fround(value));
    for (const [i, value] of counted(false).entries()) expect(right[i]).toBe(Math.fround(value));
  });

  test("with fewer thresholds logarithms stay close, and the outermost values exact", () => {
    const left = through(column, 300, (l) => Math.log(l), at);
    const right = through(column, 300, (_, r) => Math.log(r), at);
    for (const [i, value] of counted(true).entries()) {
      expect(Math.abs(left[i]! - Math.log(value))).toBeLessThan(0.03);
      if (value < 20 / 3001) expect(left[i]).toBe(Math.fround(Math.log(value)));
    }
    for (const [i, value] of counted(false).entries()) {
      expect(Math.abs(right[i]! - Math.log(value))).toBeLessThan(0.03);
      if (value < 20 / 3001) expect(right[i]).toBe(Math.fround(Math.log(value)));
    }
  });
});

test("the side of the long tail; none where a column is symmetric or constant", () => {
  const skews = [
    [0, 0, 0, 9],
    [0, 9, 9, 9],
    [1, 2, 3],
    [7, 7, 7],
  ].map((column) => distributionOf(Float32Array.from(column), 9).skew);
  expect(skews).toEqual([1, -1, 0, 0]);
});

// Columns 0, 0, 0, 9 (long to the right), 0, 9, 9, 9 (long to the left) and 7, 7, 7, 7. A new row counts as a fifth.
// Row 9, 9, 7:  left tails 5/5, 5/5, 5/5; right tails 2/5, 4/5, 5/5.
// Row 4, -1, 7: left tails 4/5, 1/5, 5/5; right tails 2/5, 5/5, 5/5.
// Row 0, 9, 8:  left tails 4/5, 5/5, 5/5; right tails 5/5, 4/5, 1/5.
const train = tableOf([0, 0, 7, 0, 9, 7, 0, 9, 7, 9, 9, 7], 3);
const rows = tableOf([9, 9, 7, 4, -1, 7, 0, 9, 8], 3);
const log = (n: number): number => -Math.log(n / 5);

test.each([
  [ecod({ combine: "sums" }), [log(2) + log(4), log(2) + log(1), log(4) + log(1)]],
  [ecod({}), [log(2) + log(4), log(2) + log(1), log(4) + log(4) + log(1)]],
  // long tails 2/5 5/5 5/5, 2/5 1/5 5/5, and for the constant column both: 5/5 · 1/5
  [copod({}), [log(2) + log(4) / 2, log(2) + log(1), log(4) / 2 + log(4) / 2 + log(1)]],
  [copod({ combine: "sums" }), [log(2) + log(4), log(2) + log(1), log(4) + log(1)]],
])("scores by hand %#: $id $parameters", async (detector, expected) => {
  const model = await detector.fit(train, { seed: 1 });
  const scores = await model.score(rows);
  for (const [i, value] of expected.entries()) expect(scores[i]).toBeCloseTo(value, 5);
  await model.close();
});
