// Terms of a score brought to one scale without labels: each divided by its mean over the rows of training.

import { add, div, mul } from "../graph/ops/arithmetic.js";
import { greater } from "../graph/ops/comparison.js";
import { slice } from "../graph/ops/cut.js";
import { mean } from "../graph/ops/reduce.js";
import { reshape } from "../graph/ops/shape.js";
import { where } from "../graph/ops/where.js";
import { zeros } from "./initialise.js";
import type { Network } from "./network.js";

/** Share of a new batch in the means. */
const MOMENTUM = 0.02;

/**
 * A term f32[batch] divided by its mean over the last batches of training, as one of the running values; while training,
 * or before any, the term itself. Means start at zero and so are all too low alike when training was short.
 */
export const typicalUnit: Network = {
  parameters: [{ name: "mean", shape: [1], start: zeros, running: true }],
  bind: (scope) => (term) => {
    const before = scope.parameter("mean");
    if (scope.noise === undefined) {
      const usual = reshape(slice(before, { axis: 0, start: 0, end: 1 }), { shape: [] });
      return div(term, where(greater(usual, 0), usual, 1));
    }
    const now = reshape(mean(term, {}), { shape: [1] });
    scope.update("mean", add(mul(before, 1 - MOMENTUM), mul(now, MOMENTUM)));
    return term;
  },
};
