// The table of a data set, opened as any other: its archive unpacked, its files joined.

import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scratchFolder } from "../../disk/scratch.js";
import { readMember } from "../archive.js";
import { plainBytes } from "../pictures/bytes.js";
import { openSource, type Source } from "../source.js";
import type { TableSet } from "./define.js";
import { type FindOptions, locateFiles } from "./find.js";

/** The column that says which part a row belongs to, in tables of several parts. */
export const PART_COLUMN = "split";

export const hasParts = ({ source }: TableSet): boolean => source.files.some(({ part }) => part !== undefined);

/**
 * Rows in the order of the files; with column `split` ("train", "test") where the set has parts. The caller closes it.
 * @throws OddityError when a file is not found or damaged
 */
export async function openSet(dataset: TableSet, options: FindOptions = {}): Promise<Source> {
  const paths = await locateFiles(dataset, options);
  const { header, source } = dataset;
  const [file] = source.files;
  const isJoined = hasParts(dataset);
  if (!isJoined && file!.member === undefined) return openSource(paths[0]!, header ? { header } : {});
  const scratch = await scratchFolder(join(tmpdir(), "oddity-"));
  try {
    const path = join(scratch.path, "table.csv");
    await writeFile(path, isJoined ? await joined(dataset, paths) : await readMember(paths[0]!, file!.member!));
    const names = header && (isJoined ? [...header, PART_COLUMN] : header);
    const opened = await openSource(path, names ? { header: names } : {});
    const close = async () => {
      await opened.close();
      await scratch.remove();
    };
    return { ...opened, place: paths.join(", "), close };
  } catch (error) {
    await scratch.remove();
    throw error;
  }
}

/** Lines of all files, each with its part as one more value; the files carry no names. */
async function joined({ source }: TableSet, paths: readonly string[]): Promise<string> {
  const texts: string[] = [];
  for (const [i, { part }] of source.files.entries()) {
    const text = new TextDecoder().decode(await plainBytes(paths[i]!));
    const end = `,${part}\n`;
    texts.push(text.trimEnd().replaceAll("\n", end), end);
  }
  return texts.join("");
}
