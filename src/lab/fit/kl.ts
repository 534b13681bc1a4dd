import { defineFitTest } from "./define.js";
import { sharedHistogram } from "./histogram.js";

export const kl = defineFitTest({
  id: "KL",
  about:
    "Kullback-Leibler divergence of the generated rows from the true ones in bits, over 99 bins that the extremes of both set. " +
    "A bin without generated rows counts as a density of 1e-9, so where the generator leaves the truth out, that number decides. " +
    "0 where all rows are equal.",
  isPublished: true,
  dims: 1,
  better: "lower",
  examples: [
    // densities 49.5 at both ends and 1e-9 in 97 bins between
    { generated: [0, 1], real: [0, 1], value: Math.log2(1 + 97e-9 / 99) },
    // true shares 1/2 and 1/2; generated 99 / s and 1e-9 / s with s = 99 + 98e-9
    {
      generated: [0, 0],
      real: [0, 1],
      value: 0.5 * Math.log2((99 + 98e-9) / 198) + 0.5 * Math.log2((99 + 98e-9) / 2e-9),
    },
    { generated: [2, 2], real: [2, 2], value: 0 },
  ],
  of(line) {
    const shares = sharedHistogram(line);
    if (shares === undefined) return 0;
    return shares.real.reduce((sum, p, k) => (p === 0 ? sum : sum + p * Math.log2(p / shares.generated[k]!)), 0);
  },
});
