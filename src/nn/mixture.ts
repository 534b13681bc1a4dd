// Mixtures of normal distributions whose parameters follow from soft memberships of rows (Zong et al. 2018, section 3.3).

import type { Node } from "../graph/node.js";
import { add, div, mul, neg, sub } from "../graph/ops/arithmetic.js";
import { concat, slice } from "../graph/ops/cut.js";
import { detach } from "../graph/ops/detach.js";
import { exp, log } from "../graph/ops/exponential.js";
import { matmul } from "../graph/ops/matmul.js";
import { max, mean, sum } from "../graph/ops/reduce.js";
import { reshape } from "../graph/ops/shape.js";
import { factorsOf, identityOf, logDeterminants, squaredLengths } from "./cholesky.js";

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

/** Row i of a matrix as f32[1, d]. */
const rowOf = (matrix: Node, i: number): Node => slice(matrix, { axis: 0, start: i, end: i + 1 });

/** z f32[batch, d] less each mean f32[k, d]: k times f32[batch, d]. */
const residuals = (z: Node, means: Node): Node[] =>
  Array.from({ length: means.shape[0] as number }, (_, i) => sub(z, rowOf(means, i)));

/**
 * The mixture of rows z f32[batch, d] with memberships f32[batch, k] whose rows sum to 1 (equation 5), `ridge` being added to
 * the variances.
 */
export function mixtureOf(z: Node, memberships: Node, ridge: number): Mixture {
  const k = memberships.shape[1] as number;
  const d = z.shape[1] as number;
  const weights = div(memberships, add(sum(memberships, { axes: [0], keep: true }), TINY));
  const means = matmul(weights, z, { transA: true });
  const each = residuals(z, means).map((apart, i) => {
    const weighted = mul(apart, slice(weights, { axis: 1, start: i, end: i + 1 }));
    return reshape(add(matmul(weighted, apart, { transA: true }), identityOf(d, ridge)), { shape: [1, d, d] });
  });
  return { shares: mean(memberships, { axes: [0] }), means, covariances: k === 1 ? each[0]! : concat(each, 0) };
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
  const diagonal = sum(mul(covariances, identityOf(d)), { axes: [2] });
  return sum(div(1, diagonal), {});
}
