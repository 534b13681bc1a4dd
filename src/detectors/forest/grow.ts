// Isolation Forest (Liu, Ting, Zhou 2008), learning: trees that part a small sample by random cuts. Strange rows are
// parted early. The choices are those of scikit-learn: cuts only along features that vary in the node, height at most
// ceil(log2(sample)). Thresholds are float32, so a float32 comparison elsewhere (ONNX) takes the same branches.

import type { Random } from "../../tensor/random.js";
import { takingTurns } from "../../tensor/turns.js";
import { averagePath } from "./average-path.js";

/** All trees in flat arrays; tree t has the nodes offsets[t] up to offsets[t + 1], its root first. */
export interface Forest {
  /** Columns of a row. */
  readonly width: number;
  /** Rows each tree was grown on: the sample size asked for, or all rows where there are fewer. */
  readonly sample: number;
  readonly offsets: Int32Array;
  /** Column compared in each node, -1 in a leaf. */
  readonly feature: Int32Array;
  /** A row goes left when x <= threshold (BRANCH_LEQ of ONNX), else right; 0 in a leaf. */
  readonly threshold: Float32Array;
  /** Index of the child in these arrays (not within its tree), -1 in a leaf. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Path length in a leaf: depth + c(rows left there); 0 elsewhere. */
  readonly value: Float32Array;
}

export interface ForestOptions {
  readonly trees: number;
  /** Rows drawn for each tree, without replacement. */
  readonly sample: number;
  readonly random: Random;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The event loop keeps turning while the trees grow.
 * @param x finite values, rows x width, row-major; one row at least
 */
export async function growForest(x: Float32Array, width: number, options: ForestOptions): Promise<Forest> {
  const rows = x.length / width;
  if (!(Number.isInteger(rows) && rows > 0)) throw new Error(`internal: ${x.length} values are no rows of ${width}`);
  const sample = Math.min(options.sample, rows);
  const nodes = allocateNodes(options.trees * (2 * sample - 1)); // a tree has at most one leaf for each row
  const offsets = new Int32Array(options.trees + 1);
  const turn = takingTurns();
  for (let tree = 0; tree < options.trees; tree++) {
    const random = options.random.at("tree", tree);
    growTree({ x, width, random, nodes, rows: random.sample(rows, sample) });
    offsets[tree + 1] = nodes.count;
    await turn();
    options.signal?.throwIfAborted();
  }
  const { count, feature, threshold, left, right, value } = nodes;
  return {
    width,
    sample,
    offsets,
    feature: feature.slice(0, count),
    threshold: threshold.slice(0, count),
    left: left.slice(0, count),
    right: right.slice(0, count),
    value: value.slice(0, count),
  };
}

const allocateNodes = (most: number) => ({
  count: 0,
  feature: new Int32Array(most).fill(-1),
  threshold: new Float32Array(most),
  left: new Int32Array(most).fill(-1),
  right: new Int32Array(most).fill(-1),
  value: new Float32Array(most),
});

interface Growth {
  readonly x: Float32Array;
  readonly width: number;
  readonly random: Random;
  readonly nodes: ReturnType<typeof allocateNodes>;
  /** The tree's rows, reordered so that the rows of a node stand together. */
  readonly rows: Uint32Array;
}

function growTree(growth: Growth): void {
  const { x, width, random, nodes, rows } = growth;
  const limit = Math.ceil(Math.log2(rows.length));
  const columns = Uint32Array.from({ length: width }, (_, column) => column);

  const grow = (from: number, to: number, depth: number): number => {
    const node = nodes.count++;
    const cut = depth < limit ? chooseCut(from, to) : undefined;
    if (cut === undefined) {
      // A lone row tells nothing: its path counts as the expected one, so that every score is 1/2 (see score.ts).
      nodes.value[node] = rows.length === 1 ? 1 : depth + averagePath(to - from);
      return node;
    }
    nodes.feature[node] = cut.column;
    nodes.threshold[node] = cut.threshold;
    let middle = from;
    for (let i = from; i < to; i++) {
      const row = rows[i]!;
      if (x[row * width + cut.column]! > cut.threshold) continue;
      rows[i] = rows[middle]!;
      rows[middle++] = row;
    }
    nodes.left[node] = grow(from, middle, depth + 1);
    nodes.right[node] = grow(middle, to, depth + 1);
    return node;
  };

  /** A column drawn among those that vary in the node (by shuffling until one does), cut between its ends. */
  const chooseCut = (from: number, to: number): { column: number; threshold: number } | undefined => {
    if (to - from < 2) return undefined;
    for (let untried = width; untried > 0; untried--) {
      const place = random.below(untried);
      const column = columns[place]!;
      columns[place] = columns[untried - 1]!;
      columns[untried - 1] = column;
      let low = Infinity;
      let high = -Infinity;
      for (let i = from; i < to; i++) {
        const value = x[rows[i]! * width + column]!;
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
      if (low === high) continue;
      const threshold = Math.fround(low + (high - low) * random.uniform());
      // Rounding can reach the upper end, where no row would go right; the lower end parts the rows as well.
      return { column, threshold: threshold < high ? threshold : low };
    }
    return undefined;
  };

  grow(0, rows.length, 0);
}
