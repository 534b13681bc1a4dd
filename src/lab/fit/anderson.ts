import { defineFitTest } from "./define.js";
import { logNormalCdf } from "./normal-tails.js";

export const anderson = defineFitTest({
  id: "Anderson",
  about:
    "Anderson-Darling statistic A² of the generated rows for normality with mean and deviation estimated from them. It does not look " +
    "at the true distribution: any normal rows do well. Rows that are all equal count as 0 deviations from their mean: n (2 ln 2 - 1).",
  isPublished: true,
  dims: 1,
  better: "lower",
  examples: [
    // √2 is their deviation, so they stand at ±1 / √2, where Φ is 0.2397500610934768 and 0.760249938906523
    { generated: [2, 0], real: [0], value: -2 - Math.log(0.2397500610934768) - 3 * Math.log(0.760249938906523) },
    { generated: [5, 5, 5], real: [0], value: 3 * (2 * Math.LN2 - 1) },
    { generated: [5], real: [5], value: 2 * Math.LN2 - 1 },
  ],
  of({ generated }) {
    const n = generated.length;
    const mean = generated.reduce((sum, x) => sum + x, 0) / n;
    const squares = generated.reduce((sum, x) => sum + (x - mean) ** 2, 0);
    const deviation = squares === 0 ? 1 : Math.sqrt(squares / (n - 1));
    const logBelow = Float64Array.from(generated, (x) => logNormalCdf((x - mean) / deviation));
    const logAbove = Float64Array.from(generated, (x) => logNormalCdf((mean - x) / deviation));
    return logBelow.reduce((sum, below, i) => sum - ((2 * i + 1) / n) * (below + logAbove[n - 1 - i]!), -n);
  },
});
