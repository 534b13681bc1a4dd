import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { pick, type Table } from "../table.js";
import { categoryOf } from "./columns.js";
import { pngOf, writePng } from "./png.js";
import { sharp } from "./sharp.js";
import { flipped, resizePictures, withChannels } from "./transform.js";

const folder = mkdtempSync(join(tmpdir(), "oddity-transform-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

const pictures = (height: number, width: number, channels: 1 | 3, pixels: ArrayLike<number>): Table => ({
  rows: pixels.length / (height * width * channels),
  columns: [],
  pictures: { height, width, channels, pixels: Uint8Array.from(pixels) },
});
const resized = (table: Table, height: number, width: number) =>
  Array.from(resizePictures(table, { height, width }).pictures!.pixels);

describe("resizing", () => {
  test("by hand: 2 pixels to 4 are 3:1 mixtures; 4 to 2 reach over both neighbours", () => {
    expect(resized(pictures(1, 2, 1, [0, 100]), 1, 4)).toEqual([0, 25, 75, 100]);
    // weights 3/8, 3/8, 1/8 of what is inside, so 3/7, 3/7, 1/7
    expect(resized(pictures(1, 4, 1, [70, 0, 0, 7]), 1, 2)).toEqual([30, 3]);
  });

  // numpy.array(Image.fromarray(a).resize((width, height), Image.BILINEAR)) of Pillow 13.0.0, a[i] = 37 i mod 251
  const grey = pictures(
    5,
    7,
    1,
    Array.from({ length: 35 }, (_, i) => (i * 37) % 251),
  );
  test.each<[number, number, readonly number[]]>([
    [3, 4, [22, 80, 148, 206, 35, 93, 161, 219, 48, 106, 174, 156]],
    [5, 3, [32, 111, 190, 40, 119, 198, 48, 127, 206, 56, 135, 214, 64, 143, 133]],
    [
      2,
      14,
      [
        ...[8, 17, 36, 54, 73, 91, 110, 128, 147, 165, 184, 202, 221, 230],
        ...[24, 33, 52, 70, 89, 107, 126, 144, 163, 181, 200, 198, 177, 166],
      ],
    ],
  ])("as Pillow: 5×7 to %i×%i", (height, width, expected) => {
    expect(resized(grey, height, width)).toEqual(expected);
  });
  test("as Pillow, in colour: 4×4 to 6×3", () => {
    const colour = pictures(
      4,
      4,
      3,
      Array.from({ length: 48 }, (_, i) => (i * 53) % 256),
    );
    expect(resized(colour, 6, 3)).toEqual([
      ...[48, 101, 77, 111, 164, 89, 173, 47, 100, 72, 125, 139, 109, 162, 87, 146, 109, 124],
      ...[116, 139, 179, 106, 159, 84, 126, 149, 138, 198, 102, 91, 104, 157, 82, 157, 61, 101],
      ...[153, 117, 131, 101, 154, 79, 138, 101, 116, 87, 140, 193, 99, 152, 77, 110, 163, 139],
    ]);
  });

  test("each picture for itself; columns stay; the same size is the same table", () => {
    const two = { ...pictures(2, 2, 1, [0, 0, 0, 0, 200, 200, 200, 200]), columns: [categoryOf("class", ["a", "b"])] };
    const large = resizePictures(two, { height: 3, width: 3 });
    expect(Array.from(large.pictures!.pixels)).toEqual([...new Array(9).fill(0), ...new Array(9).fill(200)]);
    expect(large.columns).toBe(two.columns);
    expect(Array.from(pick(large, [1]).pictures!.pixels)).toEqual(new Array(9).fill(200));
    expect(resizePictures(two, { height: 2, width: 2 })).toBe(two);
    expect(() => resizePictures(two, { height: 0, width: 2 })).toThrow(/height: expected a whole number from 1/);
    expect(() => resizePictures({ rows: 1, columns: [] }, { height: 1, width: 1 })).toThrow(
      /expected pictures, got columns alone/,
    );
  });
});

test("grey from colour as Pillow's L, and back", () => {
  const colour = Uint8Array.from({ length: 12 }, (_, i) => (i * 53) % 256);
  expect(Array.from(withChannels(colour, 3, 1))).toEqual([43, 173, 105, 85]);
  expect(Array.from(withChannels(Uint8Array.of(5, 9), 1, 3))).toEqual([5, 5, 5, 9, 9, 9]);
});

test("mirrored copies follow the originals, with their columns", () => {
  const table: Table = {
    ...pictures(1, 2, 3, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
    columns: [categoryOf("class", ["a", undefined]), { kind: "number", name: "n", values: Float64Array.of(1.5, 2.5) }],
  };
  const { rows, columns, pictures: after } = flipped({ ...table, pictures: { ...table.pictures!, names: ["p", "q"] } });
  expect(rows).toBe(4);
  expect(Array.from(after!.pixels.subarray(12))).toEqual([4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9]);
  expect(after!.names).toEqual(["p", "q", "p, mirrored", "q, mirrored"]);
  expect(columns).toEqual([
    categoryOf("class", ["a", undefined, "a", undefined]),
    { kind: "number", name: "n", values: Float64Array.of(1.5, 2.5, 1.5, 2.5) },
  ]);
  expect(() => flipped({ ...table, columns: [categoryOf("mask", [undefined, "m.png"])] })).toThrow(
    /pictures without masks/,
  );
});

describe("PNG", () => {
  test.each([1, 3, 4] as const)("%i channels come back as they were", async (channels) => {
    const pixels = Uint8Array.from({ length: 6 * channels }, (_, i) => (i * 41) % 256);
    const picture = { height: 2, width: 3, channels, pixels };
    const path = join(folder, `${channels}.png`);
    await writePng(path, picture);
    expect(readFileSync(path)).toEqual(Buffer.from(await pngOf(picture)));
    const { data, info } = await sharp(path)
      .toColourspace(channels === 1 ? "b-w" : "srgb")
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.height, info.width, info.channels]).toEqual([2, 3, channels]);
    expect(Array.from(data)).toEqual(Array.from(pixels));
    await expect(writePng(path, picture)).rejects.toThrow(/got one that does/);
  });
  test("another number of bytes is refused", async () => {
    const picture = { height: 2, width: 3, channels: 1, pixels: new Uint8Array(5) } as const;
    await expect(pngOf(picture)).rejects.toThrow("picture: expected 2×3×1 = 6 bytes, got 5");
  });
});
