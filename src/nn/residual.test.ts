// Residual blocks against the same written with torch.nn.functional of PyTorch 2.15.

import { describe, expect, test } from "vitest";
import { square } from "../graph/ops/arithmetic.js";
import { sum } from "../graph/ops/reduce.js";
import { closeTo, drawn, given, held, slopesAgree, valuesOf } from "./held.js";
import { layerNorm } from "./norms.js";
import { residualDown, residualUp } from "./residual.js";
import { layerTable } from "./table.js";

/** Element i of every weight. */
const weights = (size: number): number[] => Array.from({ length: size }, (_, i) => ((i * 5) % 7) / 5 - 0.6);
const operand = (shape: readonly number[]) =>
  given(
    shape,
    Array.from({ length: shape.reduce((n, dim) => n * dim, 1) }, (_, i) => ((i * 7) % 11) / 4 - 1),
  );

const up = residualUp({ from: 2, to: 1 });
const upValues = {
  "conv1.weight": weights(18),
  "conv2.weight": weights(9),
  "conv2.bias": [0.5],
  "shortcut.weight": weights(2),
  "shortcut.bias": [-1],
};
const down = residualDown({ from: 2, to: 3, norm: (n) => layerNorm(n) });
const downValues = {
  "conv1.weight": weights(36),
  "conv2.weight": weights(54),
  "conv2.bias": [0.5, 0, -0.5],
  "shortcut.weight": weights(6),
  "shortcut.bias": [-1, 0, 1],
};

describe("up", () => {
  // with batch_norm(…, training=True) and interpolate(…, scale_factor=2, mode="nearest") before both convolutions
  test("gives what PyTorch gives, twice as high and wide", () => {
    const y = held(up, upValues, { training: true }).call(operand([1, 2, 2, 2]));
    expect(y.shape).toEqual([1, 1, 4, 4]);
    closeTo(
      valuesOf(y),
      [
        0.741564, 0.273823, -1.764217, -1.439393, 0.943143, 1.153651, -2.311392, -2.003251, 0.374657, 2.227172,
        -2.00937, -2.809845, 0.15, 0.938987, -0.282558, -2.987942,
      ],
    );
  });
  test("the first convolution has no bias, the second and the shortcut have one", () => {
    expect(up.parameters.filter(({ running }) => !running).map(({ name }) => name)).toEqual(
      ["norm1.scale", "norm1.offset", "conv1.weight", "norm2.scale", "norm2.offset"].concat([
        "conv2.weight",
        "conv2.bias",
        "shortcut.weight",
        "shortcut.bias",
      ]),
    );
  });
});

test("the first convolution has no bias, the second and the shortcut have one; channels change in one of them", () => {
  expect(layerTable(residualUp({ from: 64, to: 32 })).map(({ parameters, trained }) => [parameters, trained])).toEqual([
    ["scale 64, offset 64, mean 64, variance 64", 128],
    ["weight 32×64×3×3", 18432],
    ["scale 32, offset 32, mean 32, variance 32", 64],
    ["weight 32×32×3×3, bias 32", 9248],
    ["weight 32×64×1×1, bias 32", 2080],
    ["", 29952],
  ]);
  const norm = (n: number) => layerNorm(n);
  expect(layerTable(residualDown({ from: 64, to: 128, norm })).map(({ parameters }) => parameters)).toEqual([
    "scale 64, offset 64",
    "weight 64×64×3×3",
    "scale 64, offset 64",
    "weight 128×64×3×3, bias 128",
    "weight 128×64×1×1, bias 128",
    "",
  ]);
});

describe("down", () => {
  // with layer_norm over channels, height and width, and avg_pool2d(…, 2) after the second convolution and the shortcut
  test("gives what PyTorch gives, half as high and wide", () => {
    const y = held(down, downValues).call(operand([2, 2, 4, 4]));
    expect(y.shape).toEqual([2, 3, 2, 2]);
    closeTo(
      valuesOf(y),
      [
        -0.270627, -1.028689, -0.542119, -0.975692, -0.133054, 0.004778, 0.011646, -0.489866, 0.700881, 0.71826,
        1.249049, 0.450465, -0.829375, -0.849363, -0.338902, -1.012594, -0.47627, 0.256, 0.165934, -0.437147, 0.271344,
        1.146111, 0.912804, 1.151258,
      ],
    );
  });
  test("has derivatives twice", () => {
    const { call } = held(down, downValues);
    slopesAgree((x) => sum(square(call(x)), {}), [drawn([1, 2, 4, 4], 2)], { within: 1e-4 });
  });
});
