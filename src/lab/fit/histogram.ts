// The histogram that GANDI's KL and CDF_l1 share: 99 bins of one width from the least to the greatest of both samples.

import type { Line } from "./samples.js";

const BINS = 99;
const EMPTY = 1e-9;

/**
 * Shares of the true and of the generated rows in each bin, both summing to 1. Bins hold values from their lower edge up to
 * below the next; the last one holds its upper edge too. As published, bins with no generated row get the density
 * 1e-9, whatever the bins' width, and then all shares are divided by their sum.
 * @returns undefined where all rows are equal: the bins then have no width
 */
export function sharedHistogram({
  generated,
  real,
}: Line): { real: Float64Array; generated: Float64Array } | undefined {
  const low = Math.min(generated[0]!, real[0]!);
  const high = Math.max(generated.at(-1)!, real.at(-1)!);
  if (low === high) return undefined;
  const width = (high - low) / BINS;
  const edges = Float64Array.from({ length: BINS + 1 }, (_, k) => (k === BINS ? high : k * width + low));
  const densities = densitiesOf(generated, edges).map((density) => (density === 0 ? EMPTY : density));
  return { real: normalised(densitiesOf(real, edges)), generated: normalised(densities) };
}

function densitiesOf(ascending: Float32Array, edges: Float64Array): Float64Array {
  const densities = new Float64Array(BINS);
  let i = 0;
  for (let k = 0; k < BINS; k++) {
    const first = i;
    const isLast = k === BINS - 1;
    while (i < ascending.length && (isLast || ascending[i]! < edges[k + 1]!)) i++;
    densities[k] = (i - first) / ascending.length / (edges[k + 1]! - edges[k]!);
  }
  return densities;
}

function normalised(values: Float64Array): Float64Array {
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => value / total);
}
