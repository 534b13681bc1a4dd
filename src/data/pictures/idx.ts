// IDX, the format of MNIST and its family: two zeros, element type, number of axes, sizes (u32, big-endian), bytes.
// Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", the file format.

import { access } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { OddityError } from "../../tensor/errors.js";
import type { Table } from "../table.js";
import { plainBytes } from "./bytes.js";
import { categoryOf } from "./columns.js";

export interface IdxArray {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Uint8Array;
}

/** Whether these bytes begin as IDX does, with an element type that IDX knows. */
export const isIdx = (head: Uint8Array): boolean =>
  head.length >= 4 && head[0] === 0 && head[1] === 0 && [8, 9, 11, 12, 13, 14].includes(head[2]!) && head[3]! <= 8;

/** @throws OddityError for another magic number, elements that are no bytes, or fewer or more bytes than the sizes say */
export function parseIdx(bytes: Uint8Array, place: string): IdxArray {
  const got = (what: string, hint?: string) =>
    new OddityError({ place, expected: "a whole IDX file of bytes", got: what, ...(hint ? { hint } : {}) });
  if (!isIdx(bytes))
    throw got(
      `the beginning ${Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ")}`,
    );
  if (bytes[2] !== 8) throw got(`elements of type 0x${bytes[2]!.toString(16).padStart(2, "0")}`, "0x08 is bytes");
  const axes = bytes[3]!;
  const start = 4 + 4 * axes;
  if (bytes.length < start) throw got(`${bytes.length} bytes`, "the file may be cut short");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = shape.reduce((product, n) => product * n, 1);
  const values = bytes.slice(start); // a buffer of its own: tables are sent to threads
  if (values.length !== size)
    throw got(
      `${values.length} bytes of data where ${shape.join("×")} = ${size} belong`,
      values.length < size ? "the file may be cut short" : "there is more than one array in it",
    );
  return { shape, values };
}

export interface IdxPaths {
  readonly images: string;
  readonly labels?: string;
}

/**
 * Pictures [rows, height, width] or [rows, height, width, 3] from one file, their classes from another. Classes are the numbers in the file, or
 * `names` by those numbers.
 * @throws OddityError for files that are no such arrays, or whose lengths differ
 */
export async function readIdx({ images, labels }: IdxPaths, names?: readonly string[]): Promise<Table> {
  const { shape, values } = parseIdx(await plainBytes(images), images);
  const [rows = 0, height = 0, width = 0, channels = 1] = shape;
  if (shape.length < 3 || shape.length > 4 || (channels !== 1 && channels !== 3))
    throw new OddityError({
      place: images,
      expected: "pictures: rows×height×width",
      got: `an array of ${shape.join("×")}`,
      ...(shape.length === 1 ? { hint: "this is a file of labels; name the one with the pictures" } : {}),
    });
  const short = basename(images);
  const pictures = {
    height,
    width,
    channels,
    pixels: values,
    names: Array.from({ length: rows }, (_, row) => `${short} #${row}`),
  } as const;
  if (labels === undefined) return { rows, columns: [], pictures };
  const classes = parseIdx(await plainBytes(labels), labels);
  if (classes.shape.length !== 1 || classes.values.length !== rows)
    throw new OddityError({
      place: labels,
      expected: `${rows} labels, one for each picture of ${images}`,
      got: classes.shape.join("×"),
    });
  return { rows, columns: [classColumn(classes.values, labels, names)], pictures };
}

/** Numbers to a column "class": named, or by their own digits in rising order. */
export function classColumn(numbers: Uint8Array, place: string, names?: readonly string[]) {
  const levels = names ?? [...new Set(numbers)].sort((a, b) => a - b).map(String);
  const texts = Array.from(numbers, (number, row) => {
    const text = names ? names[number] : String(number);
    if (text !== undefined) return text;
    throw new OddityError({
      place,
      expected: `labels from 0 to ${levels.length - 1}`,
      got: `${number} in row ${row + 1}`,
    });
  });
  return categoryOf("class", texts, levels);
}

/** Where the labels of train-images-idx3-ubyte lie by custom: train-labels-idx1-ubyte, beside it, packed or not. */
export async function labelsBeside(images: string): Promise<string | undefined> {
  const name = basename(images).replace("images", "labels").replace("idx3", "idx1");
  if (name === basename(images)) return undefined;
  const plain = name.replace(/\.gz$/, "");
  for (const candidate of [name, plain, `${plain}.gz`]) {
    const path = join(dirname(images), candidate);
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return undefined;
}
