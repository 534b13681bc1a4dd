import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { parseNpy, parseNpz } from "./npy.js";

/** A .npy file by hand: magic, version, header as Python writes it, bytes. */
function npy(descr: string, shape: string, data: Uint8Array, { fortran = false, version = 1 } = {}): Uint8Array {
  const text = `{'descr': ${descr}, 'fortran_order': ${fortran ? "True" : "False"}, 'shape': ${shape}, }\n`;
  const size = version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0];
  return Uint8Array.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, ...size, ...Buffer.from(text), ...data]);
}

const read = (descr: string, bytes: number[]) =>
  Array.from(parseNpy(npy(`'${descr}'`, "(2,)", Uint8Array.from(bytes)), "a").values);

describe("element types", () => {
  test.each<[string, number[], number[]]>([
    ["|b1", [1, 0], [1, 0]],
    ["|i1", [255, 1], [-1, 1]],
    ["|u1", [255, 1], [255, 1]],
    ["<i2", [254, 255, 1, 0], [-2, 1]],
    [">i2", [255, 254, 0, 1], [-2, 1]],
    ["<u2", [1, 2, 0, 128], [513, 32768]],
    [">u4", [0, 0, 1, 0, 255, 255, 255, 255], [256, 4294967295]],
    ["<i4", [255, 255, 255, 255, 7, 0, 0, 0], [-1, 7]],
    ["<i8", [255, 255, 255, 255, 255, 255, 255, 255, 9, 0, 0, 0, 0, 0, 0, 0], [-1, 9]],
    [">u8", [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 3], [256, 3]],
    ["<f2", [0x00, 0x3c, 0x00, 0xc0], [1, -2]],
    ["<f2", [0x01, 0x00, 0x00, 0xfc], [2 ** -24, -Infinity]],
    ["<f4", [0, 0, 128, 63, 0, 0, 0, 192], [1, -2]],
    [">f4", [63, 128, 0, 0, 192, 0, 0, 0], [1, -2]],
    ["<f8", [0, 0, 0, 0, 0, 0, 240, 63, 0, 0, 0, 0, 0, 0, 0, 192], [1, -2]],
  ])("%s", (descr, bytes, values) => {
    expect(read(descr, bytes)).toEqual(values);
  });
  test("a half that is no number", () => expect(read("<f2", [0x01, 0x7c, 0, 0])).toEqual([Number.NaN, 0]));
});

test("Fortran order is columns after each other; all header versions", () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6);
  for (const version of [1, 2, 3]) {
    expect(Array.from(parseNpy(npy("'|u1'", "(3, 2)", bytes, { version }), "a").values)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(Array.from(parseNpy(npy("'|u1'", "(3, 2)", bytes, { version, fortran: true }), "a").values)).toEqual([
      1, 4, 2, 5, 3, 6,
    ]);
  }
});

describe("refused", () => {
  test.each<[string, Uint8Array, RegExp]>([
    [
      "pickled objects",
      npy("'|O'", "(2,)", new Uint8Array(50)),
      /got pickled Python objects; these are not opened because they can run code/,
    ],
    ["texts", npy("'<U3'", "(2,)", new Uint8Array(24)), /got elements of type <U3/],
    ["records", npy("[('a', '<f8')]", "(1,)", new Uint8Array(8)), /got an array of records/],
    ["too few bytes", npy("'<f8'", "(2,)", new Uint8Array(15)), /got 15 bytes of data where 16 belong/],
    ["no header", npy("'<f8'", "(2,)", new Uint8Array(16)).subarray(0, 30), /got a header that ends too early/],
  ])("%s", (_, bytes, sentence) => {
    expect(() => parseNpy(bytes, "a.npy")).toThrow(sentence);
  });
  test("a damaged zip", () => {
    const whole = zipSync({ "X.npy": npy("'|u1'", "(2,)", Uint8Array.of(1, 2)) });
    expect([...parseNpz(whole, "a.npz").keys()]).toEqual(["X"]);
    expect(() => parseNpz(whole.subarray(0, 40), "a.npz")).toThrow(/expected a whole .npz file/);
  });
});

const data = process.env.ODDITY_DATA;
test.skipIf(!existsSync(`${data}/smap-msl`))("NumPy's own files: a 25-column SMAP channel and an ADBench set", () => {
  const channel = parseNpy(gunzipSync(readFileSync(`${data}/smap-msl/train/A-1.npy.gz`)), "A-1");
  expect(channel.shape[1]).toBe(25);
  const arrays = parseNpz(readFileSync(`${data}/adbench/38_thyroid.npz`), "thyroid");
  expect(arrays.get("X")!.shape).toEqual([3772, 6]);
  expect(arrays.get("y")!.values.reduce((sum, label) => sum + label, 0)).toBe(93);
});
