import { z } from "zod";
import { defineFamily } from "./define.js";
import { standardNormal } from "./special.js";

export const grid = defineFamily({
  kind: "grid",
  about: "Equal Gaussians on the points of a square grid around (0, 0).",
  dims: 2,
  parameters: {
    side: z.int().min(1).max(100).default(5).describe("Gaussians along a side"),
    spacing: z.number().positive().default(2).describe("distance of neighbours, above 0"),
    deviation: z.number().positive().default(0.2).describe("standard deviation of each in each dimension, above 0"),
  },
  make({ side, spacing, deviation }) {
    const centres = Array.from({ length: side }, (_, i) => (i - (side - 1) / 2) * spacing);
    // points of a grid are independent in x and y, and so are the densities
    const along = (x: number): number =>
      centres.reduce((sum, centre) => sum + standardNormal.pdf((x - centre) / deviation), 0) / (side * deviation);
    const spread = Math.sqrt((spacing ** 2 * (side ** 2 - 1)) / 12 + deviation ** 2);
    return {
      kind: "grid",
      dims: 2,
      parameters: { side, spacing, deviation },
      location: [0, 0],
      scale: [spread, spread],
      pdf: (x, from = 0) => along(x[from]!) * along(x[from + 1]!),
      sample(random, out) {
        random.fillNormal(out);
        for (let i = 0; i < out.length; i++) out[i] = centres[random.below(side)]! + deviation * out[i]!;
      },
    };
  },
});
