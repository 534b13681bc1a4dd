// What a table of pictures says of how they came to their size and colours, for a model to do the same to new ones.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { writePng } from "./png.js";
import { readPictures } from "./read.js";
import { sizeWithin } from "./transform.js";

const folder = mkdtempSync(join(tmpdir(), "oddity-brought-"));
afterAll(() => rmSync(folder, { recursive: true }));

const put = (name: string, height: number, width: number, channels: 1 | 3 = 1) =>
  writePng(join(folder, name), { height, width, channels, pixels: new Uint8Array(height * width * channels) });

test("a size within an area keeps its shape, and 4 divides its sides", () => {
  expect(sizeWithin({ height: 28, width: 28 }, 4096)).toEqual({ height: 28, width: 28 });
  expect(sizeWithin({ height: 1270, width: 500 }, 4096)).toEqual({ height: 100, width: 40 });
  expect(sizeWithin({ height: 30, width: 2 }, 4096)).toEqual({ height: 32, width: 4 });
});

test("pictures of one size are as they were; others are resized, and it is said", async () => {
  await put("a.png", 8, 12);
  await put("b.png", 8, 12);
  expect((await readPictures(folder)).table.pictures).not.toHaveProperty("resized");
  const small = await readPictures(folder, { mostArea: 32, fit: "cover" });
  expect(small.table.pictures).toMatchObject({ height: 4, width: 8, resized: "cover" });
  await put("c.png", 4, 6, 3);
  const mixed = await readPictures(folder, { mostArea: 1000 });
  expect(mixed.table.pictures).toMatchObject({ height: 8, width: 12, resized: "stretch", recoloured: true });
  expect(mixed.notes[0]).toMatch(/^pictures have 2 sizes; all are brought to 12×8, which 2 of 3 have/);
  const same = await readPictures(folder, { fit: "none" });
  expect(same.skipped).toEqual([{ file: join(folder, "c.png"), why: "one of 6×4", otherSize: true }]);
  expect(same.table.pictures).not.toHaveProperty("resized");
});
