// The residual blocks of f-AnoGAN (Schlegl et al. 2019), which has them from the 64×64 networks of Gulrajani et al. 2017.

import type { Node } from "../graph/node.js";
import { add } from "../graph/ops/arithmetic.js";
import { batchNorm } from "./batch-norm.js";
import { conv, meanPool, upsample } from "./conv-layers.js";
import { glorotUniform, heNormal, type Initialiser } from "./initialise.js";
import { relu } from "./layers.js";
import { type Network, network } from "./network.js";

interface Residual {
  readonly from: number;
  readonly to: number;
  /** Start of the 3×3 convolutions; that of the shortcut starts Glorot uniform. Default: He normal. */
  readonly start?: Initialiser;
  /** The normalisation of so many channels. Default: batch normalisation. */
  readonly norm?: (channels: number) => Network;
}

const three = (from: number, to: number, bias: boolean, start: Initialiser): Network =>
  conv({ from, to, kernel: 3, padding: "same", bias, start });
const one = (from: number, to: number): Network => conv({ from, to, kernel: 1, start: glorotUniform });

/** f32[batch, from, height, width] to f32[batch, to, 2·height, 2·width]. */
export const residualUp = ({ from, to, start = heNormal, norm = (n) => batchNorm(n) }: Residual): Network =>
  network(
    {
      norm1: norm(from),
      conv1: three(from, to, false, start),
      norm2: norm(to),
      conv2: three(to, to, true, start),
      shortcut: one(from, to),
      relu,
      upsample: upsample(2),
    },
    (part, x: Node) => {
      const wide = part.conv1(part.upsample(part.relu(part.norm1(x))));
      const y = part.conv2(part.relu(part.norm2(wide)));
      // a 1×1 convolution does the same before and after each element is repeated, at a quarter of the cost before
      return add(y, part.upsample(part.shortcut(x)));
    },
  );

/** f32[batch, from, height, width] to f32[batch, to, height/2, width/2]. */
export const residualDown = ({ from, to, start = heNormal, norm = (n) => batchNorm(n) }: Residual): Network =>
  network(
    {
      norm1: norm(from),
      conv1: three(from, from, false, start),
      norm2: norm(from),
      conv2: three(from, to, true, start),
      shortcut: one(from, to),
      relu,
      pool: meanPool(2),
    },
    (part, x: Node) => {
      const inner = part.conv1(part.relu(part.norm1(x)));
      const y = part.pool(part.conv2(part.relu(part.norm2(inner))));
      return add(y, part.shortcut(part.pool(x)));
    },
  );
