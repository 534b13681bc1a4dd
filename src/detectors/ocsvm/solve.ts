// The one-class support vector machine's quadratic program, exactly, by sequential minimal optimisation with choice of the
// working pair by second-order information (Fan, Chen, Lin 2005), as LIBSVM does it, without its caches and shrinking.

import { takingTurns } from "../../tensor/turns.js";

export interface Solution {
  /** f64[rows], each 0 to 1, that sum to nu·rows. */
  readonly weights: Float64Array;
  /** Where the boundary lies: rows with a smaller weighted sum of kernels are outside. */
  readonly offset: number;
  readonly iterations: number;
}

/** LIBSVM's: how far the conditions of the optimum may be violated. Sums of kernels are of the size of nu·rows. */
const TOLERANCE = 1e-3;
const LEAST_CURVATURE = 1e-12;
const ITERATIONS_A_TURN = 16;

/**
 * Least wᵀKw/2 over weights of 0 to 1 that sum to nu·rows.
 * @param kernel f32[rows, rows], symmetric, 1 on the diagonal
 */
export async function solve(kernel: Float32Array, rows: number, nu: number, signal?: AbortSignal): Promise<Solution> {
  const weights = startingWeights(rows, nu);
  const gradient = new Float64Array(rows);
  const turn = takingTurns();
  const addRow = (i: number, by: number): void => {
    const start = i * rows;
    for (let j = 0; j < rows; j++) gradient[j]! += by * kernel[start + j]!;
  };
  for (let i = 0; i < rows; i++) {
    if (weights[i]! > 0) addRow(i, weights[i]!);
    if (i % ITERATIONS_A_TURN === 0) await turn();
  }
  signal?.throwIfAborted();
  const most = Math.max(1_000_000, 100 * rows);
  let iterations = 0;
  for (; iterations < most; iterations++) {
    const pair = workingPair(kernel, rows, weights, gradient);
    if (pair === undefined) break;
    const [i, j] = pair;
    const curvature = Math.max(2 - 2 * kernel[i * rows + j]!, LEAST_CURVATURE);
    const wanted = (gradient[j]! - gradient[i]!) / curvature;
    const step = Math.min(wanted, 1 - weights[i]!, weights[j]!);
    weights[i] = step === 1 - weights[i]! ? 1 : weights[i]! + step;
    weights[j] = step === weights[j]! ? 0 : weights[j]! - step;
    addRow(i, step);
    addRow(j, -step);
    if (iterations % ITERATIONS_A_TURN === 0) {
      await turn();
      signal?.throwIfAborted();
    }
  }
  return { weights, offset: offsetOf(weights, gradient), iterations };
}

/** The first nu·rows rows at 1, a rest on the next, as LIBSVM starts. */
function startingWeights(rows: number, nu: number): Float64Array {
  const total = nu * rows;
  return Float64Array.from({ length: rows }, (_, i) => Math.max(0, Math.min(1, total - i)));
}

/** A row whose weight should grow and one whose weight should shrink by as much; undefined at the optimum. */
function workingPair(
  kernel: Float32Array,
  rows: number,
  weights: Float64Array,
  gradient: Float64Array,
): readonly [number, number] | undefined {
  let grows = -1;
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let t = 0; t < rows; t++) {
    const value = gradient[t]!;
    if (weights[t]! < 1 && value < least) {
      least = value;
      grows = t;
    }
    if (weights[t]! > 0 && value > greatest) greatest = value;
  }
  if (grows < 0 || greatest - least < TOLERANCE) return undefined;
  let shrinks = -1;
  let best = 0;
  const start = grows * rows;
  for (let t = 0; t < rows; t++) {
    const gain = gradient[t]! - least;
    if (weights[t]! <= 0 || gain <= 0) continue;
    const drop = (gain * gain) / Math.max(2 - 2 * kernel[start + t]!, LEAST_CURVATURE);
    if (drop > best) {
      best = drop;
      shrinks = t;
    }
  }
  return shrinks < 0 ? undefined : [grows, shrinks];
}

/** The mean gradient of rows on the boundary; where there is none, the middle between those inside and outside. */
function offsetOf(weights: Float64Array, gradient: Float64Array): number {
  let [sum, free, low, high] = [0, 0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const [i, weight] of weights.entries()) {
    const value = gradient[i]!;
    if (weight >= 1) low = Math.max(low, value);
    else if (weight <= 0) high = Math.min(high, value);
    else {
      sum += value;
      free++;
    }
  }
  if (free > 0) return sum / free;
  return Number.isFinite(low) && Number.isFinite(high) ? (low + high) / 2 : Number.isFinite(low) ? low : high;
}
