// ECOD (Li, Zhao, Hu, Botta, Ionescu, Chen 2022): how far out in the tails of the columns' distributions a row lies, one
// column at a time. The distribution functions stand in the model file as search trees.

import { defineDetector } from "./define.js";
import { choice } from "./parameters.js";
import { largestSum, learnTails, leftOf, longOf, rightOf, sumOf, tailParameters } from "./tails/tails.js";

export const ecod = defineDetector({
  id: "ecod",
  about: "How far out in the tails of the columns a row lies; nothing to choose, fast on any table.",
  paper:
    "Li, Zhao, Hu, Botta, Ionescu, Chen 2022, ECOD: Unsupervised Outlier Detection Using Empirical Cumulative Distribution Functions, TKDE, arXiv 2201.00382",
  parameters: {
    combine: choice(["columns", "sums"], {
      fallback: "columns",
      doc: "each column's larger tail, summed, as in the authors' code and its published figures, or the largest of three sums (left tails, right tails, long tails), as in the paper",
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
          : sumOf(x, columns, (...tails) => Math.max(leftOf(...tails), rightOf(...tails), longOf(...tails))),
      facts,
    };
  },
});
