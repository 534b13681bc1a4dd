import { describe, expect, test } from "vitest";
import { parseBmp } from "./bmp.js";

/** A BMP file by hand; colours are B, G, R, X as in the file, lines as they lie there. */
function bmp(
  { bits, width, height, compression = 0 }: { bits: number; width: number; height: number; compression?: number },
  colours: readonly (readonly [number, number, number, number])[],
  lines: readonly number[],
): Uint8Array {
  const start = 54 + 4 * colours.length;
  const bytes = new Uint8Array(start + lines.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(10, start, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(28, bits, true);
  view.setUint32(30, compression, true);
  view.setUint32(46, colours.length, true);
  bytes.set(colours.flat(), 54);
  bytes.set(lines, start);
  return bytes;
}
const grey = (value: number) => [value, value, value, 0] as const;
const read = (bytes: Uint8Array) => {
  const { pixels, ...form } = parseBmp(bytes, "a.bmp");
  return [form, Array.from(pixels())];
};

describe("pixels", () => {
  test("8 bits, grey palette: lines of 4 bytes, the last is the top; indices beyond the palette are its last colour", () => {
    const lines = [0, 1, 2, 99, 2, 1, 200, 99];
    expect(read(bmp({ bits: 8, width: 3, height: 2 }, [grey(5), grey(7), grey(9)], lines))).toEqual([
      { height: 2, width: 3, channels: 1 },
      [9, 7, 9, 5, 7, 9],
    ]);
  });
  test("8 bits, a palette in colour; a negative height begins at the top", () => {
    const lines = [0, 1, 0, 0];
    expect(
      read(
        bmp(
          { bits: 8, width: 2, height: -1 },
          [
            [1, 2, 3, 0],
            [4, 5, 6, 0],
          ],
          lines,
        ),
      ),
    ).toEqual([{ height: 1, width: 2, channels: 3 }, [3, 2, 1, 6, 5, 4]]);
  });
  test("1 bit and 4 bits: the highest bits are the first pixel", () => {
    const black = [grey(0), grey(255)];
    expect(read(bmp({ bits: 1, width: 10, height: 1 }, black, [0b10100000, 0b01000000, 0, 0]))[1]).toEqual([
      255, 0, 255, 0, 0, 0, 0, 0, 0, 255,
    ]);
    const sixteen = Array.from({ length: 16 }, (_, i) => grey(10 * i));
    expect(read(bmp({ bits: 4, width: 3, height: 1 }, sixteen, [0x1f, 0x30, 0, 0]))[1]).toEqual([10, 150, 30]);
  });
  test("32 bits, with or without bit fields", () => {
    for (const compression of [0, 3])
      expect(read(bmp({ bits: 32, width: 1, height: 1, compression }, [], [1, 2, 3, 4]))[1]).toEqual([3, 2, 1]);
  });
});

describe("refused", () => {
  test.each<[string, Uint8Array, RegExp]>([
    [
      "cut short",
      bmp({ bits: 8, width: 3, height: 2 }, [grey(0)], [0, 0, 0, 0]),
      /cut short, 62 bytes where 66 belong/,
    ],
    ["no header", Uint8Array.of(0x42, 0x4d, 0, 0), /a.bmp: expected a whole uncompressed BMP file, got 4 bytes/],
    ["run lengths", bmp({ bits: 8, width: 1, height: 1, compression: 1 }, [], [0, 0, 0, 0]), /got compression 1/],
    ["16 bits", bmp({ bits: 16, width: 1, height: 1 }, [], [0, 0, 0, 0]), /got 16 bits for each pixel/],
    ["no pixels", bmp({ bits: 8, width: 0, height: 1 }, [], []), /got a damaged header/],
  ])("%s", (_, bytes, sentence) => {
    expect(() => parseBmp(bytes, "a.bmp")).toThrow(sentence);
  });
});
