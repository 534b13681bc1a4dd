// NumPy arrays of pictures: .npy, and .npz with parts such as x_train, y_train or train_images, train_labels.

import { OddityError } from "../../tensor/errors.js";
import { type NpyArray, parseNpy, unpackNpz, viewNpy } from "../npy.js";
import type { Pictures, Table } from "../table.js";
import { categoryOf, stacked } from "./columns.js";

export interface ArraysRead {
  readonly table: Table;
  readonly layout: string;
  readonly notes: readonly string[];
}

/** The arrays' bytes by name; a lone .npy file is `X`. */
export function arraysOf(bytes: Uint8Array, place: string): ReadonlyMap<string, Uint8Array> {
  return bytes[0] === 0x93 ? new Map([["X", bytes]]) : unpackNpz(bytes, place);
}

/** Whether some array has the 3 or 4 axes of pictures; tables have 1 or 2. */
export const hasPictures = (arrays: ReadonlyMap<string, Uint8Array>, place: string): boolean =>
  Array.from(arrays, ([name, bytes]) => viewNpy(bytes, `${place}: ${name}`).shape.length).some((axes) => axes > 2);

/**
 * Pictures u8[n, h, w], u8[n, h, w, 1 or 3] or u8[n, 1 or 3, h, w]; floats from 0 to 1 are multiplied by 255. Where both the second and the last
 * axis could be channels, the last one is.
 * @throws OddityError for arrays of another shape, numbers out of range, or labels of another length
 */
export function readArrays(arrays: ReadonlyMap<string, Uint8Array>, place: string): ArraysRead {
  const notes = new Set<string>();
  const parts: Table[] = [];
  const splits: (string | undefined)[] = [];
  const names = [...arrays.keys()].filter((name) => viewNpy(arrays.get(name)!, `${place}: ${name}`).shape.length > 2);
  if (names.length === 0)
    throw new OddityError({
      place,
      expected: "an array of pictures: n×height×width, with or without 1 or 3 channels",
      got:
        Array.from(arrays, ([name, bytes]) => `${name} of ${viewNpy(bytes, place).shape.join("×") || "no axes"}`).join(
          ", ",
        ) || "no array",
    });
  for (const name of names) {
    const pictures = picturesIn(arrays.get(name)!, arrays.size === 1 ? place : `${place}: ${name}`, notes);
    const rows = viewNpy(arrays.get(name)!, place).shape[0]!;
    const label = labelName(name, arrays);
    const classes = label === undefined ? undefined : classesIn(arrays.get(label)!, `${place}: ${label}`, rows);
    const split = /train|test|val/i.exec(name)?.[0].toLowerCase();
    splits.push(...Array.from({ length: rows }, () => split));
    parts.push({
      rows,
      columns: classes ? [categoryOf("class", classes, byNumber(classes))] : [],
      pictures: { ...pictures, names: Array.from({ length: rows }, (_, row) => `${name} #${row}`) },
    });
  }
  refuseMixed(parts, names, place);
  const all = stacked(parts);
  const columns = splits.some(Boolean) ? [...all.columns, categoryOf("split", splits)] : all.columns;
  return {
    table: { ...all, columns },
    layout: `NumPy arrays of pictures (${names.join(", ")})`,
    notes: [...notes],
  };
}

function refuseMixed(parts: readonly Table[], names: readonly string[], place: string): void {
  const shape = ({ pictures, columns }: Table) =>
    `${pictures!.height}×${pictures!.width}×${pictures!.channels}${columns.length > 0 ? " with labels" : ""}`;
  const other = parts.findIndex((part) => shape(part) !== shape(parts[0]!));
  if (other > 0)
    throw new OddityError({
      place,
      expected: `arrays of one kind (${names[0]} is ${shape(parts[0]!)})`,
      got: `${names[other]}, which is ${shape(parts[other]!)}`,
    });
}

/** x_train has y_train, train_images has train_labels, X has y; an .npz with one other array of one axis has that. */
function labelName(name: string, arrays: ReadonlyMap<string, Uint8Array>): string | undefined {
  const guesses = [
    name.replace(/images?|data/i, "labels"),
    name.replace(/x/i, "y"),
    name.replace(/images?|data/i, "label"),
    "labels",
    "y",
  ];
  return guesses.find((guess) => guess !== name && arrays.has(guess));
}

function classesIn(bytes: Uint8Array, place: string, rows: number): string[] {
  const { shape, values } = parseNpy(bytes, place);
  if (values.length !== rows)
    throw new OddityError({ place, expected: `${rows} labels, one for each picture`, got: shape.join("×") });
  return Array.from(values, String);
}

const byNumber = (texts: readonly string[]) => [...new Set(texts)].sort((a, b) => Number(a) - Number(b));

function picturesIn(bytes: Uint8Array, place: string, notes: Set<string>): Pictures {
  const view = viewNpy(bytes, place);
  const { shape } = view;
  const isChannels = (n: number | undefined): n is 1 | 3 => n === 1 || n === 3;
  const isLast = shape.length === 4 && isChannels(shape[3]);
  const isFirst = shape.length === 4 && !isLast && isChannels(shape[1]);
  if (shape.length > 4 || (shape.length === 4 && !isLast && !isFirst) || shape.includes(0))
    throw new OddityError({
      place,
      expected: "pictures: n×height×width, with or without 1 or 3 channels before or after",
      got: shape.join("×"),
    });
  const [height, width] = (isFirst ? [shape[2], shape[3]] : [shape[1], shape[2]]) as [number, number];
  const channels = (isLast ? shape[3] : isFirst ? shape[1] : 1) as 1 | 3;
  const raw = view.type === "u1" && !view.fortran ? view.bytes.slice() : bytesOf(parseNpy(bytes, place), place, notes);
  if (!isFirst || channels === 1) return { height, width, channels, pixels: raw };
  notes.add("channels stand before height and width in the file");
  const plane = height * width;
  const pixels = new Uint8Array(raw.length);
  for (let start = 0; start < raw.length; start += 3 * plane)
    for (let i = 0; i < plane; i++) for (let c = 0; c < 3; c++) pixels[start + 3 * i + c] = raw[start + c * plane + i]!;
  return { height, width, channels, pixels };
}

/** Whole numbers from 0 to 255 as they are, fractions from 0 to 1 times 255. */
function bytesOf({ values, whole }: NpyArray, place: string, notes: Set<string>): Uint8Array {
  let [low, high, fractions] = [Infinity, -Infinity, false];
  for (const value of values) {
    if (Number.isNaN(value)) throw new OddityError({ place, expected: "a number for each pixel", got: "NaN" });
    if (value < low) low = value;
    if (value > high) high = value;
    fractions ||= !Number.isInteger(value);
  }
  const isUnit = !whole && high <= 1 && low >= 0;
  if (!isUnit && (fractions || low < 0 || high > 255))
    throw new OddityError({
      place,
      expected: "whole numbers from 0 to 255, or fractions from 0 to 1",
      got: `${fractions ? "fractions" : "numbers"} from ${low} to ${high}`,
    });
  if (isUnit) notes.add("numbers from 0 to 1 are multiplied by 255");
  return Uint8Array.from(values, (value) => (isUnit ? Math.round(value * 255) : value));
}
