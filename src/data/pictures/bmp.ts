// BMP, which libvips here does not read: uncompressed, with 1, 4, 8, 24 or 32 bits for each pixel. Cameras of
// production lines write it. Format: Microsoft, "Bitmap Storage" (BITMAPFILEHEADER, BITMAPINFOHEADER).

import { OddityError } from "../../tensor/errors.js";

export interface Bitmap {
  readonly height: number;
  readonly width: number;
  /** 1 where all colours of its palette are grey. */
  readonly channels: 1 | 3;
  /** u8[height, width, channels], top row first. */
  pixels(): Uint8Array<ArrayBuffer>;
}

const FILE_HEADER = 14;

/** @throws OddityError when it is no BMP of a known form, or its pixels end too early */
export function parseBmp(bytes: Uint8Array, place: string): Bitmap {
  const got = (what: string) => new OddityError({ place, expected: "a whole uncompressed BMP file", got: what });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < FILE_HEADER + 40) throw got(`${bytes.length} bytes`);
  const start = view.getUint32(10, true);
  const header = view.getUint32(14, true);
  const width = view.getInt32(18, true);
  const signed = view.getInt32(22, true);
  const height = Math.abs(signed);
  const bits = view.getUint16(28, true);
  const compression = view.getUint32(30, true);
  if (header < 40 || width < 1 || height < 1) throw got("a damaged header");
  // 3 (bit fields) with 32 bits is B, G, R, X in every file that is met; with 16 bits it is not read.
  if (compression !== 0 && !(compression === 3 && bits === 32)) throw got(`compression ${compression}`);
  if (![1, 4, 8, 24, 32].includes(bits)) throw got(`${bits} bits for each pixel`);
  const line = Math.ceil((width * bits) / 32) * 4;
  if (bytes.length < start + line * height)
    throw got(`one that is cut short, ${bytes.length} bytes where ${start + line * height} belong`);

  const table = FILE_HEADER + header;
  const colours = bits > 8 ? 0 : Math.min(view.getUint32(46, true) || 2 ** bits, 2 ** bits);
  if (table + 4 * colours > bytes.length) throw got("a palette that ends too early");
  const palette = Array.from({ length: colours }, (_, i) => bytes.subarray(table + 4 * i, table + 4 * i + 3));
  const channels = bits <= 8 && palette.every(([b, g, r]) => b === g && g === r) ? 1 : 3;
  const pixels = () => {
    const out = new Uint8Array(height * width * channels);
    const greys = Uint8Array.from({ length: 256 }, (_, i) => palette[Math.min(i, colours - 1)]?.[0] ?? 0);
    let to = 0;
    for (let y = 0; y < height; y++) {
      const row = start + line * (signed > 0 ? height - 1 - y : y);
      if (channels === 1 && bits === 8) {
        for (let x = 0; x < width; x++) out[to++] = greys[bytes[row + x]!]!; // the masks of data sets: worth a loop of its own
        continue;
      }
      for (let x = 0; x < width; x++) {
        const index = bits > 8 ? 0 : Math.min(indexAt(bytes, row, x, bits), colours - 1);
        const from = bits > 8 ? row + (x * bits) / 8 : table + 4 * index;
        for (let c = channels - 1; c >= 0; c--) out[to++] = bytes[from + c]!; // B, G, R in the file
      }
    }
    return out;
  };
  return { height, width, channels, pixels };
}

/** The palette index of a pixel; the first of several in a byte has its highest bits. */
function indexAt(bytes: Uint8Array, row: number, x: number, bits: number): number {
  const at = x * bits;
  return (bytes[row + (at >> 3)]! >> (8 - bits - (at & 7))) & (2 ** bits - 1);
}
