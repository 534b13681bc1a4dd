// From what the user typed to plain files on disk: one file, a glob, or standard input; gzip unpacked; the format
// found by content rather than by ending. Standard input and gzip are spooled into a scratch folder (in $TMPDIR), because a table
// is read more than once and because only a full pass shows that a gzip file is whole.

import { createReadStream, createWriteStream } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { PassThrough, type Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { DuckDBConnection } from "@duckdb/node-api";
import { firstLine, nearest, OddityError } from "../tensor/errors.js";
import { quoteText, rowsOf } from "./database.js";

export type Format = "text" | "json" | "parquet" | "npy" | "npz";

export interface PlainFile {
  /** Where the bytes lie. */
  readonly path: string;
  /** What the user calls it. */
  readonly name: string;
  readonly format: Format;
}

/** The files that `path` stands for, ready to read; all of one format. */
export async function plainFiles(
  path: string,
  scratch: string,
  connection: DuckDBConnection,
  stdin: Readable,
): Promise<readonly PlainFile[]> {
  const names =
    path === "-" ? [await spool(stdin, join(scratch, "stdin"), "standard input")] : await filesNamed(path, connection);
  const files: PlainFile[] = [];
  for (const [i, name] of names.entries())
    files.push(await recognise(name, path === "-" ? "standard input" : name, join(scratch, `${i}-`)));
  const other = files.find((file) => file.format !== files[0]!.format);
  if (other)
    throw new OddityError({
      place: path,
      expected: `files of one format (${files[0]!.name} is ${files[0]!.format})`,
      got: `${other.name}, which is ${other.format}`,
    });
  return files;
}

/** The files that a path or a glob names. @throws OddityError for a folder, or when there are none */
export async function filesNamed(path: string, connection: DuckDBConnection): Promise<readonly string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory())
    throw new OddityError(
      {
        place: path,
        expected: "a file",
        got: "a folder",
        hint: `name the files, for instance "${join(path, "*.csv")}"`,
      },
      { usage: true },
    );
  if (found) return [path];
  if (/[*?[]/.test(path)) {
    const rows = await rowsOf(connection, `SELECT file FROM glob(${quoteText(path)}) ORDER BY file`);
    if (rows.length > 0) return rows.map((row) => String(row.file));
    throw new OddityError({ place: path, expected: "at least one file", got: "no match" }, { usage: true });
  }
  const beside = nearest(basename(path), await readdir(dirname(path)).catch(() => []));
  throw new OddityError(
    {
      place: path,
      expected: "a file",
      got: "nothing there",
      ...(beside === undefined ? {} : { hint: `did you mean "${join(dirname(path), beside)}"?` }),
    },
    { usage: true },
  );
}

async function recognise(path: string, name: string, scratch: string): Promise<PlainFile> {
  const head = await firstBytes(path, name);
  const starts = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  if (head.length === 0) throw new OddityError({ place: name, expected: "a table", got: "an empty file" });
  if (starts(0x1f, 0x8b)) {
    const inner = name.replace(/\.gz$/i, "");
    const unpacked = `${scratch}${basename(inner)}`;
    await spool(createReadStream(path), unpacked, name, createGunzip());
    return { ...(await recognise(unpacked, inner, `${scratch}-`)), name };
  }
  if (starts(0x50, 0x41, 0x52, 0x31)) return { path, name, format: "parquet" };
  if (starts(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59)) return { path, name, format: "npy" };
  if (starts(0x50, 0x4b, 0x03, 0x04)) return { path, name, format: "npz" };
  if (head.includes(0))
    throw new OddityError({
      place: name,
      expected: "CSV, TSV, JSON, NDJSON, Parquet, .npy or .npz",
      got: "binary data",
      hint: "text must be UTF-8",
    });
  const text = new TextDecoder().decode(head).trimStart();
  return { path, name, format: /^[{[]/.test(text) && !/\.[ct]sv$/i.test(name) ? "json" : "text" };
}

/** Copies a stream to a file, through gunzip where asked, and answers with the file's path. */
async function spool(
  from: Readable,
  to: string,
  name: string,
  through: Transform = new PassThrough(),
): Promise<string> {
  await pipeline(from, through, createWriteStream(to)).catch((cause) => {
    const broken = (cause as NodeJS.ErrnoException).code?.startsWith("Z_");
    throw new OddityError(
      broken
        ? { place: name, expected: "a whole gzip file", got: `one that is cut short or damaged (${firstLine(cause)})` }
        : {
            place: name,
            expected: `to unpack it into ${to}`,
            got: firstLine(cause),
            hint: "TMPDIR names another folder",
          },
      { cause },
    );
  });
  return to;
}

/** Enough of a file to know it by. */
export async function firstBytes(path: string, name: string): Promise<Uint8Array> {
  const file = await open(path).catch((cause) => {
    throw new OddityError({ place: name, expected: "a readable file", got: firstLine(cause) }, { cause });
  });
  try {
    const { bytesRead, buffer } = await file.read(new Uint8Array(65536), 0, 65536, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
