// A model of the user's own, read so that parts of it can be taken over: nothing in it that we could not copy, constants all
// in one place, inputs of element types that we can feed.

import { firstLine, OddityError } from "../../../tensor/errors.js";
import { dtypeOfCode } from "../dtype.js";
import {
  type AttributeMessage,
  decodeModel,
  type GraphMessage,
  type ModelMessage,
  type NodeMessage,
  type TensorMessage,
  type ValueMessage,
} from "../schema.js";
import { f32Tensor, i64Tensor, saturated } from "../tensors.js";

/** What is fed: sizes that are not known before are undefined. */
export interface ForeignInput {
  readonly name: string;
  /** Element type by its ONNX number. */
  readonly type: number;
  readonly dims: readonly (number | undefined)[];
}

export interface ForeignModel {
  /** How errors call the model. */
  readonly place: string;
  readonly irVersion: number;
  /** Versions of operator sets; that of ONNX itself is "". */
  readonly opsets: ReadonlyMap<string, number>;
  readonly inputs: readonly ForeignInput[];
  readonly outputs: readonly string[];
  /** Makers before users. */
  readonly nodes: readonly NodeMessage[];
  readonly constants: ReadonlyMap<string, TensorMessage>;
}

/** The oldest operator set whose operators broadcast as today's do. */
const OLDEST = 7;
/** No protobuf message may be longer. */
const LONGEST = 2 ** 31 - 1;
/** Numbers of element types that are fed as f32 and cast: i8, u16, i16, f16, u32, u64, bf16. */
const CAST_FROM_F32: ReadonlySet<number> = new Set([3, 4, 5, 10, 12, 13, 16]);

/** @throws OddityError with what stands in the way, and how to save the model so that it does not */
export function readForeign(bytes: Uint8Array, place: string): ForeignModel {
  const refuse = (expected: string, got: string, hint?: string): OddityError =>
    new OddityError({ place, expected, got, ...(hint === undefined ? {} : { hint }) });
  if (bytes.length > LONGEST) throw refuse("an ONNX model of less than 2 GB", `${bytes.length} bytes`);
  const { graph, ...model } = decode(bytes, refuse);
  if ((model.functions ?? []).length > 0)
    throw refuse(
      "a model without functions of its own",
      `the function ${model.functions![0]!.name}`,
      'save it with them written out: onnx.save(onnx.inliner.inline_local_functions(onnx.load("model.onnx")), "inlined.onnx")',
    );
  const opsets = new Map(model.opset_import.map(({ domain, version }) => [plainDomain(domain), version]));
  const opset = opsets.get("") ?? OLDEST;
  if (opset < OLDEST)
    throw refuse(`operator set ${OLDEST} or newer`, `${opset}`, "export the model again with opset 18");
  if (graph.node.some(({ domain }) => domain === "com.microsoft.nchwc"))
    throw refuse(
      "a model that runs on any machine",
      "one that ONNX Runtime has fitted to one processor",
      "take it as it was before",
    );
  if (graph.node.some(({ op_type }) => op_type === "DynamicQuantizeLinear"))
    throw refuse(
      "a model in which rows do not depend on each other",
      "dynamic quantisation, whose steps depend on the whole batch",
      "take it as it was before, or quantise it statically",
    );
  if ((graph.sparse_initializer ?? []).length > 0) throw refuse("dense weights", "sparse ones");

  const constants = new Map(graph.initializer.map((tensor) => [tensor.name, cleanTensor(tensor)]));
  const nodes = graph.node.flatMap((node) => {
    const clean = cleaned(node);
    const constant = constantOf(clean);
    if (constant === undefined) return [clean];
    constants.set(constant.name, constant);
    return [];
  });
  const outside = [...constants.values()].find(isOutside);
  if (outside !== undefined)
    throw refuse(
      "a model whose weights are in the file itself",
      `weights in "${locationOf(outside)}" beside it`,
      'save it as one file: onnx.save(onnx.load("model.onnx"), "whole.onnx")',
    );
  const inputs: ForeignInput[] = [];
  const casts: NodeMessage[] = [];
  for (const value of graph.input) {
    // before IR version 4 weights are inputs too, and later they may be: as inputs that need not be fed
    if (constants.has(value.name)) continue;
    const { input, cast } = inputOf(value, refuse);
    inputs.push(input);
    if (cast !== undefined) casts.push(cast);
  }
  return {
    place,
    irVersion: model.ir_version ?? 0,
    opsets: new Map([...opsets, ["", opset]]),
    inputs,
    outputs: graph.output.map(({ name }) => name),
    nodes: [...casts, ...nodes],
    constants,
  };
}

type Refuse = (expected: string, got: string, hint?: string) => OddityError;

function decode(bytes: Uint8Array, refuse: Refuse): ModelMessage & { graph: GraphMessage } {
  let model: ModelMessage;
  try {
    model = decodeModel(bytes);
  } catch (error) {
    throw refuse("an ONNX model", `bytes that are none (${firstLine(error)})`);
  }
  const { graph } = model;
  if (!graph || graph.node.length === 0) throw refuse("an ONNX model", "a file without operators");
  return { ...model, graph };
}

const plainDomain = (domain: string | undefined): string => (domain === "ai.onnx" ? "" : (domain ?? ""));

export const isOutside = ({ data_location }: TensorMessage): boolean => data_location === 1;

export const locationOf = ({ external_data = [] }: TensorMessage): string =>
  external_data.find(({ key }) => key === "location")?.value ?? "";

