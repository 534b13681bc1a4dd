// Which windows are kept from learning. Windows overlap, so a window drawn at random has nearly been seen: its neighbours trained.
// What is held out is therefore blocks of the series, and windows that reach across the edge of a block neither train nor calibrate.

import { OddityError } from "../../tensor/errors.js";
import type { Random } from "../../tensor/random.js";
import { overPoints } from "./points.js";
import type { Window } from "./window.js";
import { windowStarts } from "./windows.js";

/** Places of windows, rising. */
export interface BlockParts {
  readonly train: Uint32Array;
  /** Of each block the windows that lie in it; no point of them is in a training window. None where the series is too short. */
  readonly blocks: readonly Uint32Array[];
}

/** Blocks at most: each costs the training the windows across its two edges. */
const MOST_BLOCKS = 10;
/** A block is at least so many windows long where there are several. */
const WINDOWS_IN_A_BLOCK = 6;
/** Points with all their windows in a block, at least: fewer say nothing of p-values. */
const FEWEST_POINTS = 20;
const MOST_POINTS = 10_000;

/**
 * Parts the windows so that about `share` of the series' points (at most 10,000) is held out: up to ten blocks, one at a random
 * place of each equal part of the series, so that neither a season nor a drift is held out as a whole.
 * @param starts first places of the windows that may be used, rising
 * @throws OddityError where nothing is left to train on
 */
export function blocksApart(
  starts: Uint32Array,
  { rows, length, share, random }: { rows: number; length: number; share: number; random: Random },
): BlockParts {
  const wanted = Math.min(Math.floor(share * rows), MOST_POINTS);
  const count = Math.min(MOST_BLOCKS, Math.max(1, Math.floor(wanted / (WINDOWS_IN_A_BLOCK * length))));
  const size = Math.floor(wanted / count);
  const all = Uint32Array.from(starts.keys());
  if (size < 2 * length - 2 + FEWEST_POINTS) return { train: all, blocks: [] };
  const firsts = Array.from({ length: count }, (_, k) => {
    const [from, to] = [Math.floor((k * rows) / count), Math.floor(((k + 1) * rows) / count)];
    return from + random.below(to - from - size + 1);
  });
  const train = all.filter((i) => firsts.every((first) => starts[i]! + length <= first || starts[i]! >= first + size));
  const blocks = firsts
    .map((first) => all.filter((i) => starts[i]! >= first && starts[i]! + length <= first + size))
    .filter((block) => block.length > 0);
  if (blocks.length === 0) return { train: all, blocks };
  if (train.length === 0)
    throw new OddityError({
      place: "heldOut",
      expected: "a share that leaves windows to train on",
      got: `${share} of ${rows} rows, with windows of ${length}`,
    });
  return { train, blocks };
}

/**
 * Some whole blocks in random order, `most` windows or a few more; of a first block that has far more, as many of its windows
 * as there are asked for, but no fewer than cover a point.
 */
export function someBlocks(
  blocks: readonly Uint32Array[],
  most: number,
  length: number,
  random: Random,
): Uint32Array[] {
  const chosen: Uint32Array[] = [];
  let left = most;
  for (const place of random.permutation(blocks.length)) {
    if (left <= 0) break;
    const block = blocks[place]!.subarray(0, Math.max(left, 2 * length));
    chosen.push(block);
    left -= block.length;
  }
  return chosen;
}

/** Windows in runs, for calibrating where no block could be held out. */
export function runsOf(places: Uint32Array, length: number): Uint32Array[] {
  const size = 2 * WINDOWS_IN_A_BLOCK * length;
  return Array.from({ length: Math.ceil(places.length / size) }, (_, k) => places.subarray(k * size, (k + 1) * size));
}

/**
 * Scores of the points all of whose windows are in a block, as `pointScores` would give them; where there is no such point, of
 * those some of whose windows are.
 * @param blocks first places and scores of the windows of each block
 */
export function pointsInBlocks(
  blocks: readonly { readonly starts: Uint32Array; readonly scores: Float32Array }[],
  rows: number,
  { length, step, points: by }: Window,
): Float32Array {
  const grid = windowStarts({ rows, length, step });
  const every = overPoints(new Float32Array(grid.length), grid, { rows, length, by }).windows;
  const seen = blocks.map(({ starts, scores }) => overPoints(scores, starts, { rows, length, by }));
  const where = (is: (windows: number, i: number) => boolean): number[] =>
    seen.flatMap(({ score, windows }) => Array.from(score).filter((_, i) => windows[i]! > 0 && is(windows[i]!, i)));
  const whole = where((windows, i) => windows === every[i]);
  return Float32Array.from(whole.length > 0 ? whole : where(() => true));
}
