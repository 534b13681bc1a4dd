// Labels at the tail of rows, and known anomalies that only some detectors take.

import { describe, expect, test } from "vitest";
import { tableOf } from "../data/table.js";
import { interpret } from "../graph/interpret.js";
import { input } from "../graph/op.js";
import { nodeHost } from "../host/node.js";
import { tensorOf, toNumbers } from "../tensor/tensor.js";
import type { LearningSite } from "./define.js";
import { defineDetector } from "./define.js";
import { knn } from "./knn.js";
import { balanced, labelOf, withLabels } from "./labelled.js";
import { meanDistance } from "./mean-distance.js";
import { judgedOf } from "./row.js";

const rowsOf = (...values: number[]) => ({ values: Float32Array.from(values), count: values.length / 2 });
const site = {
  host: nodeHost,
  rows: rowsOf(1, 2, 3, 4),
  heldOut: rowsOf(5, 6),
  anomalies: rowsOf(7, 8),
  features: 2,
  condition: 0,
  width: 2,
} as Partial<LearningSite> as LearningSite;

test("normal rows, then known anomalies, each with its label behind it", () => {
  const { rows, heldOut, width } = withLabels(site);
  expect(Array.from(rows.values)).toEqual([1, 2, 0, 3, 4, 0, 7, 8, 1]);
  expect(rows.count).toBe(3);
  expect(Array.from(heldOut.values)).toEqual([5, 6, 0]);
  expect(width).toBe(3);
});

test("what is judged and what is the label", () => {
  const labelled = withLabels(site);
  const x = input("x", "f32", ["batch", 3]);
  const feeds = new Map([[x, tensorOf("f32", [2, 3], [1, 2, 0, 7, 8, 1])]]);
  const [judged, labels] = interpret([judgedOf(x, labelled), labelOf(x, labelled)], feeds).map(toNumbers);
  expect(judged).toEqual([1, 2, 7, 8]);
  expect(labels).toEqual([0, 1]);
  // when rows are scored there is no label behind them
  const bare = input("x", "f32", ["batch", 2]);
  const scored = interpret([judgedOf(bare, labelled)], new Map([[bare, tensorOf("f32", [1, 2], [1, 2])]]));
  expect(toNumbers(scored[0]!)).toEqual([1, 2]);
});

test("balanced minibatches; without known anomalies there is one stratum", () => {
  expect(balanced(site, { normal: 4, anomalous: 2 }).rows.strata).toEqual([
    { count: 2, batch: 4 },
    { count: 1, batch: 2 },
  ]);
  const { anomalies: _, ...alone } = site;
  expect(balanced(alone, { normal: 4, anomalous: 2 }).rows.strata).toEqual([{ count: 2, batch: 4 }]);
});

describe("known anomalies", () => {
  const rows = tableOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 1);
  const anomalies = tableOf([100, 200], 1);
  let seen: LearningSite | undefined;
  const curious = defineDetector({
    id: "curious",
    about: "Looks at what it is given.",
    paper: "none",
    parameters: {},
    extras: ["anomalies"],
    encoding: () => ({ scaling: "minmax" }),
    learn(_, given) {
      seen = given;
      return meanDistanceLearn(given);
    },
  });
  const meanDistanceLearn = (_: LearningSite) =>
    Promise.resolve({ score: (x: ReturnType<typeof input>) => judgedSum(x), facts: {} });
  const judgedSum = (x: ReturnType<typeof input>) => labelOf(x, { width: 1 });

  test("are encoded by what normal rows taught, and noted in the header", async () => {
    const model = await curious().fit(rows, { seed: 1, anomalies });
    // x ↦ (x - 1)/9
    expect(Array.from(seen!.anomalies!.values, (v) => Math.round(v * 9))).toEqual([99, 199]);
    expect(model.header.rows).toEqual({ trained: 10, heldOut: 0, anomalies: 2 });
    const without = await curious().fit(rows, { seed: 1 });
    expect(seen).not.toHaveProperty("anomalies");
    expect(without.header.rows).toEqual({ trained: 10, heldOut: 0 });
  });

  test("other detectors refuse them, in types and in words", async () => {
    // @ts-expect-error: labels cannot reach a detector that learns from normal rows alone
    await expect(meanDistance().fit(rows, { seed: 1, anomalies })).rejects.toThrow(
      "anomalies: expected a detector that takes known anomalies, got mean-distance",
    );
    // @ts-expect-error: nor can a model to watch
    await expect(knn().fit(rows, { seed: 1, target: { bytes: new Uint8Array() } })).rejects.toThrow(
      "target: expected a detector that takes a model to watch, got knn",
    );
  });

  test.each([
    ["no row", tableOf([], 1), "anomalies: expected at least one known anomaly, got none"],
    ["another column", tableOf([1], 1, ["y"]), 'anomalies: expected the columns of the other rows, got no column "x0"'],
  ])("%s", async (_, wrong, message) => {
    await expect(curious().fit(rows, { seed: 1, anomalies: wrong })).rejects.toThrow(message);
  });
});
