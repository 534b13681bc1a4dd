// The networks that A3 watches where the user brings none: autoencoders with an activation layer of its own after each
// hidden layer (Sperl et al. 2020, section 4; the widths are those of the authors' code).

import type { Node } from "../../graph/node.js";
import { input } from "../../graph/op.js";
import { concat, slice } from "../../graph/ops/cut.js";
import { maxPool } from "../../graph/ops/pool.js";
import { reshape } from "../../graph/ops/shape.js";
import { known } from "../../graph/shapes.js";
import { conv, flatten, reshapeTo, upsample } from "../../nn/conv-layers.js";
import { expectHalves, type PictureSize } from "../../nn/dcgan.js";
import { dense, dropout, fixed, relu, spatialDropout } from "../../nn/layers.js";
import { type Network, network } from "../../nn/network.js";

/** What a target does with rows u f32[batch, features]. */
export interface Seen {
  /** The outputs of its activation layers one after another, f32[batch, numbers]. */
  readonly activations: Node;
  /** The rebuilt rows before the last function (logistic for inputs in 0 to 1), f32[batch, features]; autoencoders only. */
  readonly rebuilt?: Node;
}

export type Target = Network<readonly [Node], Seen>;

/** Share dropped before the output, or of the channels before the last activation layer. */
const DROP = 0.1;

/** How many numbers `activations` has for each row. */
export function activationsOf(target: Target, features: number): number {
  const parameters = new Map(target.parameters.map((parameter) => [parameter.name, parameter]));
  const see = target.bind({
    parameter: (name) => input(name, "f32", parameters.get(name)!.shape),
    noise: undefined,
    update: () => undefined,
  });
  return known([see(input("x", "f32", ["batch", features])).activations.shape[1]!])[0]!;
}

/** Layers one after another, of which each `relu` is an activation layer: what it gives is collected, flattened. */
const watchedLayers = (layers: readonly Network[]): Target =>
  network(Object.fromEntries(layers.map((layer, i) => [String(i), layer])), (parts, u: Node) => {
    const seen: Node[] = [];
    let value = u;
    for (const [i, layer] of layers.entries()) {
      value = parts[String(i)]!(value);
      if (layer === relu) seen.push(inRows(value));
    }
    return { activations: concat(seen, 1), rebuilt: value };
  });

const inRows = (x: Node): Node =>
  reshape(x, { shape: [x.shape[0]!, known(x.shape.slice(1)).reduce((n, dim) => n * dim, 1)] });

/** Encoder widths of the published experiments; the decoder repeats all but the last. */
export const publishedWidths = {
  "nsl-kdd": [200, 100, 50, 25],
  creditcard: [50, 25, 10, 5],
  ids: [150, 80, 40, 20],
} as const;

const MOST = 400;
const FEWEST = 16;

/** About the published proportions: 1.65 times the features (200 of 122, 50 of 29), and half of it three times. */
export function widthsFor(features: number): number[] {
  const first = Math.min(MOST, Math.max(FEWEST, Math.round(1.65 * features)));
  return [1, 2, 4, 8].map((part) => Math.round(first / part));
}

/** Dense autoencoder: ReLU after each hidden layer, dropout before the output. */
export function denseTarget(features: number, encoder: readonly number[]): Target {
  const hidden = [...encoder, ...encoder.slice(0, -1).toReversed()];
  return watchedLayers([
    ...hidden.flatMap((to, i) => [dense(hidden[i - 1] ?? features, to), relu]),
    dropout(DROP),
    dense(hidden.at(-1)!, features),
  ]);
}

/** The largest of each 2×2, the last row and column alone where the side is odd: TensorFlow's "SAME". */
const halved = fixed((x) => {
  const [height, width] = known(x.shape.slice(2)) as [number, number];
  return maxPool(x, { size: [2, 2], strides: [2, 2], pads: [0, 0, height % 2, width % 2] });
});

/** One row or column off each end of a side that is `longer` than wanted. */
const trimmed = (longer: readonly [boolean, boolean]): Network =>
  fixed((x) =>
    longer.reduce(
      (map, cut, way) => (cut ? slice(map, { axis: way + 2, start: 1, end: (map.shape[way + 2] as number) - 1 }) : map),
      x,
    ),
  );

/**
 * Convolutional autoencoder of the published MNIST experiments: 7,432 activations at 28×28. Pooling stands before ReLU, as
 * in the authors' code. At 28×28 the sixth convolution has no padding, which brings 16×16 to 14×14; that is done where 8
 * does not divide a side.
 * @throws OddityError where 4 does not divide height and width
 */
export function convolutionalTarget({ height, width, channels }: PictureSize, filters: number): Target {
  expectHalves({ height, width });
  const few = Math.max(1, Math.round(filters / 2));
  const same = (from: number, to: number): Network => conv({ from, to, kernel: 3, padding: "same" });
  return watchedLayers([
    reshapeTo(channels, height, width),
    ...[same(channels, filters), halved, relu],
    ...[same(filters, few), halved, relu],
    ...[same(few, few), halved, relu],
    ...[same(few, few), relu, upsample(2)],
    ...[same(few, few), relu, upsample(2)],
    ...[same(few, filters), trimmed([height % 8 !== 0, width % 8 !== 0]), spatialDropout(DROP), relu, upsample(2)],
    same(filters, channels),
    flatten,
  ]);
}
