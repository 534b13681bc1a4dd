// Reads ONNX models: what they take and give, their metadata, and how big they are. Nothing is run.

import type { DType, Shape } from "../../tensor/dtype.js";
import { dtypeCode, dtypeOfCode } from "./dtype.js";
import {
  decodeModel,
  encodeModel,
  type GraphMessage,
  type ModelMessage,
  type TensorMessage,
  type ValueMessage,
} from "./schema.js";

export interface OnnxValue {
  readonly name: string;
  /** Undefined for element types that we do not use. */
  readonly dtype: DType | undefined;
  readonly shape: Shape;
}

export interface OnnxModel {
  readonly producer: string;
  readonly opsets: Readonly<Record<string, number>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** How often each op occurs, bodies of loops included. */
  readonly operators: Readonly<Record<string, number>>;
  /** Elements in all initialisers. */
  readonly constants: number;
}

/** Throws a plain Error where the bytes are not an ONNX model. */
export function readOnnx(bytes: Uint8Array): OnnxModel {
  const model = decode(bytes);
  const operators: Record<string, number> = {};
  count(model.graph, operators);
  return {
    producer: model.producer_name ?? "",
    opsets: Object.fromEntries(model.opset_import.map(({ domain, version }) => [domain ?? "", version])),
    metadata: Object.fromEntries(model.metadata_props.map(({ key, value }) => [key, value])),
    inputs: model.graph.input.map(toValue),
    outputs: model.graph.output.map(toValue),
    operators,
    constants: model.graph.initializer.reduce((sum, tensor) => sum + elements(tensor), 0),
  };
}

/** The same model with other metadata, and with new values for named initialisers of one element. */
export function patchOnnx(
  bytes: Uint8Array,
  change: {
    readonly metadata?: Readonly<Record<string, string>>;
    readonly constants?: Readonly<Record<string, number>>;
  },
): Uint8Array {
  const model = decode(bytes);
  const metadata = {
    ...Object.fromEntries(model.metadata_props.map(({ key, value }) => [key, value])),
    ...change.metadata,
  };
  model.metadata_props = Object.entries(metadata).map(([key, value]) => ({ key, value }));
  for (const [name, value] of Object.entries(change.constants ?? {})) {
    const found = model.graph.initializer.find((tensor) => tensor.name === name);
    if (found === undefined) throw new Error(`internal: the model has no constant "${name}"`);
    if (found.data_type !== dtypeCode.f32 || elements(found) !== 1)
      throw new Error(`internal: the constant "${name}" is not one f32 number`);
    found.raw_data = new Uint8Array(new Float32Array([value]).buffer);
  }
  return encodeModel(model);
}

const elements = ({ dims }: TensorMessage): number => dims.reduce((n, dim) => n * dim, 1);

function decode(bytes: Uint8Array): ModelMessage & { graph: GraphMessage } {
  const model = decodeModel(bytes);
  const { graph } = model;
  if (!graph || !model.ir_version) throw new Error("there is no graph in it");
  return { ...model, graph };
}

function count(graph: GraphMessage, operators: Record<string, number>): void {
  for (const { op_type, attribute } of graph.node) {
    operators[op_type] = (operators[op_type] ?? 0) + 1;
    for (const { g } of attribute) if (g) count(g, operators);
  }
}

const toValue = ({ name, type }: ValueMessage): OnnxValue => ({
  name,
  dtype: type?.tensor_type && dtypeOfCode(type.tensor_type.elem_type),
  shape: (type?.tensor_type?.shape?.dim ?? []).map(({ dim_value, dim_param }) => dim_param ?? dim_value ?? "?"),
});
