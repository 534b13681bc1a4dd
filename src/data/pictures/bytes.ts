// A file's bytes, gunzipped where they are gzip.

import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { firstLine, OddityError } from "../../tensor/errors.js";

/** Beyond this a file is not unpacked: 4 GiB, the largest that zlib puts in one buffer. */
const MOST_BYTES = 2 ** 32 - 1;

/** @throws OddityError when there is no such file, or its gzip is cut short or damaged */
export async function plainBytes(path: string, mostBytes = MOST_BYTES): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause) => {
    throw new OddityError({ place: path, expected: "a readable file", got: firstLine(cause) }, { cause });
  });
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return plain(bytes);
  const unpacked = await promisify(gunzip)(bytes, { maxOutputLength: mostBytes }).catch((cause) => {
    const isLarge = (cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE";
    const got = isLarge
      ? `one that unpacks to more than ${mostBytes} bytes`
      : `one that is cut short or damaged (${firstLine(cause)})`;
    throw new OddityError({ place: path, expected: "a whole gzip file", got }, { cause });
  });
  return plain(unpacked);
}

/** A Buffer's `slice` shares memory, and it looks different in comparisons: outside of the readers there are none. */
const plain = ({ buffer, byteOffset, length }: Uint8Array) => new Uint8Array(buffer, byteOffset, length);
