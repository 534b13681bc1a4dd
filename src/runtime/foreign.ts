// Opens a model that is not ours, so that our programs can compute chosen values of it. What its file does not say (shapes,
// where the batch stands) is learned by running it, and the copy that goes into our files is run against the original.

import type { Node } from "../graph/node.js";
import { dtypeOfCode } from "../graph/onnx/dtype.js";
import { withOpenBatch } from "../graph/onnx/foreign/batch.js";
import { chooseValues } from "../graph/onnx/foreign/choose.js";
import { type FragmentInput, fragmentOf } from "../graph/onnx/foreign/fragment.js";
import { type ForeignInput, pruned, readForeign } from "../graph/onnx/foreign/model.js";
import { cast } from "../graph/ops/cast.js";
import { foreign } from "../graph/ops/foreign.js";
import { reshape } from "../graph/ops/shape.js";
import { type Dim, sizeOf } from "../tensor/dtype.js";
import { OddityError } from "../tensor/errors.js";
import { compare, look } from "./probe.js";
import type { Runtime } from "./runtime.js";

/** A model whose chosen values our programs can compute. It is frozen: no gradient passes it. */
export interface Foreign {
  /** What the chosen values depend on. The shape is that of one row, without the batch. */
  readonly inputs: readonly FragmentInput[];
  readonly values: readonly ForeignValue[];
  /** Numbers that all values have together, for each row. */
  readonly width: number;
  /** Sentences for the user: what is not watched. */
  readonly notes: readonly string[];
  /**
   * The values, f32[batch, …shape] each, of nodes [batch, …] for the inputs, in their order. Nodes of other numbers are
   * cast, and reshaped where a row has as many; layout and scale are the caller's. May be called any number of times.
   */
  apply(nodes: readonly Node[]): Node[];
}

export interface ForeignValue {
  readonly name: string;
  /** The operator that computes it, and the name of that node. */
  readonly op: string;
  readonly node: string;
  /** Of one row. */
  readonly shape: readonly number[];
  readonly size: number;
}

export interface ForeignOptions {
  /** How errors call the model. */
  readonly place?: string;
  /** Names of values or nodes; all activations but the output's own where left out. */
  readonly layers?: readonly string[] | undefined;
  /** The shape of a row of an input, by name, where its file leaves sizes open. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
}

/** @throws OddityError that says what cannot be taken over, and how to export the model so that it can */
export async function openForeign(
  bytes: Uint8Array,
  runtime: Runtime,
  { place = "target", layers, shapes = {} }: ForeignOptions = {},
): Promise<Foreign> {
  const model = readForeign(bytes, place);
  const { values, notes } = chooseValues(model, layers);
  const part = pruned(
    model,
    values.map(({ name }) => name),
  );
  if (part.inputs.length === 0)
    throw new OddityError({ place, expected: "values that depend on the model's inputs", got: "constants" });
  const inputs = part.inputs.map((each) => rowOf(each, shapes[each.name], place));
  const { chosen, products, numbers } = await look(part, inputs, runtime);
  const fragment = fragmentOf(withOpenBatch(part), { prefix: "target", inputs, chosen, products });
  await compare(fragment, numbers, { runtime, place });
  const known = values.map((value, i) => ({ ...value, shape: chosen[i]!.shape, size: sizeOf(chosen[i]!.shape) }));
  return {
    inputs,
    values: known,
    width: known.reduce((sum, { size }) => sum + size, 0),
    notes,
    apply: (nodes) =>
      foreign(
        inputs.map((each, i) => fitted(nodes[i]!, each, place)),
        fragment,
      ),
  };
}

/** The sizes of one row, as the file states them or else the caller. */
function rowOf({ name, type, dims }: ForeignInput, given: readonly number[] | undefined, place: string): FragmentInput {
  const stated = dims.slice(1);
  const got = `[${stated.map((size) => size ?? "?").join()}]`;
  if (
    given !== undefined &&
    (given.length !== stated.length || stated.some((size, i) => (size ?? given[i]) !== given[i]))
  )
    throw new OddityError({ place, expected: `rows of the shape [${given.join()}] at the input "${name}"`, got });
  const shape = given ?? stated.filter((size) => size !== undefined);
  if (shape.length !== stated.length)
    throw new OddityError({
      place,
      expected: `stated sizes of a row at the input "${name}"`,
      got,
      hint: "export it with every size fixed but that of the batch",
    });
  return { name, dtype: dtypeOfCode(type)!, shape };
}

/** A node as the input wants it. */
function fitted(node: Node, { name, dtype, shape }: FragmentInput, place: string): Node {
  const [batch, ...row] = node.shape as [Dim, ...number[]];
  if (sizeOf(row) !== sizeOf(shape))
    throw new OddityError({
      place,
      expected: `rows of ${sizeOf(shape)} numbers, which its input "${name}" [${shape.join()}] takes`,
      got: `rows of ${sizeOf(row)}`,
    });
  return reshape(node.dtype === dtype ? node : cast(node, { to: dtype }), { shape: [batch, ...shape] });
}
