import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
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
