// Made pictures of which one knows what is normal and what is not.

import type { Table } from "../../src/data/table.js";
import { Random } from "../../src/tensor/random.js";

export const SIDE = 16;

/** Grey pictures of one bright round spot on a dark, noisy ground; strange ones show a bar through it. */
export function spots(rows: number, seed: number, isStrange = false): Table {
  const random = new Random(seed);
  const pixels = new Uint8Array(rows * SIDE * SIDE);
  for (let i = 0; i < rows; i++) {
    const [top, left] = [7 + 2 * random.uniform(), 7 + 2 * random.uniform()];
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++) {
        const near = Math.exp(-((y - top) ** 2 + (x - left) ** 2) / 12);
        const bar = isStrange && x >= BAR.left && x < BAR.right ? 140 : 0;
        const value = 30 + 170 * near + bar + 6 * random.normal();
        pixels[(i * SIDE + y) * SIDE + x] = Math.max(0, Math.min(255, Math.round(value)));
      }
  }
  return { rows, columns: [], pictures: { height: SIDE, width: SIDE, channels: 1, pixels } };
}

/** Where strange pictures are strange. */
export const BAR = { left: 2, right: 5 };

/** Pictures of two tables, one after another. */
export function together(a: Table, b: Table): Table {
  const pixels = new Uint8Array(a.pictures!.pixels.length + b.pictures!.pixels.length);
  pixels.set(a.pictures!.pixels);
  pixels.set(b.pictures!.pixels, a.pictures!.pixels.length);
  return { rows: a.rows + b.rows, columns: [], pictures: { ...a.pictures!, pixels } };
}
