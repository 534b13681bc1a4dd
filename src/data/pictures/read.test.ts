import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Table } from "../table.js";
import { textsOf } from "./columns.js";
import { readMasks } from "./masks.js";
import { readPictures } from "./read.js";
import { sharp } from "./sharp.js";

const top = mkdtempSync(join(tmpdir(), "oddity-pictures-test-"));
afterAll(() => rmSync(top, { recursive: true }));
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(top, "f-"));
  vi.stubEnv("XDG_CACHE_HOME", join(top, "cache"));
});
afterEach(() => vi.unstubAllEnvs());

const write = (name: string, bytes: Uint8Array | string) => {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
};

/** A picture of one colour, or of noise that does not compress. */
const plain = (colour: string, width = 6, height = 4) =>
  sharp({ create: { width, height, channels: 3, background: colour } });
const grey = (value: number, width = 6, height = 4) =>
  sharp(new Uint8Array(width * height).fill(value), { raw: { width, height, channels: 1 } }).toColourspace("b-w");
const noise = (width = 40, height = 30) =>
  sharp(
    Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * i * 31 + i * 7) % 256),
    {
      raw: { width, height, channels: 3 },
    },
  );

/** The first channel of the first pixel of each row. */
const corners = ({ rows, pictures }: Table) =>
  Array.from({ length: rows }, (_, row) => pictures!.pixels[(row * pictures!.pixels.length) / rows]!);
const column = (table: Table, name: string) => textsOf(table.columns.find((each) => each.name === name));

describe("layouts", () => {
  test("pictures in one folder: no class, sorted by name, named by their paths", async () => {
    write("b.png", await grey(20).png().toBuffer());
    write("a.png", await grey(10).png().toBuffer());
    const { table, layout, skipped, notes } = await readPictures(folder);
    expect(table.columns).toEqual([]);
    expect(table.pictures).toMatchObject({ height: 4, width: 6, channels: 1 });
    expect(table.pictures!.names).toEqual([join(folder, "a.png"), join(folder, "b.png")]);
    expect(corners(table)).toEqual([10, 20]);
    expect([layout, skipped, notes]).toEqual(["pictures in one folder", [], []]);
  });

  test("folders of classes; which are normal by name; hidden files are not seen", async () => {
    write("Good/1.png", await grey(1).png().toBuffer());
    write("scratch/deep/2.png", await grey(2).png().toBuffer());
    write("scratch/3.png", await grey(3).png().toBuffer());
    write(".hidden/4.png", await grey(4).png().toBuffer());
    write("Good/.DS_Store", "x");
    const { table, layout, normal, skipped } = await readPictures(folder);
    expect(column(table, "class")).toEqual(["Good", "scratch", "scratch"]);
    expect([layout, normal, skipped]).toEqual(["folders of classes", ["Good"], []]);
  });

  test("MVTec AD: parts, classes, masks", async () => {
    write("train/good/000.png", await grey(1).png().toBuffer());
    write("test/good/000.png", await grey(2).png().toBuffer());
    write("test/hole/000.png", await grey(3).png().toBuffer());
    const mask = new Uint8Array(24);
    mask.set([255, 255], 0); // two pixels at the left of the first line
    write(
      "ground_truth/hole/000_mask.png",
      await sharp(mask, { raw: { width: 6, height: 4, channels: 1 } })
        .toColourspace("b-w")
        .png()
        .toBuffer(),
    );
    write("license.txt", "a text");
    const { table, layout, normal, skipped } = await readPictures(folder);
    expect(layout).toBe("train and test folders of classes, with masks (the layout of MVTec AD)");
    expect(normal).toEqual(["good"]);
    expect(skipped).toEqual([{ file: join(folder, "license.txt"), why: "text" }]);
    expect(column(table, "class")).toEqual(["good", "hole", "good"]);
    expect(column(table, "split")).toEqual(["test", "test", "train"]);
    expect(column(table, "mask")).toEqual([undefined, join(folder, "ground_truth/hole/000_mask.png"), undefined]);
    const marked = await readMasks(table);
    expect(Array.from(marked.subarray(24, 48))).toEqual([1, 1, ...new Array(22).fill(0)]);
    expect(marked.filter((pixel) => pixel > 0)).toHaveLength(2);
  });

  test("masks beside the pictures say the class", async () => {
    write("kos01/Part0.jpg", await grey(100).jpeg().toBuffer());
    write("kos01/Part0_label.png", await grey(0).png().toBuffer());
    write("kos02/Part0.jpg", await grey(100).jpeg().toBuffer());
    write("kos02/Part0_label.png", await grey(255).png().toBuffer());
    const { table, layout, normal } = await readPictures(folder);
    expect(column(table, "class")).toEqual(["good", "defect"]);
    expect([layout, normal]).toEqual(["pictures with their masks beside them", ["good"]]);
    expect((await readMasks(table)).reduce((sum, pixel) => sum + pixel, 0)).toBe(24);
  });

  test("a glob: classes count from the folder before its first wildcard", async () => {
    for (const name of ["a/1.png", "b/2.png", "b/3.jpg"]) write(name, await plain("red").png().toBuffer());
    const { table } = await readPictures(join(folder, "*/*.png"));
    expect(column(table, "class")).toEqual(["a", "b"]);
    expect(table.pictures!.names).toEqual([join(folder, "a/1.png"), join(folder, "b/2.png")]);
    const below = await readPictures(join(folder, "**/*"));
    expect(below.table.rows).toBe(3);
  });

  test("one file; a link to a file", async () => {
    const path = write("a.webp", await plain("#808080").webp({ lossless: true }).toBuffer());
    symlinkSync(path, join(folder, "b.webp"));
    expect((await readPictures(path)).table.rows).toBe(1);
    expect((await readPictures(folder)).table.rows).toBe(2);
  });
});

