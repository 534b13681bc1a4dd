// Pictures [n, channels, height, width] made smaller by the mean or the largest of each window, and larger by repetition.

import type { TensorType } from "../../tensor/dtype.js";
import { tensorOf, toNumbers } from "../../tensor/tensor.js";
import { expectDType, type Node } from "../node.js";
import { defineOp, type Op } from "../op.js";
import { eachIndex, known } from "../shapes.js";
import { mul } from "./arithmetic.js";
import { scatterLast } from "./gather.js";
import { reshape } from "./shape.js";
import { type Pair, placesAlong, planeOf, type Sides, slides, type Window } from "./windows.js";

interface Pool {
  /** Height and width of the window. */
  readonly size: Pair;
  /** Steps of the window; 1 unless given. */
  readonly strides?: Pair;
  /** What stands around the picture: zeros for the mean, nothing for the largest. */
  readonly pads?: Sides;
}

interface Unpool extends Pool {
  /** Height and width of the picture that was pooled. */
  readonly plane: Pair;
}

const windowOf = ({ strides, pads }: Pool): Window => ({ ...(strides && { strides }), ...(pads && { pads }) });

function pooledPlane(plane: readonly number[], pool: Pool): number[] {
  const ways = slides(pool.size, windowOf(pool));
  if (ways.some(({ kernel, before, after }) => before >= kernel || after >= kernel))
    throw new Error("padding is smaller than the window");
  return plane.map((size, way) => placesAlong(size, ways[way]!));
}

const pooledType = (x: TensorType, pool: Pool): TensorType => {
  expectDType(x, "f32");
  return { dtype: "f32", shape: [...x.shape.slice(0, 2), ...pooledPlane(planeOf(x), pool)] };
};

const onnxPool = ({ size, strides = [1, 1], pads = [0, 0, 0, 0] }: Pool) => ({
  kernel_shape: { ints: size },
  strides: { ints: strides },
  pads: { ints: pads },
});

/** Calls for each place of the window with the numbers of the elements under it, in the tensor and in their plane. */
function eachWindow(
  shape: readonly number[],
  pool: Pool,
  visit: (place: number, under: readonly { readonly at: number; readonly inPlane: number }[]) => void,
): void {
  const [height, width] = shape.slice(2) as [number, number];
  const [down, across] = slides(pool.size, windowOf(pool));
  eachIndex([...shape.slice(0, 2), ...pooledPlane([height, width], pool)], ([n, c, i, j], place) => {
    const under: { at: number; inPlane: number }[] = [];
    eachIndex(pool.size, ([u, v]) => {
      const row = i! * down!.stride + u! - down!.before;
      const column = j! * across!.stride + v! - across!.before;
      if (row < 0 || row >= height || column < 0 || column >= width) return;
      const inPlane = row * width + column;
      under.push({ at: (n! * shape[1]! + c!) * height * width + inPlane, inPlane });
    });
    visit(place, under);
  });
}

/** The mean of each window; the zeros of the padding count. */
export const averagePool: Op<readonly ["x"], Pool> = defineOp({
  name: "averagePool",
  inputs: ["x"],
  type: ({ x }, pool: Pool) => pooledType(x, pool),
  onnx: (emit, [x], _, pool: Pool) =>
    emit.node("AveragePool", [x!], { ...onnxPool(pool), count_include_pad: { i: 1 } }),
  gradient: ({ x, dy, attributes }) => ({ x: spread(dy, { ...attributes, plane: planeOf(x) }) }),
  reference: ({ x }, pool) => {
    const data = toNumbers(x);
    const out: number[] = [];
    eachWindow(x.shape, pool, (_, under) => {
      out.push(under.reduce((total, { at }) => total + data[at]!, 0) / (pool.size[0] * pool.size[1]));
    });
    return out;
  },
  cases: [
    { x: [2, 2, 4, 6], with: { size: [2, 2], strides: [2, 2] } },
    { x: [1, 2, 5, 4], with: { size: [3, 2] } },
    { x: [2, 1, 5, 7], with: { size: [3, 3], strides: [2, 3], pads: [1, 0, 2, 1] } },
    { x: [1, 3, 2, 2], with: { size: [1, 1], strides: [2, 1] } },
  ],
});

