// What quantiles say: the distribution function, bins and a smooth density of rows of which only the quantiles were kept.

export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Value between the points of a rising grid; at its ends that of the end. */
export function between(x: number, xs: readonly number[], ys: readonly number[]): number {
  if (x <= xs[0]!) return ys[0]!;
  if (x >= xs.at(-1)!) return ys.at(-1)!;
  let [low, high] = [0, xs.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (xs[middle]! <= x) low = middle;
    else high = middle;
  }
  const width = xs[high]! - xs[low]!;
  return width === 0 ? ys[high]! : ys[low]! + ((ys[high]! - ys[low]!) * (x - xs[low]!)) / width;
}

/** Where a distribution function on a grid reaches p. */
export const quantileOn = (p: number, x: readonly number[], cdf: readonly number[]): number => between(p, cdf, x);

/** One row for each stretch between two quantiles, all of one weight. */
const rowsOf = (quantiles: readonly number[]): number[] => quantiles.slice(1).map((q, i) => (q + quantiles[i]!) / 2);

/** Share of the rows in each of `count` bins, divided by its width: a density. Rows outside count at the nearest end. */
export function binned(
  quantiles: readonly number[],
  [from, to]: readonly [number, number],
  count: number,
): { from: number; to: number; density: number }[] {
  const width = (to - from) / count;
  const rows = rowsOf(quantiles);
  const inside = Array.from<number>({ length: count }).fill(0);
  for (const row of rows)
    inside[Math.min(count - 1, Math.max(0, Math.floor((row - from) / width)))]! += 1 / rows.length;
  return inside.map((share, i) => ({ from: from + i * width, to: from + (i + 1) * width, density: share / width }));
}

/**
 * Gaussian kernel density with Silverman's width, 0.9 min(s, IQR / 1.34) n^(-1/5); of rows that are all equal, a peak as wide
 * as two hundredths of what is looked at.
 */
export function smoothed(quantiles: readonly number[], at: readonly number[]): Spot[] {
  const rows = rowsOf(quantiles);
  const centre = rows.reduce((sum, row) => sum + row, 0) / rows.length;
  const deviation = Math.sqrt(rows.reduce((sum, row) => sum + (row - centre) ** 2, 0) / rows.length);
  const sorted = rows.toSorted((a, b) => a - b);
  const middle = (sorted[Math.floor(0.75 * sorted.length)]! - sorted[Math.floor(0.25 * sorted.length)]!) / 1.34;
  const floor = (at.at(-1)! - at[0]!) / 200;
  const spread = middle > 0 ? Math.min(deviation, middle) : deviation;
  const width = Math.max(floor, 0.9 * spread * rows.length ** -0.2);
  const scale = 1 / (rows.length * width * Math.sqrt(2 * Math.PI));
  return at.map((x) => {
    let sum = 0;
    for (const row of rows) sum += Math.exp(-0.5 * ((x - row) / width) ** 2);
    return { x, y: sum * scale };
  });
}

/** `count` numbers from the first to the last, evenly. */
export const evenly = ([from, to]: readonly [number, number], count: number): number[] =>
  Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