describe("sizes and colours", () => {
  test("sizes that differ: the commonest, and said", async () => {
    write("a.png", await grey(10, 8, 8).png().toBuffer());
    write("b.png", await grey(20).png().toBuffer());
    write("c.png", await grey(30).png().toBuffer());
    const { table, notes } = await readPictures(folder);
    expect(table.pictures).toMatchObject({ height: 4, width: 6 });
    expect(notes).toEqual(["pictures have 2 sizes; all are brought to 6×4, which 2 of 3 have"]);
    expect(corners(table)).toEqual([10, 20, 30]);
    const asked = await readPictures(folder, { height: 3, width: 5 });
    expect(asked.table.pictures).toMatchObject({ height: 3, width: 5 });
    expect(asked.notes).toEqual([]);
  });

  test("without resizing, a picture of another size is skipped", async () => {
    write("a.png", await grey(10, 8, 8).png().toBuffer());
    for (const name of ["b.png", "c.png"]) write(name, await grey(20).png().toBuffer());
    const { table, skipped } = await readPictures(folder, { fit: "none" });
    expect(table.rows).toBe(2);
    expect(skipped).toEqual([{ file: join(folder, "a.png"), why: "one of 8×8", otherSize: true }]);
  });

  test("stretch keeps both halves, cover crops around the centre, contain adds black", async () => {
    const halves = Uint8Array.from({ length: 40 * 10 }, (_, i) => (i % 40 < 10 || i % 40 >= 30 ? 200 : 50));
    write(
      "a.png",
      await sharp(halves, { raw: { width: 40, height: 10, channels: 1 } })
        .toColourspace("b-w")
        .png()
        .toBuffer(),
    );
    const row = async (fit: "stretch" | "cover" | "contain", y: number) => {
      const { table } = await readPictures(folder, { height: 20, width: 20, fit });
      return Array.from(table.pictures!.pixels.subarray(y * 20, y * 20 + 20));
    };
    const stretched = await row("stretch", 0);
    expect([stretched[0], stretched[10], stretched[19]]).toEqual([200, 50, 200]);
    expect(new Set(await row("cover", 10))).toEqual(new Set([50]));
    expect(new Set(await row("contain", 0))).toEqual(new Set([0]));
    expect((await row("contain", 10))[10]).toBe(50);
  });

  test("pictures become smaller by averaging, masks by choosing", async () => {
    const stripes = Uint8Array.from({ length: 24 * 8 }, (_, i) => (i % 2) * 255);
    const left = Uint8Array.from({ length: 24 * 8 }, (_, i) => (i % 24 < 12 ? 255 : 0));
    const raw = { raw: { width: 24, height: 8, channels: 1 } } as const;
    write("a.png", await sharp(stripes, raw).toColourspace("b-w").png().toBuffer());
    write("a_mask.png", await sharp(left, raw).toColourspace("b-w").png().toBuffer());
    const { table } = await readPictures(folder, { height: 8, width: 6 });
    for (const pixel of table.pictures!.pixels) expect(Math.abs(pixel - 127)).toBeLessThan(40);
    expect(Array.from((await readMasks(table)).subarray(0, 12))).toEqual([1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0]);
  });

  test("grey where all are grey, else colour; either by request, grey by Rec. 601", async () => {
    write("a.png", await grey(77).png().toBuffer());
    expect((await readPictures(folder)).table.pictures!.channels).toBe(1);
    expect(corners((await readPictures(folder, { colour: "colour" })).table)).toEqual([77]);
    write("b.png", await plain("#0a64c8").png().toBuffer()); // 0.299·10 + 0.587·100 + 0.114·200 = 84.49
    const mixed = await readPictures(folder);
    expect(mixed.table.pictures!.channels).toBe(3);
    expect(mixed.notes).toEqual(["some pictures are grey and some are not: all are read as colour"]);
    expect(corners((await readPictures(folder, { colour: "grey" })).table)).toEqual([77, 84]);
  });

  test("turned as EXIF says", async () => {
    const left = Uint8Array.from({ length: 16 * 8 }, (_, i) => (i % 16 < 8 ? 250 : 5));
    const raw = sharp(left, { raw: { width: 16, height: 8, channels: 1 } });
    write("a.jpg", await raw.withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer());
    const { pictures } = (await readPictures(folder, { colour: "grey" })).table;
    expect([pictures!.height, pictures!.width]).toEqual([16, 8]);
    expect(Math.min(...pictures!.pixels.subarray(0, 56))).toBeGreaterThan(230); // left became top: seven lines of 8
    expect(Math.max(...pictures!.pixels.subarray(72))).toBeLessThan(25);
  });
});

