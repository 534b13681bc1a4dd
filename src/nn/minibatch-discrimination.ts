// Minibatch discrimination (Salimans et al. 2016): features of how near a row lies to the other rows of its batch.

import type { Node } from "../graph/node.js";
import { add, mul, neg, sub } from "../graph/ops/arithmetic.js";
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

/** x, and in place of its own batch other rows f32[others, from], how often each counts, f32[others], and the row itself, f32[]. */
type Among = readonly [x: Node, others?: Node, weights?: Node, own?: Node];

/**
 * x f32[batch, from] beside o f32[batch, kernels], o_b(i) = Σ_j exp(-Σ_k |M_ibk - M_jbk|), M = x·W + b in the shape
 * [batch, kernels, dims]. The sum includes j = i, so that o is at least 1. When scoring too, a row's result depends on
 * the rows beside it, unless others are named: then o_b(i) = own + Σ_j weight_j·exp(…) over them alone.
 */
export const minibatchDiscrimination = ({
  from,
  kernels,
  dims,
  start = glorotUniform,
}: MinibatchDiscrimination): Network<Among> => ({
  parameters: [
    { name: "weight", shape: [from, kernels * dims], start },
    { name: "bias", shape: [kernels * dims], start: start.bias?.([from, kernels * dims]) ?? zeros },
  ],
  bind: ({ parameter }) => {
    const placesOf = (rows: Node): Node =>
      reshape(affine(rows, parameter("weight"), parameter("bias")), { shape: [rows.shape[0]!, kernels, dims] });
    /** f32[batch, others, kernels]. */
    const nearness = (x: Node, others: Node): Node => {
      const apart = abs(sub(unsqueeze(x, { axes: [1] }), unsqueeze(others, { axes: [0] })));
      return exp(neg(sum(apart, { axes: [3] })));
    };
    return (x, others, weights, own) => {
      const places = placesOf(x);
      if (others === undefined) return concat([x, sum(nearness(places, places), { axes: [1] })], 1);
      const near = nearness(places, placesOf(others));
      const counted = weights === undefined ? near : mul(near, unsqueeze(weights, { axes: [0, 2] }));
      return concat([x, add(sum(counted, { axes: [1] }), own ?? 1)], 1);
    };
  },
});
