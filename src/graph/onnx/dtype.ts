// Element types as ONNX numbers them (TensorProto.DataType).

import type { DType } from "../../tensor/dtype.js";

export const dtypeCode: Readonly<Record<DType, number>> = {
  f32: 1,
  u8: 2,
  i32: 6,
  i64: 7,
  string: 8,
  bool: 9,
  f64: 11,
};

/** The element type with this ONNX number, where we know it. */
export const dtypeOfCode = (code: number): DType | undefined =>
  (Object.keys(dtypeCode) as DType[]).find((dtype) => dtypeCode[dtype] === code);
