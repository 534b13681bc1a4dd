// Layers of dense networks, each a network of one input x f32[batch, from], and activations, which take any shape.

import type { Node } from "../graph/node.js";
import { minimum, mul, sub } from "../graph/ops/arithmetic.js";
import { greater } from "../graph/ops/comparison.js";
import { exp, sigmoid as sigmoidOp, softplus as softplusOp, tanh as tanhOp } from "../graph/ops/exponential.js";
import { affine, matmul } from "../graph/ops/matmul.js";
import { leakyRelu as leakyReluOp, relu as reluOp } from "../graph/ops/piecewise.js";
import { where } from "../graph/ops/where.js";
import { known } from "../graph/shapes.js";
import { glorotUniform, type Initialiser, zeros } from "./initialise.js";
import type { Network } from "./network.js";
import { sequential } from "./network.js";

/** x·W + b, with W f32[from, to] and b f32[to], which starts at zero unless W's start says otherwise. */
export const dense = (from: number, to: number, start: Initialiser = glorotUniform): Network => ({
  parameters: [
    { name: "weight", shape: [from, to], start },
    { name: "bias", shape: [to], start: start.bias?.([from, to]) ?? zeros },
  ],
  bind: ({ parameter }) => {
    const [weight, bias] = [parameter("weight"), parameter("bias")];
    return (x) => affine(x, weight, bias);
  },
});

/** x·W without a bias, with W f32[from, to]. */
export const linear = (from: number, to: number, start: Initialiser = glorotUniform): Network => ({
  parameters: [{ name: "weight", shape: [from, to], start }],
  bind:
    ({ parameter }) =>
    (x) =>
      matmul(x, parameter("weight"), {}),
});

/** A layer without parameters. */
export const fixed = (apply: (x: Node) => Node): Network => ({ parameters: [], bind: () => apply });

export const relu = fixed((x) => reluOp(x));
export const tanh = fixed((x) => tanhOp(x));
export const sigmoid = fixed((x) => sigmoidOp(x));
export const softplus = fixed((x) => softplusOp(x));
/** x where x > 0, else exp(x) - 1 (Clevert et al. 2016). */
export const elu = fixed((x) => where(greater(x, 0), x, sub(exp(minimum(x, 0)), 1)));
export const leakyRelu = (slope: number): Network => fixed((x) => leakyReluOp(x, { slope }));

/** Sets a share `rate` of the elements to zero and scales the rest by 1/(1 - rate) while training; nothing when scoring. */
export const dropout = (rate: number): Network => ({
  parameters: [],
  bind:
    ({ noise }) =>
    (x) =>
      noise === undefined || rate === 0 ? x : mul(x, noise.keep(known(x.shape), 1 - rate)),
});

/** Dropout of whole channels of pictures f32[batch, channels, height, width]. */
export const spatialDropout = (rate: number): Network => ({
  parameters: [],
  bind:
    ({ noise }) =>
    (x) =>
      noise === undefined || rate === 0 ? x : mul(x, noise.keep([...known(x.shape.slice(0, 2)), 1, 1], 1 - rate)),
});

/** Dense layers of these widths with an activation between them; the last is linear. */
export const mlp = (widths: readonly number[], activation: Network = relu): Network =>
  sequential(
    ...widths.slice(1).flatMap((to, i) => {
      const layer = dense(widths[i]!, to);
      return i === widths.length - 2 ? [layer] : [layer, activation];
    }),
  );
