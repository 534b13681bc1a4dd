// How the logits l of discriminators are read as scores:
//   doubt    -l, as published; of several the mean of -z, z = (l - mean)/deviation over held-out rows
//   unusual  |z|; of several the root of the mean of z²
// A discriminator learns nothing of where neither rows nor generated rows are: what it says there goes on as its layers do, to
// "real" as well as to "generated". That it is far from what it says of normal rows is seen on both sides.

import type { Node } from "../../graph/node.js";
import { add, mul, neg, square, sub } from "../../graph/ops/arithmetic.js";
import { sqrt } from "../../graph/ops/exponential.js";
import { abs } from "../../graph/ops/piecewise.js";
import type { Standard } from "./choose.js";

export const readings = ["unusual", "doubt"] as const;
export type Reading = (typeof readings)[number];

/** The scores of one discriminator. */
export const readAs = (reading: Reading, { mean, deviation }: Standard, logits: Float32Array): Float32Array =>
  logits.map((logit) => (reading === "doubt" ? -logit : Math.abs(logit - mean) / deviation));

/** The score of one or of several discriminators, f32[batch]. */
export function scoreOf(
  reading: Reading,
  said: readonly { readonly logit: Node; readonly standard: Standard }[],
): Node {
  const [only] = said;
  if (reading === "doubt" && said.length === 1) return neg(only!.logit);
  const standardised = said.map(({ logit, standard: { mean, deviation } }) => mul(sub(logit, mean), 1 / deviation));
  if (reading === "doubt") return mul(standardised.reduce(add), -1 / said.length);
  if (said.length === 1) return abs(standardised[0]!);
  return sqrt(mul(standardised.map(square).reduce(add), 1 / said.length));
}
