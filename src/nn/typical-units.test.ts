// Terms in units of their mean over training.

import { expect, test } from "vitest";
import { closeTo, given, held, valuesOf } from "./held.js";
import { typicalUnit } from "./typical-units.js";

test("while training the term itself comes back, and the mean moves by a fiftieth", () => {
  const { call, values } = held(typicalUnit, { mean: [10] }, { training: true });
  closeTo(valuesOf(call(given([2], [1, 3]))), [1, 3]);
  closeTo(valuesOf(values.get("mean")!), [10 + (2 - 10) / 50]);
});

test("when scoring the term is divided by the mean, which stays", () => {
  const { call, values } = held(typicalUnit, { mean: [4] });
  closeTo(valuesOf(call(given([3], [1, 2, 8]))), [0.25, 0.5, 2]);
  expect(valuesOf(values.get("mean")!)).toEqual([4]);
});

test("before any training the term itself", () => {
  closeTo(valuesOf(held(typicalUnit).call(given([2], [1, 3]))), [1, 3]);
});
