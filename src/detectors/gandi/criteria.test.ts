// The worked examples of every criterion, and what it compares with, worked out by hand.

import { expect, test } from "vitest";
import { energyDistance, outranks, spearman } from "./compare.js";
import { type Criterion, criteria, type Seen } from "./criteria.js";

for (const { id, examples, compute } of criteria as readonly Criterion[])
  for (const [i, { seen, value }] of examples.entries())
    test(`${id}, example ${i + 1}`, () => {
      if (value === undefined) expect(compute(seen)).toBeUndefined();
      else expect(compute(seen)).toBeCloseTo(value, 6);
    });

test("no criterion but those of losses and fit looks at the unit of a score", () => {
  const seen = (unit: (score: number) => number): Seen => {
    const fixed = {
      heldOut: [1, 2, 5].map(unit),
      corrupted: [2, 3, 4].map(unit),
      shuffled: [0, 3, 6].map(unit),
      background: [3, 4, 9].map(unit),
    };
    return {
      ...fixed,
      generated: [7, 2].map(unit),
      trained: [3, 1].map(unit),
      before: { ...fixed, heldOut: [9, 2, 1].map(unit) },
    };
  };
  for (const { compute } of criteria as readonly Criterion[])
    expect(compute(seen((score) => 10 * score - 3))).toEqual(compute(seen((score) => score)));
});

test("pairs won by strange rows, ties counting one half", () => {
  expect(outranks([2, 3], [1, 2, 4])).toBeCloseTo((1 + 0.5 + 2) / 6, 12);
});

test("correlation of ranks: 1 - 6·Σd²/(n·(n² - 1)) without ties, means of ranks with them", () => {
  expect(spearman([10, 20, 30, 40], [1, 3, 2, 4])).toBeCloseTo(1 - (6 * 2) / (4 * 15), 12);
  // ranks 0.5, 0.5, 2 and 0, 1, 2: (0.5 + 0 + 1)/√(1.5·2)
  expect(spearman([5, 5, 6], [1, 2, 3])).toBeCloseTo(1.5 / Math.sqrt(3), 12);
  expect(spearman([1, 1, 1], [1, 2, 3])).toBe(0);
});

test("energy distance of rows of two numbers", () => {
  const at = (...values: number[]) => ({ values: Float32Array.from(values), width: 2 });
  // one row each, 3 and 4 apart: 2·5/√2
  expect(energyDistance(at(0, 0), at(3, 4))).toBeCloseTo((2 * 5) / Math.SQRT2, 6);
  expect(energyDistance(at(0, 0, 3, 4), at(3, 4, 0, 0))).toBeCloseTo(0, 12);
});
