// Losses of critics against numbers worked out by hand; the gradient penalty's own gradient against differences, and in
// ONNX Runtime.

import { describe, expect, test } from "vitest";
import { differentiate } from "../graph/differentiate.js";
import { interpret } from "../graph/interpret.js";
import type { Node } from "../graph/node.js";
import { writeOnnx } from "../graph/onnx/write.js";
import { input } from "../graph/op.js";
import { mul, square } from "../graph/ops/arithmetic.js";
import { matmul } from "../graph/ops/matmul.js";
import { sum } from "../graph/ops/reduce.js";
import { nodeRuntime } from "../runtime/node.js";
import { Random } from "../tensor/random.js";
import { tensor, toNumbers } from "../tensor/tensor.js";
import { conv, flatten } from "./conv-layers.js";
import { gradientPenalty, hinge, wasserstein } from "./critics.js";
import { closeTo, drawn, given, slopesAgree, valuesOf } from "./held.js";
import { dense, leakyRelu, tanh } from "./layers.js";
import { type Network, sequential } from "./network.js";
import { layerNorm } from "./norms.js";
import { residualDown } from "./residual.js";

const [real, generated] = [given([4, 1], [3, 0.5, -1, 2]), given([4, 1], [-2, 0, 0.5, -0.5])];

test("Wasserstein: mean of the generated less mean of the real", () => {
  // -2/4 - 4.5/4, and 2/4
  closeTo(valuesOf(wasserstein.critic(real, generated)), [-1.625]);
  closeTo(valuesOf(wasserstein.generator(generated)), [0.5]);
});

test("hinge: real scores above 1 and generated ones below -1 cost nothing", () => {
  // (0 + 0.5 + 2 + 0)/4 + (0 + 1 + 1.5 + 0.5)/4
  closeTo(valuesOf(hinge.critic(real, generated)), [0.625 + 0.75]);
  closeTo(valuesOf(hinge.generator(generated)), [0.5]);
});

/** A network over parameters that are inputs, in their order. */
const over = (network: Network, nodes: readonly Node[]): ((x: Node) => Node) =>
  network.bind({
    parameter: (name) => nodes[network.parameters.findIndex((each) => each.name === name)]!,
    noise: undefined,
    update: (name) => expect.fail(`${name} is not replaced`),
  });
const startOf = ({ parameters }: Network) =>
  parameters.map(({ name, shape, start }) => tensor("f32", shape, start(new Random(4).at(name), shape)));

describe("gradient penalty", () => {
  const [a, b] = [given([2, 2], [3, 4, 0, 0]), given([2, 2], [0, 0, 0, 2])];
  test("of a linear critic depends on its length alone", () => {
    // its gradient is the weight (0, 3) everywhere: 10·(3 - 1)²
    const linear = (x: Node): Node => matmul(x, given([2, 1], [0, 3]), {});
    closeTo(valuesOf(gradientPenalty(linear, a, b, given([2], [0.3, 0.9]))), [40]);
    closeTo(valuesOf(gradientPenalty(linear, a, b, given([2], [0.3, 0.9]), 1)), [4]);
  });
  test("is taken between each real row and its generated one, the share counting for the real", () => {
    // of ½‖x‖² the gradient is x: (0.6, 0.8) of length 1 and, a quarter of the way from (0, 2), (0, 1.5)
    const half = (x: Node): Node => mul(sum(square(x), { axes: [1] }), 0.5);
    const expected = (10 * ((1 - 1) ** 2 + (1.5 - 1) ** 2)) / 2;
    closeTo(valuesOf(gradientPenalty(half, a, b, given([2], [0.2, 0.25]))), [expected]);
    closeTo(valuesOf(gradientPenalty(half, a, b, given([2, 1], [0.2, 0.25]))), [expected]);
  });
  test("has a finite gradient where the critic is flat", () => {
    const weight = input("w", "f32", [2, 1]);
    const penalty = gradientPenalty((x) => matmul(x, weight, {}), a, b, given([2], [0.5, 0.5]));
    const [slope] = differentiate(penalty, [weight]);
    const zero = new Map([[weight, tensor("f32", [2, 1], new Float32Array(2))]]);
    expect(interpret([penalty, slope!], zero).map(toNumbers)).toEqual([[expect.closeTo(10, 4)], [0, 0]]);
  });
  test("refuses rows and shares that do not pair up", () => {
    const critic = (x: Node): Node => x;
    expect(() => gradientPenalty(critic, a, given([2], [1, 2]), given([2], [0, 0]))).toThrow("shapes differ");
    expect(() => gradientPenalty(critic, a, b, given([3], [0, 0, 0]))).toThrow("3 shares for 2 rows");
  });

  const critics: [string, Network, number[]][] = [
    ["dense layers", sequential(dense(3, 4), tanh, dense(4, 1)), [3, 3]],
    [
      "a convolution with stride, layer normalisation and a leaky rectifier",
      sequential(
        conv({ from: 1, to: 2, kernel: 4, stride: 2, padding: 1 }),
        layerNorm(2),
        leakyRelu(0.2),
        conv({ from: 2, to: 1, kernel: 2 }),
        flatten,
      ),
      [2, 1, 4, 4],
    ],
    [
      "a residual block",
      sequential(residualDown({ from: 1, to: 2, norm: (n) => layerNorm(n) }), flatten, dense(8, 1)),
      [2, 1, 4, 4],
    ],
  ];
  describe.each(critics)("of %s", (_, network, shape) => {
    const [x, y] = [drawn(shape, 1), drawn(shape, 2)].map(({ data }) => given(shape, data));
    const share = given([shape[0]!], [0.1, 0.8, 0.5].slice(0, shape[0]));
    const penalty = (...nodes: Node[]): Node => gradientPenalty(over(network, nodes), x!, y!, share);
    test("has the gradient that differences have", () => {
      slopesAgree(penalty, startOf(network), { twice: false });
    });
    test("has the gradient that ONNX Runtime computes", async () => {
      const values = startOf(network);
      const nodes = values.map(({ shape }, i) => input(`w${i}`, "f32", shape));
      const slopes = differentiate(penalty(...nodes), nodes);
      const outputs = slopes.map((node, i) => ({ name: `d${i}`, node }));
      const session = await nodeRuntime.open(writeOnnx({ name: "penalty", inputs: nodes, outputs }));
      const got = await session.run(Object.fromEntries(values.map((value, i) => [`w${i}`, value])));
      await session.close();
      const expected = interpret(slopes, new Map(nodes.map((node, i) => [node, values[i]!])));
      for (const [i, value] of expected.entries()) closeTo(toNumbers(got[`d${i}`]!), toNumbers(value), 1e-4);
    });
  });
});
