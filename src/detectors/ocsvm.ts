// One-class support vector machine (Schölkopf, Platt, Shawe-Taylor, Smola, Williamson 2001) with a Gaussian kernel: a
// boundary around the dense part of the training rows. The exact solution for up to `sample` rows, of which those that
// support the boundary stand in the model file. The score is 1 - the weighted sum of kernels, 0 to 1; the fact "boundary"
// says which score lies on it.

import { scalings } from "../encode/encoding.js";
import { sub } from "../graph/ops/arithmetic.js";
import { defineDetector } from "./define.js";
import { drawReferences, type References } from "./neighbours/references.js";
import { kernelAmong, kernelSum } from "./ocsvm/kernel.js";
import { solve } from "./ocsvm/solve.js";
import { choice, int, real } from "./parameters.js";

export const ocsvm = defineDetector({
  id: "ocsvm",
  about: "A smooth boundary around the dense part of the training rows; strange rows are outside.",
  paper:
    "Schölkopf, Platt, Shawe-Taylor, Smola, Williamson 2001, Estimating the Support of a High-Dimensional Distribution, Neural Computation",
  parameters: {
    nu: real({
      min: 1e-4,
      max: 1,
      fallback: 0.5,
      doc: "the share of the training rows that end outside of the boundary, at most",
    }),
    gamma: real({
      fallback: 0,
      doc: 'of the kernel exp(-gamma·distance²); 0: 1 / (features · their variance), scikit-learn\'s "scale"',
    }),
    sample: int({
      max: 15_000,
      fallback: 5000,
      doc: "training rows that are looked at, at most: drawn where there are more; the memory for learning grows with its square",
    }),
    scaling: choice(scalings, { fallback: "standard", doc: "scaling of numbers" }),
  },
  encoding: ({ scaling }) => ({ scaling }),
  async learn({ nu, gamma: given, sample }, site) {
    const rows = drawReferences(site.rows, site.width, sample, site.random.at("sample"));
    const gamma = given === 0 ? byScale(rows) : given;
    const kernel = await kernelAmong(rows, gamma, site);
    const { weights, offset, iterations } = await solve(kernel, rows.count, nu, site.signal);
    const { supports, shares } = supportsOf(rows, weights);
    const total = nu * rows.count; // the paper's weights sum to 1
    const paper = shares.map((share) => share / total);
    return {
      // from 1 rather than from the boundary: a score beside 0 would be all rounding
      score: (x) => sub(1, kernelSum(x, supports, paper, gamma)),
      facts: { rows: rows.count, supports: supports.count, gamma, boundary: 1 - offset / total, iterations },
    };
  },
});

/** 1 / (features · variance of all numbers together); 1 where nothing varies. */
function byScale({ values, width, middle }: References): number {
  const at = (i: number): number => values[i]! + middle[i % width]!;
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += at(i) / values.length;
  let variance = 0;
  for (let i = 0; i < values.length; i++) variance += (at(i) - mean) ** 2 / values.length;
  const gamma = 1 / (width * variance);
  return Number.isFinite(gamma) ? gamma : 1;
}

/** The rows that have a weight. */
function supportsOf(rows: References, weights: Float64Array): { supports: References; shares: Float64Array } {
  const { width, middle } = rows;
  const places = Array.from(weights.keys()).filter((i) => weights[i]! > 0);
  const values = new Float32Array(places.length * width);
  for (const [i, place] of places.entries())
    values.set(rows.values.subarray(place * width, (place + 1) * width), i * width);
  return {
    supports: { values, count: places.length, width, middle },
    shares: Float64Array.from(places, (place) => weights[place]!),
  };
}
