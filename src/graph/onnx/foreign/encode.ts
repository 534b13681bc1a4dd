// A foreign model as bytes again, with chosen values as its outputs: what is run to learn their shapes.

import { encodeModel, type ValueMessage } from "../schema.js";
import { type ForeignModel, nodeOf } from "./model.js";

/** `asF32`: every output is cast, for element types that we do not read. Outputs are called "0", "1", … in their order. */
export function encodeForeign(model: ForeignModel, wanted: readonly string[], asF32 = false): Uint8Array {
  const ends = wanted.map((name, i) =>
    asF32
      ? nodeOf("Cast", [name], [`output ${i}`], [{ name: "to", type: 2, i: 1 }])
      : nodeOf("Identity", [name], [`output ${i}`]),
  );
  return encodeModel({
    ir_version: model.irVersion,
    opset_import: Array.from(model.opsets, ([domain, version]) => ({ domain, version })),
    metadata_props: [],
    graph: {
      name: "watched",
      node: [...model.nodes, ...ends],
      initializer: [...model.constants.values()],
      input: model.inputs.map(
        ({ name, type, dims }): ValueMessage => ({
          name,
          type: {
            tensor_type: {
              elem_type: type,
              shape: { dim: dims.map((dim) => (dim === undefined ? {} : { dim_value: dim })) },
            },
          },
        }),
      ),
      // the runtime finds their types
      output: wanted.map((_, i) => ({ name: `output ${i}` })),
    },
  });
}