describe("converted, and said once", () => {
  test("16 bits, CMYK, transparency", async () => {
    const deep = Uint16Array.from({ length: 24 }, () => 0x4080);
    for (const name of ["deep1.png", "deep2.png"])
      write(
        name,
        await sharp(deep, { raw: { width: 6, height: 4, channels: 1 } })
          .toColourspace("grey16")
          .png()
          .toBuffer(),
      );
    write("cmyk.jpg", await plain("white").toColourspace("cmyk").jpeg({ quality: 100 }).toBuffer());
    write("glass.png", await plain("black").ensureAlpha(0).png().toBuffer());
    const { table, notes, skipped } = await readPictures(folder);
    expect(skipped).toEqual([]);
    expect(notes.slice(1).sort()).toEqual([
      "1 picture in CMYK brought to sRGB",
      "1 picture with transparency laid on white",
      "2 pictures with more than 8 bits for each pixel brought to 8",
    ]);
    const [cmyk, ...others] = corners(table);
    expect(cmyk).toBeGreaterThan(250);
    expect(others).toEqual([0x40, 0x40, 255]);
  });
});

describe("bad files are named, skipped and counted", () => {
  const cases: [name: string, make: () => Promise<Uint8Array | string>, why: RegExp][] = [
    ["zero.png", async () => "", /^an empty file$/],
    ["text.png", async () => "this is no picture", /^text$/],
    ["archive.png", async () => zipSync({ "a.txt": new Uint8Array(50) }), /^a zip archive$/],
    ["binary.jpg", async () => Uint8Array.from({ length: 99 }, (_, i) => (i * 77) % 256), /^binary data$/],
    ["paper.png", async () => "%PDF-1.7 and so on", /^a PDF document$/],
    [
      "drawing.svg",
      async () => '<svg xmlns="http://www.w3.org/2000/svg" width="6" height="4"/>',
      /^a file of format svg$/,
    ],
    ["short.jpg", async () => half(await noise().jpeg().toBuffer()), /^one that is cut short or damaged$/],
    ["short.png", async () => half(await noise().png().toBuffer()), /^one that is cut short or damaged$/],
    ["head.png", async () => (await noise().png().toBuffer()).subarray(0, 40), /^a damaged file$/],
    ["short.bmp", async () => bmp24(4, 4).subarray(0, 80), /^one that is cut short, 80 bytes where 102 belong$/],
    ["bomb.png", () => plain("red", 2000, 1001).png().toBuffer(), /^more than 2000000 pixels$/],
    [
      "bomb.bmp.gz",
      async () => gzipSync(new Uint8Array(10_000_000).fill(66)),
      /^one that unpacks to more than 8065536 bytes$/,
    ],
    ["moving.gif", async () => moving("gif"), /^an animation$/],
    ["moving.webp", async () => moving("webp"), /^an animation$/],
    ["moving.png", async () => animatedPng(), /^an animation$/],
  ];
  const fine = async () => write("fine.png", await grey(9).png().toBuffer());

  test.each(cases)("%s", async (name, make, why) => {
    await fine();
    const path = write(name, await make());
    const options = { mostPixels: 2_000_000 };
    const { table, skipped } = await readPictures(folder, options);
    expect(corners(table)).toEqual([9]);
    expect(skipped).toEqual([{ file: path, why: expect.stringMatching(why) }]);
    await expect(readPictures(folder, { ...options, strict: true })).rejects.toThrow(`${path}: expected`);
    await expect(readPictures(path, options)).rejects.toThrow(`${path}: expected`);
  });

  test("all bad: the first, and how many", async () => {
    write("a.png", "");
    write("b.png", "text");
    await expect(readPictures(folder)).rejects.toThrow(
      /a\.png: expected a picture \(PNG.*got an empty file; 2 of 2 files cannot be read$/,
    );
  });
  test("an empty folder; nothing there; no match; a size that is none", async () => {
    mkdirSync(join(folder, "sub"));
    await expect(readPictures(folder)).rejects.toThrow(
      `${folder}: expected pictures in this folder or below it (PNG, JPEG, WebP, GIF, TIFF, AVIF, BMP), got no file`,
    );
    await expect(readPictures(join(folder, "su"))).rejects.toThrow(/got nothing there; did you mean ".*sub"/);
    await expect(readPictures(join(folder, "*.png"))).rejects.toThrow(/expected at least one file, got no match/);
    await expect(readPictures(folder, { height: 3 })).rejects.toThrow("expected height and width, got a height alone");
    await expect(readPictures(folder, { height: 3, width: 0.5 })).rejects.toThrow(/width: expected a whole number/);
  });
  test("more than fits in memory", async () => {
    await fine();
    await expect(readPictures(folder, { height: 60_000, width: 60_000, colour: "colour" })).rejects.toThrow(
      /expected pictures that fit in memory, got 1 of 60000×60000, 10\.1 GiB; ask for a smaller size/,
    );
  });
});

test("BMP of 24 bits, bottom row first", async () => {
  write("a.bmp", bmp24(2, 2));
  write("b.bmp.gz", gzipSync(bmp24(2, 2)));
  const { pictures } = (await readPictures(folder)).table;
  // the file's bytes count up in B, G, R; its second line is the top one; lines are padded to 8 bytes
  const expected = [11, 10, 9, 14, 13, 12, 3, 2, 1, 6, 5, 4];
  expect(Array.from(pictures!.pixels)).toEqual([...expected, ...expected]);
});

describe("cache", () => {
  test("pixels come from it as long as the files are the same", async () => {
    const path = write("a.png", await grey(10).png().toBuffer());
    write("b.png", "");
    const first = await readPictures(folder, { cache: true });
    const files = () => readdirSync(join(top, "cache/oddity/pictures"));
    const before = files();
    expect(before).toHaveLength(1);
    const seen: number[] = [];
    const again = await readPictures(folder, { cache: true, onProgress: ({ done }) => seen.push(done) });
    expect(seen).toEqual([]); // nothing was decoded
    expect(again).toEqual(first);
    await expect(readPictures(folder, { cache: true, strict: true })).rejects.toThrow("got an empty file");
    writeFileSync(path, await grey(30).png().toBuffer());
    expect(corners((await readPictures(folder, { cache: true })).table)).toEqual([30]);
    expect(files()).toHaveLength(2);
    writeFileSync(join(top, "cache/oddity/pictures", before[0]!), "damaged");
    expect((await readPictures(folder, { cache: true, colour: "colour" })).table.pictures!.channels).toBe(3);
  });
  test("the entries used last stay, older ones make room", async () => {
    write("a.png", await grey(10).png().toBuffer());
    await readPictures(folder, { cache: true });
    const cache = join(top, "cache/oddity/pictures");
    for (const name of readdirSync(cache)) utimesSync(join(cache, name), 1000, 1000);
    await readPictures(folder, { cache: true });
    const used = readdirSync(cache).filter((name) => statSync(join(cache, name)).mtimeMs > 1_000_000);
    expect(used).toHaveLength(1);
    for (const [name, seconds] of [
      ["older", 2000],
      ["newer", 3000],
    ] as const) {
      writeFileSync(join(cache, `${name}.pixels`), "");
      truncateSync(join(cache, `${name}.pixels`), 2.5 * 2 ** 30); // no blocks on the disk
      utimesSync(join(cache, `${name}.pixels`), seconds, seconds);
    }
    await readPictures(folder, { cache: true, colour: "colour" });
    const left = readdirSync(cache);
    expect(left).toContain("newer.pixels");
    expect(left).toContain(used[0]);
    expect(left).not.toContain("older.pixels");
  });
  test("a damaged entry is made anew", async () => {
    write("a.png", await grey(10).png().toBuffer());
    await readPictures(folder, { cache: true });
    const cache = join(top, "cache/oddity/pictures");
    for (const name of readdirSync(cache)) writeFileSync(join(cache, name), "damaged");
    expect(corners((await readPictures(folder, { cache: true })).table)).toEqual([10]);
  });
});

test("progress counts every file, and a signal ends it", async () => {
  for (let i = 0; i < 6; i++) write(`${i}.png`, await grey(i).png().toBuffer());
  const seen: string[] = [];
  await readPictures(folder, { onProgress: ({ done, of }) => seen.push(`${done}/${of}`) });
  expect(seen).toEqual(["1/6", "2/6", "3/6", "4/6", "5/6", "6/6"]);
  const controller = new AbortController();
  const stopped = readPictures(folder, {
    signal: controller.signal,
    onProgress: () => controller.abort(new Error("enough")),
  });
  await expect(stopped).rejects.toThrow("enough");
});

const half = (bytes: Uint8Array) => bytes.subarray(0, bytes.length / 2);

/** Pixels whose bytes count up from 1 in the order of the file. */
function bmp24(width: number, height: number): Uint8Array {
  const line = Math.ceil((width * 3) / 4) * 4;
  const bytes = new Uint8Array(54 + line * height);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let i = 0; i < line * height; i++) bytes[54 + i] = i + 1;
  return bytes;
}

async function moving(format: "gif" | "webp"): Promise<Uint8Array> {
  const frames = [await plain("red").png().toBuffer(), await plain("blue").png().toBuffer()];
  return sharp(frames, { join: { animated: true } })
    [format]()
    .toBuffer();
}

/** A PNG with the chunk that announces an animation before its pixels. */
async function animatedPng(): Promise<Uint8Array> {
  const png = await plain("red").png().toBuffer();
  const at = png.indexOf("IDAT") - 4;
  const control = Buffer.alloc(20);
  control.writeUInt32BE(8, 0);
  control.write("acTL", 4);
  return Buffer.concat([png.subarray(0, at), control, png.subarray(at)]);
}
