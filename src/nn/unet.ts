// The U-Net of pix2pix (Isola et al. 2017, arXiv 1611.07004), as Skip-GANomaly has it: halved by 4×4 convolutions of
// stride 2 as often as the picture allows, doubled again by transposed ones, each map beside the one of its size on the
// way down. Rows are flat, in the order channel, row, column.

import type { Node } from "../graph/node.js";
import { concat } from "../graph/ops/cut.js";
import { batchNorm } from "./batch-norm.js";
import { conv, convTransposed, flatten, reshapeTo } from "./conv-layers.js";
import { expectHalves, type PictureSize } from "./dcgan.js";
import { normal, normalAround } from "./initialise.js";
import { leakyRelu, relu, tanh } from "./layers.js";
import { type Network, network, sequential } from "./network.js";

interface UNet {
  readonly picture: PictureSize;
  /** Channels of the first map; they double with each halving, up to eight times as many. */
  readonly filters: number;
  /** What batch normalisation scores by (`BatchNorm.statistics`). Default "running". */
  readonly statistics?: "running" | "batch";
}

const SLOPE = 0.2;
const MOST_DOUBLINGS = 3;

/** How often both sides can be halved: five times at 32×32. */
export function depthOf({ height, width }: Pick<PictureSize, "height" | "width">): number {
  let depth = 0;
  for (let [tall, wide] = [height, width]; tall % 2 === 0 && wide % 2 === 0; tall /= 2, wide /= 2) depth++;
  return depth;
}

/**
 * Rows of pixels to rows of pixels in -1 to 1. Convolutions start normal with deviation 0.02 and have no biases, except
 * the last; the outermost and the innermost on the way down are not normalised.
 * @throws OddityError where a side cannot be divided by 4
 */
export function uNet({ picture, filters, statistics = "running" }: UNet): Network {
  expectHalves(picture);
  const depth = depthOf(picture);
  const channelsAt = (level: number): number => filters * 2 ** Math.min(level, MOST_DOUBLINGS);
  const layer = { kernel: 4, stride: 2, padding: 1, start: normal(0.02) };
  const norm = (channels: number): Network => batchNorm(channels, { statistics, start: normalAround(1, 0.02) });
  const levels = Array.from({ length: depth }, (_, level) => level);

  const down = levels.map((level) => {
    if (level === 0) return conv({ from: picture.channels, to: filters, ...layer, bias: false });
    const [from, to] = [channelsAt(level - 1), channelsAt(level)];
    const halve = conv({ from, to, ...layer, bias: false });
    return sequential(leakyRelu(SLOPE), halve, ...(level < depth - 1 ? [norm(to)] : []));
  });
  const up = levels.map((level) => {
    // but for the innermost, the map from below stands beside the one of this level
    const from = channelsAt(level) * (level < depth - 1 ? 2 : 1);
    if (level === 0) return sequential(relu, convTransposed({ from, to: picture.channels, ...layer }), tanh);
    const to = channelsAt(level - 1);
    return sequential(relu, convTransposed({ from, to, ...layer, bias: false }), norm(to));
  });
  return network(
    {
      ...Object.fromEntries(down.map((each, level) => [`down${level + 1}`, each])),
      ...Object.fromEntries(up.map((each, level) => [`up${level + 1}`, each])),
      planes: reshapeTo(picture.channels, picture.height, picture.width),
      flatten,
    },
    (part: Readonly<Record<string, (x: Node) => Node>>, x: Node) => {
      const maps: Node[] = [];
      let map = part.planes!(x);
      for (const level of levels) {
        map = part[`down${level + 1}`]!(map);
        maps.push(map);
      }
      for (const level of levels.toReversed()) {
        map = part[`up${level + 1}`]!(map);
        if (level > 0) map = concat([maps[level - 1]!, map], 1);
      }
      return part.flatten!(map);
    },
  );
}
