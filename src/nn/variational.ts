// The parts of variational autoencoders (Kingma and Welling 2014, arXiv 1312.6114): codes that are normal distributions,
// their divergence from the standard normal, and the log-losses of rows given what a decoder says of them.

import type { Node } from "../graph/node.js";
import { add, div, maximum, minimum, mul, square, sub } from "../graph/ops/arithmetic.js";
import { exp, softplus } from "../graph/ops/exponential.js";
import { sum } from "../graph/ops/reduce.js";
import { known } from "../graph/shapes.js";
import { dense, dropout, relu } from "./layers.js";
import { insideRows, paired } from "./losses.js";
import { type Network, type Noise, network, sequential } from "./network.js";

/** A normal distribution of codes for each row, every number by itself. */
export interface NormalCode {
  /** f32[batch, code]. */
  readonly mean: Node;
  /** f32[batch, code]: log σ². */
  readonly logVariance: Node;
}

/** Two dense layers over what comes in: mean and log σ². */
const normalCode = (from: number, code: number): Network<readonly [Node], NormalCode> =>
  network({ mean: dense(from, code), logVariance: dense(from, code) }, (part, x: Node) => ({
    mean: part.mean(x),
    // e^±10 on both sides: beyond that, exponentials of a bad step would not be finite
    logVariance: minimum(maximum(part.logVariance(x), -10), 10),
  }));

/** A network of features f32[batch, from], then their code. */
export const encoderOf = (features: Network, from: number, code: number): Network<readonly [Node], NormalCode> =>
  network({ features, code: normalCode(from, code) }, (part, x: Node) => part.code(part.features(x)));

/** μ + σ·e for standard normal e in the shape of μ, or one that broadcasts to it (Kingma and Welling, section 2.4). */
export const shifted = ({ mean, logVariance }: NormalCode, e: Node): Node =>
  add(mean, mul(exp(mul(logVariance, 0.5)), e));

/** One draw of each row's code. */
export const drawnCode = (code: NormalCode, noise: Noise): Node => shifted(code, noise.normal(known(code.mean.shape)));

/** KL(N(μ, σ²) ‖ N(0, 1)) of each row: ½·Σ(μ² + σ² - 1 - log σ²), f32[batch] (appendix B). */
export const divergence = ({ mean, logVariance }: NormalCode): Node =>
  mul(sum(sub(sub(add(square(mean), exp(logVariance)), 1), logVariance), { axes: insideRows(mean) }), 0.5);

/** -log p of rows with numbers in 0 to 1 under Bernoulli variables of these logits: Σ cross-entropy, f32[batch]. */
export function bernoulliLoss(logits: Node, x: Node): Node {
  paired("bernoulliLoss", logits, x);
  return sum(sub(softplus(logits), mul(logits, x)), { axes: insideRows(x) });
}

/** -log p of rows under normal variables of these means and log σ² (f32[features] or by row): f32[batch]. */
export function normalLoss(mean: Node, logVariance: Node, x: Node): Node {
  paired("normalLoss", mean, x);
  const each = add(add(div(square(sub(x, mean)), exp(logVariance)), logVariance), Math.log(2 * Math.PI));
  return mul(sum(each, { axes: insideRows(x) }), 0.5);
}

export interface DenseVae {
  /** Numbers of a row. */
  readonly width: number;
  /** Widths of the encoder's hidden layers; the decoder has them in reverse. */
  readonly hidden: readonly number[];
  readonly code: number;
  /** Between hidden layers. Default relu. */
  readonly activation?: Network;
  /** Share of the decoder's last hidden layer that is dropped while training. Default 0. */
  readonly drop?: number;
}

export interface Vae {
  readonly encoder: Network<readonly [Node], NormalCode>;
  /** Codes f32[batch, code] to f32[batch, width]: means, or logits for the Bernoulli loss. */
  readonly decoder: Network;
}

export function denseVae({ width, hidden, code, activation = relu, drop = 0 }: DenseVae): Vae {
  const chain = (from: number, widths: readonly number[]): Network[] =>
    widths.flatMap((to, i) => [dense(widths[i - 1] ?? from, to), activation]);
  const back = hidden.toReversed();
  return {
    encoder: encoderOf(sequential(...chain(width, hidden)), hidden.at(-1) ?? width, code),
    decoder: sequential(...chain(code, back), ...(drop > 0 ? [dropout(drop)] : []), dense(back.at(-1) ?? code, width)),
  };
}
