// A file that grows by whole pieces, with one writer. A piece that could not be written whole is taken back, so that what
// follows does not stand behind half of it; only a kill in the midst of a write leaves a part of a piece, at the end.

import { open } from "node:fs/promises";
import { firstLine, OddityError } from "../tensor/errors.js";

export interface GrowingFile {
  /** One write, after those before it. @throws OddityError when it could not be written; the file is then as it was */
  append(piece: Uint8Array | string): Promise<void>;
  /** Resolves when the machine may lose its power as well: to be called before a checkpoint that counts on these pieces. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param fresh the file must not exist yet
 * @throws OddityError where it cannot be written
 */
export async function openGrowing(path: string, { fresh = false } = {}): Promise<GrowingFile> {
  const file = await open(path, fresh ? "ax" : "a").catch((cause) => {
    const got = firstLine(cause);
    throw new OddityError(
      { place: path, expected: "a file to write", got, hint: "name another folder, or make this one writable" },
      { cause, usage: true },
    );
  });
  let { size } = await file.stat();
  let last = Promise.resolve();
  const write = async (bytes: Uint8Array): Promise<void> => {
    try {
      await file.appendFile(bytes);
    } catch (cause) {
      await file.truncate(size).catch(() => undefined); // the first failure is the one to be told
      throw new OddityError(
        { place: path, expected: "room to write it", got: firstLine(cause), hint: "what was there before is whole" },
        { cause },
      );
    }
    size += bytes.length;
  };
  return {
    append(piece) {
      const written = last.then(() => write(Buffer.from(piece)));
      last = written.catch(() => undefined);
      return written;
    },
    async sync() {
      await last;
      await file.datasync();
    },
    async close() {
      await last;
      await file.close();
    },
  };
}
