// The mixture over all training rows, once the networks are trained.

import type { Node } from "../../graph/node.js";
import { constant } from "../../graph/op.js";
import type { Mixture } from "../../nn/mixture.js";
import { tensor } from "../../tensor/tensor.js";
import type { LearningSite } from "../define.js";
import { measured } from "../measure.js";

const TINY = 1e-12;

/** Shares, means and covariances (with `ridge` on their diagonals) of all rows, in doubles: the formulas of `mixtureOf`. */
export async function wholeMixture(
  site: LearningSite,
  ridge: number,
  estimate: (x: Node) => { readonly z: Node; readonly memberships: Node },
): Promise<Mixture> {
  const parts: { z: Float32Array; memberships: Float32Array; rows: number }[] = [];
  for await (const { rows, values } of measured(site.rows, site, (x) => {
    const { z, memberships } = estimate(x);
    return { z, memberships };
  }))
    parts.push({ ...values, rows });
  const { z, memberships, rows } = parts[0]!;
  const [d, k] = [z.length / rows, memberships.length / rows];
  const sums = sumsOf(parts, d, k);
  const shares = Float32Array.from(sums.counts, (count) => count / site.rows.count);
  const f32 = (shape: number[], values: ArrayLike<number>): Node =>
    constant(tensor("f32", shape, Float32Array.from(values)));
  const diagonal = (i: number): boolean => Math.floor((i % (d * d)) / d) === i % d;
  return {
    shares: f32([k], shares),
    means: f32([k, d], sums.means),
    covariances: f32(
      [k, d, d],
      sums.covariances.map((x, i) => x + (diagonal(i) ? ridge : 0)),
    ),
  };
}

function sumsOf(parts: readonly { z: Float32Array; memberships: Float32Array; rows: number }[], d: number, k: number) {
  const counts = new Float64Array(k).fill(TINY);
  const means = new Float64Array(k * d);
  const covariances = new Float64Array(k * d * d);
  for (const { memberships } of parts) for (const [i, share] of memberships.entries()) counts[i % k]! += share;
  for (const { z, memberships, rows } of parts)
    for (let row = 0; row < rows; row++)
      for (let c = 0; c < k; c++) {
        const weight = memberships[row * k + c]! / counts[c]!;
        for (let j = 0; j < d; j++) means[c * d + j]! += weight * z[row * d + j]!;
      }
  const apart = new Float64Array(d);
  for (const { z, memberships, rows } of parts)
    for (let row = 0; row < rows; row++)
      for (let c = 0; c < k; c++) {
        const weight = memberships[row * k + c]! / counts[c]!;
        for (let j = 0; j < d; j++) apart[j] = z[row * d + j]! - means[c * d + j]!;
        for (let i = 0; i < d; i++)
          for (let j = 0; j < d; j++) covariances[(c * d + i) * d + j]! += weight * apart[i]! * apart[j]!;
      }
  return { counts, means, covariances };
}
