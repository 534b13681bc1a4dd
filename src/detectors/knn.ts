// k nearest neighbours (Ramaswamy, Rastogi, Shim 2000; mean distance as Angiulli and Pizzuti 2002): strange rows are far
// from the training rows nearest to them. A sample of the training rows stands in the model file.

import { scalings } from "../encode/encoding.js";
import { constant } from "../graph/op.js";
import { add, mul, neg, sub } from "../graph/ops/arithmetic.js";
import { sqrt } from "../graph/ops/exponential.js";
import { topK } from "../graph/ops/gather.js";
import { matmul } from "../graph/ops/matmul.js";
import { relu } from "../graph/ops/piecewise.js";
import { mean, sum } from "../graph/ops/reduce.js";
import { tensor } from "../tensor/tensor.js";
import { defineDetector } from "./define.js";
import { choice, int } from "./parameters.js";

const ROUNDING = 1e-6;

export const knn = defineDetector({
  id: "knn",
  about: "Mean distance to the nearest training rows: simple, strong where normal rows form clumps.",
  paper: "Angiulli, Pizzuti 2002, Fast Outlier Detection in High Dimensional Spaces, PKDD",
  parameters: {
    neighbours: int({ max: 1000, fallback: 5, doc: "k, the neighbours whose distances are averaged" }),
    sample: int({ max: 100_000, fallback: 2000, doc: "training rows kept in the model" }),
    scaling: choice(scalings, { fallback: "standard", doc: "scaling of numbers" }),
  },
  encoding: ({ scaling }) => ({ scaling }),
  learn({ neighbours, sample }, { rows, width, random }) {
    const places = random.at("sample").sample(rows.count, sample).sort();
    const kept = new Float32Array(places.length * width);
    for (const [i, place] of places.entries())
      kept.set(rows.values.subarray(place * width, (place + 1) * width), i * width);
    const lengths = Float32Array.from(places, (_, i) =>
      kept.subarray(i * width, (i + 1) * width).reduce((total, v) => total + v * v, 0),
    );
    const k = Math.min(neighbours, places.length);
    return Promise.resolve({
      // |x - r|² = |x|² + |r|² - 2x·r, less what rounding may leave of it: equal rows are at distance 0 in every runtime
      score: (x) => {
        const references = constant(tensor("f32", [places.length, width], kept), "references");
        const cross = matmul(x, references, { transB: true });
        const squares = add(
          sum(mul(x, x), { axes: [1], keep: true }),
          constant(tensor("f32", [places.length], lengths)),
        );
        const distances = sqrt(relu(sub(mul(squares, 1 - ROUNDING), mul(cross, 2))));
        return neg(mean(topK(neg(distances), k).values, { axes: [1] }));
      },
      facts: { references: places.length, neighbours: k },
    });
  },
});
