// How alike two lists of numbers, and two clouds of rows, are.

import { auroc } from "../../metrics/auroc.js";

/** The share of pairs in which the strange row has the higher score, a tie counting one half. */
export function outranks(strange: ArrayLike<number>, usual: ArrayLike<number>): number {
  const scores = new Float32Array(strange.length + usual.length);
  scores.set(strange);
  scores.set(usual, strange.length);
  return auroc.compute(scores, new Uint8Array(scores.length).fill(1, 0, strange.length));
}

/** Spearman's correlation of ranks, equal numbers sharing the mean of theirs; 0 where all of one list are equal. */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [p, q] = [ranksOf(a), ranksOf(b)];
  const middle = (a.length - 1) / 2;
  let [both, first, second] = [0, 0, 0];
  for (let i = 0; i < p.length; i++) {
    both += (p[i]! - middle) * (q[i]! - middle);
    first += (p[i]! - middle) ** 2;
    second += (q[i]! - middle) ** 2;
  }
  return first * second > 0 ? both / Math.sqrt(first * second) : 0;
}

function ranksOf(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const ranks = new Float64Array(values.length);
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && values[order[end]!] === values[order[first]!]) end++;
    for (let place = first; place < end; place++) ranks[order[place]!] = (first + end - 1) / 2;
    first = end;
  }
  return ranks;
}

/** Rows f32[n, width], one after another. */
export interface Cloud {
  readonly values: Float32Array;
  readonly width: number;
}

/**
 * Energy distance of two clouds (Székely and Rizzo 2013), 2·E|a - b| - E|a - a'| - E|b - b'| with the lengths |·| of
 * differences over the root of the width: 0 where both are the same rows.
 */
export function energyDistance(a: Cloud, b: Cloud): number {
  const apart = (x: Cloud, y: Cloud): number => meanDistance(x.values, y.values, x.width);
  return (2 * apart(a, b) - apart(a, a) - apart(b, b)) / Math.sqrt(a.width);
}

/** Mean length of the differences between rows of the one and rows of the other. */
export function meanDistance(a: ArrayLike<number>, b: ArrayLike<number>, width: number): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += width)
    for (let j = 0; j < b.length; j += width) {
      let square = 0;
      for (let k = 0; k < width; k++) square += (a[i + k]! - b[j + k]!) ** 2;
      sum += Math.sqrt(square);
    }
  return sum / ((a.length / width) * (b.length / width));
}
