// The tests of fit: runs, figures, docs and tests loop over this list. GANDI's come first.

import type { Distribution } from "../distributions/index.js";
import { anderson } from "./anderson.js";
import { andersonDarling } from "./anderson-darling.js";
import { cdfL1 } from "./cdf-l1.js";
import { classifierTwoSample } from "./classifier-two-sample.js";
import type { FitTest } from "./define.js";
import { energyDistance } from "./energy-distance.js";
import { jsDivergence } from "./js-divergence.js";
import { kl } from "./kl.js";
import { ksPValue } from "./ks-p-value.js";
import { ksStatistic } from "./ks-statistic.js";
import { ksTrue } from "./ks-true.js";
import { samplesOf } from "./samples.js";
import { slicedWasserstein } from "./sliced-wasserstein.js";
import { wasserstein } from "./wasserstein.js";

export const fitTests: readonly FitTest[] = [
  kl,
  ksStatistic,
  ksPValue,
  cdfL1,
  anderson,
  andersonDarling,
  ksTrue,
  wasserstein,
  energyDistance,
  classifierTwoSample,
  jsDivergence,
  slicedWasserstein,
];

export type { FitTest } from "./define.js";

export const fitTestsFor = (dims: 1 | 2): readonly FitTest[] =>
  fitTests.filter((test) => test.dims === dims || test.dims === "any");

/**
 * Every test of the distribution's dimensions, by id.
 * @param generated, real f32[n, dims], row-major
 * @throws OddityError where there are no rows, or one has a number that is not finite
 */
export function measureFit(
  generated: Float32Array,
  real: Float32Array,
  distribution: Distribution,
): Record<string, number> {
  const samples = samplesOf(generated, real, distribution);
  return Object.fromEntries(fitTestsFor(distribution.dims).map((test) => [test.id, test.of(samples)]));
}
