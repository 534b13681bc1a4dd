// EGBAD's networks for pictures: those of the authors' code for MNIST (bigan/mnist_utilities.py of
// houssamzenati/Efficient-GAN-Anomaly-Detection), for any height and width that 4 divides, and any number of filters.

import { type BatchNorm, batchNorm } from "../../nn/batch-norm.js";
import { conv, convTransposed, flatten, reshapeTo } from "../../nn/conv-layers.js";
import type { Initialiser } from "../../nn/initialise.js";
import { dense, dropout, leakyRelu, relu, tanh } from "../../nn/layers.js";
import { type Network, sequential } from "../../nn/network.js";
import { OddityError } from "../../tensor/errors.js";
import type { RowShape } from "../define.js";
import { judgeOfPairs, type Networks, overFeatures } from "./pairs.js";

interface PictureWidths {
  /** Channels of the encoder's first layer; all other widths grow with it (published: 32). */
  readonly filters: number;
  readonly code: number;
  /** How weights start. */
  readonly start: Initialiser;
  /** Share that dropout sets to zero. */
  readonly drop: number;
  readonly norm: BatchNorm;
  /** Whether the encoder's first convolution is followed by a leaky rectifier. */
  readonly firstActivation: boolean;
}

const SLOPE = 0.1;

/**
 * The context of a row, where it has one, stands beside the code (generator) and beside the flat result of the
 * convolutions (encoder, discriminator).
 * @throws OddityError for pictures of another size, or columns beside the pictures
 */
export function pictureNetworks(
  shape: RowShape,
  { filters, code, start, drop, norm, firstActivation }: PictureWidths,
): Networks {
  const { channels, height, width } = pictureOf(shape);
  const [rows, columns] = [height / 4, width / 4];
  const unfold = reshapeTo(channels, height, width);
  const conv3 = (from: number, to: number, stride: number): Network =>
    conv({ from, to, kernel: 3, stride, padding: "same", start });
  const conv4 = (from: number, to: number): Network => conv({ from, to, kernel: 4, stride: 2, padding: "same", start });
  const double = (from: number, to: number): Network =>
    convTransposed({ from, to, kernel: 4, stride: 2, padding: "same", start });
  const leaky = leakyRelu(SLOPE);
  // of rows TensorFlow's kernel stores the biased variance, of pictures the unbiased one
  const normOfRows = (each: number): Network => batchNorm(each, { ...norm, stored: "biased" });
  const normOfPictures = (each: number): Network => batchNorm(each, norm);
  const [narrow, wide, small] = [2 * filters, 4 * filters, 4 * filters * rows * columns];
  const { condition } = shape;
  return {
    encoder: sequential(
      overFeatures(
        shape,
        sequential(
          unfold,
          ...[conv3(channels, filters, 1), ...(firstActivation ? [leaky] : [])],
          ...[conv3(filters, narrow, 2), normOfPictures(narrow), leaky],
          ...[conv3(narrow, wide, 2), normOfPictures(wide), leaky],
          flatten,
        ),
      ),
      dense(small + condition, code, start),
    ),
    generator: sequential(
      ...[dense(code + condition, 32 * filters, start), normOfRows(32 * filters), relu],
      ...[dense(32 * filters, small, start), normOfRows(small), relu],
      reshapeTo(wide, rows, columns),
      ...[double(wide, narrow), normOfPictures(narrow), relu],
      ...[double(narrow, channels), tanh],
      flatten,
    ),
    discriminator: judgeOfPairs({
      x: overFeatures(
        shape,
        sequential(
          unfold,
          ...[conv4(channels, narrow), leaky, dropout(drop)],
          ...[conv4(narrow, narrow), normOfPictures(narrow), leaky, dropout(drop)],
          flatten,
        ),
      ),
      z: sequential(dense(code, 16 * filters, start), leaky, dropout(drop)),
      joint: sequential(
        dense(narrow * rows * columns + condition + 16 * filters, 32 * filters, start),
        leaky,
        dropout(drop),
      ),
      logit: dense(32 * filters, 1, start),
    }),
  };
}

function pictureOf({ picture, features }: RowShape) {
  if (picture === undefined) throw new Error("internal: no pictures");
  const { channels, height, width } = picture;
  if (height % 4 !== 0 || width % 4 !== 0)
    throw new OddityError({
      place: "egbad",
      expected: "pictures whose height and width are multiples of 4",
      got: `${height}×${width}`,
      hint: `resize to ${4 * Math.ceil(height / 4)}×${4 * Math.ceil(width / 4)}`,
    });
  const beside = features - channels * height * width;
  if (beside > 0)
    throw new OddityError({
      place: "egbad",
      expected: "pictures, with no columns beside them but those of their context",
      got: `${beside} more numbers in each row`,
      hint: "leave the other columns out, or name them as the condition",
    });
  return picture;
}
