// How many threads one call deserves. A second thread costs more than it gives below about 4 million multiply-adds in one
// product, and one core is left to the thread that feeds the model: threads that wait for each other by spinning make
// that thread the slowest (bench/threads.mjs prints the figures).

import { applicationsOf, type Graph } from "../graph/node.js";
import type { Body } from "../graph/ops/scan.js";

/** Multiply-adds in the largest matrix product above which a second thread pays. */
const WORTH_A_THREAD = 4_000_000;

/** Multiply-adds of the largest single matrix product; a named size counts as `batch`. */
export function largestProduct(graph: Graph, batch = 1024): number {
  let largest = 0;
  const visit = (nodes: readonly Graph["outputs"][number]["node"][]): void => {
    for (const app of applicationsOf(nodes)) {
      if (app.op.name === "scan") visit((app.attributes as { body: Body }).body.outputs);
      if (app.op.name !== "matmul" && app.op.name !== "affine") continue;
      const size = (dim: number | string | undefined): number => (typeof dim === "number" ? dim : batch);
      const [rows, columns] = app.results[0]!.shape;
      const a = app.inputs[0]!.shape;
      const inner = (app.attributes as { transA?: boolean }).transA ? a[0] : a[1];
      largest = Math.max(largest, size(rows) * size(columns) * size(inner));
    }
  };
  visit(graph.outputs.map(({ node }) => node));
  return largest;
}

/** 1 for small work, all cores but one for large. A function of the work alone, so that a seed gives the same bits again. */
export const threadsFor = (multiplyAdds: number, cores: number): number =>
  multiplyAdds < WORTH_A_THREAD ? 1 : Math.max(1, cores - 1);
