// Starting values of parameters. Weights of dense layers are [from, to], of convolutions [to, from, height, width], of
// transposed convolutions [from, to, height, width].

import type { Random } from "../tensor/random.js";

export interface Initialiser {
  (random: Random, shape: readonly number[]): Float32Array;
  /** How the bias beside a weight of this shape starts; zero where left out. */
  readonly bias?: (weight: readonly number[]) => Initialiser;
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((n, dim) => n * dim, 1);

/**
 * How many numbers one output sums, and how many outputs one input reaches. A transposed convolution counts as the
 * convolution that it turns round, as in TensorFlow and PyTorch.
 */
function fans(shape: readonly number[]): { in: number; out: number } {
  const [first = 1, second = 1, ...kernel] = shape;
  return kernel.length === 0
    ? { in: first, out: second }
    : { in: second * sizeOf(kernel), out: first * sizeOf(kernel) };
}

const full =
  (value: number): Initialiser =>
  (_, shape) =>
    new Float32Array(sizeOf(shape)).fill(value);

export const zeros: Initialiser = full(0);
export const ones: Initialiser = full(1);

const uniformTo =
  (limit: (shape: readonly number[]) => number): Initialiser =>
  (random, shape) =>
    random.fillUniform(new Float32Array(sizeOf(shape)), -limit(shape), limit(shape));

/** Uniform in ±√(6 / (from + to)), each times the size of the kernel (Glorot and Bengio 2010). */
export const glorotUniform: Initialiser = uniformTo((shape) => Math.sqrt(6 / (fans(shape).in + fans(shape).out)));

/** Uniform in ±1/√from, from times the size of the kernel, for the bias too: what PyTorch's layers start with. */
export const torchUniform: Initialiser = Object.assign(
  uniformTo((shape) => 1 / Math.sqrt(fans(shape).in)),
  { bias: (weight: readonly number[]) => uniformTo(() => 1 / Math.sqrt(fans(weight).in)) },
);

export const normalAround =
  (mean: number, deviation: number): Initialiser =>
  (random, shape) =>
    random.fillNormal(new Float32Array(sizeOf(shape))).map((x) => mean + deviation * x);

export const normal = (deviation: number): Initialiser => normalAround(0, deviation);

/** Normal numbers, those beyond two deviations drawn again: the deviation of what is left is 0.88 of the one named. */
export const truncatedNormal =
  (deviation: number): Initialiser =>
  (random, shape) =>
    new Float32Array(sizeOf(shape)).map(() => {
      for (;;) {
        const x = random.normal();
        if (Math.abs(x) <= 2) return deviation * x;
      }
    });

/** Normal with deviation √(2 / from), from times the size of the kernel, for layers before a rectifier (He et al. 2015). */
export const heNormal: Initialiser = (random, shape) => normal(Math.sqrt(2 / fans(shape).in))(random, shape);
