// The exact k nearest reference rows of each row, as a graph. For comparing, |x - r|² = |x|² - 2(x·r - |r|²/2): the largest
// x·r - |r|²/2 are one product away. References stand in groups; the k groups with the best members hold the k nearest
// rows, so that the costly choice is among groups, and only members of chosen groups are measured by their differences.

import type { Node } from "../../graph/node.js";
import { constant, input } from "../../graph/op.js";
import { maximum, mul, neg, sub } from "../../graph/ops/arithmetic.js";
import { slice } from "../../graph/ops/cut.js";
import { sqrt } from "../../graph/ops/exponential.js";
import { gather, gatherLast, topPlaces } from "../../graph/ops/gather.js";
import { affine } from "../../graph/ops/matmul.js";
import { sum } from "../../graph/ops/reduce.js";
import { type Body, scan, scanBody } from "../../graph/ops/scan.js";
import { reshape, squeeze, transpose, unsqueeze } from "../../graph/ops/shape.js";
import { tensor } from "../../tensor/tensor.js";
import type { References } from "./references.js";

/** Groups held for each row of a batch at once, at most: 8192 rows take 128 MB. */
const MOST_GROUPS = 4096;
const MOST_MEMBERS = 64;
/** Larger than any distance squared. */
const NOWHERE = 3e38;

export interface Nearest {
  /** f32[batch, k], rising. */
  readonly distances: Node;
  /** For each of `beside`, what stands there for these neighbours: f32[batch, k]. */
  readonly beside: readonly Node[];
}

/**
 * @param x f32[batch, width]
 * @param k 1 to `references.count`
 * @param beside numbers that belong to the references, each f32[count]
 */
export function nearest(x: Node, references: References, k: number, beside: readonly Float32Array[] = []): Nearest {
  const { count, width, middle } = references;
  const members = membersOf(count, width, k);
  const groups = Math.ceil(count / members);
  const chosen = Math.min(k, groups);
  const centred = sub(x, constant(tensor("f32", [1, width], middle), "middle"));
  const { points, halves } = inBlocks(references, members, groups);
  const blocks = constant(tensor("f32", [members, width, groups], points), "references");
  const lengths = constant(tensor("f32", [members, groups], halves), "half lengths");
  const best = topPlaces(bestOf(centred, blocks, lengths), { k: chosen });

  // [groups, members·width]: what belongs to a group stands together
  const byGroup = reshape(transpose(blocks, { order: [2, 0, 1] }), { shape: [groups, members * width] });
  const isPadded = members * groups > count;
  const marks = [...beside, ...(isPadded ? [new Float32Array(count)] : [])].map((values) =>
    constant(tensor("f32", [groups, members], grouped(values, members, groups))),
  );
  const place = input("group", "i64", ["batch"]);
  const rows = reshape(gather(byGroup, place), { shape: ["batch", members, width] });
  const difference = sub(rows, unsqueeze(centred, { axes: [1] }));
  const squares = sum(mul(difference, difference), { axes: [2] });
  const body: Body = { inputs: [place], outputs: [squares, ...marks.map((mark) => gather(mark, place))], states: 0 };
  const { stacked } = scanBody(body, { state: [], over: [transpose(best, { order: [1, 0] })] });
  const [measured, ...others] = stacked.map((node) =>
    reshape(transpose(node, { order: [1, 0, 2] }), { shape: ["batch", chosen * members] }),
  );
  const lengthsSquared = isPadded ? maximum(measured!, others.at(-1)!) : measured!;
  const places = topPlaces(neg(lengthsSquared), { k });
  return {
    distances: sqrt(gatherLast(lengthsSquared, places)),
    beside: others.slice(0, beside.length).map((node) => gatherLast(node, places)),
  };
}

/** How many references share a group: many where choosing costs more than measuring the members of chosen groups. */
function membersOf(count: number, width: number, k: number): number {
  const balanced = Math.round(Math.sqrt((2 * count) / (k * width)));
  const few = Math.max(1, Math.min(balanced, MOST_MEMBERS, Math.floor(count / (2 * k))));
  return Math.max(few, Math.ceil(count / MOST_GROUPS));
}

/** The best x·r - |r|²/2 in each group, f32[batch, groups]: member after member of all groups at once. */
function bestOf(x: Node, blocks: Node, lengths: Node): Node {
  const [members] = blocks.shape as readonly number[];
  const at = (node: Node, i: number): Node => squeeze(slice(node, { axis: 0, start: i, end: i + 1 }), { axes: [0] });
  const first = affine(x, at(blocks, 0), at(lengths, 0));
  if (members === 1) return first;
  const rest = (node: Node): Node => slice(node, { axis: 0, start: 1, end: members! });
  const { state } = scan({ state: [first], over: [rest(blocks), rest(lengths)] }, ([best], [block, length]) => ({
    state: [maximum(best!, affine(x, block!, length!))],
    outputs: [],
  }));
  return state[0]!;
}

/** Reference i is member floor(i / groups) of group i mod groups; places beyond the last one are never near. */
function inBlocks({ values, count, width }: References, members: number, groups: number) {
  const points = new Float32Array(members * width * groups);
  const halves = new Float32Array(members * groups).fill(-NOWHERE);
  for (let i = 0; i < count; i++) {
    const member = Math.floor(i / groups);
    let square = 0;
    for (let j = 0; j < width; j++) {
      const value = values[i * width + j]!;
      square += value * value;
      points[(member * width + j) * groups + (i % groups)] = value;
    }
    halves[i] = Math.max(-square / 2, -NOWHERE);
  }
  return { points, halves };
}

/** f32[groups, members]; places beyond the last reference are far away. */
function grouped(values: Float32Array, members: number, groups: number): Float32Array {
  const out = new Float32Array(groups * members).fill(NOWHERE);
  for (const [i, value] of values.entries()) out[(i % groups) * members + Math.floor(i / groups)] = value;
  return out;
}
