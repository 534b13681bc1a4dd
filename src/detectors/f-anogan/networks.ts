// The three networks of f-AnoGAN: for pictures the residual networks of the authors' code, which are 64×64 there with 64
// filters; for tables, of which the paper knows nothing, dense ones.

import type { Node } from "../../graph/node.js";
import { maximum, minimum, mul } from "../../graph/ops/arithmetic.js";
import { tanh as tanhOf } from "../../graph/ops/exponential.js";
import { squeeze } from "../../graph/ops/shape.js";
import { batchNorm } from "../../nn/batch-norm.js";
import { conv, flatten, reshapeTo } from "../../nn/conv-layers.js";
import { halvings, type PictureSize } from "../../nn/dcgan.js";
import { glorotUniform, heNormal } from "../../nn/initialise.js";
import { dense, fixed, leakyRelu, linear, relu, tanh } from "../../nn/layers.js";
import { type Network, network, sequential } from "../../nn/network.js";
import { layerNorm } from "../../nn/norms.js";
import { residualDown, residualUp } from "../../nn/residual.js";

/** What a critic says of rows. */
interface Opinion {
  /** Its last hidden layer, f32[batch, numbers]. */
  readonly features: Node;
  /** f32[batch]; higher: more like the real rows. */
  readonly score: Node;
}

export type FAnoganNetworks = {
  readonly generator: Network;
  readonly critic: Network<readonly [Node], Opinion>;
  readonly encoder: Network;
};

export interface Codes {
  readonly code: number;
  /** What bounds the encoder's output by ±`reach`. */
  readonly output: "none" | "tanh" | "clip";
  readonly reach: number;
}

const MOST_DOUBLINGS = 3;

/** @throws OddityError where 4 does not divide height and width */
export function pictureNetworks(
  picture: PictureSize,
  { filters, tensorflow, ...codes }: Codes & { readonly filters: number; readonly tensorflow: boolean },
): FAnoganNetworks {
  const { height, width, channels } = picture;
  const sizes = halvings(picture);
  const levels = sizes.map((_, i) => i + 1);
  const [tall, wide] = sizes.at(-1)!;
  const at = (level: number): number => filters * 2 ** Math.min(level, MOST_DOUBLINGS);
  const last = at(levels.length);
  const batch = (n: number): Network => batchNorm(n, tensorflow ? { momentum: 0.01, epsilon: 1e-3 } : {});
  const maps = (norm: (n: number) => Network): Network =>
    sequential(
      reshapeTo(channels, height, width),
      conv({ from: channels, to: filters, kernel: 3, padding: "same", start: glorotUniform }),
      ...levels.map((level) => residualDown({ from: at(level - 1), to: at(level), norm })),
      flatten,
    );
  return {
    generator: sequential(
      dense(codes.code, last * tall * wide),
      reshapeTo(last, tall, wide),
      ...levels.toReversed().map((level) => residualUp({ from: at(level), to: at(level - 1), norm: batch })),
      batch(filters),
      relu,
      conv({ from: filters, to: channels, kernel: 3, padding: "same", start: heNormal }),
      tanh,
      flatten,
    ),
    critic: criticOf(
      maps((n) => layerNorm(n)),
      last * tall * wide,
    ),
    encoder: sequential(maps(batch), dense(last * tall * wide, codes.code), bounded(codes)),
  };
}

/** Hidden layers about as wide as the rows, within reason. */
export function tableNetworks(columns: number, codes: Codes): FAnoganNetworks {
  const wide = Math.min(256, Math.max(32, 2 ** Math.round(Math.log2(columns))));
  const leaky = leakyRelu(0.2);
  return {
    generator: sequential(dense(codes.code, wide), relu, dense(wide, wide), relu, dense(wide, columns)),
    critic: criticOf(sequential(dense(columns, wide), leaky, dense(wide, wide), leaky), wide),
    encoder: sequential(dense(columns, wide), leaky, dense(wide, codes.code), bounded(codes)),
  };
}

/** The last layer has no bias: in a difference of scores and in their slopes it would cancel. */
const criticOf = (maps: Network, from: number): FAnoganNetworks["critic"] =>
  network({ maps, score: linear(from, 1) }, (part, x: Node) => {
    const features = part.maps(x);
    return { features, score: squeeze(part.score(features), { axes: [1] }) };
  });

const bounded = ({ output, reach }: Codes): Network =>
  fixed((z) => {
    switch (output) {
      case "none":
        return z;
      case "tanh":
        return mul(tanhOf(z), reach);
      case "clip":
        return minimum(maximum(z, -reach), reach);
    }
  });
