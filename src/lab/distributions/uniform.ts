import { z } from "zod";
import { OddityError } from "../../tensor/errors.js";
import { defineFamily } from "./define.js";

export const uniform = defineFamily({
  kind: "uniform",
  about: "Uniform distribution between low and high.",
  dims: 1,
  parameters: {
    low: z.number().default(-8).describe("least value"),
    high: z.number().default(8).describe("greatest value, above low"),
  },
  make({ low, high }, place) {
    if (!(high > low))
      throw new OddityError(
        { place: `${place}.high`, expected: `a number above low (${low})`, got: `${high}` },
        { usage: true },
      );
    const width = high - low;
    return {
      kind: "uniform",
      dims: 1,
      parameters: { low, high },
      location: [(low + high) / 2],
      // half the width, as the published wrapper has it
      scale: [width / 2],
      pdf: (x, from = 0) => (x[from]! >= low && x[from]! <= high ? 1 / width : 0),
      cdf: (x) => Math.min(1, Math.max(0, (x - low) / width)),
      quantile: (p) => low + p * width,
      sample: (random, out) => void random.fillUniform(out, low, high),
    };
  },
});
