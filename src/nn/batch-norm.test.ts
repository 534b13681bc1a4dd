// Batch normalisation against PyTorch 2.15's BatchNorm1d and 2d, over two steps and then scoring.

import { describe, expect, test } from "vitest";
import { differentiate } from "../graph/differentiate.js";
import type { Node } from "../graph/node.js";
import { input } from "../graph/op.js";
import { mul, square } from "../graph/ops/arithmetic.js";
import { sum } from "../graph/ops/reduce.js";
import { batchNorm, conditionalBatchNorm } from "./batch-norm.js";
import { closeTo, drawn, given, held, slopesAgree, valuesOf } from "./held.js";
import { normalAround } from "./initialise.js";

const parameters = { scale: [1.5, -0.5], offset: [0.25, 1] };
/** Element i of the operand of a step, both here and there. */
const operand = (shape: readonly number[], step: number): Node =>
  given(
    shape,
    Array.from({ length: shape.reduce((n, dim) => n * dim, 1) }, (_, i) => ((i * 7 + step * 3) % 11) / 4 - 1),
  );

// From a BatchNorm1d and a BatchNorm2d of 2 channels with these weights and biases, in training mode on both operands:
// y, the gradient of Σy³ by x, running_mean, running_var; then y of the second operand after eval().
// biome-ignore format: numbers in rows
const recorded = [
  {
    shape: [4, 2],
    y: [
      [-1.762447, 0.828503, -0.420816, 0.314012, 0.920816, 1.685988, 2.262447, 1.171497],
      [-0.616018, 0.381416, 0.868584, 1.701062, 2.353186, 1.206195, -1.605752, 0.711327],
    ],
    dx: [
      [9.659531, 0.453967, -9.659634, -0.453901, -9.659582, -0.454007, 9.659683, 0.453941],
      [-7.479217, -0.375891, -12.109045, -0.349605, 9.438141, 0.44847, 10.150122, 0.277026],
    ],
    mean: [[0.0125, 0.05], [0.03, 0.10125]],
    variance: [[0.99375, 0.970833], [0.970937, 0.950312]],
    scored: [-0.176237, 0.282578, 0.96547, 1.308383, 2.107177, 0.923706, -0.937375, 0.539029],
  },
  {
    shape: [2, 2, 2, 2],
    y: [
      [
        -1.475451, 1.452587, -0.220578, 2.70746, 1.0, 1.784455, 0.411659, 1.196114, -1.05716, 1.870878, 0.197714,
        -1.475451, 0.803886, 1.588341, 0.215545, 1.0,
      ],
      [
        -0.447869, 3.10492, 1.074755, -0.955411, 0.563825, 1.198261, 1.832698, 0.722434, 0.059672, -1.970493, 1.582296,
        -0.447869, 0.405216, 1.039652, 1.674088, 0.563825,
      ],
    ],
    dx: [
      [
        7.608534, -6.79328, -9.102648, 13.381957, 0.588327, -0.859953, -0.226211, 0.497792, 0.281645, -1.824699,
        -11.16005, 7.608534, 0.497838, -0.226347, -0.859771, 0.588327,
      ],
      [
        -7.712686, 23.564768, -13.134869, 0.370311, -0.091216, 0.494156, -0.45267, 0.198771, -12.657883, 25.949707,
        -8.666664, -7.712686, -0.476965, 0.491457, -0.07232, -0.091216,
      ],
    ],
    mean: [[0.003125, 0.05], [0.012188, 0.10125]],
    variance: [[0.991853, 0.946429], [0.955056, 0.922768]],
    scored: [
      -0.152427, 2.533615, 0.998734, -0.536147, 0.402075, 0.922576, 1.443076, 0.5322, 0.231294, -1.303587, 1.382454,
      -0.152427, 0.271949, 0.79245, 1.312951, 0.402075,
    ],
  },
];

describe.each(recorded)("of $shape", ({ shape, y, dx, mean, variance, scored }) => {
  const layer = batchNorm(2);
  test("two steps, their gradients, the running values they leave, and scoring by these", () => {
    const { call, values } = held(layer, parameters, { training: true });
    for (const step of [0, 1]) {
      const x = operand(shape, step);
      const got = call(x);
      closeTo(valuesOf(got), y[step]!);
      const [slope] = differentiate(sum(mul(got, square(got)), {}), [x]);
      closeTo(valuesOf(slope!), dx[step]!, 1e-4);
      closeTo(valuesOf(values.get("mean")!), mean[step]!);
      closeTo(valuesOf(values.get("variance")!), variance[step]!);
    }
    const numbers = Object.fromEntries([...values].map(([name, node]) => [name, valuesOf(node)]));
    closeTo(valuesOf(held(layer, numbers).call(operand(shape, 1))), scored);
  });
  test("by the batch when scoring too: no running values, and the same as in training", () => {
    const never = batchNorm(2, { statistics: "batch" });
    expect(never.parameters.map(({ name }) => name)).toEqual(["scale", "offset"]);
    closeTo(valuesOf(held(never, parameters).call(operand(shape, 1))), y[1]!);
  });
  test("has the derivatives of its formula, and their derivatives", () => {
    const start = drawn(shape, 5);
    for (const training of [true, false])
      slopesAgree((x) => sum(mul(square(held(layer, parameters, { training }).call(x)), x), {}), [start]);
  });
});

