// Layers of pictures, x f32[batch, channels, height, width]: convolutions, and the changes of shape around them.

import { GraphError, type Node } from "../graph/node.js";
import { add } from "../graph/ops/arithmetic.js";
import { conv as convOp, convTranspose } from "../graph/ops/conv.js";
import { mirrorPad } from "../graph/ops/mirror.js";
import { averagePool, maxPool as maxPoolOp, upsampleNearest } from "../graph/ops/pool.js";
import { reshape } from "../graph/ops/shape.js";
import { type Pair, planeOf, type Sides, samePads, samePadsTransposed, type Window } from "../graph/ops/windows.js";
import { known } from "../graph/shapes.js";
import { glorotUniform, type Initialiser, zeros } from "./initialise.js";
import { fixed } from "./layers.js";
import type { Network, Parameter } from "./network.js";

interface Common {
  /** Channels of the operand and of the result. */
  readonly from: number;
  readonly to: number;
  /** Height and width of the kernel; one number for both. */
  readonly kernel: number | Pair;
  /** Default 1. */
  readonly stride?: number;
  /** Adds f32[to], which starts as `start` says. Default true. */
  readonly bias?: boolean;
  /** Default: Glorot uniform. */
  readonly start?: Initialiser;
}

type Padding = "valid" | "same" | "symmetric" | number;

export interface Conv extends Common {
  /**
   * Zeros around the picture: none ("valid", the default), a number on each side, or as many as TensorFlow's "SAME", which
   * makes ceil(size / stride) places. "symmetric": as many as that of the picture's mirror image, the edge repeated.
   */
  readonly padding?: Padding;
}

export interface ConvTransposed extends Common {
  /**
   * A number p cuts p off each side: (size - 1)·stride + kernel - 2p, as in PyTorch. TensorFlow's "SAME" makes
   * size·stride. Default 0.
   */
  readonly padding?: "same" | number;
}

const pair = (size: number | Pair): Pair => (typeof size === "number" ? [size, size] : size);

/** Convolution by a weight f32[to, from, height, width]. */
export function conv({ padding = "valid", stride = 1, ...layer }: Conv): Network {
  const kernel = pair(layer.kernel);
  return weighted(layer, [layer.to, layer.from, ...kernel], (x, weight) => {
    const pads = padsOf(padding, planeOf(x), kernel, stride);
    const strides = [stride, stride] as const;
    return padding === "symmetric"
      ? convOp(mirrored(x, pads), weight, { strides })
      : convOp(x, weight, { strides, pads });
  });
}

function mirrored(x: Node, [above, left, below, right]: Sides): Node {
  const tall = mirrorPad(x, { axis: 2, before: above, after: below, mode: "symmetric" });
  return mirrorPad(tall, { axis: 3, before: left, after: right, mode: "symmetric" });
}

function padsOf(padding: Padding, plane: readonly number[], kernel: Pair, stride: number): Sides {
  if (padding === "valid") return [0, 0, 0, 0];
  if (typeof padding === "number") return [padding, padding, padding, padding];
  const [down, across] = [0, 1].map((way) => samePads(plane[way]!, kernel[way]!, stride)) as [Pair, Pair];
  return [down[0], across[0], down[1], across[1]];
}

/** Transposed convolution by a weight f32[from, to, height, width]. */
export function convTransposed({ padding = 0, stride = 1, ...layer }: ConvTransposed): Network {
  const kernel = pair(layer.kernel);
  const window = padding === "same" ? sameWindow(kernel, stride) : { pads: padsOf(padding, [], kernel, stride) };
  return weighted(layer, [layer.from, layer.to, ...kernel], (x, weight) =>
    convTranspose(x, weight, { strides: [stride, stride], ...window }),
  );
}

function sameWindow(kernel: Pair, stride: number): Pick<Window, "pads"> & { outputPadding: Pair } {
  const [down, across] = kernel.map((size) => samePadsTransposed(size, stride));
  return {
    pads: [down!.pads[0], across!.pads[0], down!.pads[1], across!.pads[1]],
    outputPadding: [down!.outputPadding, across!.outputPadding],
  };
}

/** A layer of a weight and perhaps a bias for each channel of the result. */
function weighted(
  { from, to, bias = true, start = glorotUniform }: Common,
  shape: readonly number[],
  apply: (x: Node, weight: Node) => Node,
): Network {
  const parameters: Parameter[] = [{ name: "weight", shape, start }];
  if (bias) parameters.push({ name: "bias", shape: [to], start: start.bias?.(shape) ?? zeros });
  return {
    parameters,
    bind:
      ({ parameter }) =>
      (x) => {
        if (x.shape.length !== 4 || x.shape[1] !== from)
          throw new GraphError(`convolution: expected [batch, ${from}, height, width], got [${x.shape.join(", ")}]`);
        const y = apply(x, parameter("weight"));
        return bias ? add(y, reshape(parameter("bias"), { shape: [to, 1, 1] })) : y;
      },
  };
}

/** The mean of each square of size×size. */
export const meanPool = (size: number): Network => {
  const square: Pair = [size, size];
  return fixed((x) => averagePool(x, { size: square, strides: square }));
};

/** The largest of each square of size×size. */
export const maxPool = (size: number): Network => {
  const square: Pair = [size, size];
  return fixed((x) => maxPoolOp(x, { size: square, strides: square }));
};

/** Each element repeated to a square of size×size (nearest neighbour). */
export const upsample = (size: number): Network => fixed((x) => upsampleNearest(x, { factors: [size, size] }));

/** f32[batch, …] as rows f32[batch, numbers of each]. */
export const flatten: Network = fixed((x) =>
  reshape(x, { shape: [x.shape[0]!, known(x.shape.slice(1)).reduce((n, dim) => n * dim, 1)] }),
);

/** Rows f32[batch, channels·height·width] as pictures. */
export const reshapeTo = (channels: number, height: number, width: number): Network =>
  fixed((x) => reshape(x, { shape: [x.shape[0]!, channels, height, width] }));
