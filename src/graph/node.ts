// A symbolic tensor program: values (nodes) made by applications of ops. Nodes are immutable, own no memory and
// know only where they come from; a program is whatever its outputs reach.

import { type DType, printType, sameType, type TensorType } from "../tensor/dtype.js";
import type { Tensor } from "../tensor/tensor.js";
import type { AnyOp } from "./op.js";

export type Attributes = Readonly<Record<string, unknown>>;

/** One use of an op: its operands, its attributes and the types of what it gives. */
export interface Application {
  readonly op: AnyOp;
  readonly inputs: readonly Node[];
  readonly attributes: Attributes;
  readonly results: readonly TensorType[];
  /** Creation order: an application comes after all it depends on. */
  readonly serial: number;
}

/** One result of an application. */
export interface Node extends TensorType {
  readonly from: Application;
  readonly index: number;
}

/** A program with named ends. `inputs` are made by `input`. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly Node[];
  readonly outputs: readonly { readonly name: string; readonly node: Node }[];
}

let serials = 0;
const scopes: string[] = [];

/** Runs `build` with a name that errors report as the place ("while building egbad → encoder"). */
export function within<T>(scope: string, build: () => T): T {
  scopes.push(scope);
  try {
    return build();
  } finally {
    scopes.pop();
  }
}

/** A mistake in a program under construction: shapes or types that do not fit. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  constructor(message: string) {
    super(scopes.length > 0 ? `${message}\n  while building ${scopes.join(" → ")}` : message);
  }
}

/** Applies an op to operands: the only way a node comes to be. */
export function apply(op: AnyOp, inputs: readonly Node[], attributes: Attributes = {}): Node[] {
  const results = typesOf(op, inputs, attributes);
  const from: Application = { op, inputs, attributes, results, serial: serials++ };
  return results.map((type, index) => ({ ...type, from, index }));
}

/** The result types of an op on these operands, or the shape error with every operand in it. */
export function typesOf(op: AnyOp, inputs: readonly Node[], attributes: Attributes): readonly TensorType[] {
  const named = Object.fromEntries(op.inputs.map((name, i) => [name, inputs[i]])) as Record<string, TensorType>;
  try {
    const types = op.type(named, attributes, inputs);
    return Array.isArray(types) ? types : [types as TensorType];
  } catch (error) {
    if (error instanceof GraphError || !(error instanceof Error)) throw error;
    throw new GraphError(`${op.name}: ${error.message}: ${inputs.map(printType).join(", ")}`);
  }
}

function isConstant(node: Node): boolean {
  return node.from.op.name === "constant";
}

/** The tensor of a constant node. */
export function constantOf(node: Node): Tensor | undefined {
  return isConstant(node) ? (node.from.attributes.value as Tensor) : undefined;
}

/** Every application that the nodes reach, operands before users. Bodies of `scan` are not entered. */
export function applicationsOf(nodes: readonly Node[]): Application[] {
  const found = new Set<Application>();
  const pending = nodes.map((node) => node.from);
  for (let app = pending.pop(); app !== undefined; app = pending.pop()) {
    if (found.has(app)) continue;
    found.add(app);
    for (const input of app.inputs) pending.push(input.from);
  }
  return [...found].sort((a, b) => a.serial - b.serial);
}

/** Checks that two types agree, for rules that need it. */
export function expectType(what: string, got: TensorType, expected: TensorType): void {
  if (!sameType(got, expected)) throw new GraphError(`${what}: expected ${printType(expected)}, got ${printType(got)}`);
}

export function expectDType(got: TensorType, ...allowed: readonly DType[]): void {
  if (!allowed.includes(got.dtype)) throw new Error(`needs ${allowed.join(" or ")}, got ${got.dtype}`);
}
