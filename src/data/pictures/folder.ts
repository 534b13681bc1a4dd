// Many picture files to one table: headers first, to find a size and to know what is no picture, then pixels.

import { stat } from "node:fs/promises";
import { OddityError } from "../../tensor/errors.js";
import { cacheOf } from "./cache.js";
import { categoryOf } from "./columns.js";
import { type Opened, openPicture, type Trait } from "./decode.js";
import type { Layout, PictureFile } from "./layout.js";
import { isMarked } from "./masks.js";
import { type Fit, MOST_PIXELS, type PictureOptions, type PicturesRead } from "./options.js";
import { inParallel } from "./parallel.js";
import { sharp } from "./sharp.js";
import { type Size, sizeWithin } from "./transform.js";

/** From this many files on, decoded pixels are kept without being asked for. */
const MANY = 100;

/** Pictures are held in memory; more bytes than this are refused with the way out. */
const MOST_BYTES = 8 * 2 ** 30;

/** What decoding leaves: the pictures that could be read, in order, and why the others could not. */
interface Decoded extends Size {
  readonly channels: 1 | 3;
  readonly resized?: Exclude<Fit, "none">;
  readonly recoloured?: boolean;
  readonly kept: readonly number[];
  readonly bad: readonly {
    readonly at: number;
    readonly why: string;
    readonly expected: string;
    readonly otherSize?: boolean;
  }[];
  readonly notes: readonly string[];
}

/**
 * @param place what the user called the source
 * @throws OddityError when no file is a picture that can be read, with `strict` when one is not, or when the pictures do not fit in memory
 */
export async function readFiles(place: string, layout: Layout, options: PictureOptions): Promise<PicturesRead> {
  const { files } = layout;
  const { cache = files.length >= MANY } = options;
  const saved = cache ? cacheOf(await keyOf(files, options)) : undefined;
  const known = await saved?.load();
  let { facts, pixels } = (known ?? {}) as { facts?: Decoded; pixels?: Uint8Array };
  if (!facts || pixels?.length !== facts.kept.length * facts.height * facts.width * facts.channels) {
    ({ facts, pixels } = await decode(place, files, options));
    if (!(options.strict && facts.bad.length > 0)) await saved?.save({ facts, pixels });
  }
  const { kept, bad, notes, ...shape } = facts;
  const [first] = bad;
  if (first && (options.strict || kept.length === 0)) {
    const others = bad.length > 1 ? { hint: `${bad.length} of ${files.length} files cannot be read` } : {};
    throw new OddityError({ place: files[first.at]!.path, expected: first.expected, got: first.why, ...others });
  }
  const used = kept.map((at) => files[at]!);
  const classes = layout.classByMask ? await classesByMask(used, options) : used.map((file) => file.class);
  const columns = [
    categoryOf("class", classes, sorted(classes)),
    categoryOf(
      "split",
      used.map((file) => file.split),
    ),
    categoryOf(
      "mask",
      used.map((file) => file.mask),
    ),
  ].filter(({ levels }) => levels.length > 0);
  return {
    table: { rows: kept.length, columns, pictures: { ...shape, pixels, names: used.map((file) => file.path) } },
    layout: layout.about,
    normal: layout.normal,
    notes,
    skipped: bad.map(({ at, expected: _, ...rest }) => ({ file: files[at]!.path, ...rest })),
  };
}

const sorted = (texts: readonly (string | undefined)[]): string[] =>
  [...new Set(texts)].filter((text) => text !== undefined).sort((a, b) => (a < b ? -1 : 1));

async function classesByMask(files: readonly PictureFile[], { mostPixels = MOST_PIXELS }: PictureOptions) {
  const classes: string[] = [];
  await inParallel(files, async ({ mask }, place) => {
    classes[place] = mask !== undefined && (await isMarked(mask, mostPixels)) ? "defect" : "good";
  });
  return classes;
}

async function keyOf(
  files: readonly PictureFile[],
  { height, width, mostArea, colour, fit, mostPixels }: PictureOptions,
) {
  const stats: unknown[] = [];
  await inParallel(files, async ({ path }, place) => {
    const { size, mtimeMs } = await stat(path).catch(() => ({ size: -1, mtimeMs: -1 }));
    stats[place] = [path, size, mtimeMs];
  });
  return [sharp.versions, process.cwd(), stats, height, width, mostArea, colour, fit, mostPixels];
}

