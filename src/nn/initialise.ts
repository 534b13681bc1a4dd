// Starting values of parameters. Weights are [from, to].

import type { Random } from "../tensor/random.js";

export type Initialiser = (random: Random, shape: readonly number[]) => Float32Array;

const sizeOf = (shape: readonly number[]): number => shape.reduce((n, dim) => n * dim, 1);

export const zeros: Initialiser = (_, shape) => new Float32Array(sizeOf(shape));

/** Uniform in ±√(6 / (from + to)) (Glorot and Bengio 2010). */
export const glorotUniform: Initialiser = (random, shape) => {
  const [from = 1, to = 1] = shape;
  const limit = Math.sqrt(6 / (from + to));
  return random.fillUniform(new Float32Array(sizeOf(shape)), -limit, limit);
};

/** Normal with deviation √(2 / from), for layers before a rectifier (He et al. 2015). */
export const heNormal: Initialiser = (random, shape) =>
  random.fillNormal(new Float32Array(sizeOf(shape))).map((x) => x * Math.sqrt(2 / (shape[0] ?? 1)));
