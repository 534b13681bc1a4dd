import { expect, test } from "vitest";
import { toSvg } from "../render.js";
import { precisionRecallCurve, rocCurve, thinned } from "./curves.js";
import type { Figure } from "./frame.js";
import { binsFor, countInto, decadeTicks } from "./histogram.js";
import { trainingLosses } from "./losses.js";
import { columnContributions } from "./reasons.js";
import { pValueHistogram, scoreDistribution } from "./scores.js";

const calibrationRows = 100;

/** Every row of every data source in a specification. */
function dataOf({ spec }: Figure): Record<string, unknown>[] {
  const sources: unknown[] = [];
  JSON.stringify(spec, (key, value: unknown) => {
    if (key === "values" && Array.isArray(value)) sources.push(...value.filter((row) => typeof row === "object"));
    return value;
  });
  return sources as Record<string, unknown>[];
}

const sum = (numbers: unknown[]) => numbers.reduce<number>((total, n) => total + Number(n ?? 0), 0);

test("bins: edges worked out by hand, the last one closed, what lies outside left out", () => {
  expect(countInto([0, 1, 2, 3], [0, 0.5, 1, 2.999, 3, 3.1, -1, Number.NaN])).toEqual([2, 1, 2]);
});

test("evenly spread scores get a straight axis, scores with a long tail a logarithmic one", () => {
  const even = Float32Array.from({ length: 100 }, (_, i) => i);
  expect(binsFor(even).scale.type).toBe("linear");
  expect(binsFor(even).edges).toHaveLength(21); // 2·√100 bins
  const tailed = even.map((score) => (score === 99 ? 1e6 : score + 1));
  const { scale, edges } = binsFor(tailed);
  expect(scale).toEqual({ type: "symlog", constant: 6 }); // the score at 5 %: place 4.95 → 5
  expect([edges[0], edges.at(-1)]).toEqual([1, 1e6]);
  expect([...edges].sort((a, b) => a - b)).toEqual(edges);
});

test("ticks of a logarithmic axis", () => {
  expect(decadeTicks(0, 500, 1)).toEqual([0, 1, 10, 100]);
  expect(decadeTicks(-10, 10, 1)).toEqual([-10, -1, 0, 1, 10]);
  expect(decadeTicks(3, 40, 2)).toEqual([5, 10, 20]);
});

test.each([
  ["spread", Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i) * 3)],
  ["long-tailed", Float32Array.from({ length: 1000 }, (_, i) => Math.exp(i / 50))],
  ["equal", new Float32Array(50).fill(0.25)],
  ["one", Float32Array.of(-3)],
  ["two", Float32Array.of(1, 2)],
])("score distribution, %s scores: the bars hold every row and the threshold is there", async (_, values) => {
  const plain = scoreDistribution({ values, threshold: 0.75, calibrationRows });
  expect(sum(dataOf(plain).map((bin) => bin.rows))).toBe(values.length);
  expect(dataOf(plain)).toContainEqual({ threshold: 0.75, label: "threshold 0.75" });

  const labels = Uint8Array.from(values, (_, i) => (i % 10 === 0 ? 1 : 0));
  const byTruth = dataOf(scoreDistribution({ values, labels, calibrationRows }));
  const anomalies = byTruth.filter((bin) => bin.kind === "anomalies").map((bin) => bin.rows);
  expect(sum(anomalies)).toBe(Math.ceil(values.length / 10));
  expect(sum(byTruth.map((bin) => bin.rows))).toBe(values.length);
  expect(byTruth.some((bin) => "threshold" in bin)).toBe(false);

  const svg = await toSvg(plain.spec);
  expect(svg).toContain("threshold 0.75");
  expect(svg).not.toContain("NaN");
});

test("p-values: twenty bins, and the line where evenness would be", () => {
  const figure = pValueHistogram(Float32Array.of(0.01, 0.02, 0.5, 1));
  const bins = dataOf(figure).filter((row) => "rows" in row);
  expect(bins).toHaveLength(20);
  expect([bins[0]!.rows, bins[10]!.rows, bins[19]!.rows]).toEqual([2, 1, 1]);
  expect(dataOf(figure)).toContainEqual({ even: 0.2 });
});

