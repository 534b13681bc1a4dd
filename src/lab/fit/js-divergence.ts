import { uniform } from "../distributions/uniform.js";
import { defineFitTest } from "./define.js";

const SLICES = 100;
const unit = uniform.make({ low: 0, high: 1 }, "unit");

export const jsDivergence = defineFitTest({
  id: "js_divergence",
  about:
    "Jensen-Shannon divergence in bits, 0 to 1, between the generated rows and the true distribution cut into 100 slices of one " +
    "probability. No row can move the slices, and empty ones need no invented density. A perfect fit of n rows has about 18 / n.",
  isPublished: false,
  dims: 1,
  better: "lower",
  examples: [
    // with p one slice and q all of them: KL(p | (p + q) / 2) = log2(100 / 50.5), KL(q | …) = log2(1 / 50.5) / 100 + 99 / 100
    {
      generated: [0.505, 0.505],
      real: [0],
      distribution: unit,
      value: 0.5 * Math.log2(100 / 50.5) + 0.5 * (0.99 - Math.log2(50.5) / 100),
    },
    { generated: Array.from({ length: 100 }, (_, i) => (i + 0.5) / 100), real: [0], distribution: unit, value: 0 },
    // half in the first slice and half in the last, beyond the distribution's ends: (50 + 1) / 200 each in the mean
    {
      generated: [-3, 7],
      real: [0],
      distribution: unit,
      value: 0.5 * Math.log2(100 / 51) + 0.5 * (0.98 - 0.02 * Math.log2(25.5)),
    },
  ],
  of({ shares }) {
    const counts = new Float64Array(SLICES);
    for (const share of shares) counts[Math.max(0, Math.min(SLICES - 1, Math.floor(share * SLICES)))]!++;
    let sum = 0;
    for (const count of counts) {
      const p = count / shares.length;
      const q = 1 / SLICES;
      const middle = (p + q) / 2;
      sum += (p === 0 ? 0 : p * Math.log2(p / middle)) + q * Math.log2(q / middle);
    }
    return Math.max(0, sum / 2); // rounding may leave a little less than 0
  },
});
