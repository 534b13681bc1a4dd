// Layer and instance normalisation against PyTorch 2.15's, with the scale (1.5, -0.5) and the offset (0.25, 1).

import { describe, expect, test } from "vitest";
import { input } from "../graph/op.js";
import { mul, square } from "../graph/ops/arithmetic.js";
import { sum } from "../graph/ops/reduce.js";
import { closeTo, drawn, given, held, slopesAgree, valuesOf } from "./held.js";
import { instanceNorm, layerNorm } from "./norms.js";

const parameters = { scale: [1.5, -0.5], offset: [0.25, 1] };
const pictures = given(
  [2, 2, 2, 2],
  Array.from({ length: 16 }, (_, i) => ((i * 7) % 11) / 4 - 1),
);
const rows = given(
  [4, 2],
  Array.from({ length: 8 }, (_, i) => ((i * 7) % 11) / 4 - 1),
);

// torch.nn.functional.layer_norm(x, [2, 2, 2]) and instance_norm, then scale and offset by channel
// biome-ignore format: numbers in rows
const recorded = [
  ["layerNorm", layerNorm(2), pictures, [
    -2.187525, 1.062508, -0.794653, 2.455379, 0.883927, 1.502981, 0.419637, 1.038691,
    -1.534493, 1.689107, -0.15295, -1.995007, 0.673802, 1.287821, 0.213288, 0.827307,
  ]],
  ["layerNorm of rows", layerNorm(2), rows, [-1.24999, 0.500003, -1.24999, 0.500003, 1.74997, 1.49999, 1.74997, 1.49999]],
  ["instanceNorm", instanceNorm(2), pictures, [
    -1.719586, 1.037834, -0.537834, 2.219586, 0.900001, 1.699991, 0.300009, 1.099999,
    -0.834337, 2.539156, 0.611446, -1.316265, 0.900001, 1.699991, 0.300009, 1.099999,
  ]],
] as const;

describe.each(recorded)("%s", (_, layer, x, expected) => {
  test("gives what PyTorch gives, in training and when scoring", () => {
    for (const training of [true, false]) closeTo(valuesOf(held(layer, parameters, { training }).call(x)), expected);
  });
  test("has derivatives twice", () => {
    const shape = x.shape as number[];
    slopesAgree((x) => sum(mul(square(held(layer, parameters).call(x)), x), {}), [drawn(shape, 3)], { within: 1e-4 });
  });
});

test("any number of rows", () => {
  const x = input("x", "f32", ["batch", 2, 3, 3]);
  for (const layer of [layerNorm(2), instanceNorm(2)]) expect(held(layer).call(x).shape).toEqual(x.shape);
});

test("refuses other channels, and instances of one number", () => {
  expect(() => held(layerNorm(3)).call(rows)).toThrow("layerNorm: expected [batch, 3, …], got [4, 2]");
  expect(() => held(instanceNorm(2)).call(rows)).toThrow("instanceNorm: needs pictures, got [4, 2]");
});
