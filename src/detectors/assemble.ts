// The whole of a fitted detector as one graph: raw columns in; score, p-value and label out.

import type { Calibration } from "../decide/conformal.js";
import type { Encoding, PictureEncoding } from "../encode/encoding.js";
import { encodingProgram } from "../encode/program.js";
import type { Graph, Node } from "../graph/node.js";
import { constant } from "../graph/op.js";
import { add, maximum, minimum, mul, sub } from "../graph/ops/arithmetic.js";
import { cast } from "../graph/ops/cast.js";
import { greaterEqual } from "../graph/ops/comparison.js";
import { slice } from "../graph/ops/cut.js";
import { type Trees, treeSum } from "../graph/ops/ml.js";
import { abs } from "../graph/ops/piecewise.js";
import { mean } from "../graph/ops/reduce.js";
import { reshape, transpose, unsqueeze } from "../graph/ops/shape.js";
import { tensor } from "../tensor/tensor.js";
import type { Learned, Verdict } from "./define.js";

/** Name of the constant that `Model.withRule` replaces. */
export const THRESHOLD = "threshold";

/** Scores only: what calibrates the whole. */
export function scoreGraph(encoding: Encoding, score: Learned["score"]): Graph {
  const { inputs, x } = encodingProgram(encoding);
  return { name: "score", inputs, outputs: [{ name: "score", node: verdictOf(score(x)).score }] };
}

export function modelGraph(
  encoding: Encoding,
  score: Learned["score"],
  calibration: Calibration,
  threshold: number,
): Graph {
  const { inputs, x } = encodingProgram(encoding);
  const verdict = verdictOf(score(x));
  const limit = constant(tensor("f32", [], Float32Array.of(threshold)), THRESHOLD);
  return {
    name: "oddity",
    inputs,
    outputs: [
      { name: "score", node: verdict.score },
      { name: "p_value", node: treeSum(unsqueeze(verdict.score, { axes: [1] }), pValueTree(calibration)) },
      { name: "label", node: cast(greaterEqual(verdict.score, limit), { to: "i64" }) },
      ...(encoding.picture ? pictureOutputs(encoding.picture, x, verdict) : []),
    ],
  };
}

const verdictOf = (said: Node | Verdict): Verdict => ("score" in said ? said : { score: said });

/**
 * "reconstruction" f32[batch, height, width, channels] in 0 to 255, and "heat_map" f32[batch, height, width]: the
 * detector's own, or the mean over the channels of |picture - reconstruction|, 0 (as it should be) to 2.
 */
function pictureOutputs(
  { height, width, channels }: PictureEncoding,
  x: Node,
  { rebuilt, heat }: Verdict,
): Graph["outputs"] {
  const planes = (node: Node): Node => reshape(node, { shape: ["batch", channels, height, width] });
  const outputs: { name: string; node: Node }[] = [];
  if (rebuilt !== undefined) {
    const pixels = minimum(maximum(mul(add(planes(rebuilt), 1), 127.5), 0), 255);
    outputs.push({ name: "reconstruction", node: transpose(pixels, { order: [0, 2, 3, 1] }) });
  }
  if (heat !== undefined) outputs.push({ name: "heat_map", node: reshape(heat, { shape: ["batch", height, width] }) });
  else if (rebuilt !== undefined) {
    const judged = slice(x, { axis: 1, start: 0, end: channels * height * width });
    outputs.push({ name: "heat_map", node: mean(abs(sub(planes(judged), planes(rebuilt))), { axes: [1] }) });
  }
  return outputs;
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
