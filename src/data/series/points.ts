// From scores of windows to scores of the points they cover.

import { OddityError } from "../../tensor/errors.js";
import type { Window } from "./window.js";
import { windowStarts } from "./windows.js";

export interface PointOptions {
  /** Points in the series. */
  readonly rows: number;
  /** Of the windows. */
  readonly length: number;
  readonly step?: number;
  readonly by?: Window["points"];
}

/**
 * One score for each point: of the scores of the windows that cover it the mean or the largest, or the score of the window that
 * ends at it. By "last" a point at which no window ends has the score of the next window that does: with a step of 1 these
 * are the points before the first window's end. Points near both ends of a series lie in fewer windows.
 * @param scores of all windows of the series, in order
 * @throws OddityError where there are more or fewer scores than windows
 */
export function pointScores(
  scores: Float32Array,
  { rows, length, step = 1, by = "mean" }: PointOptions,
): Float32Array<ArrayBuffer> {
  const starts = rows < length ? new Uint32Array(0) : windowStarts({ rows, length, step });
  if (scores.length !== starts.length)
    throw new OddityError({
      place: "scores of windows",
      expected: `${starts.length}, one for each window of ${length} over ${rows} rows`,
      got: `${scores.length}`,
    });
  return overPoints(scores, starts, { rows, length, by }).score;
}

export interface Points {
  /** NaN where no window covers the point. */
  readonly score: Float32Array<ArrayBuffer>;
  /** How many windows cover it. */
  readonly windows: Uint32Array;
  /** The window (its place in `starts`) that made the score: by "mean" and "max" the strangest one. */
  readonly from: Uint32Array;
}

/**
 * The same for windows anywhere in the series.
 * @param starts first places of the windows, rising
 */
export function overPoints(
  scores: Float32Array,
  starts: Uint32Array,
  { rows, length, by }: { readonly rows: number; readonly length: number; readonly by: Window["points"] },
): Points {
  const windows = new Uint32Array(rows);
  const from = new Uint32Array(rows);
  const sums = new Float64Array(rows);
  for (const [k, start] of starts.entries())
    for (let i = start; i < start + length; i++) {
      sums[i]! += scores[k]!;
      // the first of the windows over a point is the one that ends at it, or the next that ends
      if (windows[i] === 0 || (by !== "last" && scores[k]! > scores[from[i]!]!)) from[i] = k;
      windows[i]!++;
    }
  const score = new Float32Array(rows);
  for (let i = 0; i < rows; i++)
    score[i] = windows[i] === 0 ? Number.NaN : by === "mean" ? sums[i]! / windows[i]! : scores[from[i]!]!;
  return { score, windows, from };
}
