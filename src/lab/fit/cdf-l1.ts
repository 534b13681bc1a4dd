import { defineFitTest } from "./define.js";
import { sharedHistogram } from "./histogram.js";

export const cdfL1 = defineFitTest({
  id: "CDF_l1",
  about:
    "Sum over the 99 bins of KL of how far the cumulated shares are apart. It is not multiplied by the bins' width, so it grows with " +
    "their number, and one row far off makes it small. 0 where all rows are equal.",
  isPublished: true,
  dims: 1,
  better: "lower",
  examples: [
    // up to bin k the generated share is (49.5 + 1e-9 k) / s with s = 99 + 97e-9, which is off 1/2 by 1e-9 (k - 48.5) / s
    { generated: [0, 1], real: [0, 1], value: 2401e-9 / (99 + 97e-9) },
    // the generated share is 1 from the first bin on (less what the empty ones take), the true one 1/2 up to the last
    { generated: [0, 0], real: [0, 1], value: (98 * 99 + 4753e-9) / (99 + 98e-9) - 49 },
    { generated: [2, 2], real: [2, 2], value: 0 },
  ],
  of(line) {
    const shares = sharedHistogram(line);
    if (shares === undefined) return 0;
    let difference = 0;
    let sum = 0;
    for (let k = 0; k < shares.real.length; k++) {
      difference += shares.real[k]! - shares.generated[k]!;
      sum += Math.abs(difference);
    }
    return sum;
  },
});