test("curves: thinning keeps both ends and every visible step", () => {
  const flat = Array.from({ length: 10_001 }, (_, i) => ({ x: i / 10_000, y: 1 }));
  const kept = thinned(flat);
  expect(kept.length).toBeLessThanOrEqual(502);
  expect(kept.length).toBeGreaterThan(400);
  expect([kept[0], kept.at(-1)]).toEqual([flat[0], flat.at(-1)]);
  const step = [
    { x: 0, y: 0 },
    { x: 0, y: 1 },
    { x: 0.0001, y: 1 },
    { x: 1, y: 1 },
  ];
  expect(thinned(step)).toEqual([step[0], step[1], step[3]]);
});

test("ROC has its diagonal, precision and recall its prevalence", () => {
  const points = [
    { x: 0, y: 0 },
    { x: 0.25, y: 1 },
    { x: 1, y: 1 },
  ];
  expect(dataOf(rocCurve(points)).map(({ x, y }) => [x, y])).toEqual([
    [0, 0],
    [1, 1],
    [0, 0],
    [0.25, 1],
    [1, 1],
  ]);
  const figure = precisionRecallCurve(points, 0.034);
  expect(
    dataOf(figure)
      .slice(0, 2)
      .map(({ y }) => y),
  ).toEqual([0.034, 0.034]);
  expect(figure.caption).toContain("3.4\u202f%");
});

test("losses: long trainings become means over stretches, on a logarithmic axis when they fall far", () => {
  const records = Array.from({ length: 400 }, (_, i) => ({ step: i + 1, a: i, b: 1 }));
  const figure = trainingLosses(records);
  const a = dataOf(figure).filter((point) => point.loss === "a");
  expect(a).toHaveLength(200);
  expect(a.slice(0, 2)).toEqual([
    { step: 2, loss: "a", value: 0.5 },
    { step: 4, loss: "a", value: 2.5 },
  ]);
  expect(figure.caption).toContain("each point the mean of 2 records");
  const drop = (to: number) =>
    trainingLosses([
      { step: 1, a: 1000 },
      { step: 2, a: to },
    ]);
  expect(drop(10).caption).toContain("logarithmic");
  expect(JSON.stringify(drop(10).spec)).toContain('"type":"log"');
  for (const to of [30, 0, -1]) expect(JSON.stringify(drop(to).spec)).not.toContain('"type":"log"');
});

test("losses that are not finite leave a gap, not a broken figure", async () => {
  const figure = trainingLosses([
    { step: 1, a: 1 },
    { step: 2, a: Number.NaN },
    { step: 3, a: 2 },
  ]);
  expect(dataOf(figure).map((point) => point.step)).toEqual([1, 3]);
  expect(await toSvg(figure.spec)).toContain("<path");
  const nothing = trainingLosses([{ step: 1, a: Number.NaN }]);
  expect(await toSvg(nothing.spec)).toContain("</svg>");
});

test("contributions: the columns that matter most in sum come first", async () => {
  const reason = (column: string, share: number) => ({ column, share, value: 1, typical: 0 });
  const figure = columnContributions([
    { row: 17, score: 9, pValue: 0.01, values: {}, reasons: [reason("a", 0.6), reason("<b>", 0.4)] },
    { row: 4, score: 8, pValue: 0.01, values: {}, reasons: [reason("<b>", 0.996), reason("a", 0.004)] },
  ]);
  expect(dataOf(figure).slice(0, 4)).toEqual([
    { row: "17", column: "a", share: 0.6, label: "60" },
    { row: "17", column: "<b>", share: 0.4, label: "40" },
    { row: "4", column: "<b>", share: 0.996, label: "100" },
    { row: "4", column: "a", share: 0.004, label: "" },
  ]);
  expect(JSON.stringify(figure.spec)).toContain('"domain":["<b>","a"]');
  const svg = await toSvg(figure.spec);
  expect(svg).toContain("&lt;b&gt;");
  expect(svg).not.toContain("<b>");
});
