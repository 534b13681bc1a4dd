import fc from "fast-check";
import { expect, test } from "vitest";
import { OddityError } from "../tensor/errors.js";
import { Random } from "../tensor/random.js";
import { calibrate, pValues } from "./conformal.js";
import {
  type Batch,
  benjaminiHochberg,
  contamination,
  decide,
  falseAlarms,
  parseRule,
  printRule,
  quantile,
  type Rule,
  rules,
  threshold,
} from "./rules.js";

function batch(held: ArrayLike<number>, rows: ArrayLike<number>): Batch {
  const calibration = calibrate(held);
  const scores = Float32Array.from(rows);
  return { scores, calibration, pValues: pValues(calibration, scores) };
}

const flagged = (rule: Rule, given: Batch) => [...decide(rule, given)];
const oneToTen = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

test("quantile: position 9 * 0.75 = 6.75, so the threshold is the 8th score", () => {
  expect(threshold(quantile(0.75), calibrate(oneToTen))).toBe(8);
  expect(flagged(quantile(0.75), batch(oneToTen, [7, 7.9, 8, 20]))).toEqual([0, 0, 1, 1]);
});

test("contamination: the top share of the batch, ties with the last one included", () => {
  expect(flagged(contamination(0.2), batch([0], oneToTen))).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
  expect(flagged(contamination(0.2), batch([0], [5, 5, 5, 1, 1]))).toEqual([1, 1, 1, 0, 0]);
  expect(flagged(contamination(0.01), batch([0], [3, 1, 2]))).toEqual([1, 0, 0]);
  expect(flagged(contamination(0.5), batch([0], []))).toEqual([]);
  expect(threshold(contamination(0.2), calibrate(oneToTen))).toBeUndefined();
});

test("false alarms: nine calibration scores at rate 0.2 flag what exceeds the second largest", () => {
  const held = [1, 2, 3, 4, 5, 6, 7, 8, 9]; // p <= 2/10: at most one calibration score >= s, so s > 8
  expect(flagged(falseAlarms(0.2), batch(held, [8, 8.5, 9, 10]))).toEqual([0, 1, 1, 1]);
  expect(threshold(falseAlarms(0.2), calibrate(held))).toBe(8 + 2 ** -20); // the next float32
  expect(flagged(falseAlarms(0.2), batch([-1, -1, 0, 0, 0], [-1, 0, 1]))).toEqual([0, 0, 1]);
});

test("false alarms equals p <= rate, for every rate, sign and tie", () => {
  const scores = fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 1, maxLength: 120 });
  fc.assert(
    fc.property(scores, scores, fc.integer({ min: 1, max: 99 }), (held, rows, percent) => {
      const [given, rate] = [batch(held, rows), percent / 100];
      fc.pre(rate >= 1 / (held.length + 1));
      expect(flagged(falseAlarms(rate), given)).toEqual(Array.from(given.pValues, (p) => (p <= rate ? 1 : 0)));
    }),
  );
});

test.each([falseAlarms, benjaminiHochberg])("$id below 1 / (n + 1) could never fire: refused", (rule) => {
  const given = batch(oneToTen.slice(1), [100]);
  expect(() => decide(rule(0.05), given)).toThrow(OddityError);
  expect(() => decide(rule(0.05), given)).toThrow(/a rate of at least 0.1, got 0.05.*9 held-out rows/);
  expect(flagged(rule(0.1), given)).toEqual([1]);
});

const benjamini = (pValues: ArrayLike<number>) =>
  flagged(benjaminiHochberg(0.05), {
    scores: new Float32Array(pValues.length),
    pValues,
    calibration: new Float32Array(999),
  });

test("Benjamini-Hochberg on ten p-values", () => {
  // Bounds 0.005 k. Third: 0.016 > 0.015, but fourth: 0.0195 <= 0.02, so four are flagged; fifth: 0.026 > 0.025.
  const sorted = [0.001, 0.008, 0.016, 0.0195, 0.026, 0.035, 0.045, 0.2, 0.5, 0.9];
  expect(benjamini(sorted)).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
  expect(benjamini([...sorted].reverse())).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
  expect(benjamini([0.04, 0.6, 0.7])).toEqual([0, 0, 0]); // 0.04 > 0.05 / 3
  expect(benjamini([])).toEqual([]);
});

test("Benjamini-Hochberg: equality counts, also after float32, and ties share their fate", () => {
  expect(benjamini([0.02, 0.05, 0.05, 0.05])).toEqual([1, 1, 1, 1]);
  expect(Math.fround(0.05)).toBeGreaterThan(0.05);
  expect(benjamini(Float32Array.of(0.05, 0.05))).toEqual([1, 1]);
});

test("Benjamini-Hochberg keeps the share of false discoveries", () => {
  const random = new Random(2);
  let total = 0;
  for (let trial = 0; trial < 300; trial++) {
    const held = random.fillNormal(new Float32Array(999));
    const rows = Array.from({ length: 100 }, (_, i) => random.normal() + (i < 20 ? 4 : 0));
    const labels = flagged(benjaminiHochberg(0.2), batch(held, rows));
    const alarms = labels.slice(20).filter(Boolean).length;
    const hits = labels.slice(0, 20).filter(Boolean).length;
    expect(hits).toBeGreaterThan(10);
    total += alarms / Math.max(1, alarms + hits);
  }
  expect(total / 300).toBeLessThan(0.18); // promised: 0.2 times the 80 % of normal rows
  expect(total / 300).toBeGreaterThan(0.13);
});

test.each(rules)("$id: prints and parses back; values outside 0 to 1 are refused", (rule) => {
  const value = rule(0.037);
  expect(parseRule(printRule(value))).toEqual(value);
  for (const wrong of [0, 1, -0.1, 5, Number.NaN]) expect(() => rule(wrong)).toThrow(/above 0 and below 1/);
});

test("a misspelt rule gets a suggestion, a missing or odd value a form", () => {
  expect(parseRule(" false-alarms = 1e-2 ")).toEqual({ id: "false-alarms", value: 0.01 });
  expect(() => parseRule("false-alarm=0.01")).toThrow(/did you mean "false-alarms"/);
  expect(() => parseRule("quantile")).toThrow(/expected quantile=QUANTILE, got "quantile"; as in quantile=0.05/);
  expect(() => parseRule("quantile=1=2")).toThrow(/expected quantile=QUANTILE/);
  expect(() => parseRule("contamination=5%")).toThrow(/contamination=SHARE, got "contamination=5%"/);
});
