// The best that any score of single rows can do.

import { auroc } from "../metrics/auroc.js";
import { Random } from "../tensor/random.js";
import type { Anomaly } from "./anomalies.js";
import type { Distribution } from "./distributions/index.js";

const ROWS = 20_000;

/** AUC of the likelihood ratio, and of the true density alone. */
export function ceilingsOf(
  real: Distribution,
  anomaly: Anomaly,
): { readonly ceiling: number; readonly twoSided: number } {
  const rows = new Float32Array(2 * ROWS * real.dims);
  real.sample(new Random(0).at("real"), rows.subarray(0, ROWS * real.dims));
  anomaly.sample(new Random(0).at("anomaly"), rows.subarray(ROWS * real.dims));
  const labels = new Uint8Array(2 * ROWS).fill(1, ROWS);
  const scored = (score: (from: number) => number): number =>
    auroc.compute(
      Float64Array.from(labels, (_, i) => score(i * real.dims)),
      labels,
    );
  return {
    ceiling: scored((from) => anomaly.pdf(rows, from) / (anomaly.pdf(rows, from) + real.pdf(rows, from))),
    twoSided: scored((from) => -real.pdf(rows, from)),
  };
}
