// One file out of an archive: .zip or .tar.xz, told by content.

import { readFile } from "node:fs/promises";
import { unzipSync } from "fflate";
import { parseTar } from "nanotar";
import { firstLine, OddityError } from "../tensor/errors.js";

/**
 * The bytes of a file in an archive.
 * @param member its name in the archive, folders included
 * @throws OddityError for an archive that is neither, is cut short or damaged, or has no such file (and says what it has)
 */
export async function readMember(path: string, member: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause) => {
    throw new OddityError({ place: path, expected: "a readable file", got: firstLine(cause) }, { cause });
  });
  const starts = (...signature: number[]) => signature.every((byte, i) => bytes[i] === byte);
  const unpack = starts(0x50, 0x4b, 0x03, 0x04) ? unzip : starts(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00) ? untarXz : none;
  const files = await unpack(bytes, member).catch((cause) => {
    if (cause instanceof OddityError) throw cause;
    const got = `one that is cut short or damaged (${firstLine(cause)})`;
    throw new OddityError({ place: path, expected: "a whole archive", got }, { cause });
  });
  const found = files?.get(member);
  if (found) return found;
  if (files === undefined)
    throw new OddityError({ place: path, expected: "an archive, .zip or .tar.xz", got: "another kind of file" });
  const got = [...files.keys()].slice(0, MOST_NAMED).join(", ") || "no file";
  throw new OddityError({ place: path, expected: `"${member}" in it`, got });
}

const MOST_NAMED = 10;

/** Every file by its name; the bytes of the wanted one alone. */
type Files = ReadonlyMap<string, Uint8Array | undefined>;

const none = async (): Promise<Files | undefined> => undefined;

async function unzip(bytes: Uint8Array, member: string): Promise<Files> {
  const files = new Map<string, Uint8Array | undefined>();
  const wanted = unzipSync(bytes, {
    filter({ name }) {
      files.set(name, undefined);
      return name === member;
    },
  });
  for (const [name, content] of Object.entries(wanted)) files.set(name, content);
  return files;
}

async function untarXz(bytes: Uint8Array<ArrayBuffer>, member: string): Promise<Files> {
  const { XzReadableStream } = (await import("xz-decompress")).default; // WebAssembly, of use to few; Node sees no names in it
  const tar = await new Response(new XzReadableStream(new Blob([bytes]).stream())).arrayBuffer();
  return new Map(parseTar(tar).map(({ name, data }) => [name, name === member ? data : undefined]));
}
