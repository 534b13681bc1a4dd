// Anomalies of a distribution: its own points moved by Δ, drawn apart, both, or the points of another distribution.

import { z } from "zod";
import { OddityError } from "../tensor/errors.js";
import type { Random } from "../tensor/random.js";
import { type Distribution, distributionOf, distributionSchema } from "./distributions/index.js";

export const anomalySchema = z.union([
  z.strictObject({
    shift: z
      .union([z.number(), z.tuple([z.number(), z.number()])])
      .default(0)
      .describe("Δ in scales of the true distribution; of two dimensions one number along both, or two"),
    spread: z.number().positive().default(1).describe("factor of the distance from the centre"),
  }),
  z.strictObject({ name: z.string().min(1), distribution: distributionSchema }),
]);
export type AnomalySpec = z.output<typeof anomalySchema>;

/** What is unlike the true distribution. */
export interface Anomaly {
  /** "-0.5", "×2", "+1 ×2", or the name that was given. */
  readonly name: string;
  /** Where it is the true distribution moved: Δ along the first dimension, and the factor. */
  readonly shift?: number;
  readonly spread?: number;
  pdf(x: ArrayLike<number>, from?: number): number;
  /** The value below which a share p lies; of one dimension, where the distribution has it. */
  readonly quantile?: (p: number) => number;
  sample(random: Random, out: Float32Array): void;
}

export function anomalyOf(spec: AnomalySpec, real: Distribution, place: string): Anomaly {
  if ("distribution" in spec) {
    const other = distributionOf(spec.distribution, `${place}.distribution`);
    if (other.dims !== real.dims)
      throw new OddityError(
        {
          place: `${place}.distribution`,
          expected: `a distribution of ${real.dims === 1 ? "one dimension" : "two dimensions"}, as the true one`,
          got: other.dims === 1 ? "one" : "two",
        },
        { usage: true },
      );
    const { pdf, quantile, sample } = other;
    return { name: spec.name, pdf, sample, ...(quantile ? { quantile } : {}) };
  }
  const { shift, spread } = spec;
  const { dims, location, scale } = real;
  if (typeof shift !== "number" && dims === 1)
    throw new OddityError(
      { place: `${place}.shift`, expected: "one number", got: JSON.stringify(shift) },
      { usage: true },
    );
  const by = scale.map((s, d) => s * (typeof shift === "number" ? shift : shift[d]!));
  const back = new Float64Array(dims);
  const { quantile } = real;
  return {
    name: nameOf(shift, spread),
    shift: typeof shift === "number" ? shift : shift[0],
    spread,
    pdf(x, from = 0) {
      for (let d = 0; d < dims; d++) back[d] = location[d]! + (x[from + d]! - by[d]! - location[d]!) / spread;
      return real.pdf(back) / spread ** dims;
    },
    ...(quantile ? { quantile: (p) => location[0]! + spread * (quantile(p) - location[0]!) + by[0]! } : {}),
    sample(random, out) {
      real.sample(random, out);
      for (let i = 0; i < out.length; i++) {
        const d = i % dims;
        out[i] = location[d]! + spread * (out[i]! - location[d]!) + by[d]!;
      }
    },
  };
}

function nameOf(shift: number | readonly number[], spread: number): string {
  const signed = (value: number): string => (value > 0 ? `+${value}` : `${value}`);
  const moved = typeof shift === "number" ? signed(shift) : `(${shift.map(signed).join(", ")})`;
  if (spread === 1) return moved;
  return shift === 0 ? `×${spread}` : `${moved} ×${spread}`;
}
