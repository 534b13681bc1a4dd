// Sliced Wasserstein distance (Bonneel, Rabin, Peyré and Pfister 2015), along directions that do not change from call to call.

import { defineFitTest } from "./define.js";
import { wassersteinOf } from "./wasserstein.js";

const DIRECTIONS = 16;

export const slicedWasserstein = defineFitTest({
  id: "sliced_wasserstein",
  about:
    "Mean of the 1-Wasserstein distances of the rows seen along 16 evenly spaced directions, in units of x. " +
    "A plain shift by d gives about 2 d / π.",
  isPublished: false,
  dims: 2,
  better: "lower",
  examples: [
    { generated: [1, 2, 3, 4], real: [3, 4, 1, 2], dims: 2, value: 0 },
    // Σ |cos(kπ / 16)| over k = 0 … 15 is cot(π / 32)
    { generated: [0, 0], real: [1, 0], dims: 2, value: 1 / Math.tan(Math.PI / 32) / 16 },
    { generated: [0, 0, 0, 0], real: [0, 2, 0, 2], dims: 2, value: 2 / Math.tan(Math.PI / 32) / 16 },
  ],
  of({ generated, real }) {
    let sum = 0;
    for (let k = 0; k < DIRECTIONS; k++) {
      const angle = (k * Math.PI) / DIRECTIONS;
      sum += wassersteinOf(seenAlong(generated, angle), seenAlong(real, angle));
    }
    return sum / DIRECTIONS;
  },
});

/** Where the rows lie along a direction, ascending. */
function seenAlong(rows: Float32Array, angle: number): Float64Array {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const along = new Float64Array(rows.length / 2);
  for (let i = 0; i < along.length; i++) along[i] = cos * rows[2 * i]! + sin * rows[2 * i + 1]!;
  return along.sort();
}
