import { expect, test } from "vitest";
import { Random } from "../tensor/random.js";
import { bootstrapInterval } from "./bootstrap.js";
import { auroc, averagePrecision, metrics } from "./index.js";

/** Anomalies shifted so that the true AUROC is Phi(1 / sqrt 2) = 0.7602. */
function shifted(random: Random, rows: number) {
  const labels = Array.from({ length: rows }, (_, i) => (i % 5 === 0 ? 1 : 0));
  return { labels, scores: labels.map((label) => random.normal() + label) };
}

test("the interval of a two-row data set is its one value", () => {
  for (const metric of metrics) {
    const { value, low, high } = bootstrapInterval(metric, [2, 1], [1, 0], { random: new Random(1), resamples: 50 });
    expect([value, low, high]).toEqual([1, 1, 1]);
  }
});

test("two anomalies, one won and one lost: the ends are 0 and 1", () => {
  // A resample draws anomalies 1 and 3 with replacement against the normal 2: AUROC 0, 1/2 or 1 with weights 1, 2, 1.
  const { value, low, high } = bootstrapInterval(auroc, [3, 1, 2], [1, 1, 0], { random: new Random(1) });
  expect([value, low, high]).toEqual([0.5, 0, 1]);
});

test("covers the true AUROC about as often as promised, and narrows with the level", () => {
  const random = new Random(3);
  let covered = 0;
  for (let k = 0; k < 200; k++) {
    const { scores, labels } = shifted(random, 300);
    const { low, high } = bootstrapInterval(auroc, scores, labels, { random, resamples: 200, level: 0.9 });
    if (low <= 0.7602 && 0.7602 <= high) covered++;
  }
  expect(covered / 200).toBeGreaterThan(0.82);
  expect(covered / 200).toBeLessThan(0.97);
});

test("the same seed gives the same interval, and the value lies inside", () => {
  const { scores, labels } = shifted(new Random(7), 400);
  const once = bootstrapInterval(averagePrecision, scores, labels, { random: new Random(9) });
  expect(bootstrapInterval(averagePrecision, scores, labels, { random: new Random(9) })).toEqual(once);
  expect(once.low).toBeLessThan(once.value);
  expect(once.high).toBeGreaterThan(once.value);
  expect(once).toMatchObject({ level: 0.95, resamples: 1000 });
});

test("resamples are capped on large data, and said", () => {
  const { scores, labels } = shifted(new Random(7), 300_000);
  const { resamples, low, high } = bootstrapInterval(auroc, scores, labels, { random: new Random(9) });
  expect(resamples).toBe(333);
  expect(high - low).toBeLessThan(0.01);
});

test("a level or count out of range is refused", () => {
  const random = new Random(1);
  expect(() => bootstrapInterval(auroc, [2, 1], [1, 0], { random, level: 95 })).toThrow(/bootstrap.level/);
  expect(() => bootstrapInterval(auroc, [2, 1], [1, 0], { random, resamples: 1 })).toThrow(/bootstrap.resamples/);
  expect(() => bootstrapInterval(auroc, [2, 1], [1, 1], { random })).toThrow(/both classes/);
});
