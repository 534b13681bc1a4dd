// Losses of critics, whose scores f32[batch] or f32[batch, 1] have no bounds: higher means more like the real rows.

import { differentiate } from "../graph/differentiate.js";
import { GraphError, type Node } from "../graph/node.js";
import { add, mul, neg, square, sub } from "../graph/ops/arithmetic.js";
import { sqrt } from "../graph/ops/exponential.js";
import { relu } from "../graph/ops/piecewise.js";
import { mean, sum } from "../graph/ops/reduce.js";
import { reshape } from "../graph/ops/shape.js";
import { insideRows, paired } from "./losses.js";

interface CriticLosses {
  /** What the critic lowers, by its scores of real and of generated rows. */
  critic(real: Node, generated: Node): Node;
  /** What the generator lowers. */
  generator(generated: Node): Node;
}

const lessMean = (generated: Node): Node => neg(mean(generated, {}));

/** Mean score of the generated less that of the real (Arjovsky et al. 2017); the critic's slope needs a bound. */
export const wasserstein: CriticLosses = {
  critic: (real, generated) => sub(mean(generated, {}), mean(real, {})),
  generator: lessMean,
};

/** Scores count as far as 1 for the real and -1 for the generated (Lim and Ye 2017, Miyato et al. 2018). */
export const hinge: CriticLosses = {
  critic: (real, generated) => add(mean(relu(sub(1, real)), {}), mean(relu(add(generated, 1)), {})),
  generator: lessMean,
};

/** The root's slope at a gradient of zero stays finite. */
const UNDER_ROOT = 1e-12;

/**
 * weight·mean (‖∇D(m)‖₂ - 1)² over rows m = ε·real + (1 - ε)·generated, with a share ε in 0..1 for each row, f32[batch]
 * or f32[batch, 1] (Gulrajani et al. 2017). The norm is over all numbers of a row.
 */
export function gradientPenalty(
  critic: (x: Node) => Node,
  real: Node,
  generated: Node,
  share: Node,
  weight = 10,
): Node {
  paired("gradientPenalty", real, generated);
  const axes = insideRows(real);
  if (share.shape[0] !== real.shape[0])
    throw new GraphError(`gradientPenalty: ${share.shape[0]} shares for ${real.shape[0]} rows`);
  const epsilon = reshape(share, { shape: [real.shape[0]!, ...axes.map(() => 1)] });
  const mixed = add(generated, mul(epsilon, sub(real, generated)));
  const [slope] = differentiate(sum(critic(mixed), {}), [mixed]);
  const length = sqrt(add(sum(square(slope!), { axes }), UNDER_ROOT));
  return mul(mean(square(sub(length, 1)), {}), weight);
}
