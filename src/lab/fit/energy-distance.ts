// Energy distance (Székely and Rizzo 2013).

import { meanDistance } from "../../detectors/gandi/compare.js";
import { defineFitTest } from "./define.js";
import { firstRows } from "./samples.js";
import { forEachStep } from "./steps.js";

export const energyDistance = defineFitTest({
  id: "energy_distance",
  about:
    "√(2 E|X - Y| - E|X - X'| - E|Y - Y'|) of generated rows X and true rows Y, with a row's distance to itself among them; " +
    "the root is taken, as SciPy does. Of two dimensions it looks at the first 1,000 rows of each.",
  isPublished: false,
  dims: "any",
  better: "lower",
  examples: [
    { generated: [0], real: [2], value: 2 }, // √(2 · 2 - 0 - 0)
    { generated: [0, 2], real: [1], value: 1 }, // √(2 · 1 - 1 - 0)
    { generated: [3, 1, 1], real: [1, 3, 1], value: 0 },
    { generated: [0, 0], real: [3, 4], dims: 2, value: Math.sqrt(10) },
    { generated: [0, 0, 3, 4], real: [3, 4, 0, 0], dims: 2, value: 0 },
  ],
  of({ dims, generated, real, line }) {
    if (line === undefined) return ofPairs(firstRows(generated, dims), firstRows(real, dims), dims);
    // of one dimension it is √(2 ∫ (F - G)² dx)
    let sum = 0;
    forEachStep(line.generated, line.real, (difference, width) => {
      sum += difference * difference * width;
    });
    return Math.sqrt(2 * sum);
  },
  reference: ofPairs,
});

/** From the definition. Rounding may leave a little less than 0 where both are equal. */
function ofPairs(x: ArrayLike<number>, y: ArrayLike<number>, dims: number): number {
  return Math.sqrt(Math.max(0, 2 * meanDistance(x, y, dims) - meanDistance(x, x, dims) - meanDistance(y, y, dims)));
}
