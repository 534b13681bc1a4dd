// Convolutional networks between pictures and codes, after DCGAN (Radford et al. 2016, arXiv 1511.06434) in the form of
// GANomaly's encoder, decoder and discriminator (Akcay et al. 2018): 4×4 convolutions of stride 2 that halve the picture
// and double the channels, and one over all that is left. Rows are flat, in the order channel, row, column.

import { GraphError, type Node } from "../graph/node.js";
import { add } from "../graph/ops/arithmetic.js";
import { concat } from "../graph/ops/cut.js";
import { matmul } from "../graph/ops/matmul.js";
import { reshape } from "../graph/ops/shape.js";
import { OddityError } from "../tensor/errors.js";
import { batchNorm } from "./batch-norm.js";
import { conv, convTransposed, flatten, reshapeTo } from "./conv-layers.js";
import { type Initialiser, normal, normalAround } from "./initialise.js";
import { leakyRelu, relu, tanh } from "./layers.js";
import { type Network, network, sequential } from "./network.js";
import { layerNorm } from "./norms.js";

export interface PictureSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export interface Dcgan {
  readonly picture: PictureSize;
  /** Channels next to the picture; they double with each halving, up to eight times as many. */
  readonly filters: number;
  /** Of all layers but the first and the last. Default "batch". */
  readonly norm?: "batch" | "layer" | "none";
  /** What batch normalisation scores by (`BatchNorm.statistics`). Default "running". */
  readonly statistics?: "running" | "batch";
  /** Start of convolutions. Default: normal with deviation 0.02, as DCGAN. */
  readonly start?: Initialiser;
  /** Biases of layers without normalisation. Default false, as GANomaly. */
  readonly bias?: boolean;
  /** Numbers of a context that is given beside each row. Default 0: none. */
  readonly condition?: number;
}

const SLOPE = 0.2;
const MOST_DOUBLINGS = 3;
/** Sides that are not halved any more. */
const LEAST_SIDE = 4;

/** @throws OddityError where a side cannot be divided by 4 */
export function expectHalves({ height, width }: Pick<PictureSize, "height" | "width">): void {
  if (height % 4 === 0 && width % 4 === 0) return;
  const near = (side: number): number => Math.max(4, 4 * Math.round(side / 4));
  throw new OddityError({
    place: "pictures",
    expected: "a height and a width that 4 divides",
    got: `${height}×${width}`,
    hint: `resize to ${near(height)}×${near(width)}`,
  });
}

/**
 * The sizes of the maps from the picture's half down: halved until a side is at most 4 or odd, at least once.
 * @throws OddityError where a side cannot be divided by 4
 */
export function halvings({ height, width }: Pick<PictureSize, "height" | "width">): (readonly [number, number])[] {
  expectHalves({ height, width });
  const maps: (readonly [number, number])[] = [[height / 2, width / 2]];
  for (;;) {
    const [tall, wide] = maps.at(-1)!;
    if (Math.min(tall, wide) <= LEAST_SIDE || tall % 2 !== 0 || wide % 2 !== 0) return maps;
    maps.push([tall / 2, wide / 2]);
  }
}

/** Channels after the given number of halvings, the first being 0. */
const channelsAt = (level: number, { filters }: Dcgan): number => filters * 2 ** Math.min(level, MOST_DOUBLINGS);

const startOf = ({ start = normal(0.02) }: Dcgan): Initialiser => start;

/** The normalisation of so many channels, none or one. */
function normsOf(channels: number, { norm = "batch", statistics = "running" }: Dcgan): Network[] {
  if (norm === "none") return [];
  return norm === "layer" ? [layerNorm(channels)] : [batchNorm(channels, { statistics, start: normalAround(1, 0.02) })];
}

const biasOf = ({ bias = false, norm = "batch" }: Dcgan, normed: boolean): boolean =>
  bias && !(normed && norm === "batch");

/** Of a context: what it adds to each channel of the first map, as maps of constants beside the picture's would. */
const contextLayer = (condition: number, filters: number, start: Initialiser): Network => ({
  parameters: [{ name: "weight", shape: [condition, filters], start }],
  bind:
    ({ parameter }) =>
    (c) =>
      reshape(matmul(c, parameter("weight"), {}), { shape: [c.shape[0]!, filters, 1, 1] }),
});

