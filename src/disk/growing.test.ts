import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { openGrowing } from "./growing.js";

const folder = mkdtempSync(join(tmpdir(), "oddity-growing-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("pieces stand in the order they were given, behind what was there", async () => {
  const path = join(folder, "a");
  writeFileSync(path, "0");
  const file = await openGrowing(path);
  await Promise.all(["1", Uint8Array.of(0x32), "3"].map((piece) => file.append(piece)));
  await file.sync();
  expect(readFileSync(path, "utf8")).toBe("0123");
  await file.close();
});

test("a fresh file is none that exists; a missing folder is told", async () => {
  const path = join(folder, "b");
  writeFileSync(path, "old");
  await expect(openGrowing(path, { fresh: true })).rejects.toThrow(/b: expected a file to write, got EEXIST/);
  expect(readFileSync(path, "utf8")).toBe("old");
  await expect(openGrowing(join(folder, "none/c"))).rejects.toThrow(/got ENOENT.*; name another folder/);
});

test.skipIf(!existsSync("/dev/full"))("a full disk is told each time, and the file can still be closed", async () => {
  const file = await openGrowing("/dev/full");
  await expect(file.append("x")).rejects.toThrow(/dev\/full: expected room to write it, got ENOSPC/);
  await expect(file.append("y")).rejects.toThrow(/ENOSPC/);
  await file.close();
});

test("half a piece is taken back, and the next one stands where it stood", async () => {
  const path = join(folder, "d");
  const file = await openGrowing(path);
  await file.append("one\n");
  const other = await open(path);
  const handles: FileHandle = Object.getPrototypeOf(other);
  await other.close();
  vi.spyOn(handles, "appendFile").mockImplementationOnce(async function (this: FileHandle) {
    await this.write("tw");
    throw new Error("ENOSPC: no space left on device, write");
  });
  const failed = file.append("two\n");
  const next = file.append("three\n");
  await expect(failed).rejects.toThrow(/d: expected room to write it, got ENOSPC/);
  await next;
  await file.close();
  expect(readFileSync(path, "utf8")).toBe("one\nthree\n");
});
