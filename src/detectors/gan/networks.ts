// The two players of an ordinary GAN: a generator of rows from codes, and a discriminator. Dense for tables,
// convolutional for pictures; both may be given the context that a row is judged in.

import type { Node } from "../../graph/node.js";
import { concat } from "../../graph/ops/cut.js";
import { squeeze } from "../../graph/ops/shape.js";
import { batchNorm } from "../../nn/batch-norm.js";
import { conv, convTransposed, flatten, reshapeTo } from "../../nn/conv-layers.js";
import { halvings, type PictureSize, pictureDecoder, pictureFeatures } from "../../nn/dcgan.js";
import { normal } from "../../nn/initialise.js";
import { dense, dropout, leakyRelu, relu, tanh } from "../../nn/layers.js";
import { type Network, network, sequential } from "../../nn/network.js";
import type { RowShape } from "../define.js";

/** What a discriminator says of rows f32[batch, features]. */
export interface Judgement {
  /** f32[batch, n]: the input of its last layer, f in the papers. */
  readonly features: Node;
  /** f32[batch]; higher means more like the training rows. */
  readonly logit: Node;
}

export type Players = {
  /** Codes f32[batch, code] to rows f32[batch, features]. */
  readonly generator: Network<readonly [code: Node, context?: Node]>;
  readonly discriminator: Network<readonly [row: Node, context?: Node], Judgement>;
};

export interface Sizes {
  /** Numbers in a code. */
  readonly code: number;
  /** Channels of the widest map, and the norm of the discriminator of pictures. */
  readonly filters: number;
  readonly norm: "batch" | "layer";
}

type Layers = readonly Network[];

/** A network of rows, with the context's numbers behind the others. */
const withContext = (layers: Layers): Network<readonly [Node, Node?]> =>
  network({ layers: sequential(...layers) }, (part, x: Node, context?: Node) =>
    part.layers(context === undefined ? x : concat([x, context], 1)),
  );

const judge = (features: Layers, last: Network): Network<readonly [Node, Node?], Judgement> =>
  network({ features: sequential(...features), logit: last }, (part, x: Node, context?: Node) => {
    const seen = part.features(context === undefined ? x : concat([x, context], 1));
    return { features: seen, logit: squeeze(part.logit(seen), { axes: [1] }) };
  });

/** Dense layers of these widths, each with what follows it. */
const chain = (widths: readonly number[], ...after: Layers): Layers =>
  widths.slice(1).flatMap((to, i) => [dense(widths[i]!, to), ...after]);

const between = (least: number, x: number, most: number): number => Math.min(most, Math.max(least, x));

/** Our own players: about as wide as the rows, or DCGAN's in half its width. */
export function soundPlayers({ features, condition, picture }: RowShape, { code, filters, norm }: Sizes): Players {
  if (picture !== undefined) {
    const deep = pictureFeatures({ picture, filters, to: 1, norm, condition });
    return {
      generator: pictureDecoder({ picture, filters, from: code, condition }),
      discriminator: network({ layers: deep }, (part, x: Node, context?: Node) => {
        const { features: seen, code: logit } = part.layers(x, context);
        return { features: seen, logit: squeeze(logit, { axes: [1] }) };
      }),
    };
  }
  const wide = between(32, 2 ** Math.round(Math.log2(features)), 256);
  return {
    generator: withContext([...chain([code + condition, Math.max(32, wide / 2), wide], relu), dense(wide, features)]),
    discriminator: judge(
      chain([features + condition, 2 * wide, wide, wide], leakyRelu(0.1), dropout(0.2)),
      dense(wide, 1),
    ),
  };
}

/** Those of houssamzenati/Efficient-GAN-Anomaly-Detection, `gan/kdd_utilities.py` and `gan/mnist_utilities.py`. */
export const published = { codeOfTables: 32, codeOfPictures: 200 };

export function publishedPlayers(shape: RowShape): Players {
  return shape.picture === undefined ? publishedForTables(shape) : publishedForPictures(shape.picture, shape.condition);
}

function publishedForTables({ features, condition }: RowShape): Players {
  const hidden = (widths: readonly number[]): Layers => chain(widths, leakyRelu(0.1), dropout(0.2));
  return {
    generator: withContext([...chain([published.codeOfTables + condition, 64, 128], relu), dense(128, features)]),
    discriminator: judge(hidden([features + condition, 256, 128, 128]), dense(128, 1)),
  };
}

/** TensorFlow's batch normalisation; its fused kernel, which stores another variance, is the one of maps. */
const tfNorm = (channels: number, stored: "biased" | "unbiased"): Network =>
  batchNorm(channels, { momentum: 0.01, epsilon: 1e-3, stored });

function publishedForPictures(picture: PictureSize, condition: number): Players {
  halvings(picture); // refuses sizes that 4 does not divide
  const { height, width, channels } = picture;
  const [tall, wide] = [height / 4, width / 4];
  const start = normal(0.02);
  const half = { kernel: 4, stride: 2, padding: "same", start } as const;
  return {
    generator: withContext([
      dense(published.codeOfPictures + condition, 1024, start),
      tfNorm(1024, "biased"),
      relu,
      dense(1024, tall * wide * 128, start),
      tfNorm(tall * wide * 128, "biased"),
      relu,
      reshapeTo(128, tall, wide),
      convTransposed({ from: 128, to: 64, ...half }),
      tfNorm(64, "unbiased"),
      relu,
      convTransposed({ from: 64, to: channels, ...half }),
      tanh,
      flatten,
    ]),
    discriminator: network(
      {
        maps: sequential(
          reshapeTo(channels, height, width),
          conv({ from: channels, to: 64, ...half }),
          leakyRelu(0.1),
          conv({ from: 64, to: 64, ...half }),
          tfNorm(64, "unbiased"),
          leakyRelu(0.1),
          flatten,
        ),
        features: sequential(dense(tall * wide * 64 + condition, 1024, start), tfNorm(1024, "biased"), leakyRelu(0.1)),
        logit: dense(1024, 1, start),
      },
      (part, x: Node, context?: Node) => {
        const maps = part.maps(x);
        const seen = part.features(context === undefined ? maps : concat([maps, context], 1));
        return { features: seen, logit: squeeze(part.logit(seen), { axes: [1] }) };
      },
    ),
  };
}
