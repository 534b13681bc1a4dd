// Pictures as a model sees them: the original, what it would have it look like, the difference, and where it is strange.

import { pngOf, type RawPicture } from "../../data/pictures/png.js";
import { pictureSize, type Table } from "../../data/table.js";
import type { Model } from "../../detectors/model.js";
import { hottestRegion, type Region } from "../../explain/region.js";
import { type HeatScale, overlay } from "../../report/heat.js";

export interface Shown {
  readonly original: RawPicture & { readonly channels: 1 | 3 };
  readonly rebuilt?: RawPicture;
  /** The absolute difference of the two. */
  readonly residual?: RawPicture;
  /** f32[height, width]. */
  readonly heat: Float32Array;
  readonly region?: Region;
}

/** Each row of the table, in its order. */
export async function shownOf(model: Model, table: Table): Promise<Shown[]> {
  const { height, width, channels, pixels } = table.pictures!;
  const { heat, rebuilt } = await model.show(table);
  const [size, area] = [pictureSize(table.pictures!), height * width];
  return Array.from({ length: table.rows }, (_, row): Shown => {
    const original = { height, width, channels, pixels: pixels.subarray(row * size, (row + 1) * size) };
    const own = heat.subarray(row * area, (row + 1) * area);
    const region = hottestRegion(own, width);
    const made = rebuilt && Uint8Array.from(rebuilt.subarray(row * size, (row + 1) * size), toByte);
    return {
      original,
      heat: own,
      ...(region ? { region } : {}),
      ...(made
        ? {
            rebuilt: { height, width, channels, pixels: made },
            residual: { height, width, channels, pixels: made.map((v, i) => Math.abs(v - original.pixels[i]!)) },
          }
        : {}),
    };
  });
}

const toByte = (value: number): number => Math.min(255, Math.max(0, Math.round(value)));

/** The heat over the picture. */
export const heatPicture = ({ original, heat }: Shown, scale: HeatScale): RawPicture => ({
  ...original,
  channels: 3,
  pixels: overlay(original.pixels, original.channels, heat, scale),
});

/** Small pictures are enlarged to about this many pixels in height where people look at the file. */
const FEWEST_LINES = 192;
const GAP = 4;

/** Pictures of one size beside each other, original size times a whole number, as a PNG file. */
export async function besideEachOther(pictures: readonly RawPicture[]): Promise<Uint8Array> {
  const { height, width } = pictures[0]!;
  const times = Math.max(1, Math.round(FEWEST_LINES / height));
  const [tall, wide] = [height * times, pictures.length * (width * times + GAP) - GAP];
  const out = new Uint8Array(tall * wide * 3).fill(255);
  for (const [place, { channels, pixels }] of pictures.entries()) {
    const left = place * (width * times + GAP);
    for (let y = 0; y < tall; y++)
      for (let x = 0; x < width * times; x++) {
        const from = (Math.floor(y / times) * width + Math.floor(x / times)) * channels;
        for (let c = 0; c < 3; c++) out[(y * wide + left + x) * 3 + c] = pixels[from + (channels === 1 ? 0 : c)]!;
      }
  }
  return pngOf({ height: tall, width: wide, channels: 3, pixels: out });
}
