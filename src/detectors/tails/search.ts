// Functions of a column that change only at given numbers, as balanced decision trees: one binary search for each column.

import type { Trees } from "../../graph/ops/ml.js";
import type { Distribution } from "./distribution.js";

/** A number made of the left and the right tail probability of a value, each above 0 and at most 1. */
export type TailFunction = (left: number, right: number, distribution: Distribution) => number;

/**
 * The sum over these columns of `f`, for `treeSum`. A row that is scored counts as one more training row: its tail
 * probabilities are (1 + training values at most, or at least, as large) / (rows + 1), never 0.
 */
export function searchTrees(
  columns: readonly { column: number; distribution: Distribution }[],
  f: TailFunction,
): Trees {
  const nodes = { roots: [], feature: [], threshold: [], left: [], right: [], value: [] } as Lists;
  for (const { column, distribution } of columns) {
    nodes.roots.push(nodes.feature.length);
    grow(nodes, column, stepsOf(distribution, f));
  }
  return {
    roots: Int32Array.from(nodes.roots),
    feature: Int32Array.from(nodes.feature),
    threshold: Float32Array.from(nodes.threshold),
    left: Int32Array.from(nodes.left),
    right: Int32Array.from(nodes.right),
    value: Float32Array.from(nodes.value),
  };
}

type Lists = Record<keyof Trees, number[]>;

/** Values of a function up to and with rising numbers, the last one's being endless. */
interface Steps {
  readonly upTo: number[];
  readonly value: number[];
}

function stepsOf(distribution: Distribution, f: TailFunction): Steps {
  const { rows, values, atMost, atLeast, below, above } = distribution;
  const steps: Steps = { upTo: [], value: [] };
  const add = (upTo: number, left: number, right: number): void => {
    if (upTo === steps.upTo.at(-1)) return; // no number lies between two neighbours in f32
    const value = f(left / (rows + 1), right / (rows + 1), distribution);
    if (value === steps.value.at(-1)) steps.upTo[steps.upTo.length - 1] = upTo;
    else {
      steps.upTo.push(upTo);
      steps.value.push(value);
    }
  };
  for (const [i, value] of values.entries()) {
    add(justBelow(value), below[i]!, above[i]!);
    add(value, atMost[i]! + 1, atLeast[i]! + 1);
  }
  add(Number.POSITIVE_INFINITY, below.at(-1)!, above.at(-1)!);
  return steps;
}

function grow(nodes: Lists, column: number, { upTo, value }: Steps): void {
  const branch = (first: number, last: number): number => {
    const place = nodes.feature.length;
    const isLeaf = first === last;
    const middle = (first + last) >> 1;
    nodes.feature.push(isLeaf ? -1 : column);
    nodes.threshold.push(isLeaf ? 0 : upTo[middle]!);
    nodes.value.push(isLeaf ? value[first]! : 0);
    nodes.left.push(0);
    nodes.right.push(0);
    if (!isLeaf) {
      nodes.left[place] = branch(first, middle);
      nodes.right[place] = branch(middle + 1, last);
    }
    return place;
  };
  branch(0, value.length - 1);
}

const single = new Float32Array(1);
const bits = new Int32Array(single.buffer);

/** The largest f32 below a finite one. */
function justBelow(value: number): number {
  single[0] = value === 0 ? -0 : value;
  bits[0] = bits[0]! + (value > 0 ? -1 : 1);
  return single[0]!;
}
