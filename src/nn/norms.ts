// Normalisation of each row by itself, over x f32[batch, channels, …], with a scale and an offset for each channel; and
// what batch normalisation shares with it.

import { GraphError, type Node } from "../graph/node.js";
import { add, div, mul, square, sub } from "../graph/ops/arithmetic.js";
import { sqrt } from "../graph/ops/exponential.js";
import { mean } from "../graph/ops/reduce.js";
import { reshape } from "../graph/ops/shape.js";
import { ones, zeros } from "./initialise.js";
import type { Network } from "./network.js";

interface Norm {
  /** Added to variances. Default 1e-5. */
  readonly epsilon?: number;
}

/** Over all channels, heights and widths of a row together (Ba et al. 2016). */
export const layerNorm = (channels: number, how: Norm = {}): Network =>
  normByRow("layerNorm", channels, how, (rank) => axesFrom(1, rank));

/** Over the heights and widths of each channel of a picture (Ulyanov et al. 2016). */
export const instanceNorm = (channels: number, how: Norm = {}): Network =>
  normByRow("instanceNorm", channels, how, (rank) => axesFrom(2, rank));

function normByRow(
  name: string,
  channels: number,
  { epsilon = 1e-5 }: Norm,
  axesOf: (rank: number) => number[],
): Network {
  return {
    parameters: [
      { name: "scale", shape: [channels], start: ones },
      { name: "offset", shape: [channels], start: zeros },
    ],
    bind:
      ({ parameter }) =>
      (x) => {
        expectChannels(name, x, channels);
        const axes = axesOf(x.shape.length);
        if (axes.length === 0) throw new GraphError(`${name}: needs pictures, got [${x.shape.join(", ")}]`);
        const { centred, variance } = moments(x, axes);
        const even = div(centred, sqrt(add(variance, epsilon)));
        return add(mul(even, byChannel(parameter("scale"), x)), byChannel(parameter("offset"), x));
      },
  };
}

const axesFrom = (first: number, rank: number): number[] =>
  Array.from({ length: Math.max(rank - first, 0) }, (_, i) => first + i);

/** Mean and variance (divided by n) over the axes, in shapes that broadcast against x; x less the mean. */
export function moments(x: Node, axes: readonly number[]): { centre: Node; centred: Node; variance: Node } {
  const centre = mean(x, { axes, keep: true });
  const centred = sub(x, centre);
  return { centre, centred, variance: mean(square(centred), { axes, keep: true }) };
}

export function expectChannels(layer: string, { shape }: Node, channels: number): void {
  if (shape.length < 2 || shape[1] !== channels)
    throw new GraphError(`${layer}: expected [batch, ${channels}, …], got [${shape.join(", ")}]`);
}

/** f32[channels] or f32[batch, channels] in a shape that broadcasts against x. */
export const byChannel = (values: Node, x: Node): Node =>
  x.shape.length === 2 ? values : reshape(values, { shape: [...values.shape, ...x.shape.slice(2).map(() => 1)] });
