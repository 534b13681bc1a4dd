// What Deep SVDD and Deep SAD have in common besides the sphere: parameters, bodies by kind of data and variant, and the
// stage of pretraining.

import { scalings } from "../../encode/encoding.js";
import type { Node } from "../../graph/node.js";
import { add, div, mul, sub } from "../../graph/ops/arithmetic.js";
import { abs } from "../../graph/ops/piecewise.js";
import { mean } from "../../graph/ops/reduce.js";
import { torchUniform } from "../../nn/initialise.js";
import { distanceSquared } from "../../nn/losses.js";
import type { Network } from "../../nn/network.js";
import { adam } from "../../nn/optimisers.js";
import { constantRate, cosine, drop, type Schedule } from "../../nn/schedules.js";
import type { LearningSite, RowShape } from "../define.js";
import { choice, int, type Values } from "../parameters.js";
import { judgedOf } from "../row.js";
import { epochs, type Stage } from "../trained.js";
import { activations, type Body, denseBody, denseWidths, leNetBody, publishedLeNet } from "./networks.js";
import type { Place } from "./sphere.js";

export const bodyParameters = {
  variant: choice(["sound", "published"], {
    fallback: "sound",
    doc: "published: the paper's networks and recipe for pictures, for tables those of Ruff et al. 2020",
  }),
  pretraining: int({
    min: 0,
    fallback: 0,
    doc: "passes of an autoencoder before, whose encoder goes on as the network (published: 150, CIFAR-10 350, tables 100)",
  }),
  hidden: int({ fallback: 256, doc: "width of a table's first hidden layer; the second has half of it" }),
  code: int({
    min: 0,
    fallback: 0,
    doc: "length of the code; 0: half a table's second hidden layer, 32 for pictures",
  }),
  filters: int({ fallback: 8, doc: "channels of pictures before the first halving (published: 8, from 32×32 on 32)" }),
  activation: choice(activations, {
    fallback: "leaky-relu",
    doc: "of hidden layers; bounded ones (tanh, sigmoid) are not there, as they could map every row to the centre",
  }),
  scaling: choice(scalings, { fallback: "minmax", doc: "scaling of numbers" }),
} as const;

export type BodyParameters = Values<typeof bodyParameters>;

export type SvddNetworks = { readonly sphere: Network<readonly [Node], Place>; readonly decoder: Network };

/** Least and greatest number of the training rows after `contrast`. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** Before anything is measured, and for all but the published networks of pictures. */
export const unmeasured: Range = { low: 0, high: 1 };

/** Least mean deviation that a picture is divided by. */
const FLAT = 1e-8;

/** Global contrast normalisation by the mean absolute deviation of each picture (the paper, section 4.3). */
const contrast = (x: Node): Node => {
  const centred = sub(x, mean(x, { axes: [1], keep: true }));
  return div(centred, add(mean(abs(centred), { axes: [1], keep: true }), FLAT));
};

/** What the published networks of pictures scale by: of the rows to learn from, as the paper's code has it. */
export function rangeOf(p: BodyParameters, { rows, features, width, picture }: LearningSite): Range {
  if (p.variant !== "published" || picture === undefined) return unmeasured;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let row = 0; row < rows.count; row++) {
    const x = rows.values.subarray(row * width, row * width + features);
    const centre = x.reduce((sum, v) => sum + v, 0) / features;
    const size = x.reduce((sum, v) => sum + Math.abs(v - centre), 0) / features + FLAT;
    for (const v of x) {
      low = Math.min(low, (v - centre) / size);
      high = Math.max(high, (v - centre) / size);
    }
  }
  return { low, high };
}

const minMaxed =
  ({ low, high }: Range) =>
  (x: Node): Node =>
    mul(sub(contrast(x), low), high > low ? 1 / (high - low) : 1);

export function bodyOf(p: BodyParameters, { features, picture }: RowShape, range: Range): Body {
  const isPublished = p.variant === "published";
  const { activation } = p;
  if (picture !== undefined)
    return leNetBody({
      picture,
      activation,
      ...(isPublished
        ? { ...publishedLeNet(picture), prepared: minMaxed(range) }
        : { filters: [p.filters, 2 * p.filters], code: p.code || 32 }),
    });
  if (!isPublished) return denseBody({ width: features, ...denseWidths(p), activation, normed: false });
  const widths = features > 100 ? { hidden: [128, 64], code: 32 } : { hidden: [32, 16], code: 8 };
  return denseBody({ width: features, ...widths, activation, normed: true, start: torchUniform });
}

/** What the rate of a stage is multiplied by as it goes on. */
export function scheduleOf(p: BodyParameters, { picture }: RowShape, stage: "pretraining" | "training"): Schedule {
  if (p.variant !== "published") return cosine();
  if (picture === undefined) return constantRate;
  // milestones at pass 50 of 150, or at 250 of 350 for the autoencoder of CIFAR-10
  const isLong = stage === "pretraining" && publishedLeNet(picture).filters.length > 2;
  return drop(isLong ? 250 / 350 : 1 / 3, 0.1);
}

interface Pretraining {
  readonly p: BodyParameters;
  readonly shape: RowShape;
  readonly target: Body["target"];
  readonly rate: number;
  readonly batch: number;
  readonly decay: number;
  readonly fewestSteps: number;
}

/** The sphere's body as the encoder of an autoencoder: squared error, summed over a row. */
export function pretrainingStage({
  p,
  shape,
  target,
  rate,
  batch,
  decay,
  fewestSteps,
}: Pretraining): Stage<SvddNetworks> {
  return {
    turns: [
      {
        moves: ["sphere", "decoder"],
        losses: (n, x) => {
          const rows = judgedOf(x, shape);
          const rebuilt = n.decoder(n.sphere(rows).code);
          return { reconstruction: mean(distanceSquared(rebuilt, target(rows)), {}) };
        },
      },
    ],
    optimiser: adam({ rate, weightDecay: decay, schedule: scheduleOf(p, shape, "pretraining") }),
    batch,
    steps: (rows, size) => Math.max(fewestSteps, epochs(p.pretraining)(rows, size)),
  };
}
