import { z } from "zod";
import { alongCurves } from "./curve.js";
import { defineFamily } from "./define.js";

export const moons = defineFamily({
  kind: "moons",
  about: "Two half circles of radius 1 that reach into each other, with Gaussian noise (scikit-learn's make_moons).",
  dims: 2,
  parameters: {
    deviation: z
      .number()
      .positive()
      .default(0.1)
      .describe("standard deviation of the noise in each dimension, above 0"),
  },
  make({ deviation }, place) {
    const upper = (s: number) => [Math.cos(Math.PI * s), Math.sin(Math.PI * s)] as const;
    const lower = (s: number) => [1 - Math.cos(Math.PI * s), 0.5 - Math.sin(Math.PI * s)] as const;
    // Over a half circle the mean of cos is 0, of sin 2/π, of their squares ½; the upper's centre is (0, 2/π), the lower's
    // (1, ½ - 2/π).
    const apart = 4 / Math.PI - 0.5;
    return {
      kind: "moons",
      dims: 2,
      parameters: { deviation },
      location: [0.5, 0.25],
      scale: [
        Math.sqrt(0.5 + 0.25 + deviation ** 2),
        Math.sqrt(0.5 - 4 / Math.PI ** 2 + (apart / 2) ** 2 + deviation ** 2),
      ],
      ...alongCurves(
        [
          { at: upper, speed: Math.PI },
          { at: lower, speed: Math.PI },
        ],
        deviation,
        place,
      ),
    };
  },
});
