import { z } from "zod";
import { OddityError } from "../../tensor/errors.js";
import { defineFamily } from "./define.js";
import { edge, standardNormal } from "./special.js";

export const gaussianMixture = defineFamily({
  kind: "gaussian-mixture",
  about: "Mixture of normal distributions, each with its share.",
  dims: 1,
  parameters: {
    weights: z.array(z.number().positive()).min(1).default([1, 1]).describe("share of each part, in any unit"),
    means: z.array(z.number()).min(1).default([-2, 2]).describe("centre of each part"),
    deviations: z.array(z.number().positive()).min(1).default([0.5, 0.5]).describe("standard deviation of each part"),
  },
  make({ weights, means, deviations }, place) {
    for (const [name, list] of Object.entries({ means, deviations }))
      if (list.length !== weights.length)
        throw new OddityError(
          {
            place: `${place}.${name}`,
            expected: `as many numbers as there are weights (${weights.length})`,
            got: `${list.length}`,
          },
          { usage: true },
        );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const parts = weights.map((weight, i) => ({ share: weight / total, mean: means[i]!, deviation: deviations[i]! }));
    const mix = (of: (part: (typeof parts)[number]) => number): number =>
      parts.reduce((sum, part) => sum + part.share * of(part), 0);
    const density = (x: number): number =>
      mix(({ mean, deviation }) => standardNormal.pdf((x - mean) / deviation) / deviation);
    const below = (x: number): number => mix(({ mean, deviation }) => standardNormal.cdf((x - mean) / deviation));
    const above = (x: number): number => mix(({ mean, deviation }) => standardNormal.cdf((mean - x) / deviation));
    const finest = Math.min(...deviations);
    const centre = mix(({ mean }) => mean);
    return {
      kind: "gaussian-mixture",
      dims: 1,
      parameters: { weights: parts.map(({ share }) => share), means, deviations },
      // mean and deviation of the whole
      location: [centre],
      scale: [Math.sqrt(mix(({ mean, deviation }) => deviation ** 2 + (mean - centre) ** 2))],
      pdf: (x, from = 0) => density(x[from]!),
      cdf: below,
      quantile(p) {
        if (!(p > 0 && p < 1)) return edge(p);
        const own = parts.map(({ mean, deviation }) => mean + deviation * standardNormal.quantile(p));
        const excess = p < 0.5 ? (x: number) => below(x) - p : (x: number) => 1 - p - above(x);
        return rootBetween(Math.min(...own), Math.max(...own), 1e-9 * finest, excess, density);
      },
      sample(random, out) {
        random.fillNormal(out);
        for (let i = 0; i < out.length; i++) {
          let left = random.uniform();
          const part = parts.find(({ share }) => (left -= share) < 0) ?? parts[parts.length - 1]!;
          out[i] = part.mean + part.deviation * out[i]!;
        }
      },
    };
  },
});

/**
 * Root of a rising function between two points: Newton's steps, halving where one would leave the interval or gets no closer
 * fast (Press et al., Numerical Recipes, 9.4). After a step of Newton's within `near` the next would be its square.
 */
function rootBetween(
  from: number,
  to: number,
  near: number,
  f: (x: number) => number,
  slope: (x: number) => number,
): number {
  let [low, high] = [from, to];
  let x = (low + high) / 2;
  let step = high - low;
  for (let i = 0; i < 200 && high - low > 1e-15 * Math.abs(x); i++) {
    const value = f(x);
    if (value > 0) high = x;
    else low = x;
    const newton = -value / slope(x);
    const isNewton = x + newton > low && x + newton < high && Math.abs(newton) < Math.abs(step) / 2;
    step = isNewton ? newton : (low + high) / 2 - x;
    x += step;
    if (isNewton && Math.abs(newton) < near) break;
  }
  return x;
}
