// Percentile bootstrap of a ranking metric. Each class is resampled by itself, so no resample lacks one, and rows are
// ranked once: a resample only redistributes counts over the levels.

import { OddityError } from "../tensor/errors.js";
import type { Random } from "../tensor/random.js";
import type { Metric } from "./define.js";
import { type Levels, levelsOf } from "./levels.js";
import { percentile } from "./percentile.js";

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Coverage aimed at, 0 to 1. */
  readonly level: number;
  /** Resamples made; fewer than asked on large data. */
  readonly resamples: number;
}

// 10^8 drawn rows take about a second or two. Half a million rows then get 200 resamples instead of 1,000; the ends
// of the interval are noisier by a twentieth of its width, and the interval of so many rows is narrow.
const MOST_DRAWS = 1e8;
const LEAST_RESAMPLES = 200;

/** @throws OddityError as the metric does, and on a level outside 0 to 1 or fewer than 2 resamples */
export function bootstrapInterval(
  metric: Metric,
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  { resamples = 1000, level = 0.95, random }: { resamples?: number; level?: number; random: Random },
): Interval {
  if (!(level > 0 && level < 1))
    throw new OddityError({ place: "bootstrap.level", expected: "a share between 0 and 1", got: `${level}` });
  if (!(resamples >= 2))
    throw new OddityError({ place: "bootstrap.resamples", expected: "at least 2", got: `${resamples}` });
  const levels = levelsOf(metric.id, scores, labels);
  const affordable = Math.max(LEAST_RESAMPLES, Math.floor(MOST_DRAWS / scores.length));
  const count = Math.min(resamples, affordable);

  const redraw = {
    anomalies: resampler(levels.anomalies, levels.anomalyTotal),
    normals: resampler(levels.normals, levels.normalTotal),
  };
  const values = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const resample: Levels = { ...levels, anomalies: redraw.anomalies(random), normals: redraw.normals(random) };
    values[k] = metric.ofLevels(resample);
  }
  values.sort();
  const tail = (1 - level) / 2;
  return {
    value: metric.ofLevels(levels),
    low: percentile(values, tail),
    high: percentile(values, 1 - tail),
    level,
    resamples: count,
  };
}

/** Draws `total` rows with replacement and counts them by level; the result is overwritten by the next draw. */
function resampler(counts: Uint32Array, total: number): (random: Random) => Uint32Array {
  const levelOfRow = new Uint32Array(total);
  for (let level = 0, row = 0; level < counts.length; level++)
    for (let k = 0; k < counts[level]!; k++) levelOfRow[row++] = level;
  const drawn = new Uint32Array(counts.length);
  return (random) => {
    drawn.fill(0);
    for (let k = 0; k < total; k++) drawn[levelOfRow[Math.floor(random.uniform() * total)]!]!++;
    return drawn;
  };
}
