import { defineFitTest } from "./define.js";
import { forEachStep } from "./steps.js";

/** ∫ |F_a - F_b| dx of two ascending lists: the least mean way that turns one into the other. */
export function wassersteinOf(a: Float32Array | Float64Array, b: Float32Array | Float64Array): number {
  let sum = 0;
  // of as many rows on both sides, the k-th goes to the k-th
  if (a.length === b.length) {
    for (let k = 0; k < a.length; k++) sum += Math.abs(a[k]! - b[k]!);
    return sum / a.length;
  }
  forEachStep(a, b, (difference, width) => {
    sum += Math.abs(difference) * width;
  });
  return sum;
}

export const wasserstein = defineFitTest({
  id: "wasserstein_1",
  about:
    "How far generated rows must be moved on average to become the true ones, in units of x: the 1-Wasserstein distance, exactly.",
  isPublished: false,
  dims: 1,
  better: "lower",
  examples: [
    { generated: [1, 0], real: [0, 1], value: 0 },
    { generated: [0, 0], real: [1, 1], value: 1 },
    { generated: [0, 1, 3], real: [5, 6, 8], value: 5 },
    { generated: [0], real: [0, 3], value: 3 / 2 }, // half of the mass goes 3
  ],
  of: ({ generated, real }) => wassersteinOf(generated, real),
  /** Each row as often as there are rows on the other side; then the k-th goes to the k-th. */
  reference(generated, real) {
    const repeated = (list: ArrayLike<number>, times: number): number[] =>
      Array.from(list)
        .flatMap((value) => Array<number>(times).fill(value))
        .sort((a, b) => a - b);
    const from = repeated(generated, real.length);
    const to = repeated(real, generated.length);
    return from.reduce((sum, value, k) => sum + Math.abs(value - to[k]!), 0) / from.length;
  },
});
