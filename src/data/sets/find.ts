// Where a data set's file lies: $ODDITY_DATA, then what ships with the package, then the cache, then (if asked) its official address.
// Whatever is found must have the stated checksum.

import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { replaceWhole } from "../../disk/atomic.js";
import { firstLine, OddityError } from "../../tensor/errors.js";
import type { Dataset } from "./define.js";

export interface FindOptions {
  /** Fetch into the cache what is nowhere else. */
  readonly download?: boolean;
}

/** The folders that are searched, in order; the last is the cache. */
export function dataFolders(): readonly string[] {
  const own = process.env.ODDITY_DATA;
  const shipped = fileURLToPath(new URL("../../../datasets", import.meta.url));
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "oddity");
  return [...(own ? [own] : []), shipped, cache];
}

/**
 * The path of a data set's file, checksum verified.
 * @throws OddityError when it is nowhere (and says where it was looked for), is damaged, or cannot be fetched
 */
export async function locate(dataset: Dataset, { download = false }: FindOptions = {}): Promise<string> {
  const paths = dataFolders().map((folder) => join(folder, dataset.source.file));
  for (const path of paths) {
    if (!(await stat(path).catch(() => undefined))?.isFile()) continue;
    await verify(path, dataset, path);
    return path;
  }
  const target = paths.at(-1)!;
  if (!download)
    throw new OddityError({
      place: `data set ${dataset.id}`,
      expected: `its file at one of ${paths.join(", ")}`,
      got: "none there",
      hint: `"oddity data get ${dataset.id}" fetches it from ${dataset.source.url}`,
    });
  await mkdir(dirname(target), { recursive: true });
  await replaceWhole(target, { force: true }, async (beside) => {
    await fetchTo(beside, dataset);
    await verify(beside, dataset, dataset.source.url);
  });
  return target;
}

async function fetchTo(path: string, { source }: Dataset): Promise<void> {
  const failed = (got: string, cause?: unknown) =>
    new OddityError(
      { place: source.url, expected: "the file", got, hint: "or put it in a folder that $ODDITY_DATA names" },
      { cause },
    );
  const response = await fetch(source.url).catch((cause) => {
    throw failed(firstLine(cause), cause);
  });
  if (!response.ok || !response.body) throw failed(`status ${response.status}`);
  await pipeline(chunksOf(response.body), createWriteStream(path));
}

async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

async function verify(path: string, { source }: Dataset, place: string): Promise<void> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  const found = hash.digest("hex");
  if (found !== source.sha256)
    throw new OddityError({
      place,
      expected: `SHA-256 ${source.sha256}`,
      got: found,
      hint: "the file is damaged or another version",
    });
}
