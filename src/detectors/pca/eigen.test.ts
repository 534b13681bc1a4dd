// Against ml-matrix, by the definition, and on matrices with equal and missing eigenvalues.

import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { Random } from "../../tensor/random.js";
import { eigenOf } from "./eigen.js";

const never = () => Promise.resolve();

function productOf(size: number, rank: number, seed: number): Float64Array {
  const random = new Random(seed);
  const x = Array.from({ length: rank }, () => Array.from({ length: size }, () => random.normal()));
  return Float64Array.from({ length: size * size }, (_, k) =>
    x.reduce((sum, row) => sum + row[Math.floor(k / size)]! * row[k % size]!, 0),
  );
}

describe.each([
  ["one number", 1, () => Float64Array.of(3)],
  ["two", 2, () => productOf(2, 2, 1)],
  ["of full rank", 40, () => productOf(40, 60, 2)],
  ["of low rank", 30, () => productOf(30, 4, 3)],
  ["all zero", 5, () => new Float64Array(25)],
  [
    "diagonal, with equal values",
    6,
    () => Float64Array.from({ length: 36 }, (_, k) => (k % 7 === 0 ? [2, 5, 2, 0, 5, 1][k / 7]! : 0)),
  ],
  [
    "tridiagonal",
    12,
    () => Float64Array.from({ length: 144 }, (_, k) => [2, -1][Math.abs(Math.floor(k / 12) - (k % 12))] ?? 0),
  ],
  ["tiny and huge", 3, () => Float64Array.of(1e30, 0, 1e10, 0, 1e-30, 0, 1e10, 0, 1)],
])("%s", (_, size, make) => {
  test("rows of length 1, at right angles, that the matrix only stretches", async () => {
    const matrix = make();
    const { values, vectors } = await eigenOf(matrix.slice(), size, never);
    const most = Math.max(...values.map(Math.abs), 1e-300);
    for (let i = 0; i < size; i++) {
      const v = vectors.subarray(i * size, (i + 1) * size);
      if (i > 0) expect(values[i]).toBeLessThanOrEqual(values[i - 1]!);
      for (let j = 0; j <= i; j++) {
        const dot = v.reduce((sum, x, k) => sum + x * vectors[j * size + k]!, 0);
        expect(dot).toBeCloseTo(i === j ? 1 : 0, 9);
      }
      for (let row = 0; row < size; row++) {
        const stretched = v.reduce((sum, x, k) => sum + x * matrix[row * size + k]!, 0);
        expect(Math.abs(stretched - values[i]! * v[row]!) / most).toBeLessThan(1e-12);
      }
    }
  });

  test("the values that ml-matrix finds", async () => {
    const matrix = make();
    const rows = Array.from({ length: size }, (_, i) => Array.from(matrix.subarray(i * size, (i + 1) * size)));
    const expected = new EigenvalueDecomposition(new Matrix(rows), { assumeSymmetric: true }).realEigenvalues;
    const { values } = await eigenOf(matrix, size, never);
    const most = Math.max(...values.map(Math.abs), 1e-300);
    for (const [i, value] of expected.sort((a, b) => b - a).entries())
      expect(Math.abs(values[i]! - value) / most).toBeLessThan(1e-12);
  });
});

test("lets other work run, and ends when told to", async () => {
  const stop = new Error("enough");
  let turns = 0;
  const turn = async () => {
    if (++turns === 10) throw stop;
  };
  await expect(eigenOf(productOf(40, 40, 1), 40, turn)).rejects.toBe(stop);
});
