// A tensor that exists: element type, sizes, and row-major data.

import { type DataOf, type DType, printType, sizeOf } from "./dtype.js";

export interface Tensor<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: DataOf[D];
}

const makers: { [D in DType]: (size: number) => DataOf[D] } = {
  f32: (n) => new Float32Array(n),
  f64: (n) => new Float64Array(n),
  i32: (n) => new Int32Array(n),
  i64: (n) => new BigInt64Array(n),
  u8: (n) => new Uint8Array(n),
  bool: (n) => new Uint8Array(n),
  string: (n) => new Array<string>(n).fill(""),
};

export const allocate = <D extends DType>(dtype: D, size: number): DataOf[D] => makers[dtype](size);

export const zerosTensor = <D extends DType>(dtype: D, shape: readonly number[]): Tensor<D> => ({
  dtype,
  shape,
  data: allocate(dtype, sizeOf(shape)),
});

/** Wraps data that is there already; the sizes must account for every element. */
export function tensor<D extends DType>(dtype: D, shape: readonly number[], data: DataOf[D]): Tensor<D> {
  if (sizeOf(shape) !== data.length)
    throw new Error(`tensor: ${printType({ dtype, shape })} needs ${sizeOf(shape)} elements, got ${data.length}`);
  return { dtype, shape, data };
}

/** A tensor from plain numbers, converted to the element type. */
export function tensorOf<D extends Exclude<DType, "string">>(
  dtype: D,
  shape: readonly number[],
  values: ArrayLike<number>,
): Tensor<D> {
  const data = allocate(dtype, values.length);
  if (data instanceof BigInt64Array) for (let i = 0; i < values.length; i++) data[i] = BigInt(values[i]!);
  else for (let i = 0; i < values.length; i++) (data as Float64Array)[i] = values[i]!;
  return tensor(dtype, shape, data);
}

/** The elements as plain numbers, whatever the element type (not for strings). */
export const toNumbers = (t: Tensor): number[] => Array.from(t.data as ArrayLike<number | bigint>, Number);
