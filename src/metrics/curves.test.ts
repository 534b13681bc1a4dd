import { expect, test } from "vitest";
import { Random } from "../tensor/random.js";
import { auroc } from "./auroc.js";
import { precisionRecallCurve, rocCurve } from "./curves.js";

test("the ROC curve of a worked example, a tie being one slanted step", () => {
  expect(rocCurve([4, 3, 3, 1], [1, 1, 0, 0])).toEqual([
    { x: 0, y: 0, threshold: Infinity },
    { x: 0, y: 0.5, threshold: 4 },
    { x: 0.5, y: 1, threshold: 3 },
    { x: 1, y: 1, threshold: 1 },
  ]);
});

test("the precision-recall curve of a worked example", () => {
  expect(precisionRecallCurve([4, 3, 2, 1], [1, 0, 1, 0])).toEqual([
    { x: 0, y: 1, threshold: Infinity },
    { x: 0.5, y: 1, threshold: 4 },
    { x: 0.5, y: 0.5, threshold: 3 },
    { x: 1, y: 2 / 3, threshold: 2 },
    { x: 1, y: 0.5, threshold: 1 },
  ]);
});

test.each([2, 3, 50, 500])("a curve of many rows keeps its ends, %d points at most, and its area", (most) => {
  const random = new Random(1);
  const labels = Array.from({ length: 5000 }, (_, i) => (i % 20 === 0 ? 1 : 0));
  const scores = labels.map((label) => random.normal() + 1.5 * label);
  for (const draw of [rocCurve, precisionRecallCurve]) {
    const points = draw(scores, labels, most);
    expect(points.length).toBeLessThanOrEqual(most);
    expect(points.length).toBeGreaterThan(most / 2);
    expect(points[0]!.threshold).toBe(Infinity);
    expect(points.at(-1)!.x).toBe(1);
  }
  if (most < 50) return;
  const roc = rocCurve(scores, labels, most);
  const area = roc.slice(1).reduce((sum, { x, y }, k) => sum + ((x - roc[k]!.x) * (y + roc[k]!.y)) / 2, 0);
  expect(Math.abs(area - auroc.compute(scores, labels))).toBeLessThan(0.002);
});
