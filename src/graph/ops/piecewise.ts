// Functions with kinks and steps. At a kink the derivative is that of the left side (of `abs`, 0), at a step it is zero.

import { tensorOf } from "../../tensor/tensor.js";
import { expectDType } from "../node.js";
import { defineOp, type Op } from "../op.js";
import { mul } from "./arithmetic.js";
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
  gradient: ({ x, dy }) => mul(dy, gate(x, { low: 0 })),
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
  gradient: ({ x, dy, attributes: { slope } }) => ({ x: mul(dy, gate(x, { low: slope })) }),
  reference: ({ x }, { slope }) => mapElements((v) => (v > 0 ? v : slope * v), x, x),
  cases: [
    { x: { shape: [2, 3], kinks: [0] }, with: { slope: 0.1 } },
    { x: { shape: [4], kinks: [0] }, with: { slope: 0.2 } },
  ],
});

/**
 * 1 where x > 0, else `low`: the derivative of the rectifiers. Written as a steep line cut off at both ends, which
 * costs a quarter of a comparison and a choice; only for 0 < x < 3e-39, no normal f32 number, do the two differ.
 */
export const gate: Op<readonly ["x"], { low: number }> = defineOp({
  name: "gate",
  inputs: ["x"],
  type: ({ x }, { low }: { low: number }) => {
    expectDType(x, "f32", "f64");
    if (!(low >= 0 && low < 1)) throw new Error(`low lies from 0 to below 1, not at ${low}`);
    return { dtype: x.dtype, shape: x.shape };
  },
  onnx: (emit, [x], { results }, { low }) => {
    const single = results[0]!.dtype === "f32";
    const number = (value: number) => emit.constant(tensorOf(single ? "f32" : "f64", [], [value]));
    const [steep] = emit.node("Mul", [x!, number(single ? 3e38 : 1e308)]);
    return emit.node("Clip", [steep!, number(low), number(1)]);
  },
  gradient: "zero",
  reference: ({ x }, { low }) => mapElements((v) => (v > 0 ? 1 : low), x, x),
  cases: [
    { x: { shape: [6], values: [-1, -1e-30, 0, 1e-30, 0.5, 3e38] }, with: { low: 0.1 } },
    { x: [2, 3], with: { low: 0 } },
  ],
});

export const sign: One = unary({ name: "sign", onnx: "Sign", f: Math.sign, on: offZero });
export const floor: One = unary({ name: "floor", onnx: "Floor", f: Math.floor, on: { kinks: [-2, -1, 0, 1, 2] } });
export const ceil: One = unary({ name: "ceil", onnx: "Ceil", f: Math.ceil, on: { kinks: [-2, -1, 0, 1, 2] } });
