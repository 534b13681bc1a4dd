// Models as other tools write them: those of test/fixtures/targets, and small ones node by node.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dtypeCode } from "../src/graph/onnx/dtype.js";
import { type AttributeMessage, encodeModel, type GraphMessage, type NodeMessage } from "../src/graph/onnx/schema.js";
import type { DType } from "../src/tensor/dtype.js";
import { Random } from "../src/tensor/random.js";
import type { Tensor } from "../src/tensor/tensor.js";

export type FixtureName = "torch-mnist-cnn" | "sklearn-mlp" | "sklearn-classifier";

export const fixture = (name: FixtureName): Uint8Array =>
  readFileSync(fileURLToPath(new URL(`fixtures/targets/${name}.onnx`, import.meta.url)));

type Value = number | string | readonly number[] | Tensor | GraphMessage;

/** `"y, z = Split(x, sizes)"` with attributes: `"min:f": 1` is a float though it is whole, Infinity the largest integer. */
export function node(line: string, attributes: Readonly<Record<string, Value>> = {}, domain?: string): NodeMessage {
  const [, left, op, right] = /^(.*?) = (\w+)\((.*)\)$/.exec(line) as unknown as [string, string, string, string];
  const names = (list: string): string[] => (list === "" ? [] : list.split(",").map((name) => name.trim()));
  return {
    op_type: op,
    name: `the ${op} of ${left}`,
    input: names(right),
    output: names(left),
    attribute: Object.entries(attributes).map(toAttribute),
    ...(domain === undefined ? {} : { domain }),
  };
}

function toAttribute([key, value]: [string, Value]): AttributeMessage {
  const [name, kind] = key.split(":") as [string, string | undefined];
  if (typeof value === "string") return { name, type: 3, s: new TextEncoder().encode(value) };
  if (typeof value === "number")
    return kind === "f" || (!Number.isInteger(value) && value !== Infinity)
      ? { name, type: 1, f: value }
      : { name, type: 2, i: value === Infinity ? LARGEST : value };
  if ("data" in value) return { name, type: 4, t: toMessage(name, value) };
  if ("node" in value) return { name, type: 5, g: value };
  return kind === "f"
    ? { name, type: 6, floats: [...value] }
    : { name, type: 7, ints: value.map((i) => (i === Infinity ? LARGEST : i)) };
}

/** 2⁶³ - 1, which no double holds, in the form of the protobuf library. */
const LARGEST = { low: -1, high: 0x7fffffff, unsigned: false } as unknown as number;

const toMessage = (name: string, { dtype, shape, data }: Tensor) => ({
  name,
  dims: [...shape],
  data_type: dtypeCode[dtype],
  raw_data: new Uint8Array((data as Float32Array).buffer),
});

export interface Drawing {
  readonly opset?: number;
  readonly ir?: number;
  readonly domains?: Readonly<Record<string, number>>;
  /** Element type (or its ONNX number) and shape; a name is an open size. */
  readonly inputs: Readonly<Record<string, readonly [DType | number, ...(number | string)[]]>>;
  readonly constants?: Readonly<Record<string, Tensor>>;
  readonly nodes: readonly NodeMessage[];
  readonly outputs: readonly string[];
}

export function draw({
  opset = 18,
  ir = 8,
  domains = {},
  inputs,
  constants = {},
  nodes,
  outputs,
}: Drawing): Uint8Array {
  return encodeModel({
    ir_version: ir,
    opset_import: Object.entries({ "": opset, ...domains }).map(([domain, version]) => ({ domain, version })),
    metadata_props: [],
    graph: graph({ inputs, constants, nodes, outputs }),
  });
}

export const graph = ({ inputs, constants = {}, nodes, outputs }: Drawing): GraphMessage => ({
  name: "drawn",
  node: [...nodes],
  initializer: Object.entries(constants).map(([name, value]) => toMessage(name, value)),
  input: Object.entries(inputs).map(([name, [type, ...shape]]) => ({
    name,
    type: {
      tensor_type: {
        elem_type: typeof type === "number" ? type : dtypeCode[type],
        shape: { dim: shape.map((dim) => (typeof dim === "number" ? { dim_value: dim } : { dim_param: dim })) },
      },
    },
  })),
  output: outputs.map((name) => ({ name })),
});

/** Weights of a mean size of one over the root of the rows. */
export function weights(seed: number, ...shape: readonly number[]): Tensor<"f32"> {
  const data = new Random(seed).fillNormal(new Float32Array(shape.reduce((n, dim) => n * dim, 1)));
  return { dtype: "f32", shape, data: data.map((x) => x / Math.sqrt(shape[0]!)) };
}

/** A perceptron x f32[batch, 4] -> relu h[6] -> y[3], with what is asked for in between. */
export const perceptron = (change: Partial<Drawing> = {}): Drawing => ({
  inputs: { x: ["f32", "batch", 4] },
  constants: { w: weights(1, 4, 6), v: weights(2, 6, 3) },
  nodes: [node("a = MatMul(x, w)"), node("h = Relu(a)"), node("y = MatMul(h, v)")],
  outputs: ["y"],
  ...change,
});
