// Exponentials, logarithms, roots, and the smooth squashing functions.

import type { Op } from "../op.js";
import { div, mul, neg, sub } from "./arithmetic.js";
import { binary, unary } from "./elementwise.js";

type One = Op<readonly ["x"], Record<never, never>>;
const positive = { low: 0.2, high: 3 };

export const exp: One = unary({ name: "exp", onnx: "Exp", f: Math.exp, gradient: ({ y, dy }) => mul(dy, y) });

export const log: One = unary({
  name: "log",
  onnx: "Log",
  f: Math.log,
  gradient: ({ x, dy }) => div(dy, x),
  on: positive,
});

/** a^b for a > 0. d/da = b a^(b-1); d/db = a^b ln a. */
export const pow: Op<readonly ["a", "b"], Record<never, never>> = binary({
  name: "pow",
  onnx: "Pow",
  f: (a, b) => a ** b,
  dtypes: ["f32", "f64"],
  gradient: ({ a, b, y, dy }) => ({ a: mul(dy, mul(b, pow(a, sub(b, 1)))), b: mul(dy, mul(y, log(a))) }),
  cases: [
    { a: { shape: [2, 3], low: 0.5, high: 2 }, b: [2, 3] },
    { a: { shape: [4], low: 0.5, high: 2 }, b: [] },
  ],
});

/** √x. The derivative ½/√x is infinite at 0: add something small first where x may be 0. */
export const sqrt: One = unary({
  name: "sqrt",
  onnx: "Sqrt",
  f: Math.sqrt,
  gradient: ({ y, dy }) => div(mul(dy, 0.5), y),
  on: positive,
});

export const reciprocal: One = unary({
  name: "reciprocal",
  onnx: "Reciprocal",
  f: (x) => 1 / x,
  gradient: ({ y, dy }) => neg(mul(dy, mul(y, y))),
  on: positive,
});

export const tanh: One = unary({
  name: "tanh",
  onnx: "Tanh",
  f: Math.tanh,
  gradient: ({ y, dy }) => mul(dy, sub(1, mul(y, y))),
});

/** 1 / (1 + exp(-x)) */
export const sigmoid: One = unary({
  name: "sigmoid",
  onnx: "Sigmoid",
  f: (x) => 1 / (1 + Math.exp(-x)),
  gradient: ({ y, dy }) => mul(dy, mul(y, sub(1, y))),
});

/** log(1 + exp(x)), which ONNX Runtime computes without overflow. */
export const softplus: One = unary({
  name: "softplus",
  onnx: "Softplus",
  f: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  gradient: ({ x, dy }) => mul(dy, sigmoid(x)),
  dtypes: ["f32"],
});

export const sin: One = unary({ name: "sin", onnx: "Sin", f: Math.sin, gradient: ({ x, dy }) => mul(dy, cos(x)) });
export const cos: One = unary({ name: "cos", onnx: "Cos", f: Math.cos, gradient: ({ x, dy }) => neg(mul(dy, sin(x))) });
