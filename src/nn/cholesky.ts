// Symmetric positive matrices as L·D·Lᵀ (Cholesky's factors without roots), several at once, with ops that have gradients.
// One round of ops for each row of the matrix, so meant for small ones.

import { GraphError, type Node } from "../graph/node.js";
import { constant } from "../graph/op.js";
import { div, maximum, mul, square, sub } from "../graph/ops/arithmetic.js";
import { concat, slice } from "../graph/ops/cut.js";
import { log } from "../graph/ops/exponential.js";
import { matmul } from "../graph/ops/matmul.js";
import { sum } from "../graph/ops/reduce.js";
import { reshape } from "../graph/ops/shape.js";
import { known } from "../graph/shapes.js";
import { tensor } from "../tensor/tensor.js";

/** Of matrices A f32[k, d, d]: A = L·diag(pivots)·Lᵀ with ones on the diagonal of L. */
export interface Factors {
  /** f32[k, d]; none below the floor. */
  readonly pivots: Node;
  /** (L⁻¹)ᵀ, f32[k, d, d]: rows x·(L⁻¹)ᵀ have the covariance diag(pivots) where x has A. */
  readonly whitening: Node;
}

const cut = (x: Node, axis: number, start: number, end: number): Node => slice(x, { axis, start, end });

/** The identity f32[d, d] times a number. */
export function identityOf(d: number, factor = 1): Node {
  const values = new Float32Array(d * d);
  for (let j = 0; j < d; j++) values[j * (d + 1)] = factor;
  return constant(tensor("f32", [d, d], values));
}

/**
 * Factors of matrices f32[k, d, d]. A pivot below `floor`, as rounding makes of matrices that are nearly singular, counts as
 * `floor`, so that nothing divides by 0 and no logarithm is of a negative number.
 */
export function factorsOf(matrices: Node, floor: number): Factors {
  const [k, d, same] = known(matrices.shape) as [number, number, number];
  if (matrices.shape.length !== 3 || d !== same)
    throw new GraphError(`factorsOf: expected [k, d, d], got [${matrices.shape.join(", ")}]`);
  const pivots: Node[] = [];
  const solved: Node[] = [];
  let rest = matrices;
  // the unit vectors, of which L·w = e is solved on the way: f32[k or 1, d, d]
  let units = reshape(identityOf(d), { shape: [1, d, d] });
  for (let size = d; size > 0; size--) {
    const first = cut(rest, 2, 0, 1);
    const pivot = maximum(cut(first, 1, 0, 1), floor);
    const w = cut(units, 2, 0, 1);
    pivots.push(reshape(pivot, { shape: [k, 1] }));
    solved.push(w);
    if (size === 1) break;
    const below = div(cut(first, 1, 1, size), pivot);
    const across = reshape(below, { shape: [k, 1, size - 1] });
    rest = sub(cut(cut(rest, 1, 1, size), 2, 1, size), mul(mul(below, pivot), across));
    units = sub(cut(units, 2, 1, size), mul(w, across));
  }
  const ofEach = solved.map((w) => (w.shape[0] === k ? w : concat(new Array<Node>(k).fill(w), 0)));
  return { pivots: concat(pivots, 1), whitening: concat(ofEach, 2) };
}

/** xᵀ·A⁻¹·x for the rows of each x f32[batch, d], one for each matrix: f32[batch, k]. */
export function squaredLengths(rows: readonly Node[], { pivots, whitening }: Factors): Node {
  const d = pivots.shape[1] as number;
  const each = rows.map((x, i) => {
    const white = matmul(x, reshape(cut(whitening, 0, i, i + 1), { shape: [d, d] }), {});
    return sum(div(square(white), cut(pivots, 0, i, i + 1)), { axes: [1], keep: true });
  });
  return concat(each, 1);
}

/** log |A| of each: f32[k]. */
export const logDeterminants = ({ pivots }: Factors): Node => sum(log(pivots), { axes: [1] });
