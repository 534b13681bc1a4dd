import { z } from "zod";
import { defineFamily } from "./define.js";
import { standardNormal } from "./special.js";

export const logNormal = defineFamily({
  kind: "log-normal",
  about: "Log-normal distribution: ln(x - offset) is N(mu, sigma²).",
  dims: 1,
  parameters: {
    mu: z.number().default(0).describe("mean of the logarithm"),
    sigma: z.number().positive().default(0.5).describe("standard deviation of the logarithm, above 0"),
    offset: z.number().default(0).describe("least value"),
  },
  make({ mu, sigma, offset }) {
    const standardised = (x: number): number => (Math.log(x - offset) - mu) / sigma;
    return {
      kind: "log-normal",
      dims: 1,
      parameters: { mu, sigma, offset },
      // The median, and half the width of the middle 68 % (of small sigma the deviation). The deviation itself is no measure
      // of a log-normal that is wide: with sigma 3 it is 8,000 medians.
      location: [offset + Math.exp(mu)],
      scale: [Math.exp(mu) * Math.sinh(sigma)],
      pdf(x, from = 0) {
        const above = x[from]! - offset;
        return above > 0 ? standardNormal.pdf(standardised(x[from]!)) / (sigma * above) : 0;
      },
      cdf: (x) => (x > offset ? standardNormal.cdf(standardised(x)) : 0),
      quantile: (p) => offset + Math.exp(mu + sigma * standardNormal.quantile(p)),
      sample(random, out) {
        random.fillNormal(out);
        for (let i = 0; i < out.length; i++) out[i] = offset + Math.exp(mu + sigma * out[i]!);
      },
    };
  },
});
