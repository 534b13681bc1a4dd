// What is known of a setting's truth, as the first line of its results.

import { Random } from "../tensor/random.js";
import { ceilingsOf } from "./ceilings.js";
import { type Domain, gridOf } from "./measure.js";
import type { TruthLine } from "./records.js";
import type { Setting } from "./setting.js";

/** Points of a true distribution of two dimensions. */
const POINTS = 1000;

export function truthOf({ real, anomalies }: Setting, domain: Domain): TruthLine {
  const strange = anomalies.map((anomaly) => ({
    name: anomaly.name,
    ...(anomaly.shift === undefined ? {} : { shift: anomaly.shift }),
    ...(anomaly.spread === undefined ? {} : { spread: anomaly.spread }),
    ...ceilingsOf(real, anomaly),
  }));
  if (real.dims === 2) {
    const drawn = new Float32Array(2 * POINTS);
    real.sample(new Random(0).at("points"), drawn);
    const points = Array.from({ length: POINTS }, (_, i) => [drawn[2 * i]!, drawn[2 * i + 1]!] as const);
    return { kind: "truth", dims: 2, domain, points, anomalies: strange };
  }
  const x = Array.from(gridOf(domain[0]!));
  const { cdf } = real;
  return {
    kind: "truth",
    dims: 1,
    domain,
    x,
    pdf: x.map((each) => real.pdf([each])),
    ...(cdf ? { cdf: x.map((each) => cdf(each)) } : {}),
    anomalies: strange.map((each, i) => ({ ...each, pdf: x.map((point) => anomalies[i]!.pdf([point])) })),
  };
}
