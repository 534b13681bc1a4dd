// Writes a program as an ONNX model. Initialisers all stand in the outer graph; bodies of `scan` refer to them and to
// other outer values by name, as ONNX scoping allows.

import { printType, type Shape, type TensorType } from "../../tensor/dtype.js";
import type { Tensor } from "../../tensor/tensor.js";
import { type Application, applicationsOf, type Graph, type Node } from "../node.js";
import { type Body, innerApplications } from "../ops/scan.js";
import { simplify } from "../simplify.js";
import { dtypeCode } from "./dtype.js";
import type { Emit, OnnxAttribute } from "./emit.js";
import type { Fragment } from "./foreign/fragment.js";
import { renamed } from "./foreign/renamed.js";
import {
  type AttributeMessage,
  encodeModel,
  type GraphMessage,
  type ModelMessage,
  type NodeMessage,
  type ValueMessage,
} from "./schema.js";

/** Opset 18 (December 2022) is the first with `axes` as an input of every reduction; onnxruntime ≥ 1.14 runs it. */
export const OPSET = 18;
const ML = "ai.onnx.ml";
const ML_OPSET = 3;
const IR_VERSION = 8;

export interface WriteOptions {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly version?: string;
}

export function writeOnnx(graph: Graph, { metadata = {}, version = "" }: WriteOptions = {}): Uint8Array {
  return encodeModel(toModel(simplify(graph), metadata, version));
}

function toModel(graph: Graph, metadata: Readonly<Record<string, string>>, version: string): ModelMessage {
  const writer = new Writer(graph);
  const message = writer.graph();
  return {
    ir_version: IR_VERSION,
    producer_name: "oddity",
    producer_version: version,
    graph: message,
    opset_import: [{ domain: "", version: OPSET }, ...writer.domains()],
    metadata_props: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  };
}

const keyOf = (node: Node): string => `${node.from.serial}.${node.index}`;

