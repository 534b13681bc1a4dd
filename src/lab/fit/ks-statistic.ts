import { defineFitTest } from "./define.js";
import type { Line } from "./samples.js";
import { forEachStep, shareUpTo } from "./steps.js";

/** sup |F_generated - F_real|. */
export function twoSampleKs({ generated, real }: Line): number {
  let most = 0;
  forEachStep(generated, real, (difference) => {
    most = Math.max(most, Math.abs(difference));
  });
  return most;
}

export const ksStatistic = defineFitTest({
  id: "KS_s",
  about:
    "Two-sample Kolmogorov-Smirnov statistic: the most that the shares of generated and true rows up to a value differ.",
  isPublished: true,
  dims: 1,
  better: "lower",
  examples: [
    { generated: [1, 2], real: [1, 2], value: 0 },
    { generated: [1, 1, 2], real: [3, 1], value: 1 / 2 }, // 2/3 - 1/2 up to 1, 1 - 1/2 up to 2
    { generated: [0, 0], real: [5, 5], value: 1 },
  ],
  of: twoSampleKs,
  reference: (generated, real) =>
    Math.max(
      ...[...Array.from(generated), ...Array.from(real)].map((value) =>
        Math.abs(shareUpTo(generated, value) - shareUpTo(real, value)),
      ),
    ),
});
