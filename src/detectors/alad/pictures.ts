// ALAD's networks for pictures: those of the authors' code for CIFAR-10 and SVHN, which are 32×32, and the like for other
// sizes that 4 divides. Left out are biases in front of batch normalisation, which takes them away.

import type { Node } from "../../graph/node.js";
import { concat } from "../../graph/ops/cut.js";
import { squeeze } from "../../graph/ops/shape.js";
import { batchNorm } from "../../nn/batch-norm.js";
import { conv, convTransposed, flatten, reshapeTo } from "../../nn/conv-layers.js";
import { halvings, type PictureSize } from "../../nn/dcgan.js";
import { glorotUniform, type Initialiser, normal } from "../../nn/initialise.js";
import { dense, dropout, leakyRelu, relu, tanh } from "../../nn/layers.js";
import { type Network, network, sequential } from "../../nn/network.js";
import {
  type AladNetworks,
  codeJudge,
  type Judge,
  normed,
  rowJudge,
  SLOPE,
  type Switches,
  tfBatchNorm,
} from "./networks.js";

interface PictureWidths {
  /** Channels after the first halving; they double with the next two. */
  readonly filters: number;
  readonly code: number;
}

const MOST_DOUBLINGS = 2;
const DROP = 0.2;
const leaky = leakyRelu(SLOPE);

/** @throws OddityError where 4 does not divide height and width */
export function pictureNetworks(
  picture: PictureSize,
  { filters, code }: PictureWidths,
  switches: Switches,
): AladNetworks {
  const { published, spectral, zz } = switches;
  const start = published ? normal(0.01) : glorotUniform;
  const norm = (to: number): Network => (published ? tfBatchNorm(to, "unbiased") : batchNorm(to));
  const maps = halvings(picture);
  const { height, width, channels } = picture;
  const last = maps.at(-1)!;
  const at = (level: number): number => (level === 0 ? channels : filters * 2 ** Math.min(level - 1, MOST_DOUBLINGS));
  const levels = maps.length;
  const wide = at(levels);
  /** A convolution that halves to the level. */
  const halve = (level: number, bias: boolean): Network =>
    normed(spectral, conv({ from: at(level - 1), to: at(level), kernel: 4, stride: 2, padding: "same", bias, start }));
  const doubling = (from: number, to: number, bias: boolean): Network =>
    convTransposed({ from, to, kernel: 4, stride: 2, padding: "same", bias, start });
  const further = Array.from({ length: levels - 1 }, (_, i) => i + 2);
  const layer = (from: number, to: number): Network[] => [
    normed(spectral, dense(from, to, start)),
    leaky,
    dropout(DROP),
  ];
  const normedHalving = (level: number): Network[] => [halve(level, false), norm(at(level)), leaky];
  return {
    encoder: sequential(
      reshapeTo(channels, height, width),
      ...[1, ...further].flatMap(normedHalving),
      conv({ from: wide, to: code, kernel: last, start }),
      flatten,
    ),
    generator: sequential(
      reshapeTo(code, 1, 1),
      convTransposed({ from: code, to: wide, kernel: last, bias: false, start }),
      norm(wide),
      relu,
      ...further
        .toReversed()
        .flatMap((level) => [doubling(at(level), at(level - 1), false), norm(at(level - 1)), relu]),
      doubling(at(1), channels, true),
      tanh,
      flatten,
    ),
    xz: codeJudge({
      x: sequential(
        reshapeTo(channels, height, width),
        halve(1, true),
        leaky,
        ...further.flatMap(normedHalving),
        flatten,
      ),
      z: sequential(...layer(code, 4 * filters), ...layer(4 * filters, 4 * filters)),
      joint: sequential(...layer(wide * last[0] * last[1] + 4 * filters, 8 * filters)),
      logit: dense(8 * filters, 1, start),
    }),
    xx: pairsOfPictures(picture, filters, switches, start),
    ...(zz ? { zz: rowJudge(sequential(...layer(2 * code, 64), ...layer(64, 32)), dense(32, 1, start)) } : {}),
  };
}

/**
 * The published judge has the second picture below the first, so that only kernels at the seam see both; the other one
 * has its channels behind those of the first.
 */
function pairsOfPictures(
  { height, width, channels }: PictureSize,
  filters: number,
  { published, spectral }: Switches,
  start: Initialiser,
): Judge {
  const widths = [published ? channels : 2 * channels, filters / 2, filters];
  const halve = (i: number): Network[] => [
    normed(spectral, conv({ from: widths[i]!, to: widths[i + 1]!, kernel: 5, stride: 2, padding: "same", start })),
    leaky,
    dropout(DROP),
  ];
  const places = ((published ? 2 * height : height) / 4) * (width / 4);
  return network(
    {
      planes: reshapeTo(channels, height, width),
      hidden: sequential(...halve(0), ...halve(1), flatten),
      logit: dense(filters * places, 1, start),
    },
    (part, x: Node, rebuilt: Node) => {
      const features = part.hidden(concat([part.planes(x), part.planes(rebuilt)], published ? 2 : 1));
      return { features, logit: squeeze(part.logit(features), { axes: [1] }) };
    },
  );
}
