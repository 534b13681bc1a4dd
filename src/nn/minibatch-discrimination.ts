// Minibatch discrimination (Salimans et al. 2016): features of how near a row lies to the other rows of its batch.

import type { Node } from "../graph/node.js";
import { neg, sub } from "../graph/ops/arithmetic.js";
import { concat } from "../graph/ops/cut.js";
import { exp } from "../graph/ops/exponential.js";
import { affine } from "../graph/ops/matmul.js";
import { abs } from "../graph/ops/piecewise.js";
import { sum } from "../graph/ops/reduce.js";
import { reshape, unsqueeze } from "../graph/ops/shape.js";
import { glorotUniform, type Initialiser, zeros } from "./initialise.js";
import type { Network } from "./network.js";

interface MinibatchDiscrimination {
  /** Width of the operand. */
  readonly from: number;
  /** How many measures of nearness there are. */
  readonly kernels: number;
  /** In how many dimensions each of them measures. */
  readonly dims: number;
  /** Default: Glorot uniform. */
  readonly start?: Initialiser;
}

/**
 * x f32[batch, from] beside o f32[batch, kernels], o_b(i) = Σ_j exp(-Σ_k |M_ibk - M_jbk|), M = x·W + b in the shape
 * [batch, kernels, dims]. The sum includes j = i, so that o is at least 1. When scoring too, a row's result depends on
 * the rows beside it.
 */
export const minibatchDiscrimination = ({
  from,
  kernels,
  dims,
  start = glorotUniform,
}: MinibatchDiscrimination): Network => ({
  parameters: [
    { name: "weight", shape: [from, kernels * dims], start },
    { name: "bias", shape: [kernels * dims], start: start.bias?.([from, kernels * dims]) ?? zeros },
  ],
  bind:
    ({ parameter }) =>
    (x) => {
      const places = affine(x, parameter("weight"), parameter("bias"));
      const each = reshape(places, { shape: [x.shape[0]!, kernels, dims] });
      const apart: Node = abs(sub(unsqueeze(each, { axes: [1] }), unsqueeze(each, { axes: [0] })));
      const near = sum(exp(neg(sum(apart, { axes: [3] }))), { axes: [1] });
      return concat([x, near], 1);
    },
});
