// What any score of single rows can reach against an anomaly: by Neyman and Pearson the likelihood ratio, which knows the
// anomaly, and the true density alone, which does not. Both as AUC, ties counting one half.

import { auroc } from "../metrics/auroc.js";
import { Random } from "../tensor/random.js";
import type { Anomaly } from "./anomalies.js";
import type { Distribution } from "./distributions/index.js";

export interface Ceilings {
  /** AUC of anomaly's density over true density. */
  readonly ceiling: number;
  /** AUC of the true density, turned round. */
  readonly twoSided: number;
}

/** Points of each. In one dimension they stand at equal steps of probability: either AUC is then within 1e-4. In two they are drawn. */
const POINTS = 20_000;

export function ceilingsOf(real: Distribution, anomaly: Anomaly): Ceilings {
  const random = new Random(0).at("ceilings");
  const normal = pointsOf(real, real.dims, random.at("real"));
  const strange = pointsOf(anomaly, real.dims, random.at("anomaly"));
  const labels = new Uint8Array(2 * POINTS).fill(1, POINTS);
  const ratio = new Float64Array(2 * POINTS);
  const density = new Float64Array(2 * POINTS);
  for (const [points, first] of [
    [normal, 0],
    [strange, POINTS],
  ] as const)
    for (let i = 0; i < POINTS; i++) {
      const at = i * real.dims;
      const [ofReal, ofAnomaly] = [real.pdf(points, at), anomaly.pdf(points, at)];
      density[first + i] = -level(ofReal);
      // where rounding put a point beside both supports it says nothing
      ratio[first + i] = ofReal === 0 && ofAnomaly === 0 ? 0 : level(ofAnomaly) - level(ofReal);
    }
  return { ceiling: auroc.compute(ratio, labels), twoSided: auroc.compute(density, labels) };
}

/** The logarithm, whose last digits are cut off: densities that are equal stay equal though rounding parted them. */
const level = (density: number): number => Math.fround(Math.log(density));

type Source = Pick<Distribution, "sample" | "quantile">;

function pointsOf(source: Source, dims: 1 | 2, random: Random): ArrayLike<number> {
  const { quantile } = source;
  if (quantile) return Float64Array.from({ length: POINTS }, (_, i) => quantile((i + 0.5) / POINTS));
  const points = new Float32Array(dims * POINTS);
  source.sample(random, points);
  return points;
}
