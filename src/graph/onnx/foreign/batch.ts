// Models whose batch has a fixed size, made to take any: exporters write the size into the shape of the input and into the
// constants of reshapes. Whether that was all is found by running both (runtime/foreign.ts).

import type { NodeMessage, TensorMessage } from "../schema.js";
import { i64Tensor, numbersOf } from "../tensors.js";
import { attributeOf, type ForeignModel } from "./model.js";

/** The size of the batch that the model was saved for; undefined where it takes any. */
export function fixedBatch({ inputs }: ForeignModel): number | undefined {
  return inputs.map(({ dims }) => dims[0]).find((size) => size !== undefined);
}

/** The same model for batches of any size, as far as one can see. */
export function withOpenBatch(model: ForeignModel): ForeignModel {
  const batch = fixedBatch(model);
  if (batch === undefined) return model;
  const constants = new Map(model.constants);
  const fixed = new Set(constants.keys());
  const nodes = model.nodes.map((node) => {
    if (node.input.every((name) => fixed.has(name))) for (const name of node.output) fixed.add(name);
    else if (node.op_type === "Reshape" || node.op_type === "Expand") return opened(node, batch, fixed, constants);
    return node;
  });
  const inputs = model.inputs.map((each) => ({ ...each, dims: [undefined, ...each.dims.slice(1)] }));
  return { ...model, inputs, nodes, constants };
}

function opened(
  node: NodeMessage,
  batch: number,
  fixed: ReadonlySet<string>,
  constants: Map<string, TensorMessage>,
): NodeMessage {
  const [x, shape] = node.input as [string, string];
  const tensor = constants.get(shape);
  const sizes = tensor && numbersOf(tensor);
  if (sizes === undefined || fixed.has(x)) return node;
  const [first, ...rest] = sizes as [number, ...number[]];
  // rows times something, as in [rows · words, features], are recognised where the size of the batch is not 1
  if (first !== batch && !(batch > 1 && first > 0 && first % batch === 0)) return node;
  const name = `${shape}/batch`;
  const write = (size: number): void => void constants.set(name, i64Tensor(name, [size, ...rest]));
  if (node.op_type === "Expand") write(1);
  else if (!rest.includes(-1)) write(-1);
  // "as many as the input has" has a second meaning, which must then not be in use
  else if (first === batch && !(rest.includes(0) && attributeOf(node, "allowzero")?.i)) write(0);
  else return node;
  const attribute = node.attribute.filter((each) => each.name !== "allowzero" || !rest.includes(-1));
  return { ...node, attribute, input: [x, name] };
}
