import { defineFitTest } from "./define.js";
import { twoSampleKs } from "./ks-statistic.js";

export const ksPValue = defineFitTest({
  id: "KS_p",
  about:
    "P-value of KS_s as SciPy of 2017 had it: Kolmogorov's limit at (e + 0.12 + 0.11 / e) KS_s with e = √(nm / (n + m)) " +
    "(Stephens 1970). A perfect generator gives any value from 0 to 1 equally often.",
  isPublished: true,
  dims: 1,
  better: "higher",
  examples: [
    { generated: [1, 2], real: [2, 1], value: 1 },
    // e = 1 and D = 1: at 1.23 = 1 + 0.12 + 0.11
    {
      generated: [0, 0],
      real: [5, 5],
      value: 2 * (Math.exp(-2 * 1.5129) - Math.exp(-8 * 1.5129) + Math.exp(-18 * 1.5129) - Math.exp(-32 * 1.5129)),
    },
  ],
  of(line) {
    const n = line.generated.length;
    const m = line.real.length;
    const e = Math.sqrt((n * m) / (n + m));
    return kolmogorovAbove((e + 0.12 + 0.11 / e) * twoSampleKs(line));
  },
});

/** P(K > x) of Kolmogorov's distribution: 2 Σ (-1)^(k-1) exp(-2 k² x²), and for small x, where that is slow, its theta transform. */
function kolmogorovAbove(x: number): number {
  if (x <= 0) return 1;
  let sum = 0;
  if (x < 1) {
    for (let k = 1; k <= 5; k++) sum += Math.exp(-(((2 * k - 1) * Math.PI) ** 2) / (8 * x * x));
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
  }
  for (let k = 5; k >= 1; k--) sum += (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * x * x);
  return 2 * sum;
}
