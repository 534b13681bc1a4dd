// GANomaly's networks: a generator that encodes a row, rebuilds it and encodes it again, and a discriminator of rows.

import type { Node } from "../../graph/node.js";
import { concat } from "../../graph/ops/cut.js";
import { squeeze } from "../../graph/ops/shape.js";
import { type Dcgan, pictureDecoder, pictureEncoder, pictureFeatures } from "../../nn/dcgan.js";
import { dense, leakyRelu, mlp, relu } from "../../nn/layers.js";
import { meanSquareByRow } from "../../nn/losses.js";
import { type Network, network, sequential } from "../../nn/network.js";
import { typicalUnit } from "../../nn/typical-units.js";
import type { RowShape } from "../define.js";

type WithContext<Result> = Network<readonly [x: Node, context?: Node], Result>;

/** What the generator makes of rows. */
export interface Remade {
  /** z = E1(x), f32[batch, code]. */
  readonly code: Node;
  /** x̂ = Dec(z), f32[batch, features]. */
  readonly rebuilt: Node;
  /** ẑ = E2(x̂). */
  readonly again: Node;
  /** Mean over a row of (x - x̂)² and of (z - ẑ)², f32[batch]; when scoring, in units of what is usual in training. */
  readonly terms: { readonly reconstruction: Node; readonly latent: Node };
}

/** What the discriminator says of rows. */
export interface Judged {
  /** Its last hidden layer f, f32[batch, …]. */
  readonly features: Node;
  /** f32[batch]; above 0 is "real". */
  readonly logit: Node;
}

/** A type, as interfaces have no index signature. */
export type Networks = {
  readonly generator: WithContext<Remade>;
  readonly discriminator: WithContext<Judged>;
};

const generatorOf = (encoder: () => WithContext<Node>, decoder: WithContext<Node>): WithContext<Remade> =>
  network(
    { encoder: encoder(), decoder, again: encoder(), reconstruction: typicalUnit, latent: typicalUnit },
    (part, x: Node, context?: Node) => {
      const code = part.encoder(x, context);
      const rebuilt = part.decoder(code, context);
      const again = part.again(rebuilt, context);
      return {
        code,
        rebuilt,
        again,
        terms: {
          reconstruction: part.reconstruction(meanSquareByRow(x, rebuilt)),
          latent: part.latent(meanSquareByRow(code, again)),
        },
      };
    },
  );

/** Convolutional, as published at 32×32; the context adds to the first maps and stands behind the code. */
export const pictureNetworks = (how: Dcgan, code: number): Networks => ({
  generator: generatorOf(() => pictureEncoder({ ...how, to: code }), pictureDecoder({ ...how, from: code })),
  discriminator: network(
    { judge: pictureFeatures({ ...how, to: 1 }) },
    ({ judge }, x: Node, context?: Node): Judged => {
      const judged = judge(x, context);
      return { features: judged.features, logit: squeeze(judged.code, { axes: [1] }) };
    },
  ),
});

export interface Widths {
  readonly code: number;
  /** Hidden layers of both encoders, of the decoder and of the discriminator; the last of these are its features. */
  readonly encoder: readonly number[];
  readonly decoder: readonly number[];
  readonly judge: readonly number[];
}

/**
 * For KDD Cup 99. The survey that measured GANomaly there (Di Mattia et al. 2019) prints no layers; these are those of
 * EGBAD and AnoGAN on the same rows (Zenati et al. 2018), without dropout, which GANomaly has nowhere.
 */
export const publishedWidths: Widths = { code: 32, encoder: [64], decoder: [64, 128], judge: [256, 128, 128] };

/** Hidden layers of about twice the width of the rows, within reason; a narrow code. */
export function widthsFor(features: number, wanted: number): Widths {
  const code = wanted > 0 ? wanted : Math.min(32, Math.max(1, Math.round(features / 4)));
  const wide = Math.min(256, Math.max(32, 2 ** Math.round(Math.log2(2 * features))));
  return { code, encoder: [wide], decoder: [wide], judge: [wide, wide / 2] };
}

const SLOPE = 0.2;

const joined = (x: Node, context: Node | undefined): Node => (context === undefined ? x : concat([x, context], 1));

/** A network of one input, given rows and their context side by side. */
const besideContext = (inner: Network): WithContext<Node> =>
  network({ of: inner }, ({ of }, x: Node, context?: Node) => of(joined(x, context)));

/** Dense; the context stands behind the input of every network. */
export function tableNetworks({ features, condition }: RowShape, { code, encoder, decoder, judge }: Widths): Networks {
  const width = features + condition;
  return {
    generator: generatorOf(
      () => besideContext(mlp([width, ...encoder, code], leakyRelu(SLOPE))),
      besideContext(mlp([code + condition, ...decoder, features], relu)),
    ),
    discriminator: network(
      {
        features: sequential(mlp([width, ...judge], leakyRelu(SLOPE)), leakyRelu(SLOPE)),
        logit: dense(judge.at(-1) ?? width, 1),
      },
      (part, x: Node, context?: Node): Judged => {
        const features = part.features(joined(x, context));
        return { features, logit: squeeze(part.logit(features), { axes: [1] }) };
      },
    ),
  };
}
