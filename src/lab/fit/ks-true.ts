import { uniform } from "../distributions/uniform.js";
import { defineFitTest } from "./define.js";

const unit = uniform.make({ low: 0, high: 1 }, "unit");

export const ksTrue = defineFitTest({
  id: "ks_true",
  about:
    "One-sample Kolmogorov-Smirnov statistic: the most that the share of generated rows up to a value differs from the true " +
    "distribution function. A perfect fit of n rows has about 0.87 / √n.",
  isPublished: false,
  dims: 1,
  better: "lower",
  examples: [
    { generated: [0.75, 0.25], real: [0], distribution: unit, value: 1 / 4 },
    { generated: [0.5, 0.5], real: [0], distribution: unit, value: 1 / 2 },
    { generated: [0.25, 0.25, 1], real: [0], distribution: unit, value: 5 / 12 }, // 2/3 up to 1/4
    { generated: [3, 4], real: [0], distribution: unit, value: 1 },
  ],
  // between rows the empirical function stands still and the true one rises, so the most is just before or at a row
  of: ({ shares }) =>
    shares.reduce((most, share, i) => Math.max(most, (i + 1) / shares.length - share, share - i / shares.length), 0),
});
