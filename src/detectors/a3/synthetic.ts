// Rows that stand for anomalies of which nothing is known. Those of the publication are noise, or drawn by a variational
// autoencoder far from the codes of normal rows; the others are made of normal rows, so that they are harder to tell.

import type { Node } from "../../graph/node.js";
import { add, mul, square, sub } from "../../graph/ops/arithmetic.js";
import { greater, less } from "../../graph/ops/comparison.js";
import { concat, slice } from "../../graph/ops/cut.js";
import { exp, sigmoid, sqrt } from "../../graph/ops/exponential.js";
import { mean } from "../../graph/ops/reduce.js";
import { where } from "../../graph/ops/where.js";
import type { Noise } from "../../nn/network.js";
import type { NormalCode } from "../../nn/variational.js";
import type { Bounds } from "./space.js";

export const kinds = ["normal", "uniform", "vae", "around", "beyond", "shuffle", "interpolate", "mixed"] as const;
export type Kind = (typeof kinds)[number];

/** What anomalies are made by, besides rows. */
export interface Means {
  /** A variational autoencoder of normal rows, for "vae". */
  encoder(u: Node): NormalCode;
  decoder(code: Node): Node;
  /** Between which numbers "beyond" draws. */
  readonly bounds: Bounds;
}

/** Codes are drawn around that of a row with this deviation, whatever deviation the encoder has learned. */
const SPREAD = 5;

/** As many rows as u f32[batch, features] has, whose training rows lie in 0 to 1. */
export function synthetic(kind: Kind, u: Node, noise: Noise, means: Means): Node {
  const shape = u.shape as readonly [number, number];
  switch (kind) {
    case "normal":
      return add(noise.normal(shape), 0.5);
    case "uniform":
      return noise.uniform(shape);
    case "vae": {
      const centre = means.encoder(u).mean;
      return sigmoid(means.decoder(add(centre, mul(noise.normal(centre.shape as readonly number[]), SPREAD))));
    }
    case "around":
      return inPart(u, around(u, noise), noise);
    case "beyond": {
      const { low, high } = means.bounds;
      return inPart(u, add(mul(noise.uniform(shape), high - low), low), noise);
    }
    case "shuffle":
      return shuffled(u, noise);
    case "interpolate":
      return interpolated(u, noise);
    case "mixed": {
      const parts = (["around", "shuffle", "beyond"] as const).map((each) => synthetic(each, u, noise, means));
      return take(parts, u);
    }
  }
}

/** The first third of the rows from the first, and so on. */
function take(parts: readonly Node[], { shape: [rows] }: Node): Node {
  const cut = (i: number): number => Math.round(((rows as number) * i) / parts.length);
  return concat(
    parts.map((part, i) => slice(part, { axis: 0, start: cut(i), end: cut(i + 1) })),
    0,
  );
}

/** Other numbers in a part of the features that is drawn for each row, small ones more often. */
function inPart(u: Node, other: Node, noise: Noise): Node {
  const shape = u.shape as readonly [number, number];
  const part = square(noise.uniform([shape[0], 1]));
  return where(less(noise.uniform(shape), add(part, 1 / shape[1])), other, u);
}

/** Least and largest deviation of what is added, in those of each feature over the batch. */
const NEAR = 0.5;
const FAR = 4;

/** Normal noise, for each row with a deviation of its own. */
function around(u: Node, noise: Noise): Node {
  const shape = u.shape as readonly [number, number];
  const centre = mean(u, { axes: [0], keep: true });
  const deviation = sqrt(add(mean(square(sub(u, centre)), { axes: [0], keep: true }), LEAST));
  const reach = exp(add(mul(noise.uniform([shape[0], 1]), Math.log(FAR / NEAR)), Math.log(NEAR)));
  return add(u, mul(mul(noise.normal(shape), deviation), reach));
}

/** Variance that a feature has at least: those that never differ may. */
const LEAST = 1e-4;

/** Each number from a row of its own among 2^5: features as usual as ever, that do not belong together. */
function shuffled(u: Node, noise: Noise): Node {
  const shape = u.shape as readonly [number, number];
  let rows = u;
  for (let distance = 1; distance <= 16; distance *= 2)
    rows = where(greater(noise.keep(shape, 0.5), 0), turned(rows, distance), rows);
  return rows;
}

/** Points on the line through a row and another: half of them beyond the other by up to as much again. */
function interpolated(u: Node, noise: Noise): Node {
  const place = mul(noise.uniform([u.shape[0] as number, 1]), 2);
  return add(u, mul(sub(turned(u, 1), u), place));
}

/** The rows in a circle, so many places on. */
function turned(x: Node, places: number): Node {
  const rows = x.shape[0] as number;
  const by = places % rows;
  if (by === 0) return x;
  return concat([slice(x, { axis: 0, start: by, end: rows }), slice(x, { axis: 0, start: 0, end: by })], 0);
}
