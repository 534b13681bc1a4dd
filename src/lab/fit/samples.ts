// Generated and true rows, checked once for all tests, and of one dimension sorted.

import { OddityError } from "../../tensor/errors.js";
import type { Distribution } from "../distributions/index.js";

/** Rows of one dimension, ascending. */
export interface Line {
  readonly generated: Float32Array;
  readonly real: Float32Array;
  /** The true distribution function at each generated row: ascending, 0 to 1. @throws OddityError where it has none */
  readonly shares: Float64Array;
}

export interface Samples {
  readonly dims: number;
  /** f32[n, dims], row-major, as they came. */
  readonly generated: Float32Array;
  readonly real: Float32Array;
  /** Of one dimension. */
  readonly line?: Line;
}

/** @throws OddityError where there are no rows, or one has a number that is not finite */
export function samplesOf(generated: Float32Array, real: Float32Array, distribution: Distribution): Samples {
  const { dims } = distribution;
  check("generated", generated, dims);
  check("real", real, dims);
  return { dims, generated, real, ...(dims === 1 ? { line: lineOf(generated, real, distribution) } : {}) };
}

function lineOf(generated: Float32Array, real: Float32Array, distribution: Distribution): Line {
  const ascending = generated.slice().sort();
  let shares: Float64Array | undefined;
  return {
    generated: ascending,
    real: real.slice().sort(),
    get shares() {
      shares ??= sharesOf(ascending, distribution);
      return shares;
    },
  };
}

function sharesOf(ascending: Float32Array, { kind, cdf }: Distribution): Float64Array {
  if (cdf === undefined)
    throw new OddityError({ place: "fit", expected: "a distribution with a distribution function", got: kind });
  return Float64Array.from(ascending, cdf);
}

function check(name: string, rows: Float32Array, dims: number): void {
  if (rows.length === 0 || rows.length % dims !== 0)
    throw new OddityError({
      place: `fit.${name}`,
      expected: `at least one row of ${dims === 1 ? "one number" : `${dims} numbers`}`,
      got: rows.length === 0 ? "none" : `${rows.length} numbers`,
    });
  const at = rows.findIndex((value) => !Number.isFinite(value));
  if (at === -1) return;
  throw new OddityError({
    place: `fit.${name}`,
    expected: "finite numbers",
    got: `${rows[at]} in row ${Math.floor(at / dims)}${dims === 1 ? "" : `, column ${at % dims}`}`,
    ...(name === "generated" ? { hint: "the generator has diverged; a lower rate may help" } : {}),
  });
}

const MOST_ROWS = 1000;

/** The first 1,000 rows, for tests that look at all pairs of rows. */
export const firstRows = (rows: Float32Array, dims: number): Float32Array => rows.subarray(0, MOST_ROWS * dims);