/** Whether the windows cover the picture once and nothing else. */
const isTiling = ({ size, strides = [1, 1], pads = [0, 0, 0, 0] }: Pool, plane: readonly number[]): boolean =>
  size.every((length, way) => length === strides[way] && plane[way]! % length === 0) && pads.every((pad) => pad === 0);

/** The transpose of `averagePool`: each element in equal parts to the window it was the mean of. */
function spread(x: Node, { plane, ...pool }: Unpool): Node {
  const [height, width] = pool.size;
  return isTiling(pool, plane)
    ? mul(upsampleNearest(x, { factors: pool.size }), 1 / (height * width))
    : averageUnpool(x, { ...pool, plane });
}

/** The transpose of `averagePool` for windows that overlap, leave something out or reach over the edge. */
export const averageUnpool: Op<readonly ["x"], Unpool> = defineOp({
  name: "averageUnpool",
  inputs: ["x"],
  type: ({ x }, { plane, ...pool }: Unpool): TensorType => {
    expectDType(x, "f32");
    const places = planeOf(x);
    if (pooledPlane(plane, pool).some((count, way) => count !== places[way])) throw new Error("sizes do not fit");
    return { dtype: "f32", shape: [x.shape[0]!, ...known([x.shape[1]!]), ...plane] };
  },
  onnx: (emit, [x], { inputs }, { plane, ...pool }: Unpool) => {
    const [, channels, ...places] = inputs[0]!.shape as number[];
    const [height, width] = pool.size;
    const weights = new Array<number>(channels! * height * width).fill(1 / (height * width));
    const rest = slides(pool.size, windowOf(pool)).map(
      ({ kernel, stride, before, after }, way) => plane[way]! + before + after - stride * (places[way]! - 1) - kernel,
    );
    const { kernel_shape: _, ...window } = onnxPool(pool);
    return emit.node("ConvTranspose", [x!, emit.constant(tensorOf("f32", [channels!, 1, height, width], weights))], {
      ...window,
      group: { i: channels! },
      output_padding: { ints: rest },
    });
  },
  gradient: ({ dy, attributes: { plane: _, ...pool } }) => ({ x: averagePool(dy, pool) }),
  reference: ({ x }, { plane, ...pool }, [type]) => {
    const shape = known(type!.shape);
    const out = new Array<number>(shape.reduce((n, dim) => n * dim, 1)).fill(0);
    const data = toNumbers(x);
    eachWindow(shape, pool, (place, under) => {
      for (const { at } of under) out[at]! += data[place]! / (pool.size[0] * pool.size[1]);
    });
    return out;
  },
  cases: [
    { x: [1, 2, 3, 3], with: { size: [3, 2], plane: [5, 4] } },
    { x: [2, 1, 3, 3], with: { size: [3, 3], strides: [2, 3], pads: [1, 0, 2, 1], plane: [5, 8] } },
  ],
});

