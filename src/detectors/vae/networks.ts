// The networks of the variational autoencoder: dense for tables and in An and Cho's experiments, convolutional for pictures.

import type { Node } from "../../graph/node.js";
import { maximum, minimum } from "../../graph/ops/arithmetic.js";
import { expandLike } from "../../graph/ops/shape.js";
import { pictureDecoder, pictureEncoder } from "../../nn/dcgan.js";
import { zeros } from "../../nn/initialise.js";
import { dense, fixed, relu } from "../../nn/layers.js";
import { type Network, network, sequential } from "../../nn/network.js";
import { denseVae, encoderOf, type NormalCode } from "../../nn/variational.js";
import type { RowShape } from "../define.js";

/** What a decoder says of rows. */
export interface Rows {
  /** Means of normal variables or logits of Bernoulli ones, f32[batch, features]. */
  readonly centre: Node;
  /** log σ², f32[batch, features]; undefined where σ is 1 or there is none. */
  readonly logVariance: Node | undefined;
}

/** Whose variance: 1 for all, one for each feature, or one that the decoder gives for each row and feature. */
export type Variances = "one" | "features" | "rows";

export type VaeNetworks = {
  readonly encoder: Network<readonly [Node], NormalCode>;
  readonly decoder: Network<readonly [Node], Rows>;
};

export interface Sizes {
  readonly hidden: readonly number[];
  readonly code: number;
  readonly filters: number;
  readonly variances: Variances;
}

/** log σ² stays within ±6: what is the same in all rows would otherwise have a density without bound. */
const bounded = (x: Node): Node => minimum(maximum(x, -6), 6);

const varianceOf = (
  variances: Variances,
  code: number,
  features: number,
): Network<readonly [Node, Node], Node | undefined> => {
  switch (variances) {
    case "one":
      return { parameters: [], bind: () => () => undefined };
    case "features":
      return {
        parameters: [{ name: "logVariance", shape: [1, features], start: zeros }],
        bind: (scope) => (_, like) => expandLike(bounded(scope.parameter("logVariance")), like),
      };
    case "rows":
      return network({ layer: dense(code, features) }, (part, z: Node) => bounded(part.layer(z)));
  }
};

const decoderOf = (centre: Network, variance: ReturnType<typeof varianceOf>): VaeNetworks["decoder"] =>
  network({ centre, variance }, (part, z: Node) => {
    const found = part.centre(z);
    return { centre: found, logVariance: part.variance(z, found) };
  });

/** Dense networks; where the variance is by row, it is a linear function of the code. */
export function denseNetworks({ features }: RowShape, { hidden, code, variances }: Sizes): VaeNetworks {
  const { encoder, decoder } = denseVae({ width: features, hidden, code });
  return { encoder, decoder: decoderOf(decoder, varianceOf(variances, code, features)) };
}

/** Wide enough for what the convolutions find. */
const BESIDE_MAPS = 128;

/**
 * Convolutions that halve the picture, then a dense layer, and back.
 * @throws OddityError where a side cannot be divided by 4
 */
export function pictureNetworks(
  { features, picture }: RowShape,
  { filters, code, variances }: Sizes,
  squash: Network,
): VaeNetworks {
  const how = { picture: picture!, filters, bias: true };
  const maps = pictureEncoder({ ...how, to: BESIDE_MAPS });
  const back = pictureDecoder({ ...how, from: code, output: squash });
  const alone = ({ parameters, bind }: typeof maps): Network => ({
    parameters,
    bind: (scope) => {
      const call = bind(scope);
      return (x) => call(x);
    },
  });
  return {
    encoder: encoderOf(sequential(alone(maps), relu), BESIDE_MAPS, code),
    decoder: decoderOf(alone(back), varianceOf(variances, code, features)),
  };
}

/** What a decoder of logits ends with. */
export const asIs: Network = fixed((x) => x);
