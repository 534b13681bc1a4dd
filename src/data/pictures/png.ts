// PNG from raw pixels, for figures and reports.

import { type Overwrite, writeAtomic } from "../../disk/atomic.js";
import { OddityError } from "../../tensor/errors.js";
import { sharp } from "./sharp.js";

export interface RawPicture {
  readonly height: number;
  readonly width: number;
  /** 4 is colour with opacity. */
  readonly channels: 1 | 3 | 4;
  /** u8[height, width, channels], row-major. */
  readonly pixels: Uint8Array;
}

/** The bytes of a PNG file; lossless, with the quick level of compression. */
export async function pngOf({ height, width, channels, pixels }: RawPicture): Promise<Uint8Array> {
  if (pixels.length !== height * width * channels)
    throw new OddityError({
      place: "picture",
      expected: `${height}×${width}×${channels} = ${height * width * channels} bytes`,
      got: String(pixels.length),
    });
  return sharp(pixels, { raw: { height, width, channels } })
    .toColourspace(channels === 1 ? "b-w" : "srgb")
    .png({ compressionLevel: 3 })
    .toBuffer();
}

/** @throws OddityError for a path that exists (without `force`) or cannot be written */
export const writePng = async (path: string, picture: RawPicture, overwrite: Overwrite = {}): Promise<void> =>
  writeAtomic(path, await pngOf(picture), overwrite);
