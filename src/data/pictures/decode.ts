// One file to pixels: what it is, how large, and its bytes. Through libvips, which finds the format by content; BMP is ours.

import { OddityError } from "../../tensor/errors.js";
import { firstBytes } from "../files.js";
import { parseBmp } from "./bmp.js";
import { plainBytes } from "./bytes.js";
import type { Fit } from "./options.js";
import { sharp } from "./sharp.js";
import { type Size, withChannels } from "./transform.js";

/** What a picture is before it becomes 8 bits of grey or colour; each is said once for all pictures. */
export type Trait = "deep" | "cmyk" | "transparent";

export interface Opened extends Size {
  /** As seen, that is, turned as EXIF says. */
  readonly height: number;
  readonly width: number;
  readonly isGrey: boolean;
  readonly traits: readonly Trait[];
  /**
   * u8[height, width, channels] of the wanted size. Resizing is libvips's bilinear filter, widened where the picture gets smaller.
   * @throws OddityError when the file is cut short or damaged
   */
  pixels(wanted: Wanted): Promise<Uint8Array>;
}

export interface Wanted extends Size {
  readonly channels: 1 | 3;
  readonly fit: Fit;
  /** `nearest` takes each pixel from one pixel, as masks need it. */
  readonly kernel?: "linear" | "nearest";
}

const FORMATS = new Set(["png", "jpeg", "webp", "gif", "tiff", "heif"]);
const EXPECTED = "a picture (PNG, JPEG, WebP, GIF, TIFF, AVIF or BMP)";
const fits = { stretch: "fill", cover: "cover", contain: "contain", none: "fill" } as const;

/**
 * Reads the header of a file.
 * @throws OddityError when it is no picture, is animated, or has more pixels than `mostPixels`
 */
export async function openPicture(path: string, mostPixels: number): Promise<Opened> {
  const head = await firstBytes(path, path);
  const refuse = (got: string, hint?: string, cause?: unknown) =>
    new OddityError({ place: path, expected: EXPECTED, got, ...(hint ? { hint } : {}) }, { cause });
  const tooLarge = (cause?: unknown) =>
    refuse(`more than ${mostPixels} pixels`, "the limit on pixels can be raised", cause);
  if (head.length === 0) throw refuse("an empty file");
  const packed = head[0] === 0x1f && head[1] === 0x8b;
  // a gzip file that unpacks to more than the pixels of the largest picture is none
  const bytes = packed ? await plainBytes(path, 4 * mostPixels + 65_536) : undefined;
  const start = bytes ?? head;
  if (start[0] === 0x42 && start[1] === 0x4d) {
    const bitmap = parseBmp(bytes ?? (await plainBytes(path)), path);
    if (bitmap.height * bitmap.width > mostPixels) throw tooLarge();
    const { height, width, channels } = bitmap;
    const raw = { raw: { height, width, channels } };
    return {
      ...{ height, width, isGrey: channels === 1, traits: [] },
      pixels: (wanted) => finish(path, sharp(bitmap.pixels(), raw), bitmap, wanted),
    };
  }
  const options = { limitInputPixels: mostPixels, failOn: "error", autoOrient: true } as const;
  const facts = await sharp(bytes ?? path, options)
    .metadata()
    .catch((cause) => {
      if (/pixel limit/.test(String(cause))) throw tooLarge(cause);
      throw refuse(kindOf(start) ?? "a damaged file", undefined, cause);
    });
  if (!FORMATS.has(facts.format)) throw refuse(`a file of format ${facts.format}`);
  const { height, width } = facts.autoOrient;
  if ((facts.pages ?? 1) > 1 || isAnimatedPng(start))
    throw refuse(
      facts.format === "tiff" ? `${facts.pages} pages` : "an animation",
      "save the frames as single pictures",
    );
  const traits: Trait[] = [
    ...(facts.depth === "uchar" ? [] : (["deep"] as const)),
    ...(facts.space === "cmyk" ? (["cmyk"] as const) : []),
    ...(facts.hasAlpha ? (["transparent"] as const) : []),
  ];
  return {
    height,
    width,
    isGrey: facts.space === "b-w" || facts.space === "grey16" || facts.channels < 3,
    traits,
    pixels(wanted) {
      const picture = sharp(bytes ?? path, options);
      return finish(
        path,
        facts.hasAlpha ? picture.flatten({ background: "white" }) : picture,
        { height, width },
        wanted,
      );
    },
  };
}

async function finish(
  path: string,
  picture: ReturnType<typeof sharp>,
  from: Size,
  { height, width, channels, fit, kernel = "linear" }: Wanted,
): Promise<Uint8Array> {
  const resized =
    from.height === height && from.width === width
      ? picture
      : picture.resize(width, height, { fit: fits[fit], kernel, background: "black" });
  // Always by way of colour: libvips would make grey from linear light, and other tools do not.
  const pixels = await resized
    .toColourspace("srgb")
    .raw()
    .toBuffer()
    .catch((cause) => {
      // libvips's own words are not told: pictures decoded side by side share them
      throw new OddityError(
        { place: path, expected: "a whole picture", got: "one that is cut short or damaged" },
        { cause },
      );
    });
  return withChannels(pixels, 3, channels);
}

/** libvips reads only the first frame of an animated PNG, and does not say so. */
const isAnimatedPng = (head: Uint8Array): boolean => {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const control = text.indexOf("acTL");
  return head[0] === 0x89 && control > 0 && control < text.indexOf("IDAT");
};

/** What a file that is no picture is instead. */
function kindOf(head: Uint8Array): string | undefined {
  const starts = (text: string) => Array.from(text).every((letter, i) => head[i] === letter.charCodeAt(0));
  if (starts("PK\x03\x04")) return "a zip archive";
  if (starts("%PDF")) return "a PDF document";
  if (starts("\x93NUMPY")) return "a NumPy array";
  if (starts("\x89PNG") || starts("\xff\xd8\xff") || starts("GIF8") || starts("II*") || starts("RIFF"))
    return undefined;
  return head.includes(0) ? "binary data" : "text";
}
