// Layers of dense networks. Each is a network of one input, x f32[batch, from].

import type { Node } from "../graph/node.js";
import { mul } from "../graph/ops/arithmetic.js";
import { tanh as tanhOp } from "../graph/ops/exponential.js";
import { affine } from "../graph/ops/matmul.js";
import { leakyRelu as leakyReluOp, relu as reluOp } from "../graph/ops/piecewise.js";
import { known } from "../graph/shapes.js";
import { glorotUniform, type Initialiser, zeros } from "./initialise.js";
import type { Network } from "./network.js";
import { sequential } from "./network.js";

/** x·W + b, with W f32[from, to] and b f32[to], which starts at zero. */
export const dense = (from: number, to: number, start: Initialiser = glorotUniform): Network => ({
  parameters: [
    { name: "weight", shape: [from, to], start },
    { name: "bias", shape: [to], start: zeros },
  ],
  bind: ({ parameter }) => {
    const [weight, bias] = [parameter("weight"), parameter("bias")];
    return (x) => affine(x, weight, bias);
  },
});

const fixed = (apply: (x: Node) => Node): Network => ({ parameters: [], bind: () => apply });

export const relu = fixed((x) => reluOp(x));
export const tanh = fixed((x) => tanhOp(x));
export const leakyRelu = (slope: number): Network => fixed((x) => leakyReluOp(x, { slope }));

/** Sets a share `rate` of the elements to zero and scales the rest by 1/(1 - rate) while training; nothing when scoring. */
export const dropout = (rate: number): Network => ({
  parameters: [],
  bind:
    ({ noise }) =>
    (x) =>
      noise === undefined || rate === 0 ? x : mul(x, noise.keep(known(x.shape), 1 - rate)),
});

/** Dense layers of these widths with an activation between them; the last is linear. */
export const mlp = (widths: readonly number[], activation: Network = relu): Network =>
  sequential(
    ...widths.slice(1).flatMap((to, i) => {
      const layer = dense(widths[i]!, to);
      return i === widths.length - 2 ? [layer] : [layer, activation];
    }),
  );
