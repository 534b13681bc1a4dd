// The rows that criteria look at: what is changed in them, and what is not.

import { expect, test } from "vitest";
import { Random } from "../../tensor/random.js";
import type { Rows } from "../../train/feeds.js";
import { rowsToLookAt } from "./made-rows.js";

/** Two features, the second of them constant, and a context that is the number of the row. */
const shape = { features: 2, condition: 1, width: 3, picture: undefined };
const rowsFrom = (first: number, count: number): Rows => ({
  count,
  values: Float32Array.from({ length: 3 * count }, (_, i) => {
    const row = first + Math.floor(i / 3);
    return [row % 7, 4, row][i % 3]!;
  }),
});
const training = rowsFrom(0, 700);
const heldOut = rowsFrom(10_000, 500);
const column = ({ values }: Rows, place: number): number[] => Array.from(values).filter((_, i) => i % 3 === place);
const made = rowsToLookAt(training, heldOut, shape, new Random(5));
const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v / values.length, 0);

test("held-out rows and training rows are as they were", () => {
  expect(made.heldOut).toEqual(heldOut);
  expect(made.trained).toEqual(training);
});

test("made rows keep contexts and constant features", () => {
  for (const kind of ["corrupted", "shuffled", "background"] as const) {
    expect(made[kind].count).toBe(500);
    expect(column(made[kind], 2)).toEqual(column(heldOut, 2));
    expect(new Set(column(made[kind], 1))).toEqual(new Set([4]));
    expect(column(made[kind], 0)).not.toEqual(column(heldOut, 0));
  }
});

test("corrupted rows are off by one deviation of the training rows: 2, of 0 to 6", () => {
  const off = column(made.corrupted, 0).map((value, i) => value - column(heldOut, 0)[i]!);
  expect(Math.abs(mean(off))).toBeLessThan(0.3);
  expect(Math.sqrt(mean(off.map((x) => x * x)))).toBeCloseTo(2, 0);
});

test("shuffled rows have half of their features from others: six of seven of them differ", () => {
  const changed = column(made.shuffled, 0).map((value, i) => Number(value !== column(heldOut, 0)[i]!));
  expect(mean(changed)).toBeGreaterThan(0.35);
  expect(mean(changed)).toBeLessThan(0.5);
  expect(new Set(column(made.shuffled, 0))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
});

test("background is uniform over 1.1 times the range: -0.3 to 6.3", () => {
  const values = column(made.background, 0);
  expect(Math.min(...values)).toBeGreaterThanOrEqual(-0.3);
  expect(Math.min(...values)).toBeLessThan(0);
  expect(Math.max(...values)).toBeLessThanOrEqual(6.3001);
  expect(Math.max(...values)).toBeGreaterThan(6);
  expect(mean(values)).toBeCloseTo(3, 0);
});

test("without held-out rows training rows stand for them; many rows, and wide ones, are sampled", () => {
  const none: Rows = { values: new Float32Array(0), count: 0 };
  expect(rowsToLookAt(training, none, shape, new Random(5)).heldOut).toEqual(training);
  const many = rowsToLookAt(rowsFrom(0, 5000), rowsFrom(0, 3000), shape, new Random(5));
  expect(many.heldOut.count).toBe(1000);
  expect(new Set(column(many.heldOut, 2)).size).toBe(1000);
  const wide = { features: 2 ** 16, condition: 0, width: 2 ** 16, picture: undefined };
  const zeros = { values: new Float32Array(10 * 2 ** 16), count: 10 };
  expect(rowsToLookAt(zeros, zeros, wide, new Random(5)).background.count).toBe(4);
});

test("the same seed gives the same rows", () => {
  expect(rowsToLookAt(training, heldOut, shape, new Random(5))).toEqual(made);
  expect(rowsToLookAt(training, heldOut, shape, new Random(6)).corrupted).not.toEqual(made.corrupted);
});
