// Optimisers as printable values. Each has a rule over one flat vector of parameters, and a few numbers per step that
// are computed outside the graph (rate, bias corrections), so that schedules cost the graph nothing.

import type { Node } from "../graph/node.js";
import { scalar } from "../graph/op.js";
import { add, div, minimum, mul, square, sub } from "../graph/ops/arithmetic.js";
import { sqrt } from "../graph/ops/exponential.js";
import { sum } from "../graph/ops/reduce.js";
import { constantRate, factorAt, type Schedule } from "./schedules.js";

interface Common {
  /** Step size before the schedule. */
  readonly rate: number;
  readonly schedule: Schedule;
  /** A network's gradient that is longer than this, over all its parameters, is shortened to it; as it is when left out. */
  readonly clip?: number;
  /** So many times each parameter is added to its gradient, as PyTorch's optimisers do; 0 when left out. */
  readonly weightDecay?: number;
}

export interface Adam extends Common {
  readonly kind: "adam";
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export interface RmsProp extends Common {
  readonly kind: "rmsprop";
  readonly decay: number;
  readonly epsilon: number;
}

export interface Sgd extends Common {
  readonly kind: "sgd";
  readonly momentum: number;
}

export type Optimiser = Adam | RmsProp | Sgd;

/** Adam (Kingma and Ba 2015), with the epsilon of PyTorch: added to the bias-corrected root. */
export const adam = (options: Partial<Omit<Adam, "kind">> & { rate: number }): Adam => ({
  kind: "adam",
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  schedule: constantRate,
  ...options,
});

/** RMSProp (Hinton 2012) without momentum. */
export const rmsProp = (options: Partial<Omit<RmsProp, "kind">> & { rate: number }): RmsProp => ({
  kind: "rmsprop",
  decay: 0.9,
  epsilon: 1e-8,
  schedule: constantRate,
  ...options,
});

/** Gradient descent with heavy-ball momentum: v ← μv + g, p ← p - rate·v. */
export const sgd = (options: Partial<Omit<Sgd, "kind">> & { rate: number }): Sgd => ({
  kind: "sgd",
  momentum: 0,
  schedule: constantRate,
  ...options,
});

/** Vectors of state, of the size of the parameters, that an optimiser carries; all start at zero. */
export const slotsOf = ({ kind }: Optimiser): number => (kind === "adam" ? 2 : 1);

/** Numbers that `move` needs at a step (from 0) of a run of `total`: always as many as `scalarsOf` says. */
export function stepScalars(optimiser: Optimiser, step: number, total: number): number[] {
  const rate = optimiser.rate * factorAt(optimiser.schedule, step, total);
  if (optimiser.kind !== "adam") return [rate];
  const { beta1, beta2, epsilon } = optimiser;
  // m = (1-β1)·M and v = (1-β2)·V for the sums M, V that are carried, so
  // rate·m̂/(√v̂ + ε) = near·M/(√V + far) with these two numbers
  const root = Math.sqrt((1 - beta2) / (1 - beta2 ** (step + 1)));
  const near = (rate * (1 - beta1)) / (1 - beta1 ** (step + 1)) / root;
  return [near, epsilon / root];
}

export const scalarsOf = (optimiser: Optimiser): number => stepScalars(optimiser, 0, 1).length;

/** One step over flat vectors: new parameters and new slots. */
export function move(
  optimiser: Optimiser,
  parameters: Node,
  found: Node,
  slots: readonly Node[],
  scalars: readonly Node[],
): { parameters: Node; slots: Node[] } {
  const { clip, weightDecay = 0 } = optimiser;
  const shorter = clip === undefined ? found : shortened(found, clip);
  const gradient = weightDecay === 0 ? shorter : add(shorter, mul(parameters, weightDecay));
  const [first, second] = slots as [Node, Node];
  const [rate, epsilon] = scalars as [Node, Node];
  switch (optimiser.kind) {
    case "adam": {
      const m = add(mul(first, optimiser.beta1), gradient);
      const v = add(mul(second, optimiser.beta2), square(gradient));
      return { parameters: sub(parameters, mul(div(m, add(sqrt(v), epsilon)), rate)), slots: [m, v] };
    }
    case "rmsprop": {
      const v = add(mul(first, optimiser.decay), mul(square(gradient), 1 - optimiser.decay));
      const change = div(mul(gradient, rate), add(sqrt(v), optimiser.epsilon));
      return { parameters: sub(parameters, change), slots: [v] };
    }
    case "sgd": {
      const velocity = add(mul(first, optimiser.momentum), gradient);
      return { parameters: sub(parameters, mul(velocity, rate)), slots: [velocity] };
    }
  }
}

/** g·min(1, most/‖g‖): a gradient of zeros stays one, since most/0 is infinite. */
const shortened = (gradient: Node, most: number): Node =>
  mul(gradient, minimum(div(scalar(most), sqrt(sum(square(gradient), {}))), 1));
