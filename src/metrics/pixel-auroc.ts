// AUROC over pixels: the probability that a marked pixel is hotter than one that is not, a tie counting one half. The value of
// `auroc`, for so many numbers that its levels would not fit in memory: one sorted copy of the heat and two counters.

import { OddityError } from "../tensor/errors.js";
import { checkLengths, countOnes } from "./levels.js";

/**
 * @param heat any number but NaN, higher = stranger
 * @param marked 1 = part of an anomaly, 0 = not, as many as `heat`
 * @throws OddityError on NaN, unequal lengths, other marks, or pixels of one kind only
 */
export function pixelAuroc(heat: Float32Array, marked: Uint8Array): number {
  const place = "pixel AUROC";
  checkLengths(place, heat, marked);
  const ones = countOnes(place, marked);
  if (ones === 0 || ones === heat.length)
    throw new OddityError({
      place,
      expected: "pixels that are marked and others",
      got: `${ones} of ${heat.length} marked`,
    });
  const anomalous = new Float32Array(ones);
  const normal = new Float32Array(heat.length - ones);
  for (let pixel = 0, i = 0, j = 0; pixel < heat.length; pixel++) {
    const value = heat[pixel]!;
    if (Number.isNaN(value)) throw new OddityError({ place, expected: "a number at every pixel", got: "NaN" });
    if (marked[pixel] === 1) anomalous[i++] = value;
    else normal[j++] = value;
  }
  anomalous.sort();
  normal.sort();
  let won = 0;
  for (let i = 0, below = 0; i < anomalous.length; ) {
    const value = anomalous[i]!;
    while (below < normal.length && normal[below]! < value) below++;
    let [equal, same] = [0, 0];
    while (below + equal < normal.length && normal[below + equal] === value) equal++;
    for (; anomalous[i] === value; i++) same++;
    won += same * (below + equal / 2);
    below += equal;
  }
  return won / (anomalous.length * normal.length);
}
