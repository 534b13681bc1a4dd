// The anomalous pixels of pictures, as data sets mark them: a second picture for each, black where all is well.

import { OddityError } from "../../tensor/errors.js";
import type { Table } from "../table.js";
import { textsOf } from "./columns.js";
import { openPicture } from "./decode.js";
import { type Fit, MOST_PIXELS } from "./options.js";
import { inParallel } from "./parallel.js";
import { picturesOf } from "./transform.js";

export interface MaskOptions {
  /** As the pictures were read. */
  readonly fit?: Fit;
  readonly mostPixels?: number;
  readonly signal?: AbortSignal;
}

/**
 * The masks that column "mask" names, each brought to the size of the pictures by its nearest pixels.
 * @returns u8[rows, height, width], 1 where a pixel is marked (anything but black), 0 elsewhere and where a row has no mask
 * @throws OddityError when the table has no such column, or a mask cannot be read
 */
export async function readMasks(
  table: Table,
  { fit = "stretch", mostPixels = MOST_PIXELS, signal }: MaskOptions = {},
): Promise<Uint8Array> {
  const { height, width } = picturesOf(table);
  const column = table.columns.find(({ name }) => name === "mask");
  if (!column) throw new OddityError({ place: "table", expected: "masks for its pictures", got: "none" });
  const size = height * width;
  const masks = new Uint8Array(table.rows * size);
  await inParallel(textsOf(column), async (path, row) => {
    signal?.throwIfAborted();
    if (path === undefined) return;
    const mask = await openPicture(path, mostPixels);
    const pixels = await mask.pixels({ height, width, channels: 1, fit, kernel: "nearest" });
    for (let i = 0; i < size; i++) masks[row * size + i] = pixels[i] === 0 ? 0 : 1;
  });
  return masks;
}

/** Whether any pixel of a mask is marked, at its full size. */
export async function isMarked(path: string, mostPixels: number): Promise<boolean> {
  const mask = await openPicture(path, mostPixels);
  const pixels = await mask.pixels({ height: mask.height, width: mask.width, channels: 1, fit: "none" });
  return pixels.some((pixel) => pixel > 0);
}
