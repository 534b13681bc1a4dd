// A percentile by linear interpolation between order statistics, at position (n - 1) q.

/**
 * @param sorted ascending, at least one value
 * @param q 0 to 1
 */
export function percentile(sorted: ArrayLike<number>, q: number): number {
  const exact = (sorted.length - 1) * q;
  // 9 * (1 - 0.9) is not quite 0.9: a position within rounding of a whole number is that number.
  const whole = Math.round(exact);
  const position = Math.abs(exact - whole) < 1e-9 ? whole : exact;
  const low = sorted[Math.floor(position)]!;
  const high = sorted[Math.ceil(position)]!;
  return low === high ? low : low + (high - low) * (position - Math.floor(position));
}