test("the variance that is kept divides by n where asked, and the momentum is the share of the new", () => {
  // values 1, 2, 3, 6 have mean 3 and variance 14/4; 9/10 of 0 and of 1 stay
  const x = given([4, 1], [1, 2, 3, 6]);
  for (const [stored, seen] of [
    ["biased", 14 / 4],
    ["unbiased", 14 / 3],
  ] as const) {
    const { call, values } = held(batchNorm(1, { momentum: 0.01, stored }), {}, { training: true });
    call(x);
    closeTo(valuesOf(values.get("mean")!), [0.03]);
    closeTo(valuesOf(values.get("variance")!), [0.99 + 0.01 * seen]);
  }
});

test("epsilon stands beside the variance, under the root", () => {
  // mean 1, variance 1, epsilon 3: ±1/2
  const { call } = held(batchNorm(1, { epsilon: 3 }), {}, { training: true });
  closeTo(valuesOf(call(given([2, 1], [0, 2]))), [-0.5, 0.5]);
});

test("scores any number of rows", () => {
  for (const statistics of ["running", "batch"] as const) {
    const y = held(batchNorm(2, { statistics })).call(input("x", "f32", ["batch", 2, 3, 3]));
    expect(y.shape).toEqual(["batch", 2, 3, 3]);
  }
});

test("refuses other channels; a lone value becomes the offset", () => {
  expect(() => held(batchNorm(3)).call(operand([4, 2], 0))).toThrow("batchNorm: expected [batch, 3, …], got [4, 2]");
  expect(valuesOf(held(batchNorm(2), {}, { training: true }).call(operand([1, 2], 7)))).toEqual([0, 0]);
});

test("the scale starts as it is told", () => {
  const [scale] = batchNorm(2, { start: normalAround(7, 0) }).parameters;
  expect(valuesOf(held(batchNorm(2, { start: normalAround(7, 0) })).values.get(scale!.name)!)).toEqual([7, 7]);
});

describe("with a condition", () => {
  const layer = conditionalBatchNorm(2, 3);
  // rows of W and V: what each class adds to 1 and to 0
  const classes = { scale: [0, 0, 1, -2, 0.5, 0], offset: [0, 0, 10, 0, 0, -1] };
  test("each row has its class's scale and offset", () => {
    // both channels are normalised to (-1, 1, -1, 1)/√(1 + 3)
    const x = given([4, 2], [0, 4, 2, 6, 0, 4, 2, 6]);
    const c = given([4, 3], [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1]);
    const { call } = held(conditionalBatchNorm(2, 3, { epsilon: 3 }), classes, { training: true });
    closeTo(valuesOf(call(x, c)), [-0.5, -0.5, 11, -0.5, -0.75, -1.5, 0.75, -0.5]);
  });
  test("pictures too; starts as plain normalisation, and moves the same running values", () => {
    const x = operand([2, 2, 2, 2], 0);
    const c = given([2, 3], [1, 0, 0, 0, 0, 1]);
    const plain = held(batchNorm(2), {}, { training: true });
    const conditional = held(layer, {}, { training: true });
    closeTo(valuesOf(conditional.call(x, c)), valuesOf(plain.call(x)));
    for (const name of ["mean", "variance"])
      closeTo(valuesOf(conditional.values.get(name)!), valuesOf(plain.values.get(name)!));
    slopesAgree(
      (x, c) => sum(mul(square(held(layer, classes, { training: true }).call(x, c)), x), {}),
      [drawn([2, 2, 2, 2], 1), drawn([2, 3], 2)],
    );
  });
});

test("without scale and offset: as with 1 and 0, and no parameter that gradients move", () => {
  const plain = batchNorm(2, { affine: false });
  expect(plain.parameters.every(({ running }) => running)).toBe(true);
  for (const training of [true, false]) {
    const x = operand([4, 2], 0);
    closeTo(valuesOf(held(plain, {}, { training }).call(x)), valuesOf(held(batchNorm(2), {}, { training }).call(x)));
  }
});
