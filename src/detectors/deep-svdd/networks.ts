// The bodies of Deep SVDD and the decoders that pretrain them. No layer of a body has a bias, and no activation is bounded:
// either would let the network map every row to the centre (Ruff et al. 2018, propositions 2 and 3).

import type { Node } from "../../graph/node.js";
import { add, mul } from "../../graph/ops/arithmetic.js";
import { batchNorm } from "../../nn/batch-norm.js";
import { conv, convTransposed, flatten, maxPool, reshapeTo, upsample } from "../../nn/conv-layers.js";
import { expectHalves, type PictureSize } from "../../nn/dcgan.js";
import { glorotUniform, type Initialiser, torchUniform } from "../../nn/initialise.js";
import { dense, elu, fixed, leakyRelu, linear, relu, sigmoid } from "../../nn/layers.js";
import { type Network, sequential } from "../../nn/network.js";

/** Activations that are unbounded above. */
const unbounded = { "leaky-relu": leakyRelu(0.01), relu, elu } as const;
export type Unbounded = keyof typeof unbounded;
export const activations = Object.keys(unbounded) as readonly Unbounded[] as readonly ["leaky-relu", "relu", "elu"];

/** A body f32[batch, width] → f32[batch, code], and a decoder of its codes, for pretraining. */
export interface Body {
  readonly body: Network;
  readonly code: number;
  readonly decoder: Network;
  /** What the decoder should give for rows x. */
  target(x: Node): Node;
}

interface Common {
  readonly code: number;
  readonly activation: Unbounded;
  readonly start?: Initialiser;
}

export interface DenseBody extends Common {
  readonly width: number;
  /** Hidden layers, from the rows on. */
  readonly hidden: readonly number[];
  /** Whether batch normalisation stands before each activation, without an offset, which would be a bias. */
  readonly normed: boolean;
}

const norm = (channels: number): Network => batchNorm(channels, { affine: false, epsilon: 1e-4 });

/** Dense layers. The decoder is thrown away after pretraining, so it may have biases. */
export function denseBody({ width, hidden, code, activation, normed, start = glorotUniform }: DenseBody): Body {
  const between = (to: number): Network[] => [...(normed ? [norm(to)] : []), unbounded[activation]];
  const widths = [width, ...hidden];
  const back = [code, ...hidden.toReversed()];
  return {
    body: sequential(
      ...hidden.flatMap((to, i) => [linear(widths[i]!, to, start), ...between(to)]),
      linear(widths.at(-1)!, code, start),
    ),
    code,
    decoder: sequential(
      ...hidden.toReversed().flatMap((to, i) => [dense(back[i]!, to, start), ...between(to)]),
      dense(back.at(-1)!, width, start),
    ),
    target: (x) => x,
  };
}

/** Two hidden layers, the second half as wide as the first, and a code half as wide again where 0 is given. */
export const denseWidths = ({
  hidden,
  code,
}: {
  readonly hidden: number;
  readonly code: number;
}): Pick<DenseBody, "hidden" | "code"> => ({
  hidden: [hidden, Math.ceil(hidden / 2)],
  code: code > 0 ? code : Math.ceil(hidden / 4),
});

export interface LeNet extends Common {
  readonly picture: PictureSize;
  /** Channels of each convolution; each is followed by a halving. */
  readonly filters: readonly number[];
  /** Before everything else, on rows in -1 to 1: pixels to 0 to 1 where left out. */
  prepared?(x: Node): Node;
}

/** -1 to 1 becomes 0 to 1, so that black, which is often the same in all pictures, is no bias. */
const toUnit = (x: Node): Node => add(mul(x, 0.5), 0.5);

/** 5×5 kernels that keep the size, without biases. */
const around = { kernel: 5, padding: 2, bias: false };

/**
 * The networks of the paper's code (LeNet): 5×5 convolutions, batch normalisation, an activation and a halving each, then
 * one dense layer.
 * @throws OddityError where a side cannot be divided by 4
 */
export function leNetBody({ prepared = toUnit, ...how }: LeNet): Body {
  const { picture, filters, code, activation, start = glorotUniform } = how;
  expectHalves(picture);
  const { height, width, channels } = picture;
  const folds = 2 ** filters.length;
  const places = (height / folds) * (width / folds);
  return {
    body: sequential(
      fixed(prepared),
      reshapeTo(channels, height, width),
      ...filters.flatMap((to, i) => [
        conv({ from: filters[i - 1] ?? channels, to, start, ...around }),
        norm(to),
        unbounded[activation],
        maxPool(2),
      ]),
      flatten,
      linear(filters.at(-1)! * places, code, start),
    ),
    code,
    decoder: isPublishedSize(picture) && code % 16 === 0 ? publishedDecoder(how) : mirroredDecoder(how),
    target: prepared,
  };
}

/** The paper's: MNIST and CIFAR-10. */
const isPublishedSize = ({ height, width }: PictureSize): boolean =>
  height === width && (height === 28 || height === 32);

/** The code as maps of 4×4 places, then transposed convolutions; the picture is doubled before each of the last three. */
function publishedDecoder({ picture, filters, code, activation, start = glorotUniform }: LeNet): Network {
  const steps = [code / 16, ...filters.toReversed(), picture.channels];
  const active = unbounded[activation];
  const from28 = picture.height === 28;
  return sequential(
    ...(filters.length > 2 ? [norm(code)] : []),
    reshapeTo(code / 16, 4, 4),
    ...steps.slice(1).flatMap((to, i) => {
      const left = steps.length - 2 - i;
      return [
        ...(i > 0 ? [norm(steps[i]!)] : []),
        active,
        ...(left < 3 ? [upsample(2)] : []),
        // 16 places become 14
        convTransposed({ from: steps[i]!, to, kernel: 5, padding: from28 && left === 1 ? 3 : 2, bias: false, start }),
      ];
    }),
    sigmoid,
    flatten,
  );
}

function mirroredDecoder({ picture, filters, code, activation, start = glorotUniform }: LeNet): Network {
  const { height, width, channels } = picture;
  const folds = 2 ** filters.length;
  const [tall, wide, last] = [height / folds, width / folds, filters.at(-1)!];
  const active = unbounded[activation];
  return sequential(
    active,
    linear(code, last * tall * wide, start),
    reshapeTo(last, tall, wide),
    ...filters
      .toReversed()
      .flatMap((from, i, all) => [
        upsample(2),
        conv({ from, to: all[i + 1] ?? channels, start, ...around }),
        ...(i + 1 < all.length ? [norm(all[i + 1]!), active] : []),
      ]),
    sigmoid,
    flatten,
  );
}

/** Channels and code of the paper's networks, by the size that is nearest. */
export const publishedLeNet = ({ height, width }: PictureSize): Pick<LeNet, "filters" | "code" | "start"> =>
  Math.min(height, width) >= 32 && height % 8 === 0 && width % 8 === 0
    ? { filters: [32, 64, 128], code: 128, start: torchUniform }
    : { filters: [8, 4], code: 32, start: torchUniform };
