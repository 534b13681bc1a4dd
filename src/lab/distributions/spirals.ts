import { z } from "zod";
import { alongCurves, type Curve } from "./curve.js";
import { defineFamily } from "./define.js";

export const spirals = defineFamily({
  kind: "spirals",
  about: "Arms that wind outwards from (0, 0), evenly apart (Archimedes' spirals), with Gaussian noise.",
  dims: 2,
  parameters: {
    arms: z.int().min(1).default(2).describe("how many arms"),
    turns: z.number().positive().default(1.5).describe("how often each winds around the centre, above 0"),
    radius: z.number().positive().default(3).describe("where the arms end, above 0"),
    deviation: z
      .number()
      .positive()
      .default(0.1)
      .describe("standard deviation of the noise in each dimension, above 0"),
  },
  make({ arms, turns, radius, deviation }, place) {
    const wound = 2 * Math.PI * turns;
    // Points lie with density 2s at the share s of the radius: but near the centre even along the arm, whose length by s
    // is √(1 + (wound·s)²).
    const along = { density: (s: number) => 2 * s, quantile: Math.sqrt };
    const curves: Curve[] = Array.from({ length: arms }, (_, arm) => ({
      at(s) {
        const angle = wound * s + (2 * Math.PI * arm) / arms;
        return [radius * s * Math.cos(angle), radius * s * Math.sin(angle)];
      },
      speed: radius * Math.hypot(1, wound),
      along,
    }));
    // about (0, 0), where arms balance each other: the mean square of the distance is radius²/2
    const spread = Math.sqrt(radius ** 2 / 4 + deviation ** 2);
    return {
      kind: "spirals",
      dims: 2,
      parameters: { arms, turns, radius, deviation },
      location: [0, 0],
      scale: [spread, spread],
      ...alongCurves(curves, deviation, place),
    };
  },
});
