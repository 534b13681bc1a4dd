// DATA of the command line: what a word on it stands for.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openInput } from "./input.js";

const folder = await mkdtemp(join(tmpdir(), "oddity-input-"));
const before = process.cwd();
process.chdir(folder);
afterAll(async () => {
  process.chdir(before);
  await rm(folder, { recursive: true });
});

async function namesOf(place: string): Promise<string[]> {
  const { source, name, label, features } = await openInput(place);
  await source.close();
  return [name, label ?? "", String(features.length)];
}

test("a folder named like a data set does not hide it; a file does", async () => {
  await mkdir("thyroid");
  expect(await namesOf("thyroid")).toEqual(["thyroid", "y", "6"]);
  await writeFile("glass", "a,b\n1,2\n3,4\n");
  expect(await namesOf("glass")).toEqual(["glass", "", "2"]);
});

test("a folder of another name is one of pictures", async () => {
  await mkdir("tables");
  await expect(openInput("tables")).rejects.toThrow(/^tables: expected pictures in this folder .*, got no file$/);
});
