// Counting scores into bins, evenly spaced on an axis that suits them: straight, or logarithmic when the tail is long.

export interface Scale {
  /** `symlog` is sign(x)·ln(1 + |x| / constant): logarithmic far from 0, straight near it. */
  readonly type: "linear" | "symlog";
  readonly constant: number;
}

export interface Bins {
  readonly scale: Scale;
  /** One more than there are bins, rising. */
  readonly edges: readonly number[];
}

const mostBins = 40;

/** A tail this many times longer than the middle half of the scores would squeeze that half into one bin. */
const longTail = 20;

/** Bins that cover the finite values; equal values share one bin, no values none. */
export function binsFor(values: Float32Array): Bins {
  const sorted = values.filter(Number.isFinite).sort();
  const linear: Scale = { type: "linear", constant: 1 };
  if (sorted.length === 0) return { scale: linear, edges: [0, 1] };
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  const [low, high] = [at(0), at(1)];
  if (low === high) {
    const half = Math.abs(low) / 20 || 0.5;
    return { scale: linear, edges: [low - half, low + half] };
  }
  const span = high - low;
  const middle = at(0.75) - at(0.25);
  const scale: Scale =
    span > longTail * middle && sorted.length >= 20
      ? { type: "symlog", constant: Math.max(Math.abs(at(0.05)), span * 1e-6) }
      : linear;
  const bins = Math.min(mostBins, Math.max(5, Math.ceil(2 * Math.sqrt(sorted.length))));
  const [from, to] = [forward(scale, low), forward(scale, high)];
  const edges = Array.from({ length: bins + 1 }, (_, i) => backward(scale, from + ((to - from) * i) / bins));
  edges[0] = low; // exactly, whatever rounding did
  edges[bins] = high;
  return { scale, edges };
}

/** How many of the values fall into each bin; the last bin holds its upper edge. Values outside are left out. */
export function countInto(edges: readonly number[], values: ArrayLike<number>): number[] {
  const counts = new Array<number>(edges.length - 1).fill(0);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(value >= edges[0]! && value <= edges.at(-1)!)) continue;
    let [low, high] = [0, counts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (value >= edges[middle]!) low = middle;
      else high = middle;
    }
    counts[low] = counts[low]! + 1;
  }
  return counts;
}

/** Ticks for a symlog axis: 0 and powers of ten of either sign, with 2 and 5 between when there would be few. */
export function decadeTicks(low: number, high: number, constant: number): number[] {
  const first = Math.floor(Math.log10(constant));
  const last = Math.ceil(Math.log10(Math.max(Math.abs(low), Math.abs(high), constant)));
  const decades = Array.from({ length: last - first + 1 }, (_, i) => Number(`1e${first + i}`));
  const within = (ticks: number[]) =>
    [...ticks.map((tick) => -tick).reverse(), 0, ...ticks].filter((tick) => tick >= low && tick <= high);
  const plain = within(decades);
  if (plain.length < 4) return within(decades.flatMap((tick) => [tick, 2 * tick, 5 * tick]));
  if (plain.length <= 8) return plain;
  const step = Math.ceil(plain.length / 7);
  return plain.filter((_, i) => i % step === 0);
}

function forward({ type, constant }: Scale, x: number): number {
  return type === "linear" ? x : Math.sign(x) * Math.log1p(Math.abs(x) / constant);
}

function backward({ type, constant }: Scale, t: number): number {
  return type === "linear" ? t : Math.sign(t) * Math.expm1(Math.abs(t)) * constant;
}
