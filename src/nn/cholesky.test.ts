// Factors of small symmetric matrices by hand, against a slow inverse, their slopes, and matrices that are singular.

import { describe, expect, test } from "vitest";
import type { Node } from "../graph/node.js";
import { add, mul } from "../graph/ops/arithmetic.js";
import { matmul } from "../graph/ops/matmul.js";
import { sum } from "../graph/ops/reduce.js";
import { reshape } from "../graph/ops/shape.js";
import { factorsOf, logDeterminants, squaredLengths } from "./cholesky.js";
import { closeTo, drawn, given, slopesAgree, valuesOf } from "./held.js";

test("4, 2; 2, 5 is 1, 0; ½, 1 times 4 and 4 by hand", () => {
  const factors = factorsOf(given([1, 2, 2], [4, 2, 2, 5]), 0);
  expect(valuesOf(factors.pivots)).toEqual([4, 4]);
  // L⁻¹ is 1, 0; -½, 1
  expect(valuesOf(factors.whitening)).toEqual([1, -0.5, 0, 1]);
  closeTo(valuesOf(logDeterminants(factors)), [Math.log(16)]);
  // the inverse is 5, -2; -2, 4 over 16
  closeTo(valuesOf(squaredLengths([given([2, 2], [1, 0, 1, 2])], factors)), [5 / 16, (5 - 8 + 16) / 16]);
});

/** BᵀB + ½ for B f32[k, d, d], as lists. */
function positive(k: number, d: number, seed: number): number[][][] {
  const b = drawn([k, d, d], seed).data;
  const at = (m: number, i: number, j: number): number => b[(m * d + i) * d + j]!;
  const row = (m: number, i: number): number[] =>
    Array.from({ length: d }, (_, j) => {
      const product = Array.from({ length: d }, (_v, c) => at(m, c, i) * at(m, c, j)).reduce((x, y) => x + y);
      return product + (i === j ? 0.5 : 0);
    });
  return Array.from({ length: k }, (_, m) => Array.from({ length: d }, (_v, i) => row(m, i)));
}

/** A⁻¹·x and |A| by elimination with pivots. */
function solved(matrix: readonly (readonly number[])[], x: readonly number[]): { y: number[]; determinant: number } {
  const rows = matrix.map((row, i) => [...row, x[i]!]);
  const d = rows.length;
  let determinant = 1;
  for (let j = 0; j < d; j++) {
    const best = rows
      .slice(j)
      .reduce((most, row, i) => (Math.abs(row[j]!) > Math.abs(rows[most]![j]!) ? j + i : most), j);
    if (best !== j) [rows[j], rows[best], determinant] = [rows[best]!, rows[j]!, -determinant];
    determinant *= rows[j]![j]!;
    for (let i = 0; i < d; i++) {
      if (i === j) continue;
      const factor = rows[i]![j]! / rows[j]![j]!;
      rows[i] = rows[i]!.map((value, c) => value - factor * rows[j]![c]!);
    }
  }
  return { y: rows.map((row, i) => row[d]! / row[i]!), determinant };
}

describe.each([1, 2, 3, 7])("%i dimensions", (d) => {
  const k = 3;
  const matrices = positive(k, d, d);
  const node = given([k, d, d], matrices.flat(2));
  const batch = 4;
  const x = drawn([batch, k, d], 9).data;

  test("against a slow inverse", () => {
    const factors = factorsOf(node, 1e-6);
    const stacks = Array.from({ length: k }, (_, m) =>
      given(
        [batch, d],
        Array.from({ length: batch * d }, (_v, i) => x[(Math.floor(i / d) * k + m) * d + (i % d)]!),
      ),
    );
    const expected = Array.from({ length: batch * k }, (_, i) => {
      const row = Array.from(x.subarray(i * d, (i + 1) * d));
      return solved(matrices[i % k]!, row).y.reduce((total, y, j) => total + y * row[j]!, 0);
    });
    closeTo(valuesOf(squaredLengths(stacks, factors)), expected, 1e-4);
    closeTo(
      valuesOf(logDeterminants(factors)),
      matrices.map((matrix) => Math.log(solved(matrix, new Array<number>(d).fill(0)).determinant)),
      1e-4,
    );
  });

  test("slopes are those of differences, twice", () => {
    const loss = (b: Node, rows: Node): Node => {
      const flat = reshape(b, { shape: [d, d] });
      const eye = given(
        [d, d],
        Array.from({ length: d * d }, (_, i) => (Math.floor(i / d) === i % d ? 0.5 : 0)),
      );
      const matrix = reshape(add(matmul(flat, flat, { transA: true }), eye), { shape: [1, d, d] });
      const factors = factorsOf(matrix, 1e-6);
      return add(sum(mul(squaredLengths([rows], factors), 0.3), {}), sum(logDeterminants(factors), {}));
    };
    slopesAgree(loss, [drawn([d, d], 3, 0.7), drawn([2, d], 4)], { within: 1e-4 });
  });
});

test("of a singular matrix, pivots stop at the floor and nothing is infinite", () => {
  for (const values of [new Array<number>(9).fill(1), new Array<number>(9).fill(0), [1, 2, 0, 2, 1, 0, 0, 0, -5]]) {
    const factors = factorsOf(given([1, 3, 3], values), 1e-3);
    expect(Math.min(...valuesOf(factors.pivots))).toBeCloseTo(1e-3, 6);
    const [length] = valuesOf(squaredLengths([given([1, 3], [1, -1, 2])], factors));
    expect([length, ...valuesOf(logDeterminants(factors))].every(Number.isFinite)).toBe(true);
  }
});

test("what is no stack of square matrices is refused", () => {
  expect(() => factorsOf(given([2, 3], [1, 2, 3, 4, 5, 6]), 0)).toThrow("expected [k, d, d], got [2, 3]");
});
