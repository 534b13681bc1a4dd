// The sets of pictures: facts and checksums where the files are at hand, and what is done where they are not.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { textsOf } from "../pictures/columns.js";
import { readMasks } from "../pictures/masks.js";
import type { Table } from "../table.js";
import { locateFiles } from "./find.js";
import { pictureSetOf, pictureSets } from "./index.js";
import { loadPictures } from "./load-pictures.js";

const folder = mkdtempSync(join(tmpdir(), "oddity-picture-sets-test-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const own = process.env.ODDITY_DATA ?? "";
const at = (id: string) => test.skipIf(!existsSync(join(own, pictureSetOf(id).source.files[0]!.file)));
const column = (table: Table, name: string) => textsOf(table.columns.find((each) => each.name === name));
const picture = ({ pictures }: Table, row: number) => {
  const size = pictures!.height * pictures!.width * pictures!.channels;
  return pictures!.pixels.subarray(row * size, (row + 1) * size);
};
const mean = (values: Uint8Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

test("each has checksums of its files, no file twice, and counts that add up", () => {
  for (const { id, source, facts } of pictureSets) {
    for (const { sha256 } of source.files) expect(sha256, id).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(source.files.map(({ file }) => file)).size, id).toBe(source.files.length);
    expect(
      Object.values(facts.counts)
        .flat()
        .reduce((sum, each) => sum + each, 0),
      id,
    ).toBe(facts.rows);
  }
  expect(pictureSetOf("kolektorsdd").source.files).toHaveLength(128);
});

describe("checksum and facts, from $ODDITY_DATA", () => {
  at("mnist")("mnist", async () => {
    const { table } = await loadPictures("mnist");
    expect(column(table, "split")[59_999]).toBe("train");
    expect(column(table, "split")[60_000]).toBe("test");
    // the first training digits, as everybody knows them
    expect(column(table, "class").slice(0, 10).join("")).toBe("5041921314");
    expect(column(table, "class").slice(60_000, 60_005).join("")).toBe("72104");
    // the mean and deviation by which torchvision's examples scale its pixels: 0.1307 of 255
    expect(mean(table.pictures!.pixels.subarray(0, 60_000 * 784)) / 255).toBeCloseTo(0.1307, 4);
  });
  at("fashion-mnist")("fashion-mnist", async () => {
    const { table } = await loadPictures("fashion-mnist", { height: 32, width: 32 });
    expect(table.pictures).toMatchObject({ height: 32, width: 32, channels: 1 });
    expect(column(table, "class").slice(0, 4)).toEqual(["ankle boot", "t-shirt/top", "t-shirt/top", "dress"]);
  });
  at("cifar10")("cifar10", async () => {
    const { table } = await loadPictures("cifar10");
    expect(column(table, "class").slice(0, 4)).toEqual(["frog", "truck", "truck", "deer"]);
    expect(column(table, "class").slice(10_000, 10_002)).toEqual(["cat", "ship"]);
    expect(Array.from(picture(table, 0).subarray(0, 3))).toEqual([59, 62, 63]);
  });
  at("omniglot")("omniglot: light ink on black", async () => {
    const { table } = await loadPictures("omniglot", { height: 28, width: 28 });
    expect(column(table, "class")[0]).toBe("Balinese/character01");
    expect(new Set(column(table, "alphabet"))).toEqual(
      new Set(["Balinese", "Early_Aramaic", "Greek", "Korean", "Latin"]),
    );
    expect(table.pictures!.pixels[0]).toBe(0);
    expect(mean(table.pictures!.pixels)).toBeLessThan(30);
    const letters = column(table, "letter");
    const places = (wanted: string) => [...letters.keys()].filter((row) => wanted.includes(letters[row] ?? "-"));
    expect([places("abcde").length, places("vwxyz").length]).toEqual([100, 100]);
    expect(column(table, "class")[places("a")[0]!]).toBe("Latin/character01");
    expect(column(table, "class")[places("z")[19]!]).toBe("Latin/character26");
    expect(letters.filter((letter) => letter === undefined)).toHaveLength(2720 - 26 * 20);
  });
  at("kolektorsdd")("kolektorsdd: a mask marks pixels just where the class says defect", async () => {
    const { table, dataset } = await loadPictures("kolektorsdd", { height: 352, width: 128 });
    expect(dataset.normal).toEqual(["good"]);
    expect(new Set(column(table, "item")).size).toBe(8);
    const masks = await readMasks(table);
    const size = 352 * 128;
    const marked = column(table, "class").map((_, row) =>
      masks.subarray(row * size, (row + 1) * size).includes(1) ? "defect" : "good",
    );
    expect(column(table, "class")).toEqual(marked);
  });
});

describe("files", () => {
  const [first] = pictureSetOf("cifar10").source.files;
  test("nowhere, and nothing that could be fetched: the places and the home page", async () => {
    vi.stubEnv("ODDITY_DATA", join(folder, "own"));
    vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
    await expect(loadPictures("cifar10", { download: true })).rejects.toThrow(
      /data set cifar10: expected its file at one of .*own\/cifar10\/data_batch_1.bin, .*got none there; it is to be had from https:\/\/www.cs.toronto/,
    );
    await expect(loadPictures("mnist")).rejects.toThrow(/"oddity data get mnist" fetches it from https:/);
  });
  test.each([first!.file, first!.unpacked!.file])("another checksum: %s", async (file) => {
    const root = mkdtempSync(join(folder, "d-"));
    vi.stubEnv("ODDITY_DATA", root);
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), "other bytes");
    const expected = file === first!.file ? first!.sha256 : first!.unpacked!.sha256;
    await expect(locateFiles(pictureSetOf("cifar10"))).rejects.toThrow(
      `${join(root, file)}: expected SHA-256 ${expected}, got 3d3b1d`.slice(0, -6),
    );
  });
});
