// Decoded pixels on disk, so that a folder is decoded once: one file for each reading of a folder, named by a hash of what was read and
// how. A changed picture changes the name; the oldest files make room for new ones.

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomic } from "../../disk/atomic.js";
import { dataFolders } from "../sets/find.js";

/** The cache folder keeps about this many bytes. */
const ROOM = 4 * 2 ** 30;

export interface Entry {
  /** Anything that JSON holds. */
  readonly facts: unknown;
  readonly pixels: Uint8Array;
}

export interface Cache {
  load(): Promise<Entry | undefined>;
  /** Never fails: without room the work is done again next time. */
  save(entry: Entry): Promise<void>;
}

/** @param key what the pixels depend on: files with their times and sizes, options */
export function cacheOf(key: unknown): Cache {
  const folder = join(dataFolders().at(-1)!, "pictures");
  const path = join(folder, `${createHash("sha256").update(JSON.stringify(key)).digest("hex").slice(0, 32)}.pixels`);
  return {
    async load() {
      const bytes = await readFile(path).catch(() => undefined);
      if (!bytes || bytes.length < 4) return undefined;
      const length = bytes.readUInt32LE(0);
      try {
        const facts: unknown = JSON.parse(bytes.toString("utf8", 4, 4 + length));
        await utimes(path, new Date(), new Date()).catch(() => undefined); // in use: the last to be removed
        return { facts, pixels: new Uint8Array(bytes.subarray(4 + length)) };
      } catch {
        return undefined; // damaged: decoded and written anew
      }
    },
    async save({ facts, pixels }) {
      if (pixels.length > ROOM / 2) return;
      const text = Buffer.from(JSON.stringify(facts));
      const length = Buffer.alloc(4);
      length.writeUInt32LE(text.length);
      try {
        await mkdir(folder, { recursive: true });
        await makeRoom(folder, pixels.length);
        await writeAtomic(path, Buffer.concat([length, text, pixels]), { force: true });
      } catch {
        // a disk without room, or a home that cannot be written: no reason to fail
      }
    },
  };
}

async function makeRoom(folder: string, wanted: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".pixels"));
  const files = await Promise.all(
    names.map(async (name) => {
      const { size, mtimeMs } = await stat(join(folder, name));
      return { path: join(folder, name), size, mtimeMs };
    }),
  );
  files.sort((a, b) => a.mtimeMs - b.mtimeMs);
  let used = files.reduce((sum, { size }) => sum + size, wanted);
  for (const { path, size } of files) {
    if (used <= ROOM) return;
    await rm(path, { force: true });
    used -= size;
  }
}
