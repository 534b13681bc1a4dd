// What the two-sample tests of one dimension share: the empirical distribution functions of both samples, step by step.

/**
 * Visits each distinct value of both lists, from below.
 * @param a, b ascending
 * @param visit gets F_a - F_b, each the share of its list that is up to the value, and the width until the next value (0 at the last)
 */
export function forEachStep(
  a: Float32Array | Float64Array,
  b: Float32Array | Float64Array,
  visit: (difference: number, width: number) => void,
): void {
  let i = 0;
  let j = 0;
  let next = Math.min(a[0]!, b[0]!);
  while (i < a.length || j < b.length) {
    const value = next;
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    const isLast = i === a.length && j === b.length;
    next = isLast ? value : Math.min(a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY);
    visit(i / a.length - j / b.length, next - value);
  }
}

/** The share of a list that is up to a value, by counting; for slow references. */
export const shareUpTo = (list: ArrayLike<number>, value: number): number =>
  Array.from(list).filter((each) => each <= value).length / list.length;
