// What A3 learns one after another: the target, the variational autoencoder that makes anomalies, the alarm network. Each
// stage leaves the networks of the others as they are.

import type { Node } from "../../graph/node.js";
import { add, div, mul, sub } from "../../graph/ops/arithmetic.js";
import { mean, sum } from "../../graph/ops/reduce.js";
import { binaryCrossEntropy, meanSquareByRow } from "../../nn/losses.js";
import type { Network } from "../../nn/network.js";
import { bernoulliLoss, divergence, drawnCode, type NormalCode } from "../../nn/variational.js";
import type { Turn } from "../../train/program.js";
import { type Alarm, crossEntropyWith, type Penalties, penaltyOf } from "./alarm.js";
import type { Bounds, Space } from "./space.js";
import { type Kind, synthetic } from "./synthetic.js";
import type { Target } from "./targets.js";

export type A3Networks = {
  readonly target: Target;
  readonly alarm: Alarm;
  /** The variational autoencoder's, where it makes the anomalies. */
  readonly encoder: Network<readonly [Node], NormalCode>;
  readonly decoder: Network;
};

/** Where rows lie, and how their labels are read: f32[batch], 1 for known anomalies; undefined where there are none. */
export interface Given {
  readonly space: Space;
  readonly features: number;
  labels(x: Node): Node | undefined;
}

/** The mean over normal rows: anomalies in the minibatch teach neither target nor autoencoder anything. */
function meanOfNormal(losses: Node, labels: Node | undefined): Node {
  if (labels === undefined) return mean(losses, {});
  const weights = sub(1, labels);
  return div(sum(mul(losses, weights), {}), add(sum(weights, {}), SMALL));
}

/** Keeps a minibatch without normal rows from a division by zero. */
const SMALL = 1e-6;

/**
 * Cross-entropy of the rebuilt rows, mean over rows and features; where `isUnit` is false, inputs are not within 0 to 1
 * and the squared error stands in.
 */
export const targetTurn = ({ space, features, labels }: Given, isUnit: boolean): Turn<A3Networks> => ({
  moves: ["target"],
  losses: (n, x) => {
    const u = space.unit(x);
    const { rebuilt } = n.target(u);
    const losses = isUnit ? mul(bernoulliLoss(rebuilt!, u), 1 / features) : meanSquareByRow(rebuilt!, u);
    return { target: meanOfNormal(losses, labels(x)) };
  },
});

/**
 * Cross-entropy summed over the features plus divergence, and once more the mean cross-entropy: the authors compile the
 * network with an ordinary loss besides.
 */
export const vaeTurn = ({ space, features, labels }: Given): Turn<A3Networks> => ({
  moves: ["encoder", "decoder"],
  losses: (n, x, noise) => {
    const u = space.unit(x);
    const code = n.encoder(u);
    const errors = bernoulliLoss(n.decoder(drawnCode(code, noise)), u);
    return {
      rows: mul(meanOfNormal(errors, labels(x)), 1 + 1 / features),
      divergence: meanOfNormal(divergence(code), labels(x)),
    };
  },
});

interface Making {
  readonly kind: Kind;
  readonly bounds: Bounds;
  readonly weight: number;
  readonly penalties: Penalties;
}

/** L = mean BCE(a(h(x)), y) + λ·mean BCE(a(h(x̃)), 1), and the penalties. */
export const alarmTurn = ({ space, labels }: Given, { kind, bounds, weight, penalties }: Making): Turn<A3Networks> => ({
  moves: ["alarm"],
  losses: (n, x, noise) => {
    const said = n.alarm(n.target(space.seen(x)).activations);
    const made = n.alarm(n.target(space.fromUnit(synthetic(kind, space.unit(x), noise, { ...n, bounds }))).activations);
    const y = labels(x);
    const penalty = penaltyOf(penalties, [said, made]);
    return {
      rows: y ? mean(crossEntropyWith(said.logit, y), {}) : binaryCrossEntropy(said.logit, 0),
      synthetic: mul(binaryCrossEntropy(made.logit, 1), weight),
      ...(penalty ? { penalty } : {}),
    };
  },
});
