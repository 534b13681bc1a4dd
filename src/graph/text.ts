// A program as lines of text, for snapshots and for readers:
//   %3 f32[batch,16] = affine(%x, %weight, %bias)

import { printType } from "../tensor/dtype.js";
import type { Tensor } from "../tensor/tensor.js";
import { type Application, applicationsOf, constantOf, type Graph, type Node } from "./node.js";
import { type Body, innerApplications } from "./ops/scan.js";

export function printGraph(graph: Graph): string {
  const names = new Names();
  const inputs = graph.inputs.map((node) => `${names.of(node)} ${printType(node)}`).join(", ");
  const outputs = graph.outputs.map(({ node }) => node);
  const lines = printApps(applicationsOf(outputs), names, "  ");
  const ends = graph.outputs.map(({ name, node }) => `${name}=${names.of(node)}`).join(", ");
  return [`${graph.name}(${inputs})`, ...lines, `  return ${ends}`].join("\n");
}

class Names {
  readonly #names = new Map<string, string>();
  #next = 0;

  of(node: Node): string {
    const value = constantOf(node);
    if (value !== undefined) return printConstant(value);
    const key = `${node.from.serial}.${node.index}`;
    const name =
      this.#names.get(key) ??
      (node.from.op.name === "input" ? `%${String(node.from.attributes.name)}` : `%${this.#next++}`);
    this.#names.set(key, name);
    return name;
  }
}

function printConstant({ dtype, shape, data }: Tensor): string {
  if (data.length > 8) return `const ${printType({ dtype, shape })}`;
  const values = Array.from(data as ArrayLike<unknown>, (x) =>
    typeof x === "number" ? String(Number(x.toPrecision(7))) : String(x),
  );
  return shape.length === 0 ? values[0]! : `[${values.join(",")}]`;
}

function printApps(apps: readonly Application[], names: Names, indent: string): string[] {
  return apps.flatMap((app) => {
    if (app.op.name === "constant" || app.op.name === "input") return [];
    const operands = app.inputs.map((node) => names.of(node)).join(", ");
    const results = app.results
      .map((type, index) => `${names.of({ ...type, from: app, index })} ${printType(type)}`)
      .join(", ");
    const line = `${indent}${results} = ${app.op.name}(${operands})${printAttributes(app)}`;
    return app.op.name === "scan" ? [line, ...printBody(app, names, `${indent}  `)] : [line];
  });
}

function printBody(app: Application, names: Names, indent: string): string[] {
  const { body } = app.attributes as { body: Body };
  const inner = innerApplications(body);
  const head = `${indent}body(${body.inputs.map((node) => `${names.of(node)} ${printType(node)}`).join(", ")})`;
  const lines = printApps(
    applicationsOf(body.outputs).filter((each) => inner.has(each)),
    names,
    `${indent}  `,
  );
  return [head, ...lines, `${indent}  return ${body.outputs.map((node) => names.of(node)).join(", ")}`];
}

function printAttributes({ attributes, op }: Application): string {
  if (op.name === "scan") return "";
  const parts = Object.entries(attributes).map(
    ([name, value]) => `${name}=${Array.isArray(value) ? `[${value.join(",")}]` : String(value)}`,
  );
  return parts.length > 0 ? `  ${parts.join(" ")}` : "";
}
