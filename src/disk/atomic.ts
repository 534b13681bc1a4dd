// A file appears whole or not at all: written beside its target, flushed to the disk, then renamed.

import { constants } from "node:fs";
import { access, open, rename, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { firstLine, OddityError } from "../tensor/errors.js";
import { scratchFolder } from "./scratch.js";

export interface Overwrite {
  /** Replace what is there. */
  readonly force?: boolean;
}

/** Refuses a path that exists (without `force`), is a folder, or lies in a folder that is missing or not writable. */
export async function checkTarget(path: string, { force = false }: Overwrite = {}): Promise<void> {
  const folder = dirname(path);
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory())
    throw new OddityError({ place: path, expected: "a file name", got: "a folder" }, { usage: true });
  if (found && !force)
    throw new OddityError(
      { place: path, expected: "a file that does not exist yet", got: "one that does", hint: "--force replaces it" },
      { usage: true },
    );
  const parent = await stat(folder).catch(() => undefined);
  if (!parent?.isDirectory())
    throw new OddityError(
      { place: path, expected: "an existing folder", got: `${folder}, which is none` },
      { usage: true },
    );
  await access(folder, constants.W_OK).catch((cause) => {
    throw new OddityError(
      { place: path, expected: "a folder to write in", got: firstLine(cause) },
      { cause, usage: true },
    );
  });
}

/**
 * Calls `make` with a path beside the target, in a folder of its own that is removed whatever happens; then puts the file in place.
 * @throws OddityError for a bad target or a full disk
 */
export async function replaceWhole(
  path: string,
  overwrite: Overwrite,
  make: (beside: string, folder: string) => Promise<void>,
): Promise<void> {
  await checkTarget(path, overwrite);
  const scratch = await scratchFolder(join(dirname(path), `.${basename(path)}-`)).catch((cause) => {
    throw new OddityError({ place: path, expected: "a folder to write in", got: firstLine(cause) }, { cause });
  });
  try {
    const beside = join(scratch.path, basename(path));
    await make(beside, scratch.path);
    const file = await open(beside, "r+");
    await file.sync().finally(() => file.close());
    await checkTarget(path, overwrite);
    await rename(beside, path);
  } catch (cause) {
    if (cause instanceof OddityError) throw cause;
    if (isDiskFault(cause))
      throw new OddityError({ place: path, expected: "room to write it", got: firstLine(cause) }, { cause });
    throw cause;
  } finally {
    await scratch.remove();
  }
}

/** Errors of the file system (by their code) and of DuckDB's writer (by their words). */
const isDiskFault = (error: unknown): boolean =>
  error instanceof Error &&
  (("code" in error && typeof error.code === "string" && /^E[A-Z]+$/.test(error.code)) ||
    /No space left|Could not write|out of disk|IO Error/i.test(error.message));

export const writeAtomic = (path: string, content: Uint8Array | string, overwrite: Overwrite = {}): Promise<void> =>
  replaceWhole(path, overwrite, async (beside) => {
    const file = await open(beside, "wx");
    await file.writeFile(content).finally(() => file.close());
  });
