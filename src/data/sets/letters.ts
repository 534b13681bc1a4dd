// Omniglot's Latin letters drawn as MNIST's digits are: a stand-in for EMNIST letters, where digits are what a network knows. As they come they are
// thinner and stand anywhere, which alone would tell them apart.

import { textsOf } from "../pictures/columns.js";
import { pick, type Table } from "../table.js";
import type { FindOptions } from "./find.js";
import { loadPictures } from "./load-pictures.js";

const SIDE = 28;
/** The larger side of a letter, as MNIST's digits have it. */
const BOX = 20;
/** How far strokes are widened, in pixels of the drawing: letters then have as much ink as digits. */
const PEN = 2;
/** Samples across a pixel. */
const FINE = 4;

/**
 * Small letters "a" to "z" (column `letter`), 20 drawings of each, u8[520, 28, 28, 1], light on black. As MNIST was made (LeCun et al. 1998): scaled
 * to fit 20×20, the centre of mass in the middle of the picture.
 * @throws OddityError as `loadPictures` does
 */
export async function loadLetters(options: FindOptions = {}): Promise<Table> {
  const { table } = await loadPictures("omniglot", options);
  const letters = textsOf(table.columns.find(({ name }) => name === "letter"));
  const places = letters.flatMap((letter, row) => (letter === undefined ? [] : [row]));
  const { columns, rows, pictures } = pick(table, places);
  const { height, width, pixels: drawn } = pictures!;
  const pixels = new Uint8Array(rows * SIDE * SIDE);
  for (let row = 0; row < rows; row++) {
    const drawing = { height, width, pixels: drawn.subarray(row * height * width, (row + 1) * height * width) };
    pixels.set(asDigit(drawing), row * SIDE * SIDE);
  }
  return { rows, columns, pictures: { ...pictures!, height: SIDE, width: SIDE, pixels } };
}

interface Drawing {
  readonly height: number;
  readonly width: number;
  /** u8[height, width], 255 where there is ink. */
  readonly pixels: Uint8Array;
}

/** One drawing, with some ink, to u8[28, 28]. */
export function asDigit({ height, width, pixels }: Drawing): Uint8Array {
  const isInk = (place: number): boolean => pixels[place]! > 127;
  const ink = Array.from(pixels.keys()).filter(isInk);
  const [xs, ys] = [ink.map((place) => place % width), ink.map((place) => Math.floor(place / width))];
  // the pen reaches so far from the middles of the outermost pixels
  const [left, top] = [Math.min(...xs) + 0.5 - PEN, Math.min(...ys) + 0.5 - PEN];
  const [across, down] = [Math.max(...xs) + 0.5 + PEN - left, Math.max(...ys) + 0.5 + PEN - top];
  const scale = BOX / Math.max(across, down);
  const reach = Math.ceil(PEN);
  /** Whether a point of the plane is within the pen's reach of the middle of a pixel with ink. */
  const isWet = (x: number, y: number): boolean => {
    const [column, line] = [Math.floor(x), Math.floor(y)];
    for (let j = Math.max(0, line - reach); j <= Math.min(height - 1, line + reach); j++)
      for (let i = Math.max(0, column - reach); i <= Math.min(width - 1, column + reach); i++)
        if (isInk(j * width + i) && (i + 0.5 - x) ** 2 + (j + 0.5 - y) ** 2 <= PEN ** 2) return true;
    return false;
  };
  const box = new Float64Array(BOX * BOX);
  let [sum, sumX, sumY] = [0, 0, 0];
  for (let place = 0; place < box.length; place++) {
    const [x, y] = [place % BOX, Math.floor(place / BOX)];
    let wet = 0;
    for (let s = 0; s < FINE * FINE; s++) {
      const [dx, dy] = [((s % FINE) + 0.5) / FINE, (Math.floor(s / FINE) + 0.5) / FINE];
      wet += Number(isWet(left + (x + dx) / scale, top + (y + dy) / scale));
    }
    box[place] = wet / FINE ** 2;
    sum += wet;
    sumX += wet * (x + 0.5);
    sumY += wet * (y + 0.5);
  }
  const [toX, toY] = [shift(sumX / sum, across * scale), shift(sumY / sum, down * scale)];
  const picture = new Uint8Array(SIDE * SIDE);
  for (const [place, share] of box.entries()) {
    if (share === 0) continue;
    const [x, y] = [(place % BOX) + toX, Math.floor(place / BOX) + toY];
    picture[y * SIDE + x] = Math.round(255 * share);
  }
  return picture;
}

/** By how much to move a letter of some size so that its centre of mass comes to the middle, as far as it stays in the picture. */
const shift = (centre: number, size: number): number =>
  Math.min(SIDE - Math.ceil(size - 1e-9), Math.max(0, Math.round(SIDE / 2 - centre)));
