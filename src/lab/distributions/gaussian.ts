import { z } from "zod";
import { defineFamily } from "./define.js";
import { standardNormal } from "./special.js";

export const gaussian = defineFamily({
  kind: "gaussian",
  about: "Normal distribution N(mean, deviation²).",
  dims: 1,
  parameters: {
    mean: z.number().default(4).describe("centre"),
    deviation: z.number().positive().default(1).describe("standard deviation, above 0"),
  },
  make: ({ mean, deviation }) => ({
    kind: "gaussian",
    dims: 1,
    parameters: { mean, deviation },
    location: [mean],
    scale: [deviation],
    pdf: (x, from = 0) => standardNormal.pdf((x[from]! - mean) / deviation) / deviation,
    cdf: (x) => standardNormal.cdf((x - mean) / deviation),
    quantile: (p) => mean + deviation * standardNormal.quantile(p),
    sample(random, out) {
      random.fillNormal(out);
      for (let i = 0; i < out.length; i++) out[i] = mean + deviation * out[i]!;
    },
  }),
});
