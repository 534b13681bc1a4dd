// A distribution as one object: its kind, its parameters (declared once: validation, help and configuration files come
// from that), and what it is once they are given. One file each; index.ts is the list.

import type { z } from "zod";
import type { Random } from "../../tensor/random.js";

/** A distribution over points of one or two numbers. */
export interface Distribution {
  readonly kind: string;
  readonly dims: 1 | 2;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Centre and spread of each dimension, as the family states them (not always mean and deviation): what shifts count in. */
  readonly location: readonly number[];
  readonly scale: readonly number[];
  /** Density at a point of `dims` numbers; at x[from] onwards where `from` is given. */
  pdf(x: ArrayLike<number>, from?: number): number;
  /** Probability of values up to x; of one dimension, where it exists. */
  readonly cdf?: (x: number) => number;
  /** The value below which a share p of 0 to 1 lies; of one dimension, where it exists. */
  readonly quantile?: (p: number) => number;
  /** Fills f32[n, dims], row-major, with n = out.length / dims points that do not depend on each other. */
  sample(random: Random, out: Float32Array): void;
}

/** What a kind is, before its parameters are given. */
export interface Family<S extends z.ZodRawShape = z.ZodRawShape> {
  readonly kind: string;
  readonly about: string;
  readonly dims: 1 | 2;
  readonly parameters: S;
  /** @throws OddityError, below `place`, where parameters do not fit each other */
  make(parameters: z.output<z.ZodObject<S>>, place: string): Distribution;
}

export const defineFamily = <const S extends z.ZodRawShape>(family: Family<S>): Family<S> => family;
