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
import type { Dataset, SetFile } from "./define.js";

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
 * The paths of all files of a data set, checksums verified.
 * @throws OddityError when one is nowhere (and says where it was looked for), is damaged, or cannot be fetched
 */
export async function locateFiles(dataset: Dataset, options: FindOptions = {}): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const file of dataset.source.files) paths.push(await locateFile(dataset.id, file, options, dataset.source.home));
  return paths;
}

/** The path of one file, checksum verified. @throws OddityError as `locateFiles` does */
export async function locateFile(
  id: string,
  file: SetFile,
  { download = false }: FindOptions = {},
  home?: string,
): Promise<string> {
  const folders = dataFolders();
  for (const form of [file, ...(file.unpacked ? [file.unpacked] : [])])
    for (const path of folders.map((folder) => join(folder, form.file))) {
      if (!(await stat(path).catch(() => undefined))?.isFile()) continue;
      await verify(path, form, path);
      return path;
    }
  const target = join(folders.at(-1)!, file.file);
  const { url } = file;
  if (!download || url === undefined)
    throw new OddityError({
      place: `data set ${id}`,
      expected: `its file at one of ${folders.map((folder) => join(folder, (file.unpacked ?? file).file)).join(", ")}`,
      got: "none there",
      hint: url === undefined ? `it is to be had from ${home}` : `"oddity data get ${id}" fetches it from ${url}`,
    });
  await mkdir(dirname(target), { recursive: true });
  await replaceWhole(target, { force: true }, async (beside) => {
    await fetchTo(beside, url);
    await verify(beside, file, url);
  });
  return target;
}

async function fetchTo(path: string, url: string): Promise<void> {
  const failed = (got: string, cause?: unknown) =>
    new OddityError(
      { place: url, expected: "the file", got, hint: "or put it in a folder that $ODDITY_DATA names" },
      { cause },
    );
  const response = await fetch(url).catch((cause) => {
    throw failed(firstLine(cause), cause);
  });
  if (!response.ok || !response.body) throw failed(`status ${response.status}`);
  await pipeline(chunksOf(response.body), createWriteStream(path));
}

async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

async function verify(path: string, { sha256 }: Pick<SetFile, "sha256">, place: string): Promise<void> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  const found = hash.digest("hex");
  if (found !== sha256)
    throw new OddityError({
      place,
      expected: `SHA-256 ${sha256}`,
      got: found,
      hint: "the file is damaged or another version",
    });
}
