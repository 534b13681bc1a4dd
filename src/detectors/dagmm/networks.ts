// DAGMM's networks: an autoencoder, the features of its errors, and the network that says how much each row belongs to each
// component of a mixture.

import type { Node } from "../../graph/node.js";
import { add, div, maximum, mul, square, sub } from "../../graph/ops/arithmetic.js";
import { concat } from "../../graph/ops/cut.js";
import { detach } from "../../graph/ops/detach.js";
import { exp, log, sqrt } from "../../graph/ops/exponential.js";
import { max, sum } from "../../graph/ops/reduce.js";
import { unsqueeze } from "../../graph/ops/shape.js";
import { batchNorm } from "../../nn/batch-norm.js";
import { type Initialiser, zeros } from "../../nn/initialise.js";
import { dense, dropout, fixed, tanh } from "../../nn/layers.js";
import { distanceSquared } from "../../nn/losses.js";
import { type Mixture, mixtureOf } from "../../nn/mixture.js";
import { type Network, network, sequential } from "../../nn/network.js";

/** What the estimation network says of rows z. */
export interface Estimate {
  /** What it is about: z, or z normalised. */
  readonly z: Node;
  /** γ, f32[batch, components]; each row sums to 1. */
  readonly memberships: Node;
  /** Of this batch while training, of the last one of training otherwise. */
  readonly mixture: Mixture;
}

export type DagmmNetworks = {
  readonly encoder: Network;
  readonly decoder: Network;
  readonly estimator: Network<readonly [Node], Estimate>;
};

export interface Sizes {
  readonly width: number;
  /** Hidden layers of the encoder; the decoder has them in reverse. */
  readonly hidden: readonly number[];
  readonly code: number;
  /** Width of the estimation network's hidden layer. */
  readonly estimation: number;
  readonly components: number;
  /** Added to the variances of the mixture. */
  readonly ridge: number;
  /** Whether z is brought to variance 1 before it is estimated: else the energy falls as codes shrink. */
  readonly normalised: boolean;
  /** Numbers of z besides the code. */
  readonly errors: number;
}

const DROP = 0.5;

const chain = (widths: readonly number[]): Network =>
  sequential(
    ...widths.slice(1).flatMap((to, i) => {
      const layer = dense(widths[i]!, to);
      return i === widths.length - 2 ? [layer] : [layer, tanh];
    }),
  );

export function networksOf(sizes: Sizes): DagmmNetworks {
  const { width, hidden, code } = sizes;
  return {
    encoder: chain([width, ...hidden, code]),
    decoder: chain([code, ...hidden.toReversed(), width]),
    estimator: estimatorOf(sizes),
  };
}

const softmax = (logits: Node): Node => {
  const weights = exp(sub(logits, detach(max(logits, { axes: [1], keep: true }))));
  return div(weights, sum(weights, { axes: [1], keep: true }));
};

const identity: Initialiser = (_, [k = 0, d = 0]) =>
  new Float32Array(k * d * d).map((_, i) => (Math.floor((i % (d * d)) / d) === i % d ? 1 : 0));

const evenly: Initialiser = (_, [k = 1]) => new Float32Array(k).fill(1 / k);

/** Dense, tanh, dropout of a half, dense, softmax; and the mixture as running values, each batch's in place of the last. */
function estimatorOf({ code, errors, estimation, components, ridge, normalised }: Sizes): DagmmNetworks["estimator"] {
  const d = code + errors;
  const inner = network(
    {
      norm: normalised ? batchNorm(d, { affine: false, epsilon: 1e-6 }) : fixed((z) => z),
      gamma: sequential(dense(d, estimation), tanh, dropout(DROP), dense(estimation, components)),
    },
    (part, given: Node) => {
      const z = part.norm(given);
      return { z, memberships: softmax(part.gamma(z)) };
    },
  );
  return {
    parameters: [
      ...inner.parameters,
      { name: "shares", shape: [components], start: evenly, running: true },
      { name: "means", shape: [components, d], start: zeros, running: true },
      { name: "covariances", shape: [components, d, d], start: identity, running: true },
    ],
    bind: (scope) => {
      const call = inner.bind(scope);
      return (given) => {
        const { z, memberships } = call(given);
        if (scope.noise === undefined) {
          const [shares, means, covariances] = ["shares", "means", "covariances"].map((name) => scope.parameter(name));
          return { z, memberships, mixture: { shares: shares!, means: means!, covariances: covariances! } };
        }
        const mixture = mixtureOf(z, memberships, ridge);
        for (const [name, value] of Object.entries(mixture)) scope.update(name, detach(value));
        return { z, memberships, mixture };
      };
    },
  };
}

/** Least square that a root is taken of: its slope would be infinite at 0. */
const TINY = 1e-12;

const lengthOf = (x: Node): Node => sqrt(add(sum(square(x), { axes: [1] }), TINY));

/** ‖x - x'‖/(‖x‖ + ε) of each row: f32[batch]. */
export const relativeDistance = (x: Node, rebuilt: Node, epsilon: number): Node =>
  div(sqrt(add(distanceSquared(x, rebuilt), TINY)), add(lengthOf(x), epsilon));

/** x·x'/(‖x‖‖x'‖) of each row: f32[batch]; 0 where either is 0. */
export const cosineOf = (x: Node, rebuilt: Node): Node =>
  div(sum(mul(x, rebuilt), { axes: [1] }), maximum(mul(lengthOf(x), lengthOf(rebuilt)), 1e-8));

/**
 * 1 - cosine of each row, as ½‖x/‖x‖ - x'/‖x'‖‖²: f32[batch]. Rows that are rebuilt well have cosines that differ from 1 by
 * less than numbers near 1 can say. ½ where one of the two is 0.
 */
export const apartness = (x: Node, rebuilt: Node): Node =>
  mul(
    distanceSquared(
      ...([x, rebuilt].map((each) => div(each, unsqueeze(lengthOf(each), { axes: [1] }))) as [Node, Node]),
    ),
    0.5,
  );

/** log(1 + the mean square of x - x'): an error that goes on growing where the relative one has reached 1. */
export const logError = (x: Node, rebuilt: Node): Node =>
  log(add(mul(distanceSquared(x, rebuilt), 1 / (x.shape[1] as number)), 1e-3));

/** The code, and beside it numbers f32[batch]. */
export const beside = (code: Node, ...numbers: readonly Node[]): Node =>
  concat([code, ...numbers.map((each) => unsqueeze(each, { axes: [1] }))], 1);
