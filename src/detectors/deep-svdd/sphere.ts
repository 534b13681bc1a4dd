// What Deep SVDD and Deep SAD are made of: a network whose outputs are to lie near a fixed centre, the centre itself, and
// the radius of the soft boundary (Ruff et al. 2018, section 3).

import type { Node } from "../../graph/node.js";
import { add, mul, square, sub } from "../../graph/ops/arithmetic.js";
import { greater } from "../../graph/ops/comparison.js";
import { slice } from "../../graph/ops/cut.js";
import { sqrt } from "../../graph/ops/exponential.js";
import { topK } from "../../graph/ops/gather.js";
import { sum } from "../../graph/ops/reduce.js";
import { reshape } from "../../graph/ops/shape.js";
import { where } from "../../graph/ops/where.js";
import { zeros } from "../../nn/initialise.js";
import { type Network, network, type Scope } from "../../nn/network.js";
import type { Rows } from "../../train/feeds.js";
import type { LearningSite } from "../define.js";
import { measured } from "../measure.js";

/** Where rows are among the others. */
export interface Place {
  /** f32[batch, code]: what the body makes of them. */
  readonly code: Node;
  /** f32[batch]: squared distance of the code from the centre. */
  readonly distance: Node;
  /** f32[1, code]. */
  readonly centre: Node;
  /** f32[]: R, where the boundary is soft. */
  readonly radius: Node | undefined;
}

export interface Soft {
  /** Share ν of the rows that may lie outside. */
  readonly nu: number;
}

/**
 * A body f32[batch, width] → f32[batch, code] without biases, with a centre that gradients do not move. While training with
 * a soft boundary, R is the (1 - ν)-quantile of the last batch's distances once `wait` steps have gone by (0 until then).
 */
export function sphereOf(body: Network, code: number, soft?: Soft): Network<readonly [Node], Place> {
  const inner = network({ body }, (part, x: Node) => part.body(x));
  const one = { shape: [1], start: zeros, running: true };
  return {
    parameters: [
      ...inner.parameters,
      { name: "centre", shape: [code], start: zeros, running: true },
      ...(soft
        ? [
            { name: "radius", ...one },
            { name: "wait", ...one },
          ]
        : []),
    ],
    bind: (scope) => {
      const call = inner.bind(scope);
      return (x) => {
        const y = call(x);
        const centre = reshape(scope.parameter("centre"), { shape: [1, code] });
        const distance = sum(square(sub(y, centre)), { axes: [1] });
        if (soft === undefined) return { code: y, distance, centre, radius: undefined };
        const radius = reshape(scope.parameter("radius"), { shape: [] });
        if (scope.noise !== undefined) follow(scope, soft, distance);
        return { code: y, distance, centre, radius };
      };
    },
  };
}

/** R² is where the derivative of the loss by it is 0, but for the batch being a sample (section 3.3). */
function follow(scope: Scope, { nu }: Soft, distance: Node): void {
  const wait = scope.parameter("wait");
  const found = reshape(sqrt(topQuantile(distance, nu)), { shape: [1] });
  scope.update("radius", where(greater(wait, 0), scope.parameter("radius"), found));
  scope.update("wait", sub(wait, 1));
}

/** The (1 - share)-quantile of x f32[n], between two of its values as NumPy has it: f32[1]. @public tests compute it */
export function topQuantile(x: Node, share: number): Node {
  const count = x.shape[0] as number;
  const place = share * (count - 1);
  const above = Math.floor(place);
  const below = Math.min(above + 1, count - 1);
  const { values } = topK(x, below + 1);
  const at = (i: number): Node => slice(values, { axis: 0, start: i, end: i + 1 });
  return add(mul(at(above), 1 - (place - above)), mul(at(below), place - above));
}

/** No number of a centre is nearer to 0: outputs that are 0 whatever the row is would be too easy to learn. */
const FROM_ZERO = 0.1;

/**
 * The centre: mean of the codes of these rows, with numbers near 0 moved away from it (section 3.3 and the authors' code).
 * `codeOf` sees x f32[batch, site.width]. @param near what is moved away: numbers within ±0.1, as the authors have it, or
 * within a tenth of the root mean square of all codes, since 0.1 may be far from every code
 */
export async function centreOf(
  rows: Rows,
  site: LearningSite,
  codeOf: (x: Node) => Node,
  near: "absolute" | "relative" = "relative",
): Promise<Float32Array> {
  let sums: Float64Array | undefined;
  let squares = 0;
  for await (const { rows: count, values } of measured(rows, site, (x) => ({ code: codeOf(x) }))) {
    const width = values.code.length / count;
    sums ??= new Float64Array(width);
    for (let i = 0; i < values.code.length; i++) {
      sums[i % width]! += values.code[i]!;
      squares += values.code[i]! ** 2;
    }
  }
  const size = Math.sqrt(squares / (rows.count * sums!.length));
  // of rows whose codes are all 0 there is no size
  const least = near === "relative" && size > 0 ? FROM_ZERO * size : FROM_ZERO;
  return Float32Array.from(sums!, (each) => awayFromZero(each / rows.count, least));
}

const awayFromZero = (x: number, least: number): number => (Math.abs(x) >= least ? x : x < 0 ? -least : least);

/** Deviation of the distances, as a share of the squared length of the centre, below which rows are no longer told apart. */
const LEAST_SPREAD = 1e-6;

/**
 * A sentence where the network says the same of every one of these rows, though they differ (the paper, section 3.4);
 * undefined where it does not.
 */
export async function collapseOf(
  rows: Rows,
  site: LearningSite,
  placeOf: (x: Node) => Place,
): Promise<string | undefined> {
  const distances = new Float64Array(rows.count);
  let size = 0;
  let filled = 0;
  const nodes = (x: Node) => {
    const { distance, centre } = placeOf(x);
    return { distance, size: sum(square(centre), { axes: [1] }) };
  };
  for await (const { values } of measured(rows, site, nodes)) {
    distances.set(values.distance, filled);
    filled += values.distance.length;
    size = values.size[0]!;
  }
  const middle = distances.reduce((total, x) => total + x, 0) / rows.count;
  const deviation = Math.sqrt(distances.reduce((total, x) => total + (x - middle) ** 2, 0) / rows.count);
  if (deviation > LEAST_SPREAD * size || !hasTwo(rows, site)) return undefined;
  return (
    "the network collapsed: it maps all training rows to one place, so scores tell little; " +
    "a smaller rate, fewer epochs or pretraining may help"
  );
}

/** Whether two of the rows differ. */
const hasTwo = ({ values, count }: Rows, { width }: LearningSite): boolean =>
  values.subarray(0, count * width).some((x, i) => x !== values[i % width]);
