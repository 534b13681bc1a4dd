// Pictures to pictures: another size, another number of channels, mirrored copies. On raw bytes and in bulk.

import { OddityError } from "../../tensor/errors.js";
import type { Column, Pictures, Table } from "../table.js";

export interface Size {
  readonly height: number;
  readonly width: number;
}

/**
 * All pictures in another size, by the bilinear filter of Pillow and of `Resize` in torchvision on Pillow images: where the picture gets smaller
 * the triangle widens with the scale (antialiasing); sums are in fixed point, rounded after each axis. Equal to theirs bit for bit.
 * @throws OddityError when the table has no pictures, or a size is no positive whole number
 */
export function resizePictures(table: Table, size: Size): Table {
  const pictures = picturesOf(table);
  checkSize(size);
  const { height, width, channels } = pictures;
  if (height === size.height && width === size.width) return table;
  const across = taps(width, size.width);
  const down = taps(height, size.height);
  const from = height * width * channels;
  const to = size.height * size.width * channels;
  const pixels = new Uint8Array(table.rows * to);
  const between = new Uint8Array(height * size.width * channels);
  for (let row = 0; row < table.rows; row++) {
    const picture = pictures.pixels.subarray(row * from, (row + 1) * from);
    // an axis that keeps its length has one tap of weight 1: a copy
    alongRows(picture, between, height, width, channels, across);
    alongColumns(between, pixels.subarray(row * to, (row + 1) * to), size.width * channels, down);
  }
  return { ...table, pictures: { ...pictures, ...size, pixels } };
}

/** A size of the same shape with at most about `area` pixels and sides that 4 divides, as convolutions halve them. */
export function sizeWithin({ height, width }: Size, area: number): Size {
  const scale = Math.min(1, Math.sqrt(area / (height * width)));
  const side = (length: number): number => Math.max(4, Math.round((length * scale) / 4) * 4);
  return { height: side(height), width: side(width) };
}

/** Refuses sizes that are no positive whole numbers. */
export function checkSize({ height, width }: Size): void {
  for (const [name, value] of [
    ["height", height],
    ["width", width],
  ] as const)
    if (!Number.isInteger(value) || value < 1 || value > 65_535)
      throw new OddityError(
        { place: name, expected: "a whole number from 1 to 65535", got: String(value) },
        { usage: true },
      );
}

/** For each place of the new axis: the first old place that counts, how many do, and their weights in units of 2^-22. */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** `most` for each new place. */
  readonly weights: Int32Array;
  readonly most: number;
}

const BITS = 22;

function taps(from: number, to: number): Taps {
  const scale = from / to;
  const reach = Math.max(scale, 1);
  const most = from === to ? 1 : Math.ceil(reach) * 2 + 1;
  const [first, count, weights] = [new Int32Array(to), new Int32Array(to), new Int32Array(to * most)];
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale;
    const low = from === to ? i : Math.max(0, Math.trunc(centre - reach + 0.5));
    const high = from === to ? i + 1 : Math.min(from, Math.trunc(centre + reach + 0.5));
    const triangle = Array.from({ length: high - low }, (_, k) =>
      Math.max(0, 1 - Math.abs((k + low - centre + 0.5) / reach)),
    );
    const sum = triangle.reduce((total, weight) => total + weight, 0);
    first[i] = low;
    count[i] = high - low;
    weights.set(
      triangle.map((weight) => Math.trunc(0.5 + (weight / sum) * 2 ** BITS)),
      i * most,
    );
  }
  return { first, count, weights, most };
}

const HALF = 2 ** (BITS - 1);

function alongRows(
  from: Uint8Array,
  to: Uint8Array,
  height: number,
  width: number,
  channels: number,
  { first, count, weights, most }: Taps,
): void {
  let at = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < first.length; x++) {
      const start = (y * width + first[x]!) * channels;
      for (let c = 0; c < channels; c++) {
        let sum = HALF;
        for (let k = 0, i = start + c; k < count[x]!; k++, i += channels) sum += from[i]! * weights[x * most + k]!;
        to[at++] = sum >> BITS;
      }
    }
}

function alongColumns(from: Uint8Array, to: Uint8Array, line: number, { first, count, weights, most }: Taps): void {
  let at = 0;
  for (let y = 0; y < first.length; y++) {
    const start = first[y]! * line;
    for (let x = 0; x < line; x++) {
      let sum = HALF;
      for (let k = 0, i = start + x; k < count[y]!; k++, i += line) sum += from[i]! * weights[y * most + k]!;
      to[at++] = sum >> BITS;
    }
  }
}

/** Grey to colour by repeating, colour to grey by Rec. 601 luma, 0.299 R + 0.587 G + 0.114 B, as Pillow's "L". */
export function withChannels(pixels: Uint8Array, from: 1 | 3, to: 1 | 3): Uint8Array {
  if (from === to) return pixels;
  const count = pixels.length / from;
  const out = new Uint8Array(count * to);
  if (to === 1)
    for (let i = 0, j = 0; i < count; i++, j += 3)
      out[i] = (pixels[j]! * 19595 + pixels[j + 1]! * 38470 + pixels[j + 2]! * 7471 + 0x8000) >> 16;
  else for (let i = 0, j = 0; i < count; i++, j += 3) out[j] = out[j + 1] = out[j + 2] = pixels[i]!;
  return out;
}

/**
 * The rows, followed by the same rows mirrored left to right. Their other columns are those of the originals.
 * @throws OddityError when the table has no pictures, or masks, which would belong to the pictures as they were
 */
export function flipped(table: Table): Table {
  const pictures = picturesOf(table);
  const mask = table.columns.find(({ name }) => name === "mask");
  if (mask?.kind === "category" && mask.codes.some((code) => code >= 0))
    throw new OddityError({
      place: "mirrored pictures",
      expected: "pictures without masks",
      got: "some that have one",
      hint: "mirror the normal ones only",
    });
  const { width, channels, names } = pictures;
  const line = width * channels;
  const half = pictures.pixels.length;
  const pixels = new Uint8Array(2 * half);
  pixels.set(pictures.pixels);
  for (let start = 0; start < half; start += line)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++)
        pixels[half + start + (width - 1 - x) * channels + c] = pictures.pixels[start + x * channels + c]!;
  return {
    rows: 2 * table.rows,
    columns: table.columns.map(twice),
    pictures: {
      ...pictures,
      pixels,
      ...(names ? { names: [...names, ...names.map((name) => `${name}, mirrored`)] } : {}),
    },
  };
}

function twice(column: Column): Column {
  if (column.kind === "category") {
    const codes = new Int32Array(2 * column.codes.length);
    codes.set(column.codes);
    codes.set(column.codes, column.codes.length);
    return { ...column, codes };
  }
  const values = new Float64Array(2 * column.values.length);
  values.set(column.values);
  values.set(column.values, column.values.length);
  return { ...column, values };
}

/** @throws OddityError for a table without pictures */
export function picturesOf({ pictures }: Table): Pictures {
  if (pictures) return pictures;
  throw new OddityError({ place: "table", expected: "pictures", got: "columns alone" });
}
