// Pictures for the command line: soft waves, and among them some with a bright square.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pngOf } from "../../src/data/pictures/png.js";

export const SIDE = 24;
/** Where the square is, in pixels. */
export const SQUARE = { left: 12, top: 4, side: 5 };

const isInSquare = (x: number, y: number): boolean =>
  x >= SQUARE.left && x < SQUARE.left + SQUARE.side && y >= SQUARE.top && y < SQUARE.top + SQUARE.side;

function pixels(of: (x: number, y: number) => number, times = 1): Uint8Array {
  const side = SIDE * times;
  return Uint8Array.from({ length: side * side }, (_, i) =>
    of(Math.floor((i % side) / times), Math.floor(Math.floor(i / side) / times)),
  );
}

export interface Drawn {
  readonly isOdd?: boolean;
  /** Side as a multiple of SIDE. */
  readonly times?: number;
  readonly channels?: 1 | 3;
}

/** The `i`th picture. */
export async function draw(path: string, i: number, { isOdd = false, times = 1, channels = 1 }: Drawn = {}) {
  const grey = pixels((x, y) => {
    if (isOdd && isInSquare(x, y)) return 250;
    return 100 + 40 * Math.sin(0.5 * x + i * 2.4) + 20 * Math.cos(0.4 * y + i) + ((x * 7 + y * 13 + i * 5) % 9);
  }, times);
  const colours =
    channels === 1
      ? grey
      : Uint8Array.from({ length: 3 * grey.length }, (_, j) => grey[Math.floor(j / 3)]! - 20 * (j % 3));
  const side = SIDE * times;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, await pngOf({ height: side, width: side, channels, pixels: colours }));
}

export async function drawMask(path: string) {
  mkdirSync(dirname(path), { recursive: true });
  const marked = pixels((x, y) => (isInSquare(x, y) ? 255 : 0));
  writeFileSync(path, await pngOf({ height: SIDE, width: SIDE, channels: 1, pixels: marked }));
}

/** Pictures `from` to `to` - 1, called by their numbers. */
export async function drawMany(folder: string, from: number, to: number, drawn: Drawn = {}) {
  for (let i = from; i < to; i++) await draw(join(folder, `${String(i).padStart(3, "0")}.png`), i, drawn);
}
