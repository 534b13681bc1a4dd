// How many threads one call deserves. A second thread costs more than it gives below about 4 million multiply-adds in one
// product, and one core is left to the thread that feeds the model: threads that wait for each other by spinning make
// that thread the slowest (bench/threads.mjs prints the figures).

import { type Application, applicationsOf, type Graph } from "../graph/node.js";
import type { Fragment } from "../graph/onnx/foreign/fragment.js";
import type { Body } from "../graph/ops/scan.js";
import type { Shape } from "../tensor/dtype.js";

/** Multiply-adds in the largest matrix product or convolution above which a second thread pays. */
const WORTH_A_THREAD = 4_000_000;

/** Multiply-adds of the largest single matrix product or convolution; a named size counts as `batch`. */
export const largestProduct = (graph: Graph, batch = 1024): number =>
  products(graph, batch).reduce((largest, product) => Math.max(largest, product), 0);

/** Multiply-adds of all of them, what stands in a loop counted once. @public benches print shares of the machine's speed */
export const allProducts = (graph: Graph, batch = 1024): number =>
  products(graph, batch).reduce((sum, product) => sum + product, 0);

function products(graph: Graph, batch: number): number[] {
  const visit = (nodes: readonly Graph["outputs"][number]["node"][]): number[] =>
    applicationsOf(nodes).flatMap((app) => [
      ...(app.op.name === "foreign" ? foreignProducts(app, batch) : [multiplyAdds(app, batch)]),
      ...(app.op.name === "scan" ? visit((app.attributes as { body: Body }).body.outputs) : []),
    ]);
  return visit(graph.outputs.map(({ node }) => node));
}

function foreignProducts({ results, attributes }: Application, batch: number): number[] {
  const rows = results[0]!.shape[0]!;
  const { products } = (attributes as { fragment: Fragment }).fragment;
  return products.map((each) => each * (typeof rows === "number" ? rows : batch));
}

function multiplyAdds({ op, inputs, results, attributes }: Application, batch: number): number {
  const size = (shape: Shape): number =>
    shape.reduce<number>((n, dim) => n * (typeof dim === "number" ? dim : batch), 1);
  const [result] = results as [(typeof results)[number]];
  // a filter is [channels of the map, channels of the picture, height, width]: each place of the map takes part in as
  // many products as one channel of it has numbers
  const perPlace = (filter: Shape): number => size(filter.slice(1));
  switch (op.name) {
    case "matmul":
    case "affine": {
      const [a] = inputs as [(typeof inputs)[number]];
      const inner = (attributes as { transA?: boolean }).transA ? a.shape[0]! : a.shape[1]!;
      return size([...result.shape, inner]);
    }
    case "conv":
      return size(result.shape) * perPlace(inputs[1]!.shape);
    case "convTranspose":
      return size(inputs[0]!.shape) * perPlace(inputs[1]!.shape);
    case "convFilter":
      return size(inputs[1]!.shape) * perPlace(result.shape);
    default:
      return 0;
  }
}

/** 1 for small work, all cores but one for large. A function of the work alone, so that a seed gives the same bits again. */
export const threadsFor = (multiplyAdds: number, cores: number): number =>
  multiplyAdds < WORTH_A_THREAD ? 1 : Math.max(1, cores - 1);
