// The Gaussian kernel exp(-gamma·|x - r|²) between rows and reference rows, as a graph, and among reference rows.

import type { Node } from "../../graph/node.js";
import { writeOnnx } from "../../graph/onnx/write.js";
import { constant, input } from "../../graph/op.js";
import { add, minimum, mul, sub } from "../../graph/ops/arithmetic.js";
import { exp } from "../../graph/ops/exponential.js";
import { affine, matmul } from "../../graph/ops/matmul.js";
import { sum } from "../../graph/ops/reduce.js";
import { scan } from "../../graph/ops/scan.js";
import { expandLike } from "../../graph/ops/shape.js";
import { largestProduct, threadsFor } from "../../runtime/threads.js";
import { tensor } from "../../tensor/tensor.js";
import { takingTurns } from "../../tensor/turns.js";
import type { LearningSite } from "../define.js";
import type { References } from "../neighbours/references.js";
import { Pace } from "../pace.js";

/** References compared with all rows of a batch at once. */
const BLOCK = 1024;

/**
 * Rows of references as what `affine` takes: -gamma·|x - r|² = x·(2·gamma·r) - gamma·|r|² - gamma·|x|².
 * Blocks f32[blocks, width, size] and [blocks, size]; the last one is filled up with references at the middle.
 */
function inBlocks({ values, count, width }: References, gamma: number, size: number) {
  const blocks = Math.ceil(count / size);
  const products = new Float32Array(blocks * width * size);
  const squares = new Float32Array(blocks * size);
  for (let i = 0; i < count; i++) {
    const start = Math.floor(i / size) * width * size + (i % size);
    let square = 0;
    for (let j = 0; j < width; j++) {
      const value = values[i * width + j]!;
      square += value * value;
      products[start + j * size] = 2 * gamma * value;
    }
    squares[i] = -gamma * square;
  }
  return {
    products: constant(tensor("f32", [blocks, width, size], products), "references"),
    squares: constant(tensor("f32", [blocks, size], squares), "reference lengths"),
  };
}

/** -gamma·|x|², f32[batch, 1]. */
const ownLength = (x: Node, gamma: number): Node => mul(sum(mul(x, x), { axes: [1], keep: true }), -gamma);

// rounding may leave a little more than 0 of a distance of 0
const kernelOf = (x: Node, own: Node, products: Node, squares: Node): Node =>
  exp(minimum(add(affine(x, products, squares), own), 0));

/** The sum of the kernels with all references, each times its weight, f32[batch]. @param x f32[batch, width] */
export function kernelSum(x: Node, references: References, weights: Float64Array, gamma: number): Node {
  const { count, width, middle } = references;
  const size = Math.min(BLOCK, count);
  const { products, squares } = inBlocks(references, gamma, size);
  const blocks = Math.ceil(count / size);
  const padded = new Float32Array(blocks * size);
  padded.set(weights);
  const shares = constant(tensor("f32", [blocks, size, 1], padded), "weights");
  const centred = sub(x, constant(tensor("f32", [1, width], middle), "middle"));
  const own = ownLength(centred, gamma);
  const zero = expandLike(constant(tensor("f32", [1, 1], new Float32Array(1))), own);
  const { state } = scan({ state: [zero], over: [products, squares, shares] }, ([total], [product, square, share]) => ({
    state: [add(total!, matmul(kernelOf(centred, own, product!, square!), share!, {}))],
    outputs: [],
  }));
  return sum(state[0]!, { axes: [1] });
}

/** The kernels of all references with each other, f32[count, count]. */
export async function kernelAmong(references: References, gamma: number, site: LearningSite): Promise<Float32Array> {
  const { values, count, width } = references;
  const x = input("x", "f32", ["batch", width]);
  const { products, squares } = inBlocks(references, gamma, count);
  const first = (node: Node): Node => sum(node, { axes: [0] }); // there is one block
  const kernel = kernelOf(x, ownLength(x, gamma), first(products), first(squares));
  const graph = { name: "kernel", inputs: [x], outputs: [{ name: "kernel", node: kernel }] };
  const threads = site.threads ?? threadsFor(largestProduct(graph), site.host.cores);
  const session = await site.host.runtime.open(writeOnnx(graph), { threads });
  const out = new Float32Array(count * count);
  const batch = Math.max(1, Math.floor(2 ** 20 / Math.max(count, width)));
  const turn = takingTurns();
  const pace = new Pace(count, site);
  try {
    for (let start = 0; start < count; start += batch) {
      const last = Math.min(start + batch, count);
      const rows = values.slice(start * width, last * width);
      const got = await session.run({ x: tensor("f32", [last - start, width], rows) }, { give: true });
      out.set(got.kernel!.data as Float32Array, start * count);
      await turn();
      pace.reach(last);
    }
  } finally {
    await session.close();
  }
  return out;
}
