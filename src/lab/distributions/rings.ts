import { z } from "zod";
import { alongCurves } from "./curve.js";
import { defineFamily } from "./define.js";

export const rings = defineFamily({
  kind: "rings",
  about: "Rings around (0, 0), each with the same share of the points, with Gaussian noise.",
  dims: 2,
  parameters: {
    radii: z.array(z.number().positive()).min(1).default([1, 2]).describe("radius of each ring, above 0"),
    deviation: z
      .number()
      .positive()
      .default(0.1)
      .describe("standard deviation of the noise in each dimension, above 0"),
  },
  make({ radii, deviation }, place) {
    const curves = radii.map((radius) => ({
      speed: 2 * Math.PI * radius,
      at: (s: number) => [radius * Math.cos(2 * Math.PI * s), radius * Math.sin(2 * Math.PI * s)] as const,
    }));
    // of a circle of radius r the variance in each dimension is r²/2
    const spread = Math.sqrt(radii.reduce((sum, r) => sum + r * r, 0) / (2 * radii.length) + deviation ** 2);
    return {
      kind: "rings",
      dims: 2,
      parameters: { radii, deviation },
      location: [0, 0],
      scale: [spread, spread],
      ...alongCurves(curves, deviation, place),
    };
  },
});
