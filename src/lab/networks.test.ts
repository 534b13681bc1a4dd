// The players against the widths that GANDI states, counted by hand.

import { expect, test } from "vitest";
import { closeTo, given, held, valuesOf } from "../nn/held.js";
import { layerTable } from "../nn/table.js";
import { discriminatorOf, generatorOf, looksAround } from "./networks.js";

const counts = (network: Parameters<typeof layerTable>[0]) => layerTable(network).map(({ trained }) => trained);

test("generators 1 to 3", () => {
  expect(counts(generatorOf(1, 1, 1)).at(-1)).toBe(2 * 5 + 6);
  expect(counts(generatorOf(2, 1, 1)).at(-1)).toBe(2 * 10 + 11 * 10 + 11 * 5 + 6);
  expect(counts(generatorOf(3, 1, 1)).at(-1)).toBe(2 * 25 + 26 * 25 + 26 * 20 + 21 * 10 + 11);
});

test("discriminator 1: minibatch discrimination in a batch, a dense layer for single rows", () => {
  expect(counts(discriminatorOf(1, 1, 12)).at(-1)).toBe(2 * 5 + 6 * 15 + 11);
  expect(counts(discriminatorOf(1, 1, 1)).at(-1)).toBe(2 * 5 + 6 * 5 + 6);
  expect([looksAround(1, 12), looksAround(1, 1)]).toEqual([true, false]);
});

test("the dense layer in its place has no activation: a first layer of zeros leaves the sum of the biases", () => {
  const { call } = held(discriminatorOf(1, 1, 1), {
    "hidden.0.0.weight": Array(5).fill(0),
    "hidden.1.weight": Array(25).fill(0),
    "hidden.1.bias": [1, -2, 3, -4, 5],
    "last.weight": [1, 1, 1, 1, 1],
  });
  closeTo(valuesOf(call(given([2, 1], [7, -7]))), [3, 3]);
});

test("own layers: activations between, minibatch discrimination where it is named", () => {
  const plain = discriminatorOf({ widths: [8, 4], activation: "relu", minibatch: null }, 2, 64);
  expect(counts(plain).at(-1)).toBe(3 * 8 + 9 * 4 + 5);
  const around = discriminatorOf({ widths: [8], activation: "relu", minibatch: { kernels: 3, dims: 2 } }, 2, 64);
  expect(counts(around).at(-1)).toBe(3 * 8 + 9 * 6 + 12);
  const none = discriminatorOf({ widths: [], activation: "relu", minibatch: null }, 2, 64);
  expect(counts(none).at(-1)).toBe(3);
});

test("named others stand for the batch: the same logits as in the batch itself", () => {
  const { call } = held(discriminatorOf(1, 1, 12), {}, { seed: 5 });
  const rows = given([4, 1], [0.5, 1, 2, 4]);
  const batch = valuesOf(call(rows));
  closeTo(valuesOf(call(rows, rows, given([4], [1, 1, 1, 1]), given([], [0]))), batch);
  expect(valuesOf(call(rows, rows, given([4], [9, 1, 1, 1]), given([], [0])))[0]).not.toBeCloseTo(batch[0]!, 3);
});
