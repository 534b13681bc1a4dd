// The whole of a fitted detector as one graph: raw columns in; score, p-value and label out.

import type { Calibration } from "../decide/conformal.js";
import type { Encoding } from "../encode/encoding.js";
import { encodingProgram } from "../encode/program.js";
import type { Graph, Node } from "../graph/node.js";
import { constant } from "../graph/op.js";
import { cast } from "../graph/ops/cast.js";
import { greaterEqual } from "../graph/ops/comparison.js";
import { type Trees, treeSum } from "../graph/ops/ml.js";
import { unsqueeze } from "../graph/ops/shape.js";
import { tensor } from "../tensor/tensor.js";

/** Name of the constant that `Model.withRule` replaces. */
export const THRESHOLD = "threshold";

/** Scores only: what calibrates the whole. */
export function scoreGraph(encoding: Encoding, score: (x: Node) => Node): Graph {
  const { inputs, x } = encodingProgram(encoding);
  return { name: "score", inputs, outputs: [{ name: "score", node: score(x) }] };
}

export function modelGraph(
  encoding: Encoding,
  score: (x: Node) => Node,
  calibration: Calibration,
  threshold: number,
): Graph {
  const { inputs, x } = encodingProgram(encoding);
  const scored = score(x);
  const limit = constant(tensor("f32", [], Float32Array.of(threshold)), THRESHOLD);
  return {
    name: "oddity",
    inputs,
    outputs: [
      { name: "score", node: scored },
      { name: "p_value", node: treeSum(unsqueeze(scored, { axes: [1] }), pValueTree(calibration)) },
      { name: "label", node: cast(greaterEqual(scored, limit), { to: "i64" }) },
    ],
  };
}

/**
 * The conformal p-value (1 + #{calibration ≥ s}) / (n + 1) of a score s as one balanced tree over the distinct
 * calibration scores: a binary search that every ONNX runtime can do.
 */
function pValueTree(calibration: Calibration): Trees {
  const n = calibration.length;
  const distinct: number[] = [];
  const below: number[] = [];
  calibration.forEach((score, i) => {
    if (score === distinct.at(-1)) return;
    distinct.push(score);
    below.push(i);
  });
  below.push(n);
  const trees = {
    feature: [] as number[],
    threshold: [] as number[],
    left: [] as number[],
    right: [] as number[],
    value: [] as number[],
  };
  // leaf k: the score lies above distinct[k - 1] and not above distinct[k], so `below[k]` calibration scores are less
  const grow = (first: number, last: number): number => {
    const place = trees.feature.length;
    const isLeaf = first === last;
    const middle = (first + last) >> 1;
    trees.feature.push(isLeaf ? -1 : 0);
    trees.threshold.push(isLeaf ? 0 : distinct[middle]!);
    trees.value.push(isLeaf ? (1 + n - below[first]!) / (n + 1) : 0);
    trees.left.push(0);
    trees.right.push(0);
    if (!isLeaf) {
      trees.left[place] = grow(first, middle);
      trees.right[place] = grow(middle + 1, last);
    }
    return place;
  };
  grow(0, distinct.length);
  return {
    roots: Int32Array.of(0),
    feature: Int32Array.from(trees.feature),
    threshold: Float32Array.from(trees.threshold),
    left: Int32Array.from(trees.left),
    right: Int32Array.from(trees.right),
    value: Float32Array.from(trees.value),
  };
}
