import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { replaceWhole, writeAtomic } from "./atomic.js";

const folder = mkdtempSync(join(tmpdir(), "oddity-atomic-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("text and bytes, refused a second time, replaced with force", async () => {
  const path = join(folder, "a.txt");
  await writeAtomic(path, "one");
  await expect(writeAtomic(path, "two")).rejects.toThrow(/got one that does; --force replaces it/);
  expect(readFileSync(path, "utf8")).toBe("one");
  await writeAtomic(path, Uint8Array.of(0x74, 0x77, 0x6f), { force: true });
  expect(readFileSync(path, "utf8")).toBe("two");
  expect(readdirSync(folder)).toEqual(["a.txt"]);
});

test("a failure on the way leaves the old file and nothing beside it", async () => {
  const path = join(folder, "a.txt");
  await writeAtomic(path, "old", { force: true });
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  await expect(replaceWhole(path, { force: true }, () => Promise.reject(full))).rejects.toThrow(
    /expected room to write it, got ENOSPC/,
  );
  expect(readFileSync(path, "utf8")).toBe("old");
  expect(readdirSync(folder)).toEqual(["a.txt"]);
});

test("folders and missing folders are refused", async () => {
  mkdirSync(join(folder, "sub"));
  await expect(writeAtomic(join(folder, "sub"), "x", { force: true })).rejects.toThrow(
    /expected a file name, got a folder/,
  );
  await expect(writeAtomic(join(folder, "no/x"), "x")).rejects.toThrow(/expected an existing folder/);
});
