// The safetensors container: eight bytes of length, a JSON header with types, shapes and places, then the numbers.
// Data only; reading it runs nothing. Only f32 vectors are needed here.

import { z } from "zod";

export interface Tensors {
  readonly vectors: Readonly<Record<string, Float32Array>>;
  readonly metadata: Readonly<Record<string, string>>;
}

type Entry = z.output<typeof entrySchema>;

export function encodeTensors({ vectors, metadata }: Tensors): Uint8Array {
  let end = 0;
  const entries = Object.entries(vectors).map(([name, data]): [string, Entry] => {
    const start = end;
    end += data.byteLength;
    return [name, { dtype: "F32", shape: [data.length], data_offsets: [start, end] }];
  });
  const text = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
  // the header is padded with spaces so that the numbers are aligned
  const bytes = new TextEncoder().encode(text);
  const header = new Uint8Array(Math.ceil(bytes.length / 8) * 8).fill(0x20);
  header.set(bytes);
  const file = new Uint8Array(8 + header.length + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  for (const [name, { data_offsets }] of entries) {
    const data = vectors[name]!;
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 8 + header.length + data_offsets[0]);
  }
  return file;
}

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int()),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
const headerSchema = z.object({ __metadata__: z.record(z.string(), z.string()).default({}) }).catchall(entrySchema);

/** Throws an Error that says what is wrong where the bytes are not such a file. */
export function decodeTensors(file: Uint8Array): Tensors {
  if (file.length < 8) throw new Error("it is cut off");
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  if (length > file.length - 8) throw new Error("it is cut off");
  const { __metadata__: metadata, ...entries } = readHeader(file.subarray(8, 8 + length));
  const body = file.subarray(8 + length);
  const vectors = Object.entries(entries).map(([name, { dtype, data_offsets }]) => {
    const [start, end] = data_offsets;
    if (dtype !== "F32") throw new Error(`"${name}" is ${dtype}, not F32`);
    if (end > body.length) throw new Error("it is cut off");
    if (end < start || (end - start) % 4 !== 0) throw new Error(`"${name}" has a size that does not fit`);
    // a copy, for alignment; not `slice`, which on a Buffer gives a view of the whole file
    return [name, new Float32Array(new Uint8Array(body.subarray(start, end)).buffer)];
  });
  return { vectors: Object.fromEntries(vectors) as Record<string, Float32Array>, metadata };
}

function readHeader(bytes: Uint8Array) {
  try {
    return headerSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new Error("its header cannot be read", { cause });
  }
}
