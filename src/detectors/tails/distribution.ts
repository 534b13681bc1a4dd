// How many training values of a column are at most, and at least, a number: what tail probabilities are made of.

/** Values at which the counts change, rising, all of them or enough of them. */
export interface Distribution {
  readonly rows: number;
  readonly values: Float32Array;
  /** Training values at most, and at least, each of `values`. */
  readonly atMost: Uint32Array;
  readonly atLeast: Uint32Array;
  /** Between each of `values` and the next (first: below all, last: above all), the geometric middle of the counts + 1. */
  readonly below: Float64Array;
  readonly above: Float64Array;
  /** Sign of the third central moment: -1 (long tail to the left), 0 or 1. */
  readonly skew: number;
}

/**
 * @param column finite values; sorted in place
 * @param most values kept. Where there are more, both tails are kept whole, as far as one more value changes a tail
 * probability by a larger factor than in the middle.
 */
export function distributionOf(column: Float32Array, most: number): Distribution {
  const skew = skewOf(column);
  column.sort();
  const rows = column.length;
  const ends: number[] = []; // places after the last of equal values
  for (let i = 1; i <= rows; i++) if (i === rows || column[i] !== column[i - 1]) ends.push(i);
  const kept = thinned(ends, rows, most);
  const startOf = (i: number): number => (i === 0 ? 0 : ends[i - 1]!);
  const middle = (a: number, b: number): number => Math.sqrt((a + 1) * (b + 1));
  const below = new Float64Array(kept.length + 1);
  const above = new Float64Array(kept.length + 1);
  for (let gap = 0; gap <= kept.length; gap++) {
    const [low, high] = [gap === 0 ? 0 : ends[kept[gap - 1]!]!, gap === kept.length ? rows : startOf(kept[gap]!)];
    below[gap] = middle(low, high);
    above[gap] = middle(rows - low, rows - high);
  }
  return {
    rows,
    values: Float32Array.from(kept, (i) => column[startOf(i)]!),
    atMost: Uint32Array.from(kept, (i) => ends[i]!),
    atLeast: Uint32Array.from(kept, (i) => rows - startOf(i)),
    below,
    above,
    skew,
  };
}

/** Places among the different values: those where a count has changed by a factor since the last one, the least that will do. */
function thinned(ends: readonly number[], rows: number, most: number): number[] {
  const all = ends.map((_, i) => i);
  if (all.length <= most) return all;
  for (let factor = 1 + 2 ** -12; ; factor = 1 + 2 * (factor - 1)) {
    let last = 0;
    const kept = all.filter((i) => {
      const [left, right] = [ends[i]! + 1, rows - (i === 0 ? 0 : ends[i - 1]!) + 1];
      const [leftBefore, rightBefore] = [ends[last]! + 1, rows - (last === 0 ? 0 : ends[last - 1]!) + 1];
      const isKept = i === 0 || i === all.length - 1 || left > factor * leftBefore || rightBefore > factor * right;
      if (isKept) last = i;
      return isKept;
    });
    if (kept.length <= most) return kept;
  }
}

function skewOf(column: Float32Array): number {
  let mean = 0;
  for (const value of column) mean += value / column.length;
  let cubes = 0;
  let size = 0;
  for (const value of column) {
    const off = value - mean;
    cubes += off * off * off;
    size += Math.abs(off * off * off);
  }
  // what rounding leaves of a column that is symmetric, or constant, is no skew
  return Math.abs(cubes) <= 1e-12 * size ? 0 : Math.sign(cubes);
}
