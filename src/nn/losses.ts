// Losses: plain functions over nodes. Those over a batch give one number, those over rows one number for each row.

import { GraphError, type Node } from "../graph/node.js";
import { add, mul, square, sub } from "../graph/ops/arithmetic.js";
import { softplus } from "../graph/ops/exponential.js";
import { abs } from "../graph/ops/piecewise.js";
import { mean, sum } from "../graph/ops/reduce.js";
import { printType, sameShape } from "../tensor/dtype.js";

/** Refuses to broadcast: a loss that pairs [n] with [n,1] silently compares every row with every other. */
export function paired(loss: string, a: Node, b: Node): void {
  if (!sameShape(a.shape, b.shape)) throw new GraphError(`${loss}: shapes differ: ${printType(a)}, ${printType(b)}`);
}

/**
 * Cross-entropy of logits z against one target t in 0..1 for all of them, element by element:
 * max(z, 0) - z·t + log(1 + exp(-|z|)) = softplus(z) - z·t.
 */
export const crossEntropyOf = (logits: Node, target: number): Node =>
  target === 0 ? softplus(logits) : sub(softplus(logits), mul(logits, target));

/** Mean cross-entropy of logits against one target (1 "real", 0 "generated"). */
export const binaryCrossEntropy = (logits: Node, target: number): Node => mean(crossEntropyOf(logits, target), {});

/**
 * Least squares (Mao et al. 2017): ½·mean (s - t)² of scores s, which are no logits, against one target t (1 "real", 0
 * "generated").
 */
export const leastSquares = (scores: Node, target: number): Node => mul(mean(square(sub(scores, target)), {}), 0.5);

/** Mean over all elements of (a - b)²: of features, the matching loss of GANomaly. */
export function meanSquare(a: Node, b: Node): Node {
  paired("meanSquare", a, b);
  return mean(square(sub(a, b)), {});
}

/** Mean over all elements of |a - b|. */
export function meanAbsolute(a: Node, b: Node): Node {
  paired("meanAbsolute", a, b);
  return mean(abs(sub(a, b)), {});
}

/** Σ|a - b| of each row, over all its axes: f32[batch]. */
export function distanceL1(a: Node, b: Node): Node {
  paired("distanceL1", a, b);
  return sum(abs(sub(a, b)), { axes: insideRows(a) });
}

/** Σ(a - b)² of each row, over all its axes: f32[batch]. */
export function distanceSquared(a: Node, b: Node): Node {
  paired("distanceSquared", a, b);
  return sum(square(sub(a, b)), { axes: insideRows(a) });
}

/** Mean of |a - b| over each row: f32[batch]. */
export function meanAbsoluteByRow(a: Node, b: Node): Node {
  paired("meanAbsoluteByRow", a, b);
  return mean(abs(sub(a, b)), { axes: insideRows(a) });
}

/** Mean of (a - b)² over each row: f32[batch]. */
export function meanSquareByRow(a: Node, b: Node): Node {
  paired("meanSquareByRow", a, b);
  return mean(square(sub(a, b)), { axes: insideRows(a) });
}

/** All axes but the first. */
export const insideRows = ({ shape }: Node): number[] => shape.slice(1).map((_, i) => i + 1);

/** Sum of several losses. */
export const total = (losses: readonly Node[]): Node => losses.reduce((a, b) => add(a, b));
