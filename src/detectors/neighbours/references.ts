// Training rows that stand in a model file, for detectors that measure distances to them.

import type { Random } from "../../tensor/random.js";
import type { Rows } from "../../train/feeds.js";

export interface References {
  /** f32[count, width], row-major, less `middle`. */
  readonly values: Float32Array;
  readonly count: number;
  readonly width: number;
  /** The mean of the rows. Distances from it are small numbers, of which f32 keeps more than of those from 0. */
  readonly middle: Float32Array;
}

/** All rows, or `most` of them drawn without replacement. */
export function drawReferences({ values, count }: Rows, width: number, most: number, random: Random): References {
  const places = count <= most ? undefined : random.sample(count, most).sort();
  const size = places?.length ?? count;
  const sums = new Float64Array(width);
  const kept = new Float32Array(size * width);
  for (let i = 0; i < size; i++) {
    const from = (places?.[i] ?? i) * width;
    for (let j = 0; j < width; j++) {
      const value = values[from + j]!;
      kept[i * width + j] = value;
      sums[j]! += value / size;
    }
  }
  const middle = Float32Array.from(sums);
  for (let i = 0; i < kept.length; i++) kept[i] = kept[i]! - middle[i % width]!;
  return { values: kept, count: size, width, middle };
}

/** Each different row once, and how many rows it stands for. */
export function merged({ values, count, width, middle }: References): { rows: References; copies: Float32Array } {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const isSame = (a: number, b: number): boolean => {
    for (let j = 0; j < width; j++) if (values[a * width + j] !== values[b * width + j]) return false;
    return true;
  };
  const firsts: number[] = [];
  const copies: number[] = [];
  const byHash = new Map<number, number[]>();
  for (let i = 0; i < count; i++) {
    let hash = 0;
    // + 0 makes the two zeros, which are equal, one
    for (let j = i * width; j < (i + 1) * width; j++)
      hash = Math.imul(hash ^ (values[j] === 0 ? 0 : bits[j]!), 0x85ebca6b);
    const alike = byHash.get(hash);
    const place = alike?.find((each) => isSame(firsts[each]!, i));
    if (place !== undefined) copies[place]!++;
    else {
      if (alike) alike.push(firsts.length);
      else byHash.set(hash, [firsts.length]);
      firsts.push(i);
      copies.push(1);
    }
  }
  const kept = new Float32Array(firsts.length * width);
  for (const [place, i] of firsts.entries()) kept.set(values.subarray(i * width, (i + 1) * width), place * width);
  return { rows: { values: kept, count: firsts.length, width, middle }, copies: Float32Array.from(copies) };
}
