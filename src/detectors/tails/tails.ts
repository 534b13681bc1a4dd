// What ECOD and COPOD share: distributions of all columns, and the sums of logarithms of tail probabilities as a graph.

import type { Node } from "../../graph/node.js";
import { scalar } from "../../graph/op.js";
import { add, maximum } from "../../graph/ops/arithmetic.js";
import { treeSum } from "../../graph/ops/ml.js";
import { takingTurns } from "../../tensor/turns.js";
import type { LearningSite } from "../define.js";
import { Pace } from "../pace.js";
import { int } from "../parameters.js";
import { type Distribution, distributionOf } from "./distribution.js";
import { searchTrees, type TailFunction } from "./search.js";

/** Numbers to compare with, of all columns together: a file of about 20 MB. */
const MOST_IN_ALL = 2 ** 18;
/** A column of a very wide table has this many in any case. */
const FEWEST = 32;

export const tailParameters = {
  thresholds: int({
    min: 16,
    max: 100_000,
    fallback: 4096,
    doc: "different values of a column that are told apart, at most; where there are more, those in the tails are",
  }),
};

interface Tails {
  readonly columns: readonly Distribution[];
  readonly facts: Readonly<Record<string, number>>;
}

export async function learnTails(thresholds: number, site: LearningSite): Promise<Tails> {
  const { rows, width } = site;
  const most = Math.min(thresholds, Math.max(FEWEST, Math.floor(MOST_IN_ALL / width)));
  const turn = takingTurns();
  const pace = new Pace(width, site);
  const columns: Distribution[] = [];
  for (let column = 0; column < width; column++) {
    const values = new Float32Array(rows.count);
    for (let i = 0; i < rows.count; i++) values[i] = rows.values[i * width + column]!;
    columns.push(distributionOf(values, most));
    await turn();
    pace.reach(column + 1);
  }
  const kept = columns.reduce((sum, { values }) => sum + values.length, 0);
  return { columns, facts: { thresholds: kept, "most of a column": most } };
}

/** The sum over the columns of a function of each, f32[batch]. */
export const sumOf = (x: Node, columns: readonly Distribution[], f: TailFunction): Node =>
  treeSum(x, searchTrees(numbered(columns), f));

/** The largest of three sums over the columns: of left tails, of right tails, and of the tails that are long. */
export function largestSum(x: Node, columns: readonly Distribution[]): Node {
  const [left, right] = [true, false].map((isLeft) => {
    const some = numbered(columns).filter(({ distribution }) => distribution.skew < 0 === isLeft);
    return {
      left: some.length === 0 ? scalar(0) : treeSum(x, searchTrees(some, leftOf)),
      right: some.length === 0 ? scalar(0) : treeSum(x, searchTrees(some, rightOf)),
    };
  }) as [Halves, Halves];
  const longTails = add(left.left, right.right);
  return maximum(longTails, maximum(add(left.left, right.left), add(left.right, right.right)));
}

interface Halves {
  readonly left: Node;
  readonly right: Node;
}

const numbered = (columns: readonly Distribution[]) =>
  columns.map((distribution, column) => ({ column, distribution }));

export const leftOf: TailFunction = (left) => -Math.log(left);
export const rightOf: TailFunction = (_, right) => -Math.log(right);

/** The tail on the long side of a column; both where it has none. */
export const longOf: TailFunction = (left, right, { skew }) =>
  (skew > 0 ? 0 : -Math.log(left)) + (skew < 0 ? 0 : -Math.log(right));
