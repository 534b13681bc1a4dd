// Spectral normalisation against torch.nn.utils.spectral_norm of PyTorch 2.15, and against singular values.

import { describe, expect, test } from "vitest";
import { differentiate } from "../graph/differentiate.js";
import { mul, square } from "../graph/ops/arithmetic.js";
import { sum } from "../graph/ops/reduce.js";
import { conv } from "./conv-layers.js";
import { closeTo, given, held, valuesOf } from "./held.js";
import { dense, relu } from "./layers.js";
import { spectralNorm } from "./spectral-norm.js";

/** Element i of both weights, in the order of PyTorch. */
const weight = Array.from({ length: 8 }, (_, i) => ((i * 5) % 7) / 2 - 1);
const turned = [0, 3, 1, 4, 2, 5].map((i) => weight[i]!);

// A Linear(3, 2) and a Conv2d(1, 2, 2) without biases, weight_u = (0.6, 0.8), two calls: y, the gradient of Σy³ by the
// weight, weight_u. The singular values of the first weight are 2.9103 and 0.5295.
// biome-ignore format: numbers in rows
const cases = [
  {
    kind: "dense", layer: dense(3, 2), weight: turned, order: [0, 2, 4, 1, 3, 5],
    x: given([2, 3], [1, 2, 3, -1, 0, 0.5]),
    steps: [
      { y: [1.202666, 2.233523, 0.429524, 0.343619],
        slope: [4.18606, -4.230938, 1.394479, 8.613738, 1.302875, 11.536347], u: [0.626135, 0.779715] },
      { y: [1.202644, 2.233481, 0.429516, 0.343612],
        slope: [4.234246, -4.232369, 1.412769, 8.665365, 1.32086, 11.56738], u: [0.626989, 0.779028] },
    ],
  },
  {
    kind: "conv", layer: conv({ from: 1, to: 2, kernel: 2, bias: false }), weight, order: [0, 1, 2, 3, 4, 5, 6, 7],
    x: given([1, 1, 3, 3], [1, 2, 3, -1, 0, 0.5, 2, 1, 1]),
    steps: [
      { y: [0.644618, 0.966927, 0.644618, 0.322309, 1.718982, 2.793345, -1.289236, -0.214873],
        slope: [-3.881263, -5.941891, -1.217951, 8.193535, 8.362995, 15.008764, -3.491161, 21.997444],
        u: [0.424434, 0.905459] },
      { y: [0.626726, 0.940089, 0.626726, 0.313363, 1.671269, 2.715812, -1.253452, -0.208909],
        slope: [-2.757622, -1.161854, -0.145773, 5.178261, 3.046741, 15.884167, -2.105875, 20.330475],
        u: [0.281151, 0.959663] },
    ],
  },
];

describe.each(cases)("of $kind", ({ layer, weight, order, x, steps }) => {
  test("gives what PyTorch gives, and the gradient that holds u and v fixed", () => {
    let direction = [0.6, 0.8];
    for (const { y, slope, u } of steps) {
      const { call, values } = held(spectralNorm(layer), { weight, direction }, { training: true });
      const got = call(x);
      closeTo(valuesOf(got), y);
      const [by] = differentiate(sum(mul(got, square(got)), {}), [values.get("weight")!]);
      const numbers = valuesOf(by!);
      closeTo(
        order.map((i) => numbers[i]!),
        slope,
        1e-4,
      );
      direction = valuesOf(values.get("direction")!);
      closeTo(direction, u);
    }
  });
  test("moves its direction once, however often it is called, and not when scoring", () => {
    const { call, values } = held(spectralNorm(layer), { weight, direction: [0.6, 0.8] }, { training: true });
    const first = valuesOf(call(x));
    const moved = values.get("direction");
    expect(valuesOf(call(x))).toEqual(first);
    expect(values.get("direction")).toBe(moved);
    const scoring = held(spectralNorm(layer), { weight, direction: steps[0]!.u });
    const before = scoring.values.get("direction");
    scoring.call(x);
    expect(scoring.values.get("direction")).toBe(before);
  });
});

test("after some steps the weight's largest singular value is 1", () => {
  let direction = [1, 0];
  for (let step = 0; step < 30; step++) {
    const { call, values } = held(spectralNorm(dense(3, 2)), { weight: turned, direction }, { training: true });
    call(given([1, 3], [1, 0, 0]));
    direction = valuesOf(values.get("direction")!);
  }
  // scoring of the unit vectors gives the rows of the weight that is used: its Gram matrix has the largest root 1
  const eye = given([3, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1]);
  const rows = valuesOf(held(spectralNorm(dense(3, 2)), { weight: turned, direction }).call(eye));
  const gram = (i: number, j: number): number => [0, 2, 4].reduce((n, at) => n + rows[at + i]! * rows[at + j]!, 0);
  const [a, b, d] = [gram(0, 0), gram(0, 1), gram(1, 1)];
  expect((a + d) / 2 + Math.sqrt(((a - d) / 2) ** 2 + b * b)).toBeCloseTo(1, 6);
});

test("starts with a direction of length 1", () => {
  const { values } = held(spectralNorm(dense(3, 5)));
  const u = valuesOf(values.get("direction")!);
  expect(u).toHaveLength(5);
  expect(Math.hypot(...u)).toBeCloseTo(1, 6);
});

test("refuses a layer without a weight", () => {
  expect(() => spectralNorm(relu)).toThrow("spectralNorm: the layer has no weight");
});
