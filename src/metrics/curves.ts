// ROC and precision-recall curves for figures: every distinct score is a point, then thinned evenly along the curve,
// so that steep stretches keep their points.

import { type Levels, levelsOf } from "./levels.js";

export interface CurvePoint {
  readonly x: number;
  readonly y: number;
  /** Flagging every score >= threshold gives this point; Infinity where nothing is flagged. */
  readonly threshold: number;
}

/** x: share of the normal rows flagged, y: share of the anomalies flagged; from (0, 0) to (1, 1). */
export const rocCurve = (scores: ArrayLike<number>, labels: ArrayLike<number>, most = 500): CurvePoint[] => {
  const levels = levelsOf("roc curve", scores, labels);
  const { anomalyTotal, normalTotal } = levels;
  return curve(levels, most, { x: 0, y: 0 }, (found, alarms) => ({ x: alarms / normalTotal, y: found / anomalyTotal }));
};

/** x: recall, y: precision; from (0, 1) to (1, prevalence). */
export const precisionRecallCurve = (
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  most = 500,
): CurvePoint[] => {
  const levels = levelsOf("precision-recall curve", scores, labels);
  const { anomalyTotal } = levels;
  return curve(levels, most, { x: 0, y: 1 }, (found, alarms) => ({
    x: found / anomalyTotal,
    y: found / (found + alarms),
  }));
};

type Place = { readonly x: number; readonly y: number };

/** At most `most` (2 or more) of the points, the first and the last among them. */
function curve(levels: Levels, most: number, start: Place, at: (found: number, alarms: number) => Place): CurvePoint[] {
  const all: CurvePoint[] = [{ ...start, threshold: Infinity }];
  const travelled = new Float64Array(levels.scores.length + 1);
  let [found, alarms] = [0, 0];
  for (let level = 0; level < levels.scores.length; level++) {
    found += levels.anomalies[level]!;
    alarms += levels.normals[level]!;
    const before = all[level]!;
    const here = at(found, alarms);
    all.push({ ...here, threshold: levels.scores[level]! });
    travelled[level + 1] = travelled[level]! + Math.abs(here.x - before.x) + Math.abs(here.y - before.y);
  }
  if (all.length <= most) return all;
  const step = travelled.at(-1)! / (most - 1);
  let next = 0;
  const kept = all.filter((_, i) => {
    if (travelled[i]! < next || i === all.length - 1) return false;
    next = (Math.floor(travelled[i]! / step) + 1) * step;
    return true;
  });
  return [...kept.slice(0, most - 1), all.at(-1)!];
}
