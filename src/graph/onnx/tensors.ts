// The elements of ONNX tensors as numbers, wherever their writer put them, and small tensors made of numbers.

import { dtypeCode } from "./dtype.js";
import type { TensorMessage } from "./schema.js";

/** Element types by their ONNX number, as far as their elements can be read here. */
const readers: Readonly<Record<number, (bytes: ArrayBuffer) => ArrayLike<number | bigint>>> = {
  1: (bytes) => new Float32Array(bytes),
  2: (bytes) => new Uint8Array(bytes),
  3: (bytes) => new Int8Array(bytes),
  4: (bytes) => new Uint16Array(bytes),
  5: (bytes) => new Int16Array(bytes),
  6: (bytes) => new Int32Array(bytes),
  7: (bytes) => new BigInt64Array(bytes),
  9: (bytes) => new Uint8Array(bytes),
  11: (bytes) => new Float64Array(bytes),
};

/** The elements; undefined for element types that are not read here, such as half floats and texts. */
export function numbersOf(tensor: TensorMessage): number[] | undefined {
  const read = readers[tensor.data_type];
  if (read === undefined) return undefined;
  const { raw_data: raw } = tensor;
  if (raw !== undefined && raw.length > 0) return Array.from(read(Uint8Array.from(raw).buffer), Number);
  const lists = [tensor.float_data, tensor.int32_data, tensor.int64_data, tensor.double_data];
  return [...(lists.find((list) => list !== undefined && list.length > 0) ?? [])];
}

/** i64[n], or i64[] of one number. */
export function i64Tensor(name: string, values: number | readonly number[]): TensorMessage {
  const list = typeof values === "number" ? [values] : values;
  const raw = new Uint8Array(BigInt64Array.from(list, saturated).buffer);
  return { name, dims: typeof values === "number" ? [] : [list.length], data_type: dtypeCode.i64, raw_data: raw };
}

/** f32[n], or f32[] of one number. */
export function f32Tensor(name: string, values: number | readonly number[]): TensorMessage {
  const list = typeof values === "number" ? [values] : values;
  const raw = new Uint8Array(Float32Array.from(list).buffer);
  return { name, dims: typeof values === "number" ? [] : [list.length], data_type: dtypeCode.f32, raw_data: raw };
}

const LARGEST = 2n ** 63n - 1n;

/** "To the end" is written as the largest i64, which a double rounds up to one more. */
export const saturated = (x: number): bigint => (x >= 2 ** 63 ? LARGEST : BigInt(x));