function inputOf({ name, type }: ValueMessage, refuse: Refuse): { input: ForeignInput; cast?: NodeMessage } {
  const tensor = type?.tensor_type;
  if (tensor === undefined)
    throw refuse("inputs that are tensors", `the input "${name}", which is a sequence, a dictionary or optional`);
  const dims = (tensor.shape?.dim ?? []).map(({ dim_value, dim_param }) =>
    dim_param || !dim_value || dim_value < 0 ? undefined : dim_value,
  );
  if (tensor.shape === undefined)
    throw refuse("inputs with a stated number of axes", `the input "${name}" without a shape`);
  if (dims.length === 0)
    throw refuse("inputs whose first axis is the batch", `the input "${name}", a single number without axes`);
  const { elem_type: code } = tensor;
  if (dtypeOfCode(code) !== undefined) return { input: { name, type: code, dims } };
  if (!CAST_FROM_F32.has(code))
    throw refuse("inputs of numbers or text", `the input "${name}" of ONNX element type ${code}`);
  const fed = `${name}/f32`;
  return {
    input: { name: fed, type: 1, dims },
    cast: nodeOf("Cast", [fed], [name], [{ name: "to", type: 2, i: code }]),
  };
}

/** A node of ONNX's own operator set, as conversions make them. */
export const nodeOf = (
  op: string,
  input: readonly string[],
  output: readonly string[],
  attribute: AttributeMessage[] = [],
): NodeMessage => ({ op_type: op, name: "", input: [...input], output: [...output], attribute });

/** The largest double below 2⁶³: an attribute that says "to the end" does not survive the way through a double. */
const TO_THE_END = 2 ** 63 - 1024;

/** The node with one name for ONNX's own domain, and whole numbers that can be written again. */
function cleaned(node: NodeMessage): NodeMessage {
  const domain = plainDomain(node.domain);
  const { domain: _, ...rest } = node;
  const attribute = node.attribute.map((each) => ({
    ...each,
    ...(each.ints === undefined ? {} : { ints: each.ints.map((i) => Math.min(i, TO_THE_END)) }),
    ...(each.i === undefined ? {} : { i: Math.min(each.i, TO_THE_END) }),
    ...(each.g === undefined ? {} : { g: cleanGraph(each.g) }),
    ...(each.graphs === undefined ? {} : { graphs: each.graphs.map(cleanGraph) }),
  }));
  return { ...rest, attribute, ...(domain === "" ? {} : { domain }) };
}

/** Whole numbers as bytes, which keep all of them. */
function cleanTensor(tensor: TensorMessage): TensorMessage {
  const { int64_data: list = [], ...rest } = tensor;
  return list.length === 0 ? tensor : { ...rest, raw_data: new Uint8Array(BigInt64Array.from(list, saturated).buffer) };
}

const cleanGraph = (graph: GraphMessage): GraphMessage => ({
  ...graph,
  node: graph.node.map(cleaned),
  initializer: graph.initializer.map(cleanTensor),
});

/** The value of a `Constant` node, in whichever attribute it stands. */
function constantOf({ op_type, domain, output, attribute }: NodeMessage): TensorMessage | undefined {
  const [one] = attribute;
  const [name] = output;
  if (op_type !== "Constant" || domain !== undefined || one === undefined || name === undefined) return undefined;
  switch (one.name) {
    case "value":
      return one.t && cleanTensor({ ...one.t, name });
    case "value_float":
      return f32Tensor(name, one.f ?? 0);
    case "value_floats":
      return f32Tensor(name, one.floats ?? []);
    case "value_int":
      return i64Tensor(name, one.i ?? 0);
    case "value_ints":
      return i64Tensor(name, one.ints ?? []);
    default:
      return undefined;
  }
}

export const attributeOf = ({ attribute }: NodeMessage, name: string): AttributeMessage | undefined =>
  attribute.find((each) => each.name === name);

/** Bodies of `If`, `Loop` and `Scan`. */
export const bodiesOf = ({ attribute }: NodeMessage): GraphMessage[] =>
  attribute.flatMap(({ g, graphs = [] }) => [...(g === undefined ? [] : [g]), ...graphs]);

/** What a node reads, values of the enclosing graph in its bodies included. */
export const readsOf = (node: NodeMessage): string[] => [
  ...node.input.filter((name) => name !== ""),
  ...bodiesOf(node).flatMap(freeNames),
];

function freeNames(graph: GraphMessage): string[] {
  const own = new Set([
    ...graph.input.map(({ name }) => name),
    ...graph.initializer.map(({ name }) => name),
    ...graph.node.flatMap(({ output }) => output),
  ]);
  const read = [...graph.node.flatMap(readsOf), ...graph.output.map(({ name }) => name)];
  return read.filter((name) => !own.has(name));
}

/** The model with only what the wanted values need. */
export function pruned(model: ForeignModel, wanted: readonly string[]): ForeignModel {
  const needed = new Set(wanted);
  const nodes = [...model.nodes].reverse().filter((node) => {
    if (!node.output.some((name) => needed.has(name))) return false;
    for (const name of readsOf(node)) needed.add(name);
    return true;
  });
  return {
    ...model,
    nodes: nodes.reverse(),
    inputs: model.inputs.filter(({ name }) => needed.has(name)),
    outputs: [...wanted],
    constants: new Map([...model.constants].filter(([name]) => needed.has(name))),
  };
}
