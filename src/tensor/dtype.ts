// Element types, and the typed array that holds each.

export const dtypes = ["f32", "f64", "i32", "i64", "u8", "bool", "string"] as const;
export type DType = (typeof dtypes)[number];

/** A size, or the name of one that is known only when the graph runs ("batch"). */
export type Dim = number | string;
export type Shape = readonly Dim[];

/** What a value is before it exists: element type and shape. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

export interface DataOf {
  f32: Float32Array;
  f64: Float64Array;
  i32: Int32Array;
  i64: BigInt64Array;
  u8: Uint8Array;
  bool: Uint8Array;
  string: string[];
}

/** `f32[batch,16]`: the one way types are printed, in errors, snapshots and docs. */
export const printType = ({ dtype, shape }: TensorType): string => `${dtype}[${shape.join(",")}]`;

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

export const sameType = (a: TensorType, b: TensorType): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape);

export const isReal = (dtype: DType): boolean => dtype === "f32" || dtype === "f64";

/** Number of elements; throws where a size is still a name. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const dim of shape) {
    if (typeof dim !== "number") throw new Error(`internal: the size of [${shape.join(",")}] is not known yet`);
    size *= dim;
  }
  return size;
}
