// Files of lines, each a JSON object (NDJSON), that survive a kill. A last line without its end was cut short while it was
// written, and is left out; a line that is damaged anywhere else is refused with its number.

import { readFile, truncate } from "node:fs/promises";
import { firstLine, OddityError } from "../tensor/errors.js";
import { replaceWhole } from "./atomic.js";
import { openGrowing } from "./growing.js";

/** From what stands on a line to what it means; throws where it means nothing. */
export type ReadLine<T> = (value: object) => T;

export interface Lines<T> {
  readonly lines: readonly T[];
  /** How many bytes the whole lines take, where a last line behind them was cut short. */
  readonly cutAt?: number;
}

/** The lines of a file; none where there is no file. @throws OddityError naming file and line for a line that is damaged */
export async function readLines<T>(path: string, read: ReadLine<T>): Promise<Lines<T>> {
  const lines: T[] = [];
  const cutAt = await eachLine(path, read, (line) => lines.push(line));
  return { lines, ...(cutAt === undefined ? {} : { cutAt }) };
}

export interface LinesFile {
  /** One write for all of them. JSON knows no NaN and no infinity: such numbers become null. */
  append(lines: readonly object[]): Promise<void>;
  /** Resolves when the machine may lose its power as well. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a file to go on writing, made where it is missing. A last line that was cut short is removed first. */
export async function openLines(path: string): Promise<LinesFile> {
  const bytes = await bytesOf(path);
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  const tail = bytes.subarray(end);
  const isWhole = tail.length > 0 && objectOn(tail) !== undefined;
  if (tail.length > 0 && !isWhole) await truncate(path, end).catch((cause) => refuse(path, cause));
  const { append, sync, close } = await openGrowing(path);
  if (isWhole) await append("\n");
  return {
    append: async (lines) => {
      if (lines.length > 0) await append(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    },
    sync,
    close,
  };
}

/**
 * Cuts a file back to the lines that are to stay, so that a run that goes on from a checkpoint has no line twice. What was cut
 * short goes too. The file is replaced as a whole, or left alone where all of it stays.
 */
export async function keepLines<T>(path: string, read: ReadLine<T>, keep: (line: T) => boolean): Promise<void> {
  const kept: Buffer[] = [];
  let dropped = 0;
  const cutAt = await eachLine(path, read, (line, bytes) => {
    if (keep(line)) kept.push(bytes, END);
    else dropped++;
  });
  if (dropped === 0 && cutAt === undefined) return;
  await replaceWhole(path, { force: true }, async (beside) => {
    const file = await openGrowing(beside, { fresh: true });
    await file.append(Buffer.concat(kept)).finally(() => file.close());
  });
}

const NEWLINE = 0x0a;
const END = Buffer.of(NEWLINE);
const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d;

/** @returns how many bytes the whole lines take, where a last line was cut short */
async function eachLine<T>(
  path: string,
  read: ReadLine<T>,
  take: (line: T, bytes: Buffer) => void,
): Promise<number | undefined> {
  const all = await bytesOf(path);
  for (let from = 0, number = 1; from < all.length; number++) {
    const found = all.indexOf(NEWLINE, from);
    const bytes = all.subarray(from, found < 0 ? all.length : found);
    if (!bytes.every(isBlank)) {
      const place = `${path}:${number}`;
      const value = objectOn(bytes);
      if (value === undefined && found < 0) return from;
      if (value === undefined) throw damaged(place, bytes);
      take(readAt(place, value, read), bytes);
    } else if (found < 0) return from;
    from += bytes.length + 1;
  }
  return undefined;
}

/** The object that bytes spell, if they spell one. */
function objectOn(bytes: Uint8Array): object | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function damaged(place: string, bytes: Buffer): OddityError {
  const text = bytes.toString("utf8");
  const got = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
  return new OddityError({ place, expected: "a JSON object", got, hint: "without this line the others can be read" });
}

function readAt<T>(place: string, value: object, read: ReadLine<T>): T {
  try {
    return read(value);
  } catch (cause) {
    if (!(cause instanceof OddityError))
      throw new OddityError({ place, expected: "a line that can be read", got: firstLine(cause) }, { cause });
    const { fault, usage } = cause;
    throw new OddityError({ ...fault, place: `${place}: ${fault.place}` }, { cause, usage });
  }
}

const bytesOf = (path: string): Promise<Buffer> =>
  readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return Buffer.alloc(0);
    return refuse(path, cause);
  });

function refuse(path: string, cause: unknown): never {
  throw new OddityError({ place: path, expected: "a file of lines", got: firstLine(cause) }, { cause });
}
