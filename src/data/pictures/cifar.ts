// CIFAR-10's binary form: records of one label byte and 32×32 pixels as planes R, G, B.
// A. Krizhevsky (2009), "Learning Multiple Layers of Features from Tiny Images"; the format is on the data set's page.

import { basename } from "node:path";
import { OddityError } from "../../tensor/errors.js";
import type { Table } from "../table.js";
import { plainBytes } from "./bytes.js";
import { classColumn } from "./idx.js";

const CIFAR_CLASSES = [
  "airplane",
  "automobile",
  "bird",
  "cat",
  "deer",
  "dog",
  "frog",
  "horse",
  "ship",
  "truck",
] as const;

const SIDE = 32;
const PLANE = SIDE * SIDE;
const RECORD = 1 + 3 * PLANE;

/** @throws OddityError when the file is not made of whole records, or a label is not below 10 */
export async function readCifar(path: string): Promise<Table> {
  const bytes = await plainBytes(path);
  if (bytes.length === 0 || bytes.length % RECORD !== 0)
    throw new OddityError({
      place: path,
      expected: `records of ${RECORD} bytes (a label, then 32×32 pixels in planes R, G, B)`,
      got: `${bytes.length} bytes`,
      hint: "the file may be cut short, or be CIFAR-100",
    });
  const rows = bytes.length / RECORD;
  const labels = Uint8Array.from({ length: rows }, (_, row) => bytes[row * RECORD]!);
  const pixels = new Uint8Array(rows * 3 * PLANE);
  for (let row = 0, to = 0; row < rows; row++) {
    const from = row * RECORD + 1;
    for (let i = 0; i < PLANE; i++) {
      pixels[to++] = bytes[from + i]!;
      pixels[to++] = bytes[from + PLANE + i]!;
      pixels[to++] = bytes[from + 2 * PLANE + i]!;
    }
  }
  const short = basename(path);
  const names = Array.from(labels, (_, row) => `${short} #${row}`);
  return {
    rows,
    columns: [classColumn(labels, path, CIFAR_CLASSES)],
    pictures: { height: SIDE, width: SIDE, channels: 3, pixels, names },
  };
}
