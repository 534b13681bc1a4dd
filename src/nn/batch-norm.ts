// Batch normalisation (Ioffe and Szegedy 2015) of x f32[batch, channels] or f32[batch, channels, height, width], and its
// form with scale and offset by a condition.

import type { Node } from "../graph/node.js";
import { add, div, mul, sub } from "../graph/ops/arithmetic.js";
import { sqrt } from "../graph/ops/exponential.js";
import { matmul } from "../graph/ops/matmul.js";
import { reshape } from "../graph/ops/shape.js";
import { known } from "../graph/shapes.js";
import { type Initialiser, ones, zeros } from "./initialise.js";
import type { Network, Parameter, Scope } from "./network.js";
import { byChannel, expectChannels, moments } from "./norms.js";

export interface BatchNorm {
  /** Share of a new batch in the running values: PyTorch's momentum, 1 less Keras's. Default 0.1. */
  readonly momentum?: number;
  /** Added to variances. Default 1e-5, as in PyTorch; TensorFlow has 1e-3. */
  readonly epsilon?: number;
  /**
   * What scoring normalises by: the running values, or the batch that is scored, as programs do that never leave
   * training mode. Then a row's score depends on the rows beside it. Default "running".
   */
  readonly statistics?: "running" | "batch";
  /**
   * Which variance of a batch of n values goes into the running one: divided by n - 1 (PyTorch, and TensorFlow's fused
   * kernel, which is the one for pictures) or by n. Normalisation itself divides by n. Default "unbiased".
   */
  readonly stored?: "unbiased" | "biased";
  /** Start of the scale. Default 1. */
  readonly start?: Initialiser;
  /** Whether there are a scale and an offset. Default true. */
  readonly affine?: boolean;
}

/** (x - mean) / √(variance + epsilon) by channel, times a scale f32[channels], plus an offset f32[channels]. */
export function batchNorm(channels: number, { start = ones, affine = true, ...how }: BatchNorm = {}): Network {
  const learned = [
    { name: "scale", shape: [channels], start },
    { name: "offset", shape: [channels], start: zeros },
  ];
  return {
    parameters: [...(affine ? learned : []), ...running(channels, how)],
    bind: (scope) => (x) => {
      const { centred, deviation } = normalisation(scope, channels, how, x);
      if (!affine) return div(centred, deviation);
      const scale = div(byChannel(scope.parameter("scale"), x), deviation);
      return add(mul(centred, scale), byChannel(scope.parameter("offset"), x));
    },
  };
}

/**
 * Batch normalisation whose scale 1 + c·W and offset c·V, for W and V f32[condition, channels] that start at zero,
 * depend on each row's condition c f32[batch, condition] (de Vries et al. 2017; for one-hot conditions, a scale and an
 * offset for each class).
 */
export function conditionalBatchNorm(
  channels: number,
  condition: number,
  how: Omit<BatchNorm, "start" | "affine"> = {},
): Network<readonly [Node, Node]> {
  return {
    parameters: [
      { name: "scale", shape: [condition, channels], start: zeros },
      { name: "offset", shape: [condition, channels], start: zeros },
      ...running(channels, how),
    ],
    bind: (scope) => (x, c) => {
      const { centred, deviation } = normalisation(scope, channels, how, x);
      const scale = add(matmul(c, scope.parameter("scale"), {}), 1);
      const offset = matmul(c, scope.parameter("offset"), {});
      return add(mul(div(centred, deviation), byChannel(scale, x)), byChannel(offset, x));
    },
  };
}

function running(channels: number, { statistics = "running" }: BatchNorm): Parameter[] {
  if (statistics === "batch") return [];
  return [
    { name: "mean", shape: [channels], start: zeros, running: true },
    { name: "variance", shape: [channels], start: ones, running: true },
  ];
}

/** x less its mean, and √(variance + epsilon) that broadcasts against it; while training the running values move on. */
function normalisation(scope: Scope, channels: number, how: BatchNorm, x: Node): { centred: Node; deviation: Node } {
  const { epsilon = 1e-5, statistics = "running" } = how;
  expectChannels("batchNorm", x, channels);
  if (scope.noise === undefined && statistics === "running")
    return {
      centred: sub(x, byChannel(scope.parameter("mean"), x)),
      deviation: sqrt(add(byChannel(scope.parameter("variance"), x), epsilon)),
    };
  const axes = x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
  const { centre, centred, variance } = moments(x, axes);
  if (statistics === "running") follow(scope, channels, how, { x, centre, variance });
  return { centred, deviation: sqrt(add(variance, epsilon)) };
}

/** running ← running + momentum·(new - running) */
function follow(
  scope: Scope,
  channels: number,
  { momentum = 0.1, stored = "unbiased" }: BatchNorm,
  { x, centre, variance }: { x: Node; centre: Node; variance: Node },
): void {
  const count = known(x.shape).reduce((n, dim) => n * dim, 1) / channels;
  // a lone row has no variance either way
  const seen = stored === "unbiased" && count > 1 ? mul(variance, count / (count - 1)) : variance;
  for (const [name, value] of [
    ["mean", centre],
    ["variance", seen],
  ] as const) {
    const before = scope.parameter(name);
    scope.update(name, add(mul(before, 1 - momentum), mul(reshape(value, { shape: [channels] }), momentum)));
  }
}
