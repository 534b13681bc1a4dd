// NumPy's .npy and .npz: numbers only, any size, byte order and memory order. Pickled objects are refused, since reading them
// can run code.

import { unzipSync } from "fflate";
import { firstLine, OddityError } from "../tensor/errors.js";

export interface NpyArray {
  readonly shape: readonly number[];
  /** In row-major order, whatever the order in the file; 64-bit whole numbers beyond 2^53 are rounded. */
  readonly values: Float64Array;
  /** Whether the element type is whole numbers or bool. */
  readonly whole: boolean;
}

type Reader = (view: DataView, at: number, little: boolean) => number;

const readers: Readonly<Record<string, Reader>> = {
  b1: (view, at) => view.getUint8(at),
  i1: (view, at) => view.getInt8(at),
  u1: (view, at) => view.getUint8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  u2: (view, at, little) => view.getUint16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  f2: (view, at, little) => half(view.getUint16(at, little)),
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
};

/** A half-precision number from its bits: sign, 5 bits of exponent, 10 of fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return exponent === 0 ? sign * 2 ** -14 * fraction : sign * 2 ** (exponent - 15) * (1 + fraction);
}

/** An array as it lies in its file, behind its header. */
export interface NpyView {
  readonly shape: readonly number[];
  /** NumPy's name of the element type without byte order: u1, f4, … */
  readonly type: string;
  readonly little: boolean;
  /** Whether the first axis runs fastest. */
  readonly fortran: boolean;
  /** Exactly the bytes of the elements. */
  readonly bytes: Uint8Array;
}

/** Reads the header of one .npy file of any version. */
export function viewNpy(bytes: Uint8Array, place: string): NpyView {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = bytes[6]! >= 2;
  const start = wide ? 12 : 10;
  if (bytes.length < start) throw cut(place, `${bytes.length} bytes`);
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  const header = new TextDecoder().decode(bytes.subarray(start, start + length));
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const sizes = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (descr === undefined && /'descr':\s*\[/.test(header))
    throw new OddityError({ place, expected: "an array of numbers", got: "an array of records" });
  if (descr === undefined || sizes === undefined) throw cut(place, "a header that ends too early");
  const type = descr.slice(1);
  if (!readers[type])
    throw new OddityError({
      place,
      expected: "an array of numbers",
      got: /O/.test(descr) ? "pickled Python objects" : `elements of type ${descr}`,
      hint: /O/.test(descr)
        ? "these are not opened because they can run code; save plain numbers"
        : "save it as numbers",
    });
  const shape = (sizes.match(/\d+/g) ?? []).map(Number);
  const size = shape.reduce((product, n) => product * n, 1);
  const step = Number(descr.slice(2));
  const first = start + length;
  if (bytes.length - first < size * step)
    throw cut(place, `${bytes.length - first} bytes of data where ${size * step} belong`);

  return {
    shape,
    type,
    little: descr[0] !== ">",
    fortran: /'fortran_order':\s*True/.test(header) && shape.length > 1,
    bytes: bytes.subarray(first, first + size * step),
  };
}

/** Reads the bytes of one .npy file of any version. */
export function parseNpy(bytes: Uint8Array, place: string): NpyArray {
  const view = viewNpy(bytes, place);
  const { shape, type, little } = view;
  const read = readers[type]!;
  const step = Number(type.slice(1));
  const values = new Float64Array(view.bytes.length / step);
  const data = new DataView(view.bytes.buffer, view.bytes.byteOffset, view.bytes.byteLength);
  const target = view.fortran ? rowMajor(shape) : undefined;
  for (let i = 0; i < values.length; i++) values[target?.(i) ?? i] = read(data, i * step, little);
  return { shape, values, whole: !type.startsWith("f") };
}

/** From the place of an element in Fortran order to its place in row-major order. */
function rowMajor(shape: readonly number[]): (place: number) => number {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1));
  return (place) => {
    let [rest, at] = [place, 0];
    for (let axis = 0; axis < shape.length; axis++) {
      at += (rest % shape[axis]!) * strides[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return at;
  };
}

const cut = (place: string, got: string) =>
  new OddityError({ place, expected: "a whole .npy array", got, hint: "the file may be cut short" });

/** The arrays of an .npz file by name ("X", "y"). */
export const parseNpz = (bytes: Uint8Array, place: string): ReadonlyMap<string, NpyArray> =>
  new Map(Array.from(unpackNpz(bytes, place), ([name, inner]) => [name, parseNpy(inner, `${place}: ${name}`)]));

/** The .npy files in an .npz file, by name. */
export function unpackNpz(bytes: Uint8Array, place: string): ReadonlyMap<string, Uint8Array> {
  let entries: Record<string, Uint8Array>;
  try {
    entries = unzipSync(bytes, { filter: (entry) => entry.name.endsWith(".npy") });
  } catch (cause) {
    throw new OddityError(
      { place, expected: "a whole .npz file", got: `a damaged one (${firstLine(cause)})` },
      { cause },
    );
  }
  return new Map(Object.entries(entries).map(([entry, inner]) => [entry.replace(/\.npy$/, ""), inner]));
}
