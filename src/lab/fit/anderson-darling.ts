import { uniform } from "../distributions/uniform.js";
import { defineFitTest } from "./define.js";

/** Distribution functions are of doubles near 1: what lies further out than this share counts as lying there. */
const LEAST = 1e-12;
const unit = uniform.make({ low: 0, high: 1 }, "unit");

export const andersonDarling = defineFitTest({
  id: "anderson_darling",
  about:
    "Anderson-Darling statistic A² of the generated rows against the true distribution; its mean is 1 under a perfect fit. " +
    "Rows where the true share below or above is less than 1e-12 count as if it were 1e-12.",
  isPublished: false,
  dims: 1,
  better: "lower",
  examples: [
    { generated: [0.5], real: [0], distribution: unit, value: 2 * Math.LN2 - 1 },
    { generated: [0.75, 0.25], real: [0], distribution: unit, value: -2 - Math.log(0.25) - 3 * Math.log(0.75) },
    { generated: [0.5, 0.5], real: [0], distribution: unit, value: 4 * Math.LN2 - 2 },
    { generated: [2], real: [0], distribution: unit, value: -1 - Math.log(1e-12) - Math.log(1 - 1e-12) },
  ],
  of({ shares }) {
    const n = shares.length;
    const logBelow = shares.map((share) => Math.log(Math.max(LEAST, Math.min(share, 1 - LEAST))));
    const logAbove = shares.map((share) => Math.log(Math.max(LEAST, Math.min(1 - share, 1 - LEAST))));
    return logBelow.reduce((sum, below, i) => sum - ((2 * i + 1) / n) * (below + logAbove[n - 1 - i]!), -n);
  },
});
