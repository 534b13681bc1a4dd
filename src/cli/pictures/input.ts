// DATA of the command line where it is pictures: a folder, picture files, arrays of pictures.

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { firstBytes } from "../../data/files.js";
import { arraysOf, hasPictures } from "../../data/pictures/arrays.js";
import { plainBytes } from "../../data/pictures/bytes.js";
import { isIdx } from "../../data/pictures/idx.js";
import type { MaskOptions } from "../../data/pictures/masks.js";
import type { PictureOptions, PicturesRead, Skipped } from "../../data/pictures/options.js";
import type { PictureSet } from "../../data/sets/define.js";
import { openSource, type Source } from "../../data/source.js";
import type { Model } from "../../detectors/model.js";
import type { PictureEncoding } from "../../encode/encoding.js";
import { counted, pictureWords } from "../../report/format.js";
import { OddityError } from "../../tensor/errors.js";
import type { PictureChoices, PictureLimit } from "../options.js";

const PICTURE_FILE = /\.(png|jpe?g|jpe|jfif|webp|gif|tiff?|bmp|avif)(\.gz)?$/i;
const OTHER_FILE = /ubyte(\.gz)?$|(data_batch_\d|test_batch)\.bin(\.gz)?$/i;

/** Pixels of a picture where nobody chose: what the detectors of this project learn in minutes. */
const MOST_AREA = 64 * 64;

/** Whether a place stands for pictures: every folder does, other files by ending or content. */
export async function isPictures(place: string): Promise<boolean> {
  if (place === "-") return false;
  const found = await stat(place).catch(() => undefined);
  if (found?.isDirectory() || PICTURE_FILE.test(place) || OTHER_FILE.test(place)) return true;
  if (!found?.isFile()) return false;
  const head = await firstBytes(place, place);
  if (isIdx(head)) return true;
  const isNumpy = head[0] === 0x93 || (head[0] === 0x50 && head[1] === 0x4b && /\.npz$/i.test(place));
  return isNumpy && hasPictures(arraysOf(await plainBytes(place), place), place);
}

/** Pictures of a place or of a data set, read with these options. */
type Reading = (options: PictureOptions) => Promise<PicturesRead>;

/** libvips comes only now: it is of no use to tables. */
export const readingPlace =
  (place: string): Reading =>
  async (options) =>
    (await import("../../data/pictures/read.js")).readPictures(place, options);

export const readingSet =
  ({ id, about, normal = [] }: PictureSet): Reading =>
  async (options) => {
    const { table } = await (await import("../../data/sets/load-pictures.js")).loadPictures(id, options);
    return { table, layout: about, normal, notes: [], skipped: [] };
  };

/** Reads pictures as the options say, or as a model needs them. @throws OddityError where they do not fit the model */
export async function readChosen(
  place: string,
  reading: Reading,
  { size, grey, colour, fit, pixelsLimit }: PictureChoices,
  model?: PictureEncoding,
): Promise<PicturesRead> {
  const limit: PictureOptions = pixelsLimit === undefined ? {} : { mostPixels: pixelsLimit };
  if (model) return readFor(place, (options) => reading({ ...options, ...limit }), model);
  const read = await reading({
    ...(size ?? { mostArea: MOST_AREA }),
    ...(grey || colour ? { colour: grey ? "grey" : "colour" } : {}),
    ...(fit ? { fit } : {}),
    ...limit,
  });
  const { pictures } = read.table;
  // who names a size or colours wants other pictures brought to them, later ones too
  const brought = {
    ...(size ? { resized: fit ?? ("stretch" as const) } : {}),
    ...(grey || colour ? { recoloured: true } : {}),
  };
  return pictures ? { ...read, table: { ...read.table, pictures: { ...pictures, ...brought } } } : read;
}

async function readFor(place: string, reading: Reading, model: PictureEncoding): Promise<PicturesRead> {
  const { height, width, channels, resized, recoloured } = model;
  const read = await reading({
    ...{ height, width, fit: resized ?? "none" },
    ...(recoloured ? { colour: channels === 1 ? "grey" : "colour" } : {}),
  });
  const other = read.skipped.find(({ otherSize }) => otherSize);
  if (other)
    throw new OddityError({
      place: other.file,
      expected: `${pictureWords(model)}, which the model was fitted on`,
      got: other.why,
      hint: "a model that was fitted with --size takes pictures of any size",
    });
  const { pictures } = read.table;
  if (pictures && pictures.channels !== channels)
    throw new OddityError({
      place,
      expected: `${pictureWords(model)}, which the model was fitted on`,
      got: pictureWords(pictures),
      hint: `a model that was fitted with ${channels === 1 ? "--grey" : "--colour"} takes both`,
    });
  return read;
}

/** What is known of each picture as a source of rows: its file, and its class, part and mask where there are. */
export async function listed(place: string, { table }: PicturesRead): Promise<Source> {
  const { names } = table.pictures!;
  function* lines(): Generator<string> {
    for (let row = 0; row < table.rows; row++) {
      const known = table.columns.map((column) => [
        column.name,
        column.kind === "category" ? (column.levels[column.codes[row]!] ?? null) : column.values[row],
      ]);
      yield `${JSON.stringify({ picture: names?.[row] ?? `#${row}`, ...Object.fromEntries(known) })}\n`;
    }
  }
  const source = await openSource("-", { stdin: Readable.from(lines()) });
  return { ...source, place };
}

/** Names without the folder that the user named, or else without the one that all of them lie in. */
export function shortNames(names: readonly string[], place: string): string[] {
  const inside = names.every((name) => name.startsWith(join(place, "/")));
  const folder = inside ? join(place, "/") : commonFolder(names);
  return names.map((name) => name.slice(folder.length));
}

function commonFolder([first = "", ...rest]: readonly string[]): string {
  let folder = first.slice(0, first.lastIndexOf("/") + 1);
  while (!rest.every((name) => name.startsWith(folder)))
    folder = folder.slice(0, folder.lastIndexOf("/", folder.length - 2) + 1);
  return folder;
}

/** How masks are read, so that they lie on the pictures of a model. */
export const masksFor = ({ header }: Model, { pixelsLimit }: PictureLimit): MaskOptions => ({
  ...(header.encoding.picture?.resized ? { fit: header.encoding.picture.resized } : {}),
  ...(pixelsLimit === undefined ? {} : { mostPixels: pixelsLimit }),
});

/** What was not used, for stderr: each by name, at most so many. */
export function skippedLines(skipped: readonly Skipped[] = []): string[] {
  const lines = skipped.slice(0, MOST_NAMED).map(({ file, why }) => `skipped ${file}: ${why}`);
  if (skipped.length > MOST_NAMED) lines.push(`skipped ${counted(skipped.length - MOST_NAMED, "more file")}`);
  return lines;
}

const MOST_NAMED = 20;

/** The end of a line that counts what was used. */
export const unused = (skipped: readonly Skipped[] = []): string =>
  skipped.length > 0 ? `; ${counted(skipped.length, "file")} could not be used` : "";