class Writer implements Emit {
  readonly #domains = new Map<string, number>();
  readonly #graph: Graph;
  readonly #names = new Map<string, string>();
  readonly #taken = new Set<string>();
  readonly #constants = new Map<Tensor, Map<string | undefined, string>>();
  /** Names of what a fragment has once, however often it is applied. */
  readonly #embedded = new Map<Fragment, ReadonlyMap<string, string>>();
  readonly #message: GraphMessage;
  #nodes: NodeMessage[];

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#message = { name: graph.name, node: [], initializer: [], input: [], output: [] };
    this.#nodes = this.#message.node;
  }

  /** Operator sets besides ONNX's own, as they are stated in the file. */
  domains(): { domain: string; version: number }[] {
    return Array.from(this.#domains, ([domain, version]) => ({ domain, version }));
  }

  graph(): GraphMessage {
    for (const node of this.#graph.inputs) this.#message.input.push(valueInfo(this.#declare(node), node));
    for (const { name } of this.#graph.outputs) this.#taken.add(name);
    this.#applications(applicationsOf(this.#graph.outputs.map(({ node }) => node)));
    for (const { name, node } of this.#graph.outputs) {
      this.#push("Identity", [this.#nameOf(node)], [name]);
      this.#message.output.push(valueInfo(name, node));
    }
    return this.#message;
  }

  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    options: { outputs?: number; domain?: string } = {},
  ): string[] {
    const outputs = Array.from({ length: options.outputs ?? 1 }, () => this.#fresh(op.toLowerCase()));
    this.#push(op, inputs, outputs, Object.entries(attributes).map(toAttribute), options.domain);
    return outputs;
  }

  constant(value: Tensor, name?: string): string {
    const shared = this.#constants.get(value) ?? new Map<string | undefined, string>();
    this.#constants.set(value, shared);
    const before = shared.get(name);
    if (before !== undefined) return before;
    const fresh = this.#fresh(name ?? "constant", name !== undefined);
    shared.set(name, fresh);
    this.#message.initializer.push({
      name: fresh,
      dims: [...value.shape],
      data_type: dtypeCode[value.dtype],
      ...bytesOf(value),
    });
    return fresh;
  }

  input(app: Application): string {
    return this.#nameOf({ ...app.results[0]!, from: app, index: 0 });
  }

  scan(inputs: readonly string[], body: Body, scanned: number): string[] {
    const outer = this.#nodes;
    const nodes: NodeMessage[] = [];
    this.#nodes = nodes;
    const given = body.inputs.map((node) => valueInfo(this.#declare(node), node));
    const inner = innerApplications(body);
    this.#applications(applicationsOf(body.outputs).filter((app) => inner.has(app)));
    const named = new Set<string>();
    const results = body.outputs.map((node) => {
      const name = this.#nameOf(node);
      // a body must make each of its results itself, once; a copy is made only where it does not
      const isOwn = inner.has(node.from) && node.from.op.name !== "input" && !named.has(name);
      named.add(name);
      return valueInfo(isOwn ? name : this.node("Identity", [name])[0]!, node);
    });
    this.#nodes = outer;
    const graph: GraphMessage = { name: "step", node: nodes, initializer: [], input: given, output: results };
    const outputs = body.outputs.map(() => this.#fresh("scan"));
    this.#push("Scan", inputs, outputs, [
      { name: "num_scan_inputs", type: 2, i: scanned },
      { name: "body", type: 5, g: graph },
    ]);
    return outputs;
  }

  embed(fragment: Fragment, inputs: readonly string[]): string[] {
    const fed = fragment.inputs.map(({ name }, i) => [name, inputs[i]!] as const);
    const names = new Map([...this.#embedOnce(fragment), ...fed]);
    this.#nodes.push(...renamed(fragment.nodes, this.#naming(fragment, names)));
    return fragment.outputs.map(({ name }) => names.get(name)!);
  }

  /** Constants, and nodes that know no input: they stand in the outer graph, as initialisers do. */
  #embedOnce(fragment: Fragment): ReadonlyMap<string, string> {
    const before = this.#embedded.get(fragment);
    if (before !== undefined) return before;
    const names = new Map<string, string>();
    this.#embedded.set(fragment, names);
    const nameOf = this.#naming(fragment, names);
    for (const tensor of fragment.constants) this.#message.initializer.push({ ...tensor, name: nameOf(tensor.name) });
    this.#message.node.push(...renamed(fragment.still, nameOf));
    for (const [domain, version] of fragment.domains) this.#domains.set(domain, domain === ML ? ML_OPSET : version);
    return names;
  }

  /** The name here of a value there: a known one, or a new one that says where it came from. */
  #naming({ prefix }: Fragment, names: Map<string, string>): (name: string) => string {
    return (name) => {
      const known = names.get(name) ?? this.#fresh(`${prefix}.${name}`, true);
      names.set(name, known);
      return known;
    };
  }

  #applications(apps: readonly Application[]): void {
    for (const app of apps) {
      if (app.op.name === "input") continue;
      const inputs = app.inputs.map((node) => this.#nameOf(node));
      const { onnx } = app.op;
      const written =
        typeof onnx === "string" ? this.node(onnx, inputs) : onnx(this, inputs, app, app.attributes as never);
      (typeof written === "string" ? [written] : written).forEach((name, index) => {
        this.#names.set(`${app.serial}.${index}`, name);
      });
    }
  }

  #push(
    op: string,
    input: readonly string[],
    output: readonly string[],
    attribute: AttributeMessage[] = [],
    domain?: string,
  ): void {
    if (domain === ML) this.#domains.set(ML, ML_OPSET);
    this.#nodes.push({
      input: [...input],
      output: [...output],
      name: `${op}:${output[0]}`,
      op_type: op,
      attribute,
      ...(domain ? { domain } : {}),
    });
  }

  #declare(node: Node): string {
    const name = this.#fresh(String(node.from.attributes.name), true);
    this.#names.set(keyOf(node), name);
    return name;
  }

  #nameOf(node: Node): string {
    const name = this.#names.get(keyOf(node));
    if (name === undefined) throw new Error(`internal: ${node.from.op.name} ${printType(node)} has no name yet`);
    return name;
  }

  /** A name nobody has: the wish itself where it is a given one and free, else the wish with a number. */
  #fresh(wish: string, given = false): string {
    let name = wish;
    for (let n = this.#taken.size; !given || this.#taken.has(name); n++) {
      name = `${wish}_${n}`;
      if (!this.#taken.has(name)) break;
    }
    this.#taken.add(name);
    return name;
  }
}

const valueInfo = (name: string, { dtype, shape }: TensorType): ValueMessage => ({
  name,
  type: { tensor_type: { elem_type: dtypeCode[dtype], shape: { dim: dims(shape) } } },
});

const dims = (shape: Shape): { dim_value?: number; dim_param?: string }[] =>
  shape.map((dim) => (typeof dim === "number" ? { dim_value: dim } : { dim_param: dim }));

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function bytesOf({ data }: Tensor): { raw_data: Uint8Array } | { string_data: Uint8Array[] } {
  if (Array.isArray(data)) return { string_data: data.map(utf8) };
  return { raw_data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

function toAttribute([name, value]: [string, OnnxAttribute]): AttributeMessage {
  if ("f" in value) return { name, type: 1, f: value.f };
  if ("i" in value) return { name, type: 2, i: value.i };
  if ("s" in value) return { name, type: 3, s: utf8(value.s) };
  if ("floats" in value) return { name, type: 6, floats: Array.from(value.floats) };
  if ("ints" in value) return { name, type: 7, ints: Array.from(value.ints) };
  return { name, type: 8, strings: value.strings.map(utf8) };
}
