// Ops of the ai.onnx.ml domain: text to numbers, and forests of decision trees.

import { toNumbers } from "../../tensor/tensor.js";
import { defineOp, type Op } from "../op.js";

/** Text of one column as 0/1 flags: x string [n, 1] gives f32 [n, levels]; text that is no level gives a row of zeros. */
export const oneHot: Op<readonly ["x"], { levels: readonly string[] }> = defineOp({
  name: "oneHot",
  inputs: ["x"],
  type: ({ x }, { levels }: { levels: readonly string[] }) => {
    if (x.dtype !== "string" || x.shape.length !== 2 || x.shape[1] !== 1) throw new Error("needs text of shape [n,1]");
    return { dtype: "f32", shape: [x.shape[0]!, levels.length] };
  },
  onnx: (emit, [x], { results }, { levels }) => {
    const [flags] = emit.node(
      "OneHotEncoder",
      [x!],
      { cats_strings: { strings: levels }, zeros: { i: 1 } },
      { domain: "ai.onnx.ml" },
    );
    const shape = [typeof results[0]!.shape[0] === "number" ? results[0]!.shape[0] : -1, levels.length];
    return emit.node("Reshape", [
      flags!,
      emit.constant({ dtype: "i64", shape: [2], data: BigInt64Array.from(shape, BigInt) }),
    ]);
  },
  gradient: "zero",
  reference: ({ x }, { levels }) =>
    (x.data as string[]).flatMap((text) => levels.map((level) => Number(level === text))),
  cases: [
    {
      x: { shape: [4, 1], dtype: "string", values: ["tcp", "udp", "", "sctp"] },
      with: { levels: ["icmp", "tcp", "udp"] },
    },
    { x: { shape: [2, 1], dtype: "string", values: ["ü", "b"] }, with: { levels: ["ü"] } },
  ],
});

/** Binary trees as flat arrays, node after node. A leaf has `feature` -1. Node 0 of each tree is its root. */
export interface Trees {
  /** First node of each tree. */
  readonly roots: Int32Array;
  readonly feature: Int32Array;
  /** A row goes left where x[feature] <= threshold. */
  readonly threshold: Float32Array;
  /** Places in these arrays. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** What a leaf gives. */
  readonly value: Float32Array;
}

/** The sum over all trees of the leaf that each row of x f32 [n, width] falls into: f32 [n]. */
export const treeSum: Op<readonly ["x"], Trees> = defineOp({
  name: "treeSum",
  inputs: ["x"],
  type: ({ x }, { roots }: Trees) => {
    if (x.dtype !== "f32" || x.shape.length !== 2) throw new Error("needs f32 rows");
    if (roots.length === 0) throw new Error("needs at least one tree");
    return { dtype: "f32", shape: [x.shape[0]!] };
  },
  onnx: (emit, [x], _, trees) => {
    const [sum] = emit.node("TreeEnsembleRegressor", [x!], treeAttributes(trees), { domain: "ai.onnx.ml" });
    return emit.node("Squeeze", [sum!, emit.constant({ dtype: "i64", shape: [1], data: BigInt64Array.of(1n) })]);
  },
  gradient: "zero",
  reference: ({ x }, trees) => {
    const data = toNumbers(x);
    const width = x.shape[1]!;
    return Array.from({ length: x.shape[0]! }, (_, row) =>
      Array.from(trees.roots).reduce((sum, root) => {
        let node = root;
        while (trees.feature[node]! >= 0)
          node =
            data[row * width + trees.feature[node]!]! <= trees.threshold[node]!
              ? trees.left[node]!
              : trees.right[node]!;
        return sum + trees.value[node]!;
      }, 0),
    );
  },
  cases: [
    {
      x: { shape: [4, 2], values: [0, 0, 1, 5, 1.5, -1, 3, 2] },
      with: {
        // tree 0: x0 <= 1 ? 10 : (x1 <= 0 ? 20 : 30); tree 1: a single leaf of 0.5
        roots: Int32Array.of(0, 5),
        feature: Int32Array.of(0, -1, 1, -1, -1, -1),
        threshold: Float32Array.of(1, 0, 0, 0, 0, 0),
        left: Int32Array.of(1, 0, 3, 0, 0, 0),
        right: Int32Array.of(2, 0, 4, 0, 0, 0),
        value: Float32Array.of(0, 10, 0, 20, 30, 0.5),
      },
    },
  ],
});

function treeAttributes({ roots, feature, threshold, left, right, value }: Trees) {
  const nodes = Array.from(feature, (_, i) => i);
  let tree = -1;
  const treeOf = nodes.map((node) => (node === roots[tree + 1] ? ++tree : tree));
  const local = (node: number, i: number): number => (feature[i]! < 0 ? 0 : node - roots[treeOf[i]!]!);
  const leaves = nodes.filter((node) => feature[node]! < 0);
  return {
    nodes_treeids: { ints: treeOf },
    nodes_nodeids: { ints: nodes.map((node) => node - roots[treeOf[node]!]!) },
    nodes_featureids: { ints: Array.from(feature, (f) => Math.max(f, 0)) },
    nodes_values: { floats: threshold },
    nodes_modes: { strings: Array.from(feature, (f) => (f < 0 ? "LEAF" : "BRANCH_LEQ")) },
    nodes_truenodeids: { ints: Array.from(left, local) },
    nodes_falsenodeids: { ints: Array.from(right, local) },
    target_treeids: { ints: leaves.map((node) => treeOf[node]!) },
    target_nodeids: { ints: leaves.map((node) => node - roots[treeOf[node]!]!) },
    target_ids: { ints: leaves.map(() => 0) },
    target_weights: { floats: leaves.map((node) => value[node]!) },
    n_targets: { i: 1 },
    aggregate_function: { s: "SUM" },
  };
}