async function decode(
  place: string,
  files: readonly PictureFile[],
  {
    height,
    width,
    mostArea,
    colour = "auto",
    fit = "stretch",
    mostPixels = MOST_PIXELS,
    onProgress,
    signal,
  }: PictureOptions,
): Promise<{ facts: Decoded; pixels: Uint8Array }> {
  const opened: (Opened | undefined)[] = [];
  const failed = new Map<number, OddityError>();
  const attempt = async (at: number, work: () => Promise<void>) => {
    signal?.throwIfAborted();
    await work().catch((error) => {
      if (!(error instanceof OddityError)) throw error;
      failed.set(at, error);
    });
  };
  await inParallel(files, (file, at) =>
    attempt(at, async () => {
      opened[at] = await openPicture(file.path, mostPixels);
    }),
  );

  const whole = opened.filter((each) => each !== undefined);
  const { size, note } =
    height && width ? { size: { height, width }, note: undefined } : commonest(whole, fit, mostArea);
  const isGrey = colour === "grey" || (colour === "auto" && whole.every((each) => each.isGrey));
  const mixed = colour === "auto" && !isGrey && whole.some((each) => each.isGrey);
  const channels = isGrey ? 1 : 3;
  const step = size.height * size.width * channels;
  if (whole.length * step > MOST_BYTES)
    throw new OddityError(
      {
        place,
        expected: "pictures that fit in memory",
        got: `${whole.length} of ${size.width}×${size.height}, ${((whole.length * step) / 2 ** 30).toFixed(1)} GiB`,
        hint: "ask for a smaller size, such as 256×256",
      },
      { usage: true },
    );

  const pixels = new Uint8Array(files.length * step);
  const traits = new Map<Trait, number>();
  let done = 0;
  await inParallel(files, (file, at) =>
    attempt(at, async () => {
      const picture = opened[at];
      if (picture && fit === "none" && (picture.height !== size.height || picture.width !== size.width))
        throw new OddityError({
          place: file.path,
          expected: `a picture of ${size.width}×${size.height}, since none is resized`,
          got: `one of ${picture.width}×${picture.height}`,
        });
      if (picture) pixels.set(await picture.pixels({ ...size, channels, fit }), at * step);
      for (const trait of picture?.traits ?? []) traits.set(trait, (traits.get(trait) ?? 0) + 1);
      done++;
      onProgress?.({ done, of: files.length });
    }),
  );

  const isOther = (each: Opened) => each.height !== size.height || each.width !== size.width;
  const resized = fit !== "none" && whole.some(isOther) ? fit : undefined;
  const recoloured = whole.some((each) => each.isGrey !== isGrey);
  const kept = files.flatMap((_, at) => (failed.has(at) ? [] : [at]));
  for (const [row, at] of kept.entries()) pixels.copyWithin(row * step, at * step, (at + 1) * step);
  const bad = [...failed]
    .sort(([a], [b]) => a - b)
    .map(([at, { fault }]) => ({
      at,
      why: fault.got,
      expected: fault.expected,
      ...(fit === "none" && opened[at] && isOther(opened[at]) ? { otherSize: true } : {}),
    }));
  const notes = [
    ...(note === undefined ? [] : [note]),
    ...(mixed ? ["some pictures are grey and some are not: all are read as colour"] : []),
    ...Array.from(traits, ([trait, count]) => `${count === 1 ? "1 picture" : `${count} pictures`} ${WORDS[trait]}`),
  ];
  const brought = { ...(resized ? { resized } : {}), ...(recoloured ? { recoloured } : {}) };
  return {
    facts: { ...size, channels, ...brought, kept, bad, notes },
    pixels: bad.length > 0 ? pixels.slice(0, kept.length * step) : pixels,
  };
}

const WORDS: Readonly<Record<Trait, string>> = {
  deep: "with more than 8 bits for each pixel brought to 8",
  cmyk: "in CMYK brought to sRGB",
  transparent: "with transparency laid on white",
};

/** The size that most have, of equally many the smaller; reduced to `mostArea`. */
function commonest(
  pictures: readonly Size[],
  fit: Fit,
  mostArea: number | undefined,
): { size: Size; note: string | undefined } {
  const counts = new Map<string, { size: Size; count: number }>();
  for (const { height, width } of pictures) {
    const key = `${width}×${height}`;
    const count = (counts.get(key)?.count ?? 0) + 1;
    counts.set(key, { size: { height, width }, count });
  }
  const ranked = [...counts].sort(
    ([, a], [, b]) => b.count - a.count || a.size.height * a.size.width - b.size.height * b.size.width,
  );
  const [best] = ranked;
  if (!best) return { size: { height: 1, width: 1 }, note: undefined }; // every file is bad: nothing is decoded
  const [name, { size: found, count }] = best;
  const size = mostArea === undefined ? found : sizeWithin(found, mostArea);
  const to = size.height === found.height && size.width === found.width ? "" : `${size.width}×${size.height} from `;
  const note =
    ranked.length === 1 || fit === "none"
      ? undefined
      : `pictures have ${ranked.length} sizes; all are brought to ${to}${name}, which ${count} of ${pictures.length} have`;
  return { size, note };
}
