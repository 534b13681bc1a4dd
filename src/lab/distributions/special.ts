// The special functions behind distributions, from jStat: the normal and Student's t.

import jstat from "jstat";

const { normal } = jstat;

/** N(0, 1). */
export const standardNormal = {
  pdf: (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI),
  cdf: (x: number): number => normal.cdf(x, 0, 1),
  quantile: (p: number): number => normal.inv(p, 0, 1),
};
