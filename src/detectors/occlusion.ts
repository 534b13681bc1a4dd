// Heat maps for detectors that draw none: how much a picture's score falls when a patch of it is covered.

import { pick, type Table } from "../data/table.js";

/** Patches along the longer side. */
const PATCHES = 8;

/**
 * f32[rows, height, width]: at each pixel, the score less the score with that pixel's patch covered by the mean of the
 * patch's border. Patches do not overlap; a pixel that lies in none of the strange parts gets about 0.
 */
export async function occlusion(rows: Table, score: (rows: Table) => Promise<Float32Array>): Promise<Float32Array> {
  const { height, width } = rows.pictures!;
  const side = Math.max(1, Math.ceil(Math.max(height, width) / PATCHES));
  const whole = await score(rows);
  const heat = new Float32Array(rows.rows * height * width);
  for (let top = 0; top < height; top += side)
    for (let left = 0; left < width; left += side) {
      const patch = { top, left, bottom: Math.min(top + side, height), right: Math.min(left + side, width) };
      const without = await score(covered(rows, patch));
      for (let i = 0; i < rows.rows; i++)
        for (let y = patch.top; y < patch.bottom; y++)
          heat.fill(
            whole[i]! - without[i]!,
            (i * height + y) * width + patch.left,
            (i * height + y) * width + patch.right,
          );
    }
  return heat;
}

interface Patch {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** The pictures with one patch painted over, channel by channel. */
function covered(rows: Table, { top, left, bottom, right }: Patch): Table {
  const copy = pick(
    rows,
    Array.from({ length: rows.rows }, (_, i) => i),
  );
  const { height, width, channels, pixels } = copy.pictures!;
  const at = (i: number, y: number, x: number, c: number): number => ((i * height + y) * width + x) * channels + c;
  const border: [number, number][] = [];
  for (let y = Math.max(0, top - 1); y <= Math.min(height - 1, bottom); y++)
    for (let x = Math.max(0, left - 1); x <= Math.min(width - 1, right); x++)
      if (y < top || y >= bottom || x < left || x >= right) border.push([y, x]);
  for (let i = 0; i < rows.rows; i++)
    for (let c = 0; c < channels; c++) {
      const sum = border.reduce((total, [y, x]) => total + pixels[at(i, y, x, c)]!, 0);
      const grey = border.length === 0 ? 127 : Math.round(sum / border.length);
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) pixels[at(i, y, x, c)] = grey;
    }
  return copy;
}
