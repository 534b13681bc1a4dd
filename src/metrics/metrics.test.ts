// Every metric of the list, unasked: examples, ties, one class, two rows, chance, invariances, and the slow reference.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OddityError } from "../tensor/errors.js";
import { Random } from "../tensor/random.js";
import { metrics } from "./index.js";

/** Rows with few distinct scores, so ties are common, and at least one of each class. */
const rows = fc
  .array(fc.tuple(fc.integer({ min: -4, max: 4 }), fc.constantFrom(0, 1)), { minLength: 2, maxLength: 40 })
  .filter((pairs) => new Set(pairs.map(([, label]) => label)).size === 2)
  .map((pairs) => ({ scores: pairs.map(([score]) => score), labels: pairs.map(([, label]) => label) }));

describe.each(metrics)("$id", (metric) => {
  test.each(metric.examples)("example $scores $labels is $value", ({ scores, labels, value }) => {
    expect(metric.compute(scores, labels)).toBeCloseTo(value, 12);
    expect(metric.reference(scores, labels)).toBeCloseTo(value, 12);
    expect(metric.compute(Float32Array.from(scores), Uint8Array.from(labels))).toBeCloseTo(value, 12);
  });

  test("its examples include two rows and ties", () => {
    expect(metric.examples.some(({ scores }) => scores.length === 2)).toBe(true);
    expect(metric.examples.some(({ scores }) => new Set(scores).size < scores.length)).toBe(true);
  });

  test("equals the slow reference", () => {
    fc.assert(
      fc.property(rows, ({ scores, labels }) => {
        expect(metric.compute(scores, labels)).toBeCloseTo(metric.reference(scores, labels), 10);
      }),
    );
  });

  test("depends on the ranking only", () => {
    fc.assert(
      fc.property(rows, ({ scores, labels }) => {
        const mapped = scores.map((score) => Math.exp(score / 3) - 100);
        expect(metric.compute(mapped, labels)).toBe(metric.compute(scores, labels));
      }),
    );
  });

  test("does not depend on the order of the rows", () => {
    fc.assert(
      fc.property(rows, fc.nat(), ({ scores, labels }, seed) => {
        const order = Array.from(new Random(seed).permutation(scores.length));
        const moved = (values: number[]) => order.map((i) => values[i]!);
        expect(metric.compute(moved(scores), moved(labels))).toBe(metric.compute(scores, labels));
      }),
    );
  });

  test("random scores get the chance value", () => {
    const random = new Random(5);
    const labels = Array.from({ length: 20_000 }, () => (random.uniform() < 0.2 ? 1 : 0));
    const scores = random.fillUniform(new Float32Array(labels.length));
    const chance =
      metric.chance === "prevalence" ? labels.filter((label) => label === 1).length / 20_000 : metric.chance;
    expect(Math.abs(metric.compute(scores, labels) - chance)).toBeLessThan(0.02);
  });

  test.each([
    ["no anomalies", [1, 2], [0, 0], /both classes.*undefined on one class/],
    ["no normal rows", [1, 2], [1, 1], /both classes.*2 of them anomalous/],
    ["no rows", [], [], /0 rows/],
    ["a NaN score", [1, Number.NaN], [0, 1], /NaN in row 1/],
    ["a label 2", [1, 2], [0, 2], /0 or 1 as every label, got 2 in row 1/],
    ["unequal lengths", [1, 2, 3], [0, 1], /3 labels.*got 2/],
  ])("%s is refused with a sentence", (_, scores, labels, message) => {
    expect(() => metric.compute(scores, labels)).toThrow(OddityError);
    expect(() => metric.compute(scores, labels)).toThrow(message);
  });
});
