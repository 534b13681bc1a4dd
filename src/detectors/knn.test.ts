// Values worked out by hand.

import { expect, test } from "vitest";
import { tableOf } from "../data/table.js";
import { knn } from "./knn.js";

const train = tableOf([0, 0, 3, 4, 6, 8, 0, 5], 2); // distances from 0,0: 0, 5, 10, 5

test.each([
  ["mean", (0 + 5 + 5) / 3],
  ["largest", 5],
] as const)("%s distance to three neighbours", async (distance, expected) => {
  const model = await knn({ neighbours: 3, distance, scaling: "none" }).fit(train, { seed: 1 });
  // a training row finds itself; the second row is a mirror image
  expect(Array.from(await model.score(tableOf([0, 0, 0, -5], 2)))).toEqual([
    expect.closeTo(expected, 6),
    distance === "mean" ? expect.closeTo((5 + Math.hypot(3, 9) + 10) / 3, 5) : expect.closeTo(10, 5),
  ]);
  await model.close();
});

test("with fewer rows than neighbours all rows count", async () => {
  const model = await knn({ neighbours: 9, scaling: "none" }).fit(train, { seed: 1 });
  expect((await model.score(tableOf([0, 0], 2)))[0]).toBeCloseTo((0 + 5 + 10 + 5) / 4, 6);
  expect(model.header.training).toMatchObject({ references: 4, neighbours: 4 });
  await model.close();
});

test("of more rows than the sample, some are drawn, and the model says how many", async () => {
  const rows = tableOf(
    Array.from({ length: 400 }, (_, i) => i),
    1,
  );
  const model = await knn({ sample: 50 }).fit(rows, { seed: 1 });
  expect(model.header.training).toMatchObject({ references: 50 });
  await model.close();
});
