// Change of element type.

import { type DType, isReal } from "../../tensor/dtype.js";
import { dtypeCode } from "../onnx/dtype.js";
import { defineOp, type Op } from "../op.js";
import { mapElements } from "./elementwise.js";

/** The same numbers as another element type; whole numbers by cutting off, bool as "not zero". */
export const cast: Op<readonly ["x"], { to: DType }> = defineOp({
  name: "cast",
  inputs: ["x"],
  type: ({ x }, { to }: { to: DType }) => {
    if (x.dtype === "string" || to === "string") throw new Error("text is not a number");
    return { dtype: to, shape: x.shape };
  },
  onnx: (emit, [x], _, { to }: { to: DType }) => emit.node("Cast", [x!], { to: { i: dtypeCode[to] } }),
  gradient: ({ x, y, dy }) => (isReal(x.dtype) && isReal(y.dtype) ? { x: cast(dy, { to: x.dtype }) } : {}),
  reference: ({ x }, { to }) =>
    mapElements(
      (v) => (to === "bool" ? Number(v !== 0) : isReal(to) ? v : Math.trunc(v)),
      { dtype: to, shape: x.shape },
      x,
    ),
  cases: [
    { x: [2, 3], with: { to: "f64" } },
    { x: { shape: [3], values: [-1.5, 0, 2.7] }, with: { to: "i32" } },
    { x: { shape: [2], dtype: "bool", values: [0, 1] }, with: { to: "f32" } },
    { x: { shape: [3], values: [0, 0.5, -2] }, with: { to: "bool" } },
  ],
});
