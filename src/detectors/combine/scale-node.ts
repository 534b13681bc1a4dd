// A scale as a graph, and values on it as one score.

import { type Scale, type ScaleName, unitsOf } from "../../decide/scale.js";
import type { Node } from "../../graph/node.js";
import { constant } from "../../graph/op.js";
import { add, div, maximum, minimum, mul, sub } from "../../graph/ops/arithmetic.js";
import { concat } from "../../graph/ops/cut.js";
import { log, reciprocal } from "../../graph/ops/exponential.js";
import { relu } from "../../graph/ops/piecewise.js";
import { max, min, sum } from "../../graph/ops/reduce.js";
import { unsqueeze } from "../../graph/ops/shape.js";
import { tensor } from "../../tensor/tensor.js";

/** Distances in tails are cut off here, so that no score becomes infinite. */
const FARTHEST = 1e30;

/**
 * The values f32[batch] of scores f32[batch] on a scale (`scaled` in decide/scale.ts). Each stretch between two knots
 * adds a share of its height, from 0 to 1: nothing cancels, and what runtimes make of the last bits of a score stays small.
 */
export function scaledNode({ knots, p, spread }: Scale, name: ScaleName, score: Node): Node {
  const last = knots.length - 1;
  const values = Array.from(p, unitsOf(name));
  const row = (of: (i: number) => number): Node =>
    constant(
      tensor(
        "f32",
        [1, last],
        Float32Array.from({ length: last }, (_, i) => of(i)),
      ),
    );
  const beyond = (distance: Node): Node => minimum(mul(relu(distance), 1 / spread), FARTHEST);
  const above = add(beyond(sub(score, knots[last]!)), 1);
  const below = add(beyond(sub(knots[0]!, score)), 1);
  const tail = name === "rank" ? mul(sub(1, reciprocal(above)), p[last]!) : log(above);
  const ends = add(tail, div(values[0]!, below));
  if (last === 0) return ends;
  const way = mul(
    sub(
      unsqueeze(score, { axes: [1] }),
      row((i) => knots[i]!),
    ),
    row((i) => 1 / (knots[i + 1]! - knots[i]!)),
  );
  const heights = row((i) => values[i + 1]! - values[i]!);
  return add(ends, sum(mul(minimum(maximum(way, 0), 1), heights), { axes: [1] }));
}

export const combinations = ["mean", "max", "trimmed"] as const;
export type How = (typeof combinations)[number];

/** Values f32[batch] of the members as one; "trimmed" leaves out the largest and the smallest of each row. */
export function combined(values: readonly Node[], how: How, weights: readonly number[]): Node {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (how === "mean") return values.map((value, i) => mul(value, weights[i]! / total)).reduce((a, b) => add(a, b));
  if (how === "max") return values.map((value, i) => mul(value, weights[i]!)).reduce((a, b) => maximum(a, b));
  const all = concat(
    values.map((value) => unsqueeze(value, { axes: [1] })),
    1,
  );
  const ends = add(max(all, { axes: [1] }), min(all, { axes: [1] }));
  return mul(sub(sum(all, { axes: [1] }), ends), 1 / (values.length - 2));
}