/** Each element repeated to a block, `factors` down and across. */
export const upsampleNearest: Op<readonly ["x"], { factors: Pair }> = defineOp({
  name: "upsampleNearest",
  inputs: ["x"],
  type: ({ x }, { factors }: { factors: Pair }) => {
    expectDType(x, "f32");
    if (factors.some((factor) => !(Number.isInteger(factor) && factor >= 1))) throw new Error("factors are at least 1");
    return { dtype: "f32", shape: [...x.shape.slice(0, 2), ...planeOf(x).map((size, way) => size * factors[way]!)] };
  },
  onnx: (emit, [x], _, { factors }: { factors: Pair }) =>
    emit.node("Resize", [x!, "", emit.constant(tensorOf("f32", [4], [1, 1, ...factors]))], {
      mode: { s: "nearest" },
      nearest_mode: { s: "floor" },
      coordinate_transformation_mode: { s: "asymmetric" },
    }),
  gradient: ({ dy, attributes: { factors } }) => ({
    x: mul(averagePool(dy, { size: factors, strides: factors }), factors[0] * factors[1]),
  }),
  reference: ({ x }, { factors }, [type]) => {
    const data = toNumbers(x);
    const [, channels, height, width] = x.shape as [number, number, number, number];
    const out: number[] = [];
    eachIndex(known(type!.shape), ([n, c, i, j]) => {
      const row = Math.floor(i! / factors[0]);
      out.push(data[((n! * channels + c!) * height + row) * width + Math.floor(j! / factors[1])]!);
    });
    return out;
  },
  cases: [
    { x: [2, 2, 3, 2], with: { factors: [2, 2] } },
    { x: [1, 1, 2, 3], with: { factors: [3, 1] } },
  ],
});

/** The largest of each window. Of equals the first is the one that the gradient reaches. */
export const maxPool: Op<readonly ["x"], Pool> = defineOp({
  name: "maxPool",
  inputs: ["x"],
  type: ({ x }, pool: Pool) => pooledType(x, pool),
  onnx: (emit, [x], _, pool: Pool) => emit.node("MaxPool", [x!], onnxPool(pool)),
  gradient: ({ x, dy, attributes }) => {
    const flat = (node: Node): Node => {
      const [height, width] = planeOf(node);
      return reshape(node, { shape: [...node.shape.slice(0, 2), height! * width!] });
    };
    const places = flat(maxPoolPlaces(x, attributes));
    return { x: reshape(scatterLast(mul(flat(x), 0), places, flat(dy)), { shape: x.shape }) };
  },
  reference: ({ x }, pool) => {
    const data = toNumbers(x);
    const out: number[] = [];
    eachWindow(x.shape, pool, (_, under) => {
      out.push(Math.max(...under.map(({ at }) => data[at]!)));
    });
    return out;
  },
  cases: [
    { x: [2, 2, 4, 6], with: { size: [2, 2], strides: [2, 2] } },
    { x: [1, 2, 5, 4], with: { size: [3, 2] } },
    { x: [2, 1, 5, 7], with: { size: [3, 3], strides: [2, 3], pads: [1, 0, 2, 1] } },
  ],
});

/** Where in its plane (row times width plus column) the largest of each window stands; of equals the first. */
export const maxPoolPlaces: Op<readonly ["x"], Pool> = defineOp({
  name: "maxPoolPlaces",
  inputs: ["x"],
  type: ({ x }, pool: Pool): TensorType => ({ ...pooledType(x, pool), dtype: "i64" }),
  onnx: (emit, [x], { inputs }, pool: Pool) => {
    const [, places] = emit.node("MaxPool", [x!], onnxPool(pool), { outputs: 2 });
    const [height, width] = planeOf(inputs[0]!);
    // ONNX counts through the whole tensor
    return emit.node("Mod", [places!, emit.constant(tensorOf("i64", [], [height! * width!]))]);
  },
  gradient: "zero",
  reference: ({ x }, pool) => {
    const data = toNumbers(x);
    const out: number[] = [];
    eachWindow(x.shape, pool, (_, under) => {
      out.push(under.reduce((best, next) => (data[next.at]! > data[best.at]! ? next : best)).inPlane);
    });
    return out;
  },
  cases: [
    { x: [2, 2, 5, 4], with: { size: [2, 2], strides: [2, 1] } },
    { x: [1, 2, 4, 4], with: { size: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] } },
    {
      x: { shape: [1, 1, 2, 4], values: [1, 1, 0, 2, 1, 1, 2, 2] },
      with: { size: [2, 2], strides: [2, 2] },
    },
  ],
});
