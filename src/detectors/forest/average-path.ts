// c(m): the mean depth at which m points part in a random binary search tree, the yardstick of path lengths.

const EULER_GAMMA = 0.5772156649015329;

/** c(1) = 0, c(2) = 1, c(m) = 2 (ln(m - 1) + gamma) - 2 (m - 1) / m. */
export function averagePath(m: number): number {
  if (m <= 1) return 0;
  if (m === 2) return 1;
  return 2 * (Math.log(m - 1) + EULER_GAMMA) - (2 * (m - 1)) / m;
}
