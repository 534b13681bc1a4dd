// Comparisons and logic: they give bool, and no gradient passes.

import type { DType } from "../../tensor/dtype.js";
import { defineOp, type Op } from "../op.js";
import { broadcast } from "../shapes.js";
import { binary, mapElements } from "./elementwise.js";

type Two = Op<readonly ["a", "b"], Record<never, never>>;

const compare = (name: string, onnx: string, f: (a: number, b: number) => boolean, dtypes?: readonly DType[]): Two =>
  binary({
    name,
    onnx,
    f: (a, b) => Number(f(a, b)),
    gradient: "zero",
    result: "bool",
    ...(dtypes ? { dtypes } : {}),
    cases: [
      { a: { shape: [4], values: [1, 2, 3, 4] }, b: { shape: [4], values: [2, 2, 2, 5] } },
      { a: [2, 3], b: [3] },
    ],
  });

export const greater: Two = compare("greater", "Greater", (a, b) => a > b);
export const greaterEqual: Two = compare("greaterEqual", "GreaterOrEqual", (a, b) => a >= b);
export const less: Two = compare("less", "Less", (a, b) => a < b);
export const lessEqual: Two = compare("lessEqual", "LessOrEqual", (a, b) => a <= b);
export const equal: Two = compare("equal", "Equal", (a, b) => a === b, ["f32", "f64", "i32", "i64", "bool"]);

const logic = (name: string, onnx: string, f: (a: boolean, b: boolean) => boolean): Two =>
  defineOp({
    name,
    inputs: ["a", "b"],
    type: ({ a, b }) => {
      if (a.dtype !== "bool" || b.dtype !== "bool") throw new Error("needs bool");
      return { dtype: "bool", shape: broadcast(a.shape, b.shape) };
    },
    onnx,
    gradient: "zero",
    reference: ({ a, b }, _, [type]) => mapElements((x, y) => Number(f(x === 1, y === 1)), type!, a, b),
    cases: [
      {
        a: { shape: [4], dtype: "bool", values: [0, 0, 1, 1] },
        b: { shape: [4], dtype: "bool", values: [0, 1, 0, 1] },
      },
    ],
  });

export const and: Two = logic("and", "And", (a, b) => a && b);
export const or: Two = logic("or", "Or", (a, b) => a || b);

export const not: Op<readonly ["x"], Record<never, never>> = defineOp({
  name: "not",
  inputs: ["x"],
  type: ({ x }) => {
    if (x.dtype !== "bool") throw new Error("needs bool");
    return { dtype: "bool", shape: x.shape };
  },
  onnx: "Not",
  gradient: "zero",
  reference: ({ x }) => mapElements((v) => 1 - v, x, x),
  cases: [{ x: { shape: [2], dtype: "bool", values: [0, 1] } }],
});

/** True where x is not a number: how a missing value is found. */
export const isMissing: Op<readonly ["x"], Record<never, never>> = defineOp({
  name: "isMissing",
  inputs: ["x"],
  type: ({ x }) => {
    if (x.dtype !== "f32" && x.dtype !== "f64") throw new Error("needs f32 or f64");
    return { dtype: "bool", shape: x.shape };
  },
  onnx: "IsNaN",
  gradient: "zero",
  reference: ({ x }) => mapElements((v) => Number(Number.isNaN(v)), x, x),
  cases: [
    { x: { shape: [3], values: [1, Number.NaN, 0] } },
    { x: { shape: [2], dtype: "f64", values: [Number.NaN, 1] } },
  ],
});
