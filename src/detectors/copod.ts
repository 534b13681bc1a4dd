// COPOD (Li, Zhao, Botta, Ionescu, Hu 2020): tail probabilities under the empirical copula. What the paper computes is
// what ECOD computes later; the authors' code differs from both, and is the default here.

import { defineDetector } from "./define.js";
import { choice } from "./parameters.js";
import { largestSum, learnTails, leftOf, longOf, rightOf, sumOf, tailParameters } from "./tails/tails.js";

export const copod = defineDetector({
  id: "copod",
  about: "Tail probabilities of the columns, those of long tails first; nothing to choose, fast on any table.",
  paper: "Li, Zhao, Botta, Ionescu, Hu 2020, COPOD: Copula-Based Outlier Detection, ICDM, arXiv 2009.09463",
  parameters: {
    combine: choice(["columns", "sums"], {
      fallback: "columns",
      doc: "each column's long tail or the mean of both, whichever is larger, summed, as in the authors' code, or the largest of three sums, as in the paper",
    }),
    ...tailParameters,
  },
  // order is all that counts; scaling keeps doubles apart that f32 could not
  encoding: () => ({ scaling: "standard" }),
  async learn({ combine, thresholds }, site) {
    const { columns, facts } = await learnTails(thresholds, site);
    return {
      score: (x) =>
        combine === "sums"
          ? largestSum(x, columns)
          : sumOf(x, columns, (...tails) => Math.max(longOf(...tails), (leftOf(...tails) + rightOf(...tails)) / 2)),
      facts,
    };
  },
});
