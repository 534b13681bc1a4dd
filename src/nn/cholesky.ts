// Symmetric positive matrices as L·D·Lᵀ (Cholesky's factors without roots), several at once, with ops that have gradients:
// squared lengths xᵀ·A⁻¹·x and log-determinants. One round of ops for each row of the matrix, so meant for small ones.

import { GraphError, type Node } from "../graph/node.js";
import { add, div, maximum, mul, square, sub } from "../graph/ops/arithmetic.js";
import { slice } from "../graph/ops/cut.js";
import { log } from "../graph/ops/exponential.js";
import { reshape } from "../graph/ops/shape.js";
import { known } from "../graph/shapes.js";

/** Of matrices A f32[k, d, d]: A = L·diag(pivots)·Lᵀ with ones on the diagonal of L. */
export interface Factors {
  /** d times f32[k]; none below the floor. */
  readonly pivots: readonly Node[];
  /** What is below the diagonal in each column of L: f32[k, d - 1], f32[k, d - 2], … f32[k, 1]. */
  readonly columns: readonly Node[];
}

/** A first row or column, and what is left. */
const cut = (x: Node, axis: number, start: number, end: number): Node => slice(x, { axis, start, end });

/**
 * Factors of matrices f32[k, d, d]. A pivot below `floor`, as rounding makes of matrices that are nearly singular, counts as
 * `floor`, so that nothing divides by 0 and no logarithm is of a negative number.
 */
export function factorsOf(matrices: Node, floor: number): Factors {
  const [k, d, same] = known(matrices.shape) as [number, number, number];
  if (matrices.shape.length !== 3 || d !== same)
    throw new GraphError(`factorsOf: expected [k, d, d], got [${matrices.shape.join(", ")}]`);
  const pivots: Node[] = [];
  const columns: Node[] = [];
  let rest = matrices;
  for (let size = d; size > 0; size--) {
    const first = cut(rest, 2, 0, 1);
    const pivot = maximum(reshape(cut(first, 1, 0, 1), { shape: [k] }), floor);
    pivots.push(pivot);
    if (size === 1) break;
    const below = div(reshape(cut(first, 1, 1, size), { shape: [k, size - 1] }), reshape(pivot, { shape: [k, 1] }));
    columns.push(below);
    const down = reshape(mul(below, reshape(pivot, { shape: [k, 1] })), { shape: [k, size - 1, 1] });
    const across = reshape(below, { shape: [k, 1, size - 1] });
    rest = sub(cut(cut(rest, 1, 1, size), 2, 1, size), mul(down, across));
  }
  return { pivots, columns };
}

/** xᵀ·A⁻¹·x for x f32[batch, k, d]: f32[batch, k]. With L·w = x it is Σ wⱼ²/pivotⱼ. */
export function squaredLengths(x: Node, { pivots, columns }: Factors): Node {
  const [batch, k] = x.shape as [number | string, number, number];
  let rest = x;
  let total: Node | undefined;
  for (const [j, pivot] of pivots.entries()) {
    const w = cut(rest, 2, 0, 1);
    const part = div(square(reshape(w, { shape: [batch, k] })), pivot);
    total = total === undefined ? part : add(total, part);
    const column = columns[j];
    const size = pivots.length - j;
    if (column !== undefined) rest = sub(cut(rest, 2, 1, size), mul(w, column));
  }
  return total!;
}

/** log |A| of each: f32[k]. */
export const logDeterminants = ({ pivots }: Factors): Node =>
  pivots.map((pivot) => log(pivot)).reduce((a, b) => add(a, b));
