// Mean and principal axes of training rows: from the covariance of the columns, or, with fewer rows than columns, from the
// products of the rows, which have the same axes.

import type { Node } from "../../graph/node.js";
import { writeOnnx } from "../../graph/onnx/write.js";
import { input } from "../../graph/op.js";
import { matmul } from "../../graph/ops/matmul.js";
import type { Feeds } from "../../runtime/runtime.js";
import { largestProduct, threadsFor } from "../../runtime/threads.js";
import { tensor } from "../../tensor/tensor.js";
import { takingTurns } from "../../tensor/turns.js";
import type { Rows } from "../../train/feeds.js";
import type { LearningSite } from "../define.js";
import { Pace } from "../pace.js";
import { eigenOf } from "./eigen.js";

export interface Spread {
  readonly mean: Float32Array;
  /** Variances along the axes, falling; those of directions without an axis here are 0. */
  readonly variances: Float64Array;
  /** f32[variances.length, width]: axes of length 1. */
  readonly axes: Float32Array;
  /** Sum over the rows of |x - mean|⁴, divided by their number: what shrinkage is reckoned from. */
  readonly fourth: number;
}

/** Smaller shares of the largest variance are what f32 leaves of 0. */
export const NOTHING = 1e-6;
const ROWS_AT_ONCE = 2048;

export async function spreadOf(rows: Rows, width: number, site: LearningSite): Promise<Spread> {
  const { count } = rows;
  const { centred, mean } = centre(rows, width);
  let fourth = 0;
  for (let i = 0; i < count; i++) {
    let square = 0;
    for (let j = i * width; j < (i + 1) * width; j++) square += centred[j]! * centred[j]!;
    fourth += (square * square) / count;
  }
  const isWide = count < width;
  const size = isWide ? count : width;
  const products = await productsOf(centred, count, width, isWide, site);
  const pace = new Pace(2 * size, site);
  const turns = takingTurns();
  let done = 0;
  const { values, vectors } = await eigenOf(products, size, async () => {
    await turns();
    pace.reach(Math.min(++done, 2 * size));
  });
  const kept = values.filter((value) => value > NOTHING * values[0]!);
  const variances = kept.map((value) => value / count);
  const axes = isWide
    ? await axesOfRows(centred, kept, vectors, count, width, site)
    : Float32Array.from(vectors.subarray(0, kept.length * width));
  return { mean, variances, axes, fourth };
}

function centre({ values, count }: Rows, width: number): { centred: Float32Array; mean: Float32Array } {
  const sums = new Float64Array(width);
  for (let i = 0; i < count; i++) for (let j = 0; j < width; j++) sums[j]! += values[i * width + j]! / count;
  const mean = Float32Array.from(sums);
  const centred = new Float32Array(count * width);
  for (let i = 0; i < count; i++)
    for (let j = 0; j < width; j++) centred[i * width + j] = values[i * width + j]! - mean[j]!;
  return { centred, mean };
}

/** Products of the columns with each other summed over the rows, or of the rows summed over the columns. */
async function productsOf(
  centred: Float32Array,
  count: number,
  width: number,
  isWide: boolean,
  site: LearningSite,
): Promise<Float64Array> {
  const size = isWide ? count : width;
  const out = new Float64Array(size * size);
  const batch = isWide ? count : Math.max(ROWS_AT_ONCE, width);
  const x = input("x", "f32", ["batch", width]);
  await running(matmul(x, x, isWide ? { transB: true } : { transA: true }), [x], site, async (run) => {
    for (let first = 0; first < count; first += batch) {
      const last = Math.min(first + batch, count);
      const data = await run({ x: tensor("f32", [last - first, width], centred.slice(first * width, last * width)) });
      for (let i = 0; i < data.length; i++) out[i]! += data[i]!;
    }
  });
  return out;
}

/** With v a vector of XXᵀ, Xᵀv is one of XᵀX, and its length the root of the value they share. */
async function axesOfRows(
  centred: Float32Array,
  values: Float64Array,
  vectors: Float64Array,
  count: number,
  width: number,
  site: LearningSite,
): Promise<Float32Array> {
  if (values.length === 0) return new Float32Array(0);
  const kept = Float32Array.from(
    { length: values.length * count },
    (_, k) => vectors[k]! / Math.sqrt(values[Math.floor(k / count)]!),
  );
  const v = input("v", "f32", [values.length, count]);
  const x = input("x", "f32", [count, width]);
  const feeds = {
    v: tensor("f32", [values.length, count], kept),
    x: tensor("f32", [count, width], centred.slice()),
  };
  return running(matmul(v, x, {}), [v, x], site, (run) => run(feeds));
}

/** What `work` does with a session over one node. */
async function running<T>(
  node: Node,
  inputs: readonly Node[],
  site: LearningSite,
  work: (run: (feeds: Feeds) => Promise<Float32Array>) => Promise<T>,
): Promise<T> {
  const graph = { name: "products", inputs, outputs: [{ name: "out", node }] };
  const threads = site.threads ?? threadsFor(largestProduct(graph), site.host.cores);
  const session = await site.host.runtime.open(writeOnnx(graph), { threads });
  try {
    return await work(async (feeds) => {
      const got = await session.run(feeds, { give: true });
      site.signal?.throwIfAborted();
      return got.out!.data as Float32Array;
    });
  } finally {
    await session.close();
  }
}
