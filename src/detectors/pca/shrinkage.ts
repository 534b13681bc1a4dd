// How uncertain a covariance matrix is that was estimated from few rows (Ledoit and Wolf 2004, A Well-Conditioned Estimator
// for Large-Dimensional Covariance Matrices).

import type { Spread } from "./spread.js";

/** How far the variances should be drawn to their mean, 0 to 1, so that their matrix is least wrong. */
export function ledoitWolf({ variances, fourth }: Spread, rows: number, width: number): number {
  const mean = variances.reduce((total, value) => total + value, 0) / width;
  const squares = variances.reduce((total, value) => total + value * value, 0);
  const apart = squares - width * mean * mean;
  return apart <= 0 ? 0 : Math.min(1, Math.max(0, (fourth - squares) / rows / apart));
}
