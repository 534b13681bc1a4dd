// Files out of archives, and archives that are none, or not whole.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { afterAll, describe, expect, test } from "vitest";
import { readMember } from "./archive.js";

const folder = mkdtempSync(join(tmpdir(), "oddity-archive-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const table = "a,y\n1,0\n2,1\n";
const zip = zipSync({ "t.csv": strToU8(table), "deep/other.txt": strToU8("other ".repeat(50)) });
// tar of t.csv (as above) and deep/other.txt, by GNU tar and xz
const tarXz = Buffer.from(
  "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4Cf/AJBdADoLiGd0ORbMiZaRrUdbbUDtL7igNbz3m9r3ZeXl9O/CxKdti5urdpdh4T+PQRNx7htAsU" +
    "ssjzfgFoXkY4qTIo9G72Q5M8mIp0iED8LgmhBllKxckHNeeM27G6ak4oANWlkBguxUkmAgl19FiGzjZ7KH6u5yqFNVLVWLbcjzBvYxF67qFKWk" +
    "cG6os7qCPQ9xAADQz3snQMklYAABrAGAUAAAc7QOEbHEZ/sCAAAAAARZWg==",
  "base64",
);

describe.each([
  ["zip", zip],
  ["tar.xz", tarXz],
])("%s", (ending, whole) => {
  test("a file by its name", async () => {
    const path = written(`whole.${ending}`, whole);
    expect(new TextDecoder().decode(await readMember(path, "t.csv"))).toBe(table);
    expect((await readMember(path, "deep/other.txt")).length).toBe(300);
  });
  test("a name that is not in it", async () => {
    const path = written(`whole.${ending}`, whole);
    await expect(readMember(path, "T.csv")).rejects.toThrow(/: expected "T.csv" in it, got t.csv, deep\/other.txt$/);
  });
  test.each([0.5, 0.9])("cut short to %d of it", async (share) => {
    const path = written(`cut.${ending}`, whole.subarray(0, Math.floor(share * whole.length)));
    await expect(readMember(path, "t.csv")).rejects.toThrow(
      /cut\.\S+: expected a whole archive, got one that is cut short or damaged \(.+\)$/,
    );
  });
});

test("a .tar.xz with one byte changed", async () => {
  const bytes = Uint8Array.from(tarXz);
  bytes[bytes.length >> 1]! ^= 0xff;
  await expect(readMember(written("changed.tar.xz", bytes), "t.csv")).rejects.toThrow(/expected a whole archive/);
});

test("neither, and nothing there", async () => {
  await expect(readMember(written("plain.csv", strToU8(table)), "t.csv")).rejects.toThrow(
    /plain.csv: expected an archive, .zip or .tar.xz, got another kind of file$/,
  );
  await expect(readMember(join(folder, "none.zip"), "t.csv")).rejects.toThrow(/none.zip: expected a readable file/);
});
