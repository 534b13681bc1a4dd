// Mixtures of normal distributions whose parameters follow from soft memberships of rows (Zong et al. 2018, section 3.3).

import type { Node } from "../graph/node.js";
import { constant } from "../graph/op.js";
import { add, div, mul, neg, sub } from "../graph/ops/arithmetic.js";
import { detach } from "../graph/ops/detach.js";
import { exp, log } from "../graph/ops/exponential.js";
import { max, mean, sum } from "../graph/ops/reduce.js";
import { reshape } from "../graph/ops/shape.js";
import { tensor } from "../tensor/tensor.js";
import { factorsOf, logDeterminants, squaredLengths } from "./cholesky.js";

/** k components in d dimensions. */
export interface Mixture {
  /** φ, f32[k]. */
  readonly shares: Node;
  /** μ, f32[k, d]. */
  readonly means: Node;
  /** Σ, f32[k, d, d]. */
  readonly covariances: Node;
}

/** Components that no row belongs to are divided by this instead of 0. */
const TINY = 1e-12;

/** z f32[batch, d] less each mean f32[k, d]: f32[batch, k, d]. */
function residuals(z: Node, means: Node): Node {
  const [batch, d] = z.shape as [number | string, number];
  return sub(reshape(z, { shape: [batch, 1, d] }), reshape(means, { shape: [1, means.shape[0]!, d] }));
}

/** The identity f32[d, d] times a number. */
function ridgeOf(d: number, ridge: number): Node {
  const values = new Float32Array(d * d);
  for (let j = 0; j < d; j++) values[j * (d + 1)] = ridge;
  return constant(tensor("f32", [d, d], values));
}

/**
 * The mixture of rows z f32[batch, d] with memberships f32[batch, k] whose rows sum to 1 (equation 5), `ridge` being added to
 * the variances.
 */
export function mixtureOf(z: Node, memberships: Node, ridge: number): Mixture {
  const [batch, k] = memberships.shape as [number | string, number];
  const d = z.shape[1] as number;
  const counts = add(sum(memberships, { axes: [0] }), TINY);
  const weights = reshape(div(memberships, counts), { shape: [batch, k, 1] });
  const means = sum(mul(weights, reshape(z, { shape: [batch, 1, d] })), { axes: [0] });
  const apart = residuals(z, means);
  const down = reshape(mul(apart, weights), { shape: [batch, k, d, 1] });
  const across = reshape(apart, { shape: [batch, k, 1, d] });
  return {
    shares: mean(memberships, { axes: [0] }),
    means,
    covariances: add(sum(mul(down, across), { axes: [0] }), ridgeOf(d, ridge)),
  };
}

/**
 * Energy -log Σₖ φₖ·N(z; μₖ, Σₖ) of each row z f32[batch, d]: f32[batch] (equation 6), the largest term taken out of the
 * sum. @param floor least pivot of the covariances
 */
export function energyOf(z: Node, { shares, means, covariances }: Mixture, floor: number): Node {
  const d = z.shape[1] as number;
  const factors = factorsOf(covariances, floor);
  const lengths = squaredLengths(residuals(z, means), factors);
  const sizes = add(logDeterminants(factors), d * Math.log(2 * Math.PI));
  const terms = sub(log(add(shares, TINY)), mul(add(lengths, sizes), 0.5));
  const most = detach(max(terms, { axes: [1], keep: true }));
  const rest = sum(exp(sub(terms, most)), { axes: [1] });
  return neg(add(log(rest), reshape(most, { shape: [z.shape[0]!] })));
}

/** Σₖ Σⱼ 1/Σₖⱼⱼ: what keeps variances from vanishing (section 3.4). */
export function varianceCost({ covariances }: Mixture): Node {
  const d = covariances.shape[1] as number;
  const diagonal = sum(mul(covariances, ridgeOf(d, 1)), { axes: [2] });
  return sum(div(1, diagonal), {});
}
