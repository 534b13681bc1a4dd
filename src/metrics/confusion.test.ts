import { expect, test } from "vitest";
import { atThreshold, atTopShare, confusion, f1, precision, recall } from "./confusion.js";
import { percentile } from "./percentile.js";

test("counts, precision, recall and F1 of a worked example", () => {
  const counts = confusion([1, 1, 1, 0, 0, 0], [1, 1, 0, 1, 0, 0]);
  expect(counts).toEqual({ truePositives: 2, falsePositives: 1, falseNegatives: 1, trueNegatives: 2 });
  expect(precision(counts)).toBeCloseTo(2 / 3, 12);
  expect(recall(counts)).toBeCloseTo(2 / 3, 12);
  expect(f1(confusion([1, 0, 0], [1, 1, 1]))).toBeCloseTo(1 / 2, 12); // precision 1, recall 1/3
});

test("nothing flagged has precision 0 and F1 0; no anomalies is an error", () => {
  const nothing = confusion([0, 0], [1, 0]);
  expect([precision(nothing), recall(nothing), f1(nothing)]).toEqual([0, 0, 0]);
  expect(() => recall(confusion([1, 0], [0, 0]))).toThrow(/undefined without anomalies/);
  expect(() => confusion([1], [1, 0])).toThrow(/1 labels/);
  expect(() => confusion([0.5], [1])).toThrow(/0 or 1/);
});

test.each([
  [0.5, 2.5],
  [0, 1],
  [1, 4],
  [0.8, 3.4], // position 2.4
  [2 / 3, 3],
])("the percentile %d of 1, 2, 3, 4 is %d", (q, value) => {
  expect(percentile([1, 2, 3, 4], q)).toBeCloseTo(value, 12);
});

test("the top fifth of ten rows is two rows", () => {
  const scores = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1];
  const labels = [1, 0, 1, 0, 0, 0, 0, 0, 0, 0];
  const at = atTopShare(scores, labels, 0.2);
  expect(at.threshold).toBeCloseTo(8.2, 12); // position 9 * 0.8 = 7.2
  expect(at).toMatchObject({ truePositives: 1, falsePositives: 1, precision: 0.5, recall: 0.5, f1: 0.5 });
});

test("a threshold on a row flags it, whatever the share's rounding", () => {
  const scores = Array.from({ length: 11 }, (_, i) => i);
  const labels = scores.map((score) => (score >= 10 ? 1 : 0));
  expect(atTopShare(scores, labels, 0.9).threshold).toBe(1); // 1 - 0.9 is a little below 0.1
  expect(atTopShare(scores, labels, 0.1).threshold).toBe(9);
});

test("rows tied with the threshold are all flagged", () => {
  const at = atTopShare([1, 1, 1, 1, 1], [1, 0, 0, 0, 0], 0.2);
  expect(at).toMatchObject({ threshold: 1, truePositives: 1, falsePositives: 4, precision: 0.2, recall: 1 });
});

test("at a threshold, equal counts as flagged", () => {
  expect(atThreshold([1, 2, 3], [0, 1, 1], 2)).toMatchObject({ precision: 1, recall: 1, f1: 1 });
  expect(() => atTopShare([1, Number.NaN], [0, 1], 0.5)).toThrow(/NaN/);
});
