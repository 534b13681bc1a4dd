// Isolation Forest (Liu, Ting, Zhou 2008) as an ONNX tree ensemble: strange rows are parted from the rest by few cuts.

import { mul } from "../graph/ops/arithmetic.js";
import { exp } from "../graph/ops/exponential.js";
import { treeSum } from "../graph/ops/ml.js";
import { defineDetector } from "./define.js";
import { growForest } from "./forest/grow.js";
import { pathScale } from "./forest/score.js";
import { int } from "./parameters.js";

export const isolationForest = defineDetector({
  id: "isolation-forest",
  about: "Random cuts part strange rows from the rest early; no training, good on most tables.",
  paper: "Liu, Ting, Zhou 2008, Isolation Forest, ICDM",
  parameters: {
    trees: int({ max: 10_000, fallback: 100, doc: "number of trees" }),
    sample: int({ min: 2, max: 65_536, fallback: 256, doc: "rows each tree is grown on" }),
  },
  // cuts do not depend on the scale; scaling keeps doubles apart that f32 could not
  encoding: () => ({ scaling: "standard" }),
  async learn({ trees, sample }, site) {
    const { random, signal } = site;
    const forest = await growForest(site.rows.values, site.width, { trees, sample, random, signal });
    const { offsets, ...nodes } = forest;
    const scale = -Math.LN2 / (trees * pathScale(forest));
    return {
      // 2^(-mean path / c(sample)) = exp(-ln 2 · sum of paths / (trees · c(sample)))
      score: (x) => exp(mul(treeSum(x, { roots: offsets.subarray(0, trees), ...nodes }), scale)),
      facts: { trees, sample: forest.sample },
    };
  },
});
