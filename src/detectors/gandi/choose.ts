// Which snapshots score, and how those of several are brought to one scale.

import type { Criterion, Scores, Seen } from "./criteria.js";

/** What a criterion says of each snapshot. */
export const valuesOf = ({ compute }: Criterion, seen: readonly Seen[]): (number | undefined)[] => seen.map(compute);

/** The places of the `count` highest values, rising. Of equal ones the later count, and what has no value comes last. */
export function highest(values: readonly (number | undefined)[], count: number): number[] {
  const ranked = values.map((value, place) => ({ value: value ?? Number.NEGATIVE_INFINITY, place }));
  ranked.sort((a, b) => (a.value === b.value ? b.place - a.place : b.value - a.value));
  return ranked
    .slice(0, count)
    .map(({ place }) => place)
    .sort((a, b) => a - b);
}

/** Of one discriminator's logits or scores, over held-out rows. */
export interface Standard {
  readonly mean: number;
  /** 1 where all are equal. */
  readonly deviation: number;
}

export function standardOf(said: Scores): Standard {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < said.length; i++) sum += said[i]!;
  const mean = sum / said.length;
  for (let i = 0; i < said.length; i++) squares += (said[i]! - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / said.length) || 1 };
}
