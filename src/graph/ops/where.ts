// Choice element by element.

import { defineOp, type Op } from "../op.js";
import { broadcast } from "../shapes.js";
import { mapElements } from "./elementwise.js";

/** a where the condition holds, else b; all three broadcast. */
export const where: Op<readonly ["condition", "a", "b"], Record<never, never>> = defineOp({
  name: "where",
  inputs: ["condition", "a", "b"],
  type: ({ condition, a, b }) => {
    if (condition.dtype !== "bool") throw new Error("the condition must be bool");
    if (a.dtype === "bool") throw new Error("chooses among numbers or texts, not bool");
    if (a.dtype !== b.dtype) throw new Error("element types differ");
    return { dtype: a.dtype, shape: broadcast(condition.shape, broadcast(a.shape, b.shape)) };
  },
  onnx: "Where",
  gradient: ({ condition, dy }) => ({ a: where(condition, dy, 0), b: where(condition, 0, dy) }),
  reference: ({ condition, a, b }, _, [type]) => mapElements((c, x, y) => (c ? x : y), type!, condition, a, b),
  cases: [
    { condition: { shape: [2, 2], dtype: "bool", values: [1, 0, 0, 1] }, a: [2, 2], b: [2, 2] },
    { condition: { shape: [3], dtype: "bool", values: [1, 0, 1] }, a: [2, 3], b: [] },
  ],
});
