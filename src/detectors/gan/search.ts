// The latent search of AnoGAN (Schlegl et al. 2017) as a graph: for each row of a batch the code whose generated row is
// most like it, by gradient descent on the code. It is a `Scan`, so a model file carries it, for any number of rows at
// once.

import { differentiate } from "../../graph/differentiate.js";
import type { Node } from "../../graph/node.js";
import { constant } from "../../graph/op.js";
import { add, mul, sub } from "../../graph/ops/arithmetic.js";
import { greater } from "../../graph/ops/comparison.js";
import { slice } from "../../graph/ops/cut.js";
import { gather, topK } from "../../graph/ops/gather.js";
import { matmul } from "../../graph/ops/matmul.js";
import { sum } from "../../graph/ops/reduce.js";
import { scan } from "../../graph/ops/scan.js";
import { squeeze, unsqueeze } from "../../graph/ops/shape.js";
import { where } from "../../graph/ops/where.js";
import { meanAbsoluteByRow } from "../../nn/losses.js";
import { adam, move, type Optimiser, slotsOf, stepScalars } from "../../nn/optimisers.js";
import { cosine } from "../../nn/schedules.js";
import { tensor } from "../../tensor/tensor.js";
import type { BoundNetworks } from "../../train/program.js";
import type { Parts } from "../row.js";
import type { GanNetworks } from "./game.js";

export interface Descent {
  /** Steps of each code. */
  readonly steps: number;
  readonly optimiser: Optimiser;
}

/** A loss of codes f32[batch, code] for the rows of a batch: f32[batch], each from its own row and code alone. */
export type LossOf = (codes: Node) => Node;

/**
 * Codes f32[batch, code] moved downhill. The sum of the losses is what is differentiated: no row's loss depends on another
 * row's code, so each code has the gradient of its own loss, whoever is in the batch.
 */
export function descend(start: Node, lossOf: LossOf, { steps, optimiser }: Descent): Node {
  if (steps === 0) return start;
  const scalars = Array.from({ length: steps }, (_, step) => stepScalars(optimiser, step, steps));
  const width = scalars[0]!.length;
  const over = constant(tensor("f32", [steps, width], Float32Array.from(scalars.flat())));
  const slots = Array.from({ length: slotsOf(optimiser) }, () => mul(start, 0));
  const { state } = scan({ state: [start, ...slots], over: [over] }, ([code, ...kept], [numbers]) => {
    const [slope] = differentiate(sum(lossOf(code!), {}), [code!]);
    const own = Array.from({ length: width }, (_, i) =>
      squeeze(slice(numbers!, { axis: 0, start: i, end: i + 1 }), { axes: [0] }),
    );
    const moved = move(optimiser, code!, slope!, kept, own);
    return { state: [moved.parameters, ...moved.slots], outputs: [] };
  });
  return state[0]!;
}

/** Codes f32[n, code], each as the start of all rows of x: n nodes f32[batch, code]. */
export function sameStarts(x: Node, codes: Node): Node[] {
  const none = mul(slice(x, { axis: 1, start: 0, end: 1 }), 0);
  return Array.from({ length: codes.shape[0] as number }, (_, i) =>
    add(none, slice(codes, { axis: 0, start: i, end: i + 1 })),
  );
}

/**
 * The codes, of codes f32[n, code], whose generated rows f32[n, features] are nearest to each row of x f32[batch, features]:
 * `count` nodes f32[batch, code], the nearest first.
 */
export function nearestStarts(x: Node, codes: Node, generated: Node, count: number): Node[] {
  // of |x - g|² = |x|² - (2x·g - |g|²) the first term is the same for all g
  const nearness = sub(mul(matmul(x, generated, { transB: true }), 2), sum(mul(generated, generated), { axes: [1] }));
  const { places } = topK(nearness, Math.min(count, codes.shape[0] as number));
  return Array.from({ length: places.shape[1] as number }, (_, i) =>
    gather(codes, squeeze(slice(places, { axis: 1, start: i, end: i + 1 }), { axes: [1] })),
  );
}

/**
 * So many starts for each row: the nearest of what the drawn codes generate, or the first of the drawn codes. What is
 * generated depends on the context: rows that have one are not compared with it.
 */
export function startsOf(
  n: Pick<BoundNetworks<GanNetworks>, "generator" | "starts">,
  { row, context }: Parts,
  { nearest, count }: { nearest: boolean; count: number },
): Node[] {
  const codes = n.starts();
  if (nearest && context === undefined) return nearestStarts(row, codes, n.generator(codes), count);
  return sameStarts(row, slice(codes, { axis: 0, start: 0, end: count }));
}

/** The search from each of these starts; each row keeps the code that ends with the least loss, the first of equals. */
export function search(starts: readonly Node[], lossOf: LossOf, descent: Descent): Node {
  const [first, ...others] = starts.map((start) => {
    const code = descend(start, lossOf, descent);
    return { code, loss: lossOf(code) };
  });
  return others.reduce((best, next) => {
    const better = greater(best.loss, next.loss);
    return {
      code: where(unsqueeze(better, { axes: [1] }), next.code, best.code),
      loss: where(better, next.loss, best.loss),
    };
  }, first!).code;
}

/** Steps of the search that picks weights: the whole search at each look would cost more than the training. */
const BRIEF: Descent = { steps: 10, optimiser: adam({ rate: 0.1, schedule: cosine() }) };

/** The mean of |x - G(z)| after a search of 10 steps from the nearest start: how well the generator knows the rows. */
export function briefResidual(n: Pick<BoundNetworks<GanNetworks>, "generator" | "starts">, rows: Parts): Node {
  const residual: LossOf = (codes) => meanAbsoluteByRow(rows.row, n.generator(codes, rows.context));
  return residual(search(startsOf(n, rows, { nearest: true, count: 1 }), residual, BRIEF));
}
