// Sums, products and powers, with broadcasting.

import type { Node } from "../node.js";
import type { Op } from "../op.js";
import { greater } from "./comparison.js";
import { binary, unary } from "./elementwise.js";
import { where } from "./where.js";

type None = Record<never, never>;
type Two = Op<readonly ["a", "b"], None>;
type One = Op<readonly ["x"], None>;

export const add: Two = binary({
  name: "add",
  onnx: "Add",
  f: (a, b) => a + b,
  gradient: ({ dy }) => ({ a: dy, b: dy }),
});

export const sub: Two = binary({
  name: "sub",
  onnx: "Sub",
  f: (a, b) => a - b,
  gradient: ({ dy }) => ({ a: dy, b: neg(dy) }),
});

export const mul: Two = binary({
  name: "mul",
  onnx: "Mul",
  f: (a, b) => a * b,
  gradient: ({ a, b, dy }) => ({ a: mul(dy, b), b: mul(dy, a) }),
});

export const div: Two = binary({
  name: "div",
  onnx: "Div",
  f: (a, b) => a / b,
  gradient: ({ b, y, dy }) => ({ a: div(dy, b), b: neg(div(mul(dy, y), b)) }),
  cases: [
    { a: [2, 3], b: { shape: [2, 3], low: 0.5, high: 2 } },
    { a: [3], b: { shape: [2, 1], low: -2, high: -0.5 } },
  ],
});

export const neg: One = unary({
  name: "neg",
  onnx: "Neg",
  f: (x) => -x,
  gradient: ({ dy }) => neg(dy),
});

export const square = (x: Node): Node => mul(x, x);

/** The larger operand; where they are equal, the second has the gradient. */
export const maximum: Two = binary({
  name: "maximum",
  onnx: "Max",
  f: Math.max,
  gradient: ({ a, b, dy }) => ({ a: where(greater(a, b), dy, 0), b: where(greater(a, b), 0, dy) }),
});

/** The smaller operand; where they are equal, the first has the gradient. */
export const minimum: Two = binary({
  name: "minimum",
  onnx: "Min",
  f: Math.min,
  gradient: ({ a, b, dy }) => ({ a: where(greater(a, b), 0, dy), b: where(greater(a, b), dy, 0) }),
});
