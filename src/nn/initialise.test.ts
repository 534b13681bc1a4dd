// Starting values: limits and deviations of each shape of weight.

import { describe, expect, test } from "vitest";
import { Random } from "../tensor/random.js";
import {
  glorotUniform,
  heNormal,
  type Initialiser,
  normal,
  normalAround,
  ones,
  torchUniform,
  truncatedNormal,
} from "./initialise.js";

const momentsOf = (start: Initialiser, shape: readonly number[]) => {
  const values = start(new Random(2), shape);
  expect(values).toHaveLength(shape.reduce((n, dim) => n * dim, 1));
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
  return { mean, deviation, largest: Math.max(...values.map(Math.abs)) };
};

// what one output sums and one input reaches: dense [from, to]; convolutions [to, from, height, width]; transposed ones
// [from, to, height, width] count as the convolution they turn round
describe.each([
  ["dense", [40, 100], 40, 100],
  ["conv", [25, 10, 4, 5], 200, 500],
  ["transposed conv", [25, 10, 4, 5], 200, 500],
])("of %s", (_, shape, from, to) => {
  const uniforms: [string, Initialiser, number][] = [
    ["Glorot", glorotUniform, Math.sqrt(6 / (from + to))],
    ["PyTorch", torchUniform, 1 / Math.sqrt(from)],
  ];
  test.each(uniforms)("%s: uniform to its limit", (__, start, limit) => {
    const { mean, deviation, largest } = momentsOf(start, shape);
    expect(largest).toBeLessThanOrEqual(limit);
    expect(largest / limit).toBeGreaterThan(0.995);
    expect(mean / limit).toBeCloseTo(0, 1);
    expect((deviation * Math.sqrt(3)) / limit).toBeCloseTo(1, 1);
  });
  test("He: variance 2/from", () => {
    expect(momentsOf(heNormal, shape).deviation / Math.sqrt(2 / from)).toBeCloseTo(1, 1);
  });
  test("PyTorch's bias has the weight's limit", () => {
    const { largest } = momentsOf(torchUniform.bias!(shape), [2000]);
    expect(largest * Math.sqrt(from)).toBeGreaterThan(0.99);
    expect(largest * Math.sqrt(from)).toBeLessThanOrEqual(1);
  });
});

test("normal, around a mean, cut off beyond two deviations", () => {
  const plain = momentsOf(normal(0.02), [5000]);
  expect(plain.mean / 0.02).toBeCloseTo(0, 1);
  expect(plain.deviation / 0.02).toBeCloseTo(1, 1);
  expect(plain.largest / 0.02).toBeGreaterThan(3);
  const around = momentsOf(normalAround(1, 0.02), [5000]);
  expect(around.mean).toBeCloseTo(1, 2);
  expect(around.deviation / 0.02).toBeCloseTo(1, 1);
  const cut = momentsOf(truncatedNormal(0.02), [5000]);
  expect(cut.largest).toBeLessThanOrEqual(0.04);
  // √(1 - 4φ(2)/(2Φ(2) - 1))
  expect(cut.deviation / 0.02).toBeCloseTo(0.8796, 1);
  expect([...ones(new Random(1), [2])]).toEqual([1, 1]);
});
