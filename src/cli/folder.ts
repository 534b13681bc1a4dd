// A result folder that appears when it is complete: made beside its place, then moved there.

import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { checkTarget } from "../disk/atomic.js";
import { scratchFolder } from "../disk/scratch.js";
import { OddityError } from "../tensor/errors.js";

/** Refuses a folder that exists (without `force`), is a file, or cannot be made. */
export async function checkFolder(path: string, force: boolean): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() && !force)
    throw new OddityError(
      {
        place: path,
        expected: "a folder that does not exist yet",
        got: "one that does",
        hint: "--out names another, --force writes over the results in it",
      },
      { usage: true },
    );
  if (found && !found.isDirectory())
    throw new OddityError({ place: path, expected: "a folder", got: "a file of that name" }, { usage: true });
  if (!found) await checkTarget(resolve(path));
}

/**
 * Calls `make` with an empty folder, whose contents then become `path`. In a folder that is there already, files of the same name and
 * those that `stale` names are replaced, and others stay.
 */
export async function writeFolder(path: string, stale: RegExp, make: (folder: string) => Promise<void>): Promise<void> {
  const target = resolve(path);
  const scratch = await scratchFolder(join(dirname(target), `.${basename(target)}-`));
  const made = join(scratch.path, basename(target));
  try {
    await mkdir(made);
    await make(made);
    if (await stat(target).catch(() => undefined)) await merge(made, target, stale);
    else await rename(made, target);
  } catch (error) {
    if (!(error instanceof OddityError) || !error.fault.place.startsWith(made)) throw error;
    const place = join(path, error.fault.place.slice(made.length));
    throw new OddityError({ ...error.fault, place }, { cause: error.cause, usage: error.usage });
  } finally {
    await scratch.remove();
  }
}

async function merge(from: string, to: string, stale: RegExp): Promise<void> {
  for (const name of await readdir(to)) if (stale.test(name)) await rm(join(to, name), { recursive: true });
  for (const name of await readdir(from)) {
    await rm(join(to, name), { recursive: true, force: true });
    await rename(join(from, name), join(to, name));
  }
}
