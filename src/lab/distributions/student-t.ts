import { z } from "zod";
import { defineFamily } from "./define.js";
import { studentT } from "./special.js";

export const student = defineFamily({
  kind: "student-t",
  about: "Student's t: like a Gaussian with heavy tails, the heavier the less freedom (1 is Cauchy's).",
  dims: 1,
  parameters: {
    // with less than ½ far points leave the range of f32; above a million nobody could tell it from a Gaussian
    freedom: z.number().min(0.5).max(1e6).default(3).describe("degrees of freedom, 0.5 to a million"),
    location: z.number().default(0).describe("centre"),
    scale: z.number().positive().default(1).describe("scale (not the deviation), above 0"),
  },
  make({ freedom, location, scale }) {
    const standard = studentT(freedom);
    return {
      kind: "student-t",
      dims: 1,
      parameters: { freedom, location, scale },
      location: [location],
      scale: [scale],
      pdf: (x, from = 0) => standard.pdf((x[from]! - location) / scale) / scale,
      cdf: (x) => standard.cdf((x - location) / scale),
      quantile: (p) => location + scale * standard.quantile(p),
      sample(random, out) {
        // Bailey 1994: Box-Muller's way with another radius
        for (let i = 0; i < out.length; i++) {
          const radius = Math.sqrt(freedom * Math.expm1((-2 / freedom) * Math.log1p(-random.uniform())));
          out[i] = location + scale * radius * Math.cos(2 * Math.PI * random.uniform());
        }
      },
    };
  },
});