/** Whether a context was given must agree with whether one was declared. */
function expectContext(condition: number, context: Node | undefined): void {
  const got = context === undefined ? 0 : context.shape[1];
  if (got !== condition) throw new GraphError(`dcgan: expected a context of ${condition} numbers, got ${got}`);
}

type PictureNetwork<Result> = Network<readonly [x: Node, context?: Node], Result>;

/** Maps f32[batch, channels, height, width] of the last halving. */
function downPath(how: Dcgan): PictureNetwork<Node> {
  const { picture, filters, condition = 0 } = how;
  const { height, width, channels } = picture;
  const start = startOf(how);
  const [, ...further] = halvings(picture);
  const halve = { kernel: 4, stride: 2, padding: 1, start };
  const parts = {
    first: conv({ from: channels, to: filters, ...halve, bias: biasOf(how, false) }),
    rest: sequential(
      leakyRelu(SLOPE),
      ...further.flatMap((_, i) => {
        const [from, to] = [channelsAt(i, how), channelsAt(i + 1, how)];
        return [conv({ from, to, ...halve, bias: biasOf(how, true) }), ...normsOf(to, how), leakyRelu(SLOPE)];
      }),
    ),
    planes: reshapeTo(channels, height, width),
    ...(condition > 0 ? { context: contextLayer(condition, filters, start) } : {}),
  };
  return network(parts, (part, x: Node, context?: Node) => {
    expectContext(condition, context);
    const first = part.first(part.planes(x));
    return part.rest(context === undefined || part.context === undefined ? first : add(first, part.context(context)));
  });
}

/** What an encoder says of its rows, where its last maps are asked for too. */
export interface Encoded {
  /** f32[batch, numbers of the last maps]: the input of the last layer, for feature matching. */
  readonly features: Node;
  /** f32[batch, to]. */
  readonly code: Node;
}

/**
 * Rows f32[batch, channels·height·width], and f32[batch, condition] where there is a context, to `to` numbers and the
 * maps that they are made of. A context adds to the channels of the first map.
 */
export function pictureFeatures({ to, ...how }: Dcgan & { readonly to: number }): PictureNetwork<Encoded> {
  const sizes = halvings(how.picture);
  const from = channelsAt(sizes.length - 1, how);
  return network(
    {
      maps: downPath(how),
      last: conv({ from, to, kernel: sizes.at(-1)!, start: startOf(how), bias: biasOf(how, false) }),
      flatten,
    },
    (part, x: Node, context?: Node) => {
      const maps = part.maps(x, context);
      return { features: part.flatten(maps), code: part.flatten(part.last(maps)) };
    },
  );
}

/** Rows, and a context where there is one, to codes f32[batch, to]. */
export function pictureEncoder(how: Dcgan & { readonly to: number }): PictureNetwork<Node> {
  const { parameters, bind } = pictureFeatures(how);
  return {
    parameters,
    bind: (scope) => {
      const call = bind(scope);
      return (x, context) => call(x, context).code;
    },
  };
}

/**
 * Codes f32[batch, from], and a context that stands behind them where there is one, to rows of pixels in -1 to 1, or of what
 * `output` makes of the last convolution.
 */
export function pictureDecoder({
  from,
  output = tanh,
  ...how
}: Dcgan & { readonly from: number; readonly output?: Network }): PictureNetwork<Node> {
  const { picture, filters, condition = 0 } = how;
  const start = startOf(how);
  const sizes = halvings(picture);
  const levels = sizes.length - 1;
  const wide = channelsAt(levels, how);
  const double = { kernel: 4, stride: 2, padding: 1, start };
  const layers = sequential(
    reshapeTo(from + condition, 1, 1),
    convTransposed({ from: from + condition, to: wide, kernel: sizes.at(-1)!, start, bias: biasOf(how, true) }),
    ...normsOf(wide, how),
    relu,
    ...Array.from({ length: levels }, (_, i) => {
      const [before, to] = [channelsAt(levels - i, how), channelsAt(levels - i - 1, how)];
      return [convTransposed({ from: before, to, ...double, bias: biasOf(how, true) }), ...normsOf(to, how), relu];
    }).flat(),
    convTransposed({ from: filters, to: picture.channels, ...double, bias: biasOf(how, false) }),
    output,
    flatten,
  );
  return {
    parameters: layers.parameters,
    bind: (scope) => {
      const call = layers.bind(scope);
      return (code, context) => {
        expectContext(condition, context);
        return call(context === undefined ? code : concat([code, context], 1));
      };
    },
  };
}
