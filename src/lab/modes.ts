// Two ways to ask a discriminator that looks around. Pure, as published: a whole batch of one kind is judged together, so that
// every row's logit knows the batch. Single: a row alone among normal rows, as many as in training, so that it is the row that is judged.

import { Random } from "../tensor/random.js";
import type { State } from "../train/loop.js";
import type { Judge, Others } from "./judge.js";
import type { Setting } from "./setting.js";

/** Rows that stand for a larger batch. */
const STAND_INS = 256;

/** Logits of the rows of one batch, each among all of them. */
export async function pureLogits(
  { looksAround, real: { dims } }: Setting,
  judge: Judge,
  state: State,
  rows: Float32Array,
  standIns = STAND_INS,
): Promise<Float32Array> {
  const count = rows.length / dims;
  if (!looksAround || count <= standIns) return judge.logits(state, rows);
  if (dims === 1) return alongLine(rows, judge, state, standIns);
  // rows are drawn independently of each other: the first stand for all
  return judge.logits(state, rows, {
    rows: rows.slice(0, standIns * dims),
    weights: equal(standIns, count - 1),
    own: 1,
  });
}

const equal = (count: number, total: number): Float32Array => new Float32Array(count).fill(total / count);

/**
 * In one dimension a logit is a smooth function of x given the batch, which takes time in the square of the rows. It is computed
 * for means of neighbours, among these means, and read off between them: off by at most some thousandths of the range of logits.
 */
async function alongLine(rows: Float32Array, judge: Judge, state: State, standIns: number): Promise<Float32Array> {
  const sorted = rows.slice().sort();
  const others = neighbours(sorted, standIns);
  const x = Float32Array.of(sorted[0]!, ...others.rows, sorted.at(-1)!);
  return readOff(rows, x, await judge.logits(state, x, others));
}

/** Values at either end that stand for themselves: there neighbours are far apart. */
const ENDS = 50;

/** Means of neighbouring values, each counted as often as it has values. */
function neighbours(sorted: Float32Array, groups: number): Others {
  const n = sorted.length;
  const ends = Math.min(ENDS, Math.floor(groups / 4));
  const [inner, between] = [groups - 2 * ends, n - 2 * ends];
  const first = (g: number): number => {
    if (g <= ends) return g;
    return g >= groups - ends ? n - (groups - g) : ends + Math.floor(((g - ends) * between) / inner);
  };
  const rows = new Float32Array(groups);
  const weights = new Float32Array(groups);
  for (let g = 0; g < groups; g++) {
    let total = 0;
    for (let i = first(g); i < first(g + 1); i++) total += sorted[i]!;
    weights[g] = first(g + 1) - first(g);
    rows[g] = total / weights[g]!;
  }
  return { rows, weights, own: 0 };
}

/** y at each of the values, on straight lines between the points (x, y), x rising; beyond them the nearest y. */
export function readOff(values: Float32Array, x: Float32Array, y: Float32Array): Float32Array {
  return values.map((value) => {
    let [low, high] = [0, x.length - 1];
    if (!(value > x[low]!)) return y[low]!;
    if (value >= x[high]!) return y[high]!;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (x[middle]! <= value) low = middle;
      else high = middle;
    }
    const [from, to] = [x[low]!, x[high]!];
    return to > from ? y[low]! + ((y[high]! - y[low]!) * (value - from)) / (to - from) : y[high]!;
  });
}

/** A function that gives logits of single rows at one snapshot. */
export type Alone = (rows: Float32Array) => Promise<Float32Array>;

/** Points at which the logit of single values is computed over a line; between them it is read off. */
const LINE = 601;

/**
 * Each row among `batch - 1` normal rows, of which the same sample stands for all: what it adds up to is their mean. In one dimension
 * one table over `range` serves all rows.
 */
export async function aloneAmongNormal(
  { looksAround, real, spec }: Setting,
  judge: Judge,
  state: State,
  range: readonly [number, number],
): Promise<Alone> {
  if (!looksAround) return (rows) => judge.logits(state, rows);
  const sample = new Float32Array(STAND_INS * real.dims);
  // the same rows in every run, so that snapshots are compared on equal terms
  real.sample(new Random(0).at("among"), sample);
  const others = { rows: sample, weights: equal(STAND_INS, spec.batch - 1), own: 1 };
  if (real.dims === 2) return (rows) => judge.logits(state, rows, others);
  const [from, to] = range;
  const x = Float32Array.from({ length: LINE }, (_, i) => from + ((to - from) * i) / (LINE - 1));
  const y = await judge.logits(state, x, others);
  return async (rows) => readOff(rows, x, y);
}
