// A value that gradients do not pass.

import { toNumbers } from "../../tensor/tensor.js";
import { expectDType } from "../node.js";
import { defineOp, type Op } from "../op.js";

/** x itself, taken as a constant by every gradient. */
export const detach: Op<readonly ["x"], Record<never, never>> = defineOp({
  name: "detach",
  inputs: ["x"],
  type: ({ x }) => {
    expectDType(x, "f32", "f64");
    return { dtype: x.dtype, shape: x.shape };
  },
  onnx: "Identity",
  gradient: "zero",
  reference: ({ x }) => toNumbers(x),
  cases: [{ x: [2, 3] }],
});
