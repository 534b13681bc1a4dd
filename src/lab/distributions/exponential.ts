import { z } from "zod";
import { defineFamily } from "./define.js";

export const exponential = defineFamily({
  kind: "exponential",
  about: "Exponential distribution: waiting times, from the offset on.",
  dims: 1,
  parameters: {
    offset: z.number().default(0).describe("least value"),
    scale: z.number().positive().default(1).describe("mean distance from the offset, 1/rate, above 0"),
  },
  make: ({ offset, scale }) => ({
    kind: "exponential",
    dims: 1,
    parameters: { offset, scale },
    // mean and deviation
    location: [offset + scale],
    scale: [scale],
    pdf: (x, from = 0) => (x[from]! >= offset ? Math.exp((offset - x[from]!) / scale) / scale : 0),
    cdf: (x) => (x > offset ? -Math.expm1((offset - x) / scale) : 0),
    quantile: (p) => offset - scale * Math.log1p(-p),
    sample(random, out) {
      for (let i = 0; i < out.length; i++) out[i] = offset - scale * Math.log1p(-random.uniform());
    },
  }),
});
