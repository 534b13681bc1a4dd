// A foreign model as bytes again, with chosen values as its outputs: what is run to learn their shapes.

import { encodeModel, type ValueMessage } from "../schema.js";
import { type ForeignModel, nodeOf } from "./model.js";

/**
 * The model with these values as its outputs, and the names that they have as such. `asF32`: they are cast, for element
 * types that we do not read.
 */
export function encodeForeign(
  model: ForeignModel,
  wanted: readonly string[],
  { asF32 = false }: { readonly asF32?: boolean } = {},
): { bytes: Uint8Array; outputs: readonly string[] } {
  const outputs = asF32 ? wanted.map((name) => `${name}/output`) : wanted;
  const casts = wanted.map((name) => nodeOf("Cast", [name], [`${name}/output`], [{ name: "to", type: 2, i: 1 }]));
  const bytes = encodeModel({
    ir_version: model.irVersion,
    opset_import: Array.from(model.opsets, ([domain, version]) => ({ domain, version })),
    metadata_props: [],
    graph: {
      name: "watched",
      node: asF32 ? [...model.nodes, ...casts] : [...model.nodes],
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
      output: outputs.map((name) => ({ name })),
    },
  });
  return { bytes, outputs };
}
