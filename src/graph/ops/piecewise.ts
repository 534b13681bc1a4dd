// Functions with kinks and steps. At a kink the derivative is that of the left side (of `abs`, 0), at a step it is zero.

import { expectDType } from "../node.js";
import { defineOp, type Op } from "../op.js";
import { maximum, mul } from "./arithmetic.js";
import { mapElements, unary } from "./elementwise.js";

type One = Op<readonly ["x"], Record<never, never>>;
const offZero = { kinks: [0] };

export const abs: One = unary({
  name: "abs",
  onnx: "Abs",
  f: Math.abs,
  gradient: ({ x, dy }) => mul(dy, sign(x)),
  on: offZero,
});

export const relu: One = unary({
  name: "relu",
  onnx: "Relu",
  f: (x) => Math.max(x, 0),
  // y ≥ 0, so its sign is the derivative: one cheap kernel where `where` needs a comparison first
  gradient: ({ y, dy }) => mul(dy, sign(y)),
  on: offZero,
});

/** x where x > 0, else slope·x. */
export const leakyRelu: Op<readonly ["x"], { slope: number }> = defineOp({
  name: "leakyRelu",
  inputs: ["x"],
  type: ({ x }, { slope }: { slope: number }) => {
    expectDType(x, "f32");
    if (!(slope >= 0 && slope < 1)) throw new Error(`the slope lies from 0 to below 1, not at ${slope}`);
    return { dtype: x.dtype, shape: x.shape };
  },
  onnx: (emit, [x], _, { slope }: { slope: number }) => emit.node("LeakyRelu", [x!], { alpha: { f: slope } }),
  // 1 or slope, as the larger of sign(x) and slope
  gradient: ({ x, dy, attributes: { slope } }) => ({ x: mul(dy, maximum(sign(x), slope)) }),
  reference: ({ x }, { slope }) => mapElements((v) => (v > 0 ? v : slope * v), x, x),
  cases: [
    { x: { shape: [2, 3], kinks: [0] }, with: { slope: 0.1 } },
    { x: { shape: [4], kinks: [0] }, with: { slope: 0.2 } },
  ],
});

export const sign: One = unary({ name: "sign", onnx: "Sign", f: Math.sign, on: offZero });
export const floor: One = unary({ name: "floor", onnx: "Floor", f: Math.floor, on: { kinks: [-2, -1, 0, 1, 2] } });
export const ceil: One = unary({ name: "ceil", onnx: "Ceil", f: Math.ceil, on: { kinks: [-2, -1, 0, 1, 2] } });
