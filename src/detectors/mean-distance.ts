// Distance to the mean of the training rows: the control that every other detector has to beat.

import { scalings } from "../encode/encoding.js";
import { constant } from "../graph/op.js";
import { sqrt } from "../graph/ops/exponential.js";
import { expandLike } from "../graph/ops/shape.js";
import { distanceSquared } from "../nn/losses.js";
import { tensor } from "../tensor/tensor.js";
import { defineDetector } from "./define.js";
import { choice } from "./parameters.js";

export const meanDistance = defineDetector({
  id: "mean-distance",
  about: "Distance to the mean of the training rows: a control, and a floor for everything else.",
  paper: "none: Euclidean distance in scaled columns",
  parameters: { scaling: choice(scalings, { fallback: "standard", doc: "scaling of numbers" }) },
  encoding: ({ scaling }) => ({ scaling }),
  learn(_, { rows, width }) {
    const sums = new Float64Array(width);
    for (let i = 0; i < rows.values.length; i++) sums[i % width]! += rows.values[i]! / rows.count;
    return Promise.resolve({
      score: (x) => {
        const middle = constant(tensor("f32", [1, width], Float32Array.from(sums)), "mean");
        return sqrt(distanceSquared(x, expandLike(middle, x)));
      },
      facts: {},
    });
  },
});
