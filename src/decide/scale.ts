// Scales on which scores of different detectors can be combined: how rare a score is among calibration scores, without
// jumps and without an end, so that two rows that are stranger than all of these still keep their order.

import { OddityError } from "../tensor/errors.js";

/**
 * A falling function from scores to p-values: a line between knots; above the last knot p / (1 + x), below the first one
 * something alike, where x is the distance from the knot in units of `spread`.
 */
export interface Scale {
  /** Scores, rising. */
  readonly knots: Float32Array;
  /** p-values at the knots, falling, all within 0 and 1. */
  readonly p: Float64Array;
  /** Mean excess of the upper quarter of the scores: the unit of both tails. */
  readonly spread: number;
}

export const scales = ["p-value", "rank"] as const;
export type ScaleName = (typeof scales)[number];

/** Knots at most: as many again for small p-values as for the bulk. */
const MOST_KNOTS = 64;
/**
 * Scores nearer to each other than this share of themselves count as tied: between them the line would be so steep that
 * what two runtimes make of the last bits of a score became visible.
 */
const NEAREST = 2 ** -12;

/**
 * The scale that these scores make: the r-th largest of n has the p-value r / (n + 1), tied ones the mean of theirs.
 * @param scores of rows that the detector was not fitted on, in any order
 * @throws OddityError where there are none, or one is not finite
 */
export function scaleOf(scores: ArrayLike<number>, most = MOST_KNOTS): Scale {
  const rising = Float32Array.from(scores).sort();
  const n = rising.length;
  const place = "scale of scores";
  if (n === 0) throw new OddityError({ place, expected: "at least one score", got: "none" });
  const wrong = [rising[0]!, rising[n - 1]!].find((score) => !Number.isFinite(score)); // NaN sorts last
  if (wrong !== undefined) throw new OddityError({ place, expected: "finite scores", got: `${wrong}` });
  const middle = rising[Math.floor(n / 2)]!;
  const ties: { first: number; last: number }[] = [];
  for (let i = 0; i < n; i++) {
    const tie = ties.at(-1);
    const size = Math.max(Math.abs(rising[i]!), Math.abs(middle));
    if (tie && rising[i]! - rising[tie.first]! <= NEAREST * size) tie.last = i;
    else ties.push({ first: i, last: i });
  }
  const all = ties.map(({ first, last }) => ({
    score: (rising[first]! + rising[last]!) / 2,
    p: (n - (first + last) / 2) / (n + 1),
  }));
  const kept = thinned(all, most);
  return {
    knots: Float32Array.from(kept, ({ score }) => score),
    p: Float64Array.from(kept, ({ p }) => p),
    spread: spreadOf(rising),
  };
}

interface Knot {
  readonly score: number;
  readonly p: number;
}

/** At most so many of the knots, the ends among them: half evenly by p, half evenly by log p. */
function thinned(all: readonly Knot[], most: number): readonly Knot[] {
  if (all.length <= most) return all;
  const kept = new Set([0, all.length - 1]);
  const half = Math.floor(most / 2);
  for (const by of [(p: number) => p, Math.log]) {
    const [from, to] = [by(all[0]!.p), by(all.at(-1)!.p)];
    let i = 0;
    for (let j = 1; j < half; j++) {
      while (i < all.length - 1 && by(all[i]!.p) > from + ((to - from) * j) / half) i++;
      kept.add(i);
    }
  }
  return [...kept].sort((a, b) => a - b).map((i) => all[i]!);
}

/** Above 0 always: where the upper scores are all but equal, a share of what they are. */
function spreadOf(rising: Float32Array): number {
  const n = rising.length;
  const upper = rising.subarray(Math.floor(0.75 * n));
  const excess = upper.reduce((sum, score) => sum + (score - upper[0]!), 0) / upper.length;
  const range = rising[n - 1]! - rising[0]!;
  return Math.max(excess, range / 100, Math.abs(rising[n - 1]!) / 1000) || 1;
}

/** The value of a score on a scale, slow and plain: what the graph of `combine` computes. */
export function scaled({ knots, p, spread }: Scale, name: ScaleName, score: number): number {
  const value = unitsOf(name);
  const last = knots.length - 1;
  const above = (score - knots[last]!) / spread;
  if (above >= 0) return name === "rank" ? 1 - p[last]! / (1 + above) : value(p[last]!) + Math.log1p(above);
  const below = (knots[0]! - score) / spread;
  if (below >= 0) return value(p[0]!) / (1 + below);
  const next = knots.findIndex((knot) => knot > score);
  const share = (score - knots[next - 1]!) / (knots[next]! - knots[next - 1]!);
  return value(p[next - 1]!) + share * (value(p[next]!) - value(p[next - 1]!));
}

/** "p-value": -log p, from 0 up without an end; "rank": 1 - p, from 0 to 1. Higher is stranger. */
export const unitsOf = (name: ScaleName): ((p: number) => number) =>
  name === "rank" ? (p) => 1 - p : (p) => -Math.log(p);
