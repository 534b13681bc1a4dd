// A part of somebody else's ONNX model as one op: frozen, since no gradient passes it.

import { sameShape } from "../../tensor/dtype.js";
import { apply, type Node } from "../node.js";
import type { Fragment } from "../onnx/foreign/fragment.js";
import type { AnyOp } from "../op.js";

const foreignOp: AnyOp = {
  name: "foreign",
  inputs: [],
  type: (_, attributes, all) => {
    const { inputs, outputs } = attributes.fragment as Fragment;
    const batch = all[0]?.shape[0];
    if (batch === undefined || all.length !== inputs.length) throw new Error(`needs ${inputs.length} operands`);
    inputs.forEach(({ name, dtype, shape }, i) => {
      if (all[i]!.dtype !== dtype || !sameShape(all[i]!.shape, [batch, ...shape]))
        throw new Error(`"${name}" needs ${dtype}[${[batch, ...shape].join()}]`);
    });
    return outputs.map(({ shape }) => ({ dtype: "f32", shape: [batch, ...shape] }));
  },
  onnx: (emit, inputs, _, { fragment }: { fragment: Fragment }) => emit.embed(fragment, inputs),
  gradient: "zero",
  cases: [],
};

/** The fragment's values, f32[batch, …shape] each, of operands with the types of its inputs. */
export const foreign = (inputs: readonly Node[], fragment: Fragment): Node[] => apply(foreignOp, inputs, { fragment });
