// The one way in for pictures: a folder, a glob, one file, NumPy arrays, IDX (MNIST), CIFAR-10. What a source is, its content says.

import { readdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { constants, gunzipSync } from "node:zlib";
import { scratchFolder } from "../../disk/scratch.js";
import { OddityError } from "../../tensor/errors.js";
import { openDatabase } from "../database.js";
import { filesNamed, firstBytes } from "../files.js";
import type { Table } from "../table.js";
import { arraysOf, readArrays } from "./arrays.js";
import { plainBytes } from "./bytes.js";
import { readCifar } from "./cifar.js";
import { categoryOf, stacked } from "./columns.js";
import { readFiles } from "./folder.js";
import { isIdx, labelsBeside, readIdx } from "./idx.js";
import { layoutOf } from "./layout.js";
import type { PictureOptions, PicturesRead } from "./options.js";
import { checkSize, picturesOf, resizePictures, sizeWithin, withChannels } from "./transform.js";

/**
 * @param path a folder, a glob, or a file: one picture, .npy, .npz, IDX, CIFAR-10's .bin; packed with gzip or not
 * @throws OddityError when there is nothing there, or nothing that can be read
 */
export async function readPictures(path: string, options: PictureOptions = {}): Promise<PicturesRead> {
  const { height, width } = options;
  if ((height === undefined) !== (width === undefined))
    throw new OddityError(
      { place: "size", expected: "height and width", got: height === undefined ? "a width alone" : "a height alone" },
      { usage: true },
    );
  if (height !== undefined && width !== undefined) checkSize({ height, width });
  options.signal?.throwIfAborted();
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return readFolder(path, options);
  if (!found) return readGlob(path, options);
  const head = unpacked(await firstBytes(path, path));
  if (isIdx(head)) {
    const labels = options.labels ?? (await labelsBeside(path));
    const table = await readIdx({ images: path, ...(labels === undefined ? {} : { labels }) });
    return asAsked(table, labels === undefined ? "IDX" : `IDX, with the labels of ${labels}`, options);
  }
  const isZip = head[0] === 0x50 && head[1] === 0x4b && /\.npz$/i.test(path);
  if (isZip || head[0] === 0x93) {
    const { table, layout, notes } = readArrays(arraysOf(await plainBytes(path), path), path);
    return asAsked(table, layout, options, notes);
  }
  if (/\.bin(\.gz)?$/i.test(path)) return asAsked(await readCifar(path), "CIFAR-10, binary version", options);
  return readFiles(path, { ...layoutOf(path, []), files: [{ path }], about: "one picture" }, options);
}

async function readFolder(path: string, options: PictureOptions): Promise<PicturesRead> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((name) => !/(^|\/)(\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$)/i.test(name));
  const arrays = names.filter((name) => /images.*ubyte(\.gz)?$/.test(name));
  if (arrays.length > 0) {
    const parts = arrays.sort(byTraining).map(async (name) => {
      const images = join(path, name);
      const labels = await labelsBeside(images);
      return { table: await readIdx({ images, ...(labels === undefined ? {} : { labels }) }), split: splitOf(name) };
    });
    return asAsked(joined(await Promise.all(parts)), `IDX (${arrays.join(", ")})`, options);
  }
  const batches = names.filter((name) => /(data_batch_\d|test_batch)\.bin(\.gz)?$/.test(name));
  if (batches.length > 0) {
    const parts = batches.sort(byTraining).map(async (name) => ({
      table: await readCifar(join(path, name)),
      split: splitOf(name),
    }));
    return asAsked(joined(await Promise.all(parts)), `CIFAR-10, binary version (${batches.join(", ")})`, options);
  }
  if (names.length === 0)
    throw new OddityError({
      place: path,
      expected: "pictures in this folder or below it (PNG, JPEG, WebP, GIF, TIFF, AVIF, BMP)",
      got: "no file",
    });
  return readFiles(path, layoutOf(path, names), options);
}

/** Files that a pattern matches; their folders count from the last one before its first wildcard. */
async function readGlob(path: string, options: PictureOptions): Promise<PicturesRead> {
  const scratch = await scratchFolder(join(tmpdir(), "oddity-"));
  const database = await openDatabase(scratch.path);
  try {
    const paths = await filesNamed(path, await database.connect());
    const root = path.slice(0, path.search(/[*?[]/)).replace(/[^/]*$/, "") || ".";
    const names = paths.map((each) => relative(root, each).split(sep).join("/"));
    return await readFiles(path, layoutOf(root, names), options);
  } finally {
    database.closeSync();
    await scratch.remove();
  }
}

const splitOf = (name: string) => (/t10k|test/i.test(name) ? "test" : "train");

/** Training parts first, each group by name. */
const byTraining = (a: string, b: string) =>
  splitOf(a) === splitOf(b) ? (a < b ? -1 : 1) : splitOf(a) === "train" ? -1 : 1;

/** Parts of a data set as one table with a column "split". */
export function joined(parts: readonly { readonly table: Table; readonly split: string }[]): Table {
  const all = stacked(parts.map(({ table }) => table));
  const splits = parts.flatMap(({ table, split }) => Array.from({ length: table.rows }, () => split));
  return { ...all, columns: [...all.columns, categoryOf("split", splits)] };
}

/** Pictures that came as arrays, in the wanted colours and size. */
export function asAsked(
  table: Table,
  layout: string,
  { height, width, mostArea, colour = "auto", fit = "stretch" }: PictureOptions,
  notes: readonly string[] = [],
): PicturesRead {
  const pictures = picturesOf(table);
  const channels = colour === "auto" ? pictures.channels : colour === "grey" ? 1 : 3;
  const pixels = withChannels(pictures.pixels, pictures.channels, channels);
  const recoloured = channels === pictures.channels ? {} : { recoloured: true };
  const coloured: Table = { ...table, pictures: { ...pictures, channels, pixels, ...recoloured } };
  const found = mostArea === undefined ? pictures : sizeWithin(pictures, mostArea);
  const size = height === undefined || width === undefined ? found : { height, width };
  const isSame = size.height === pictures.height && size.width === pictures.width;
  if (!isSame && fit === "none")
    throw new OddityError({
      place: "pictures",
      expected: `${size.width}×${size.height}, since none is resized`,
      got: `${pictures.width}×${pictures.height}`,
    });
  if (!isSame && fit !== "stretch")
    throw new OddityError(
      { place: "fit", expected: "stretch, for pictures that come as arrays", got: fit },
      { usage: true },
    );
  const resized = isSame ? coloured : resizePictures(coloured, size);
  return {
    table: isSame ? coloured : { ...resized, pictures: { ...picturesOf(resized), resized: "stretch" } },
    layout,
    normal: [],
    notes,
    skipped: [],
  };
}

/** The beginning of what is in a gzip file, or the bytes as they are. */
function unpacked(head: Uint8Array): Uint8Array {
  if (head[0] !== 0x1f || head[1] !== 0x8b) return head;
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return head; // damaged: the reader that unpacks it whole says so
  }
}
