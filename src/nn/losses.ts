// Losses: plain functions over nodes. Those over a batch give one number, those over rows one number for each row.

import { GraphError, type Node } from "../graph/node.js";
import { add, mul, square, sub } from "../graph/ops/arithmetic.js";
import { softplus } from "../graph/ops/exponential.js";
import { abs } from "../graph/ops/piecewise.js";
import { mean, sum } from "../graph/ops/reduce.js";
import { printType, sameShape } from "../tensor/dtype.js";

/** Refuses to broadcast: a loss that pairs [n] with [n,1] silently compares every row with every other. */
function paired(loss: string, a: Node, b: Node): void {
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

/** Mean over all elements of (a - b)². */
export function meanSquare(a: Node, b: Node): Node {
  paired("meanSquare", a, b);
  return mean(square(sub(a, b)), {});
}

/** Σ|a - b| of each row: f32[batch]. */
export function distanceL1(a: Node, b: Node): Node {
  paired("distanceL1", a, b);
  return sum(abs(sub(a, b)), { axes: [1] });
}

/** Σ(a - b)² of each row: f32[batch]. */
export function distanceSquared(a: Node, b: Node): Node {
  paired("distanceSquared", a, b);
  return sum(square(sub(a, b)), { axes: [1] });
}

/** Sum of several losses. */
export const total = (losses: readonly Node[]): Node => losses.reduce((a, b) => add(a, b));
