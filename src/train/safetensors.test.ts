// The container's bytes, laid out by hand, and what is wrong with files that are none.

import { expect, test } from "vitest";
import { decodeTensors, encodeTensors } from "./safetensors.js";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test("eight bytes of length, a JSON header padded to a multiple of eight, then the numbers, little end first", () => {
  const file = encodeTensors({ vectors: { a: Float32Array.of(1, -2), b: Float32Array.of(0.5) }, metadata: { k: "v" } });
  const header =
    '{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},' +
    '"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}';
  const padded = Math.ceil(header.length / 8) * 8;
  expect(Array.from(file.subarray(0, 8))).toEqual([padded, 0, 0, 0, 0, 0, 0, 0]);
  expect(text(file.subarray(8, 8 + padded))).toBe(header.padEnd(padded, " "));
  // 1 = 3f800000, -2 = c0000000, 1/2 = 3f000000
  expect(Array.from(file.subarray(8 + padded))).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0, 0x3f]);
});

const tensors = {
  vectors: { "net.0": Float32Array.of(3, Number.NaN, -0), ü: new Float32Array(0) },
  metadata: { a: "b" },
};

test("what was written is read, from bytes of its own and from a part of a larger buffer", () => {
  const file = encodeTensors(tensors);
  expect(decodeTensors(file)).toEqual(tensors);
  // as `readFile` gives them: a Buffer, at any place of shared memory
  const large = Buffer.alloc(file.length + 100, 7);
  large.set(file, 13);
  const again = decodeTensors(large.subarray(13, 13 + file.length));
  expect(again).toEqual(tensors);
  expect(again.vectors["net.0"]!.length).toBe(3);
});

test("vectors read are copies: changing the file afterwards changes nothing", () => {
  const file = encodeTensors(tensors);
  const { vectors } = decodeTensors(file);
  file.fill(0);
  expect(vectors["net.0"]![0]).toBe(3);
});

test("a view of part of an array is written as that part", () => {
  const view = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
  expect(decodeTensors(encodeTensors({ vectors: { view }, metadata: {} })).vectors.view).toEqual(Float32Array.of(1, 2));
});

test("a file cut off anywhere is refused", () => {
  const file = encodeTensors({ vectors: { a: Float32Array.of(1, 2) }, metadata: {} });
  for (let length = 0; length < file.length; length++)
    expect(() => decodeTensors(file.subarray(0, length)), `${length} bytes`).toThrow("it is cut off");
});

test.each([
  ["another element type", '{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}', '"a" is F16, not F32'],
  ["a size that is none", '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,3]}}', '"a" has a size that does not fit'],
  ["a header that is no JSON", "not JSON", "its header cannot be read"],
  ["a header that is no object", "null", "its header cannot be read"],
  ["an entry that is no object", '{"a":1}', "its header cannot be read"],
])("%s is refused", (_, header, reason) => {
  const file = new Uint8Array(8 + header.length + 4);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(new TextEncoder().encode(header), 8);
  expect(() => decodeTensors(file)).toThrow(reason);
});
