// One pass that every program goes through before it is written: equal applications become one, what depends only on
// constants is computed now, and operations that change nothing disappear. Dead nodes vanish by not being reached.

import { isReal, printType, sameType, sizeOf } from "../tensor/dtype.js";
import type { Tensor } from "../tensor/tensor.js";
import { evaluate } from "./interpret.js";
import { type Application, applicationsOf, apply, constantOf, type Graph, type Node } from "./node.js";
import { constant } from "./op.js";
import { type Body, captures } from "./ops/scan.js";
import { known } from "./shapes.js";

/** Folding stops here, so that a repeated constant does not become a large initialiser. */
const LARGEST_FOLD = 4096;

/** The same program with less in it; inputs are the same nodes. */
export function simplify(graph: Graph): Graph {
  const rewrite = rewriter();
  return { ...graph, outputs: graph.outputs.map(({ name, node }) => ({ name, node: rewrite(node) })) };
}

function rewriter(): (node: Node) => Node {
  const rewritten = new Map<Application, readonly Node[]>();
  const seen = new Map<string, readonly Node[]>();
  const constants = new Map<string, Node>();

  const share = (node: Node): Node => {
    const value = unnamed(node);
    if (value === undefined || value.data.length > LARGEST_FOLD) return node;
    const key = `${printType(value)} ${Array.from(value.data as ArrayLike<unknown>, printElement).join()}`;
    const first = constants.get(key);
    if (first === undefined) constants.set(key, node);
    return first ?? node;
  };

  const visit = (app: Application): readonly Node[] => {
    const nodes = app.results.map((type, index): Node => ({ ...type, from: app, index }));
    if (app.op.name === "input") return nodes;
    if (app.op.name === "constant") return nodes.map(share);
    const inputs = unrepeated(app, app.inputs.map(lookup));
    const plain = shortcut(app, inputs);
    if (plain !== undefined) return [plain];
    const folded = fold(app, inputs);
    if (folded !== undefined) return folded.map(share);
    if (app.op.name === "scan") return rescan(app, inputs, lookup, step);
    const key = keyOf(app, inputs);
    const before = key === undefined ? undefined : seen.get(key);
    if (before !== undefined) return before;
    const after = inputs.every((node, i) => node === app.inputs[i]) ? nodes : apply(app.op, inputs, app.attributes);
    if (key !== undefined) seen.set(key, after);
    return after;
  };

  const step = (nodes: readonly Node[]): void => {
    for (const app of applicationsOf(nodes)) if (!rewritten.has(app)) rewritten.set(app, visit(app));
  };
  const lookup = (node: Node): Node => rewritten.get(node.from)![node.index]!;
  return (node) => {
    step([node]);
    return lookup(node);
  };
}

const BROADCASTING: ReadonlySet<string> = new Set(["add", "sub", "mul", "div", "pow", "maximum", "minimum"]);

/** Operands as they were before they were repeated to the shape of the other one: the op repeats them itself. */
function unrepeated(app: Application, inputs: readonly Node[]): readonly Node[] {
  if (!BROADCASTING.has(app.op.name)) return inputs;
  const before = (node: Node, other: Node): Node =>
    node.from.op.name === "expandLike" && sameType(other, app.results[0]!) ? node.from.inputs[0]! : node;
  const [a, b] = inputs as [Node, Node];
  const left = before(a, b);
  return [left, before(b, left)];
}

/** A loop with its body rewritten by the same memory, so that values it shares with the outside stay shared. */
function rescan(
  app: Application,
  inputs: readonly Node[],
  lookup: (node: Node) => Node,
  step: (nodes: readonly Node[]) => void,
): readonly Node[] {
  const { body } = app.attributes as { body: Body };
  step(body.outputs);
  const next: Body = { ...body, outputs: body.outputs.map(lookup) };
  return apply(app.op, [...inputs.slice(0, body.inputs.length), ...captures(next)], { body: next });
}

/** The value of a constant that may be merged away; a named one stays in the file, where its value can be changed. */
const unnamed = (node: Node): Tensor | undefined =>
  node.from.attributes.name === undefined ? constantOf(node) : undefined;

/** Equal texts mean equal elements: zeros by their sign, strings in quotes. */
const printElement = (x: unknown): string =>
  typeof x === "string" ? JSON.stringify(x) : Object.is(x, -0) ? "-0" : String(x);

/** x·1, x/1, x+(-0), x-0, and changes of shape or type that change nothing, the sign of a zero included. */
function shortcut(app: Application, inputs: readonly Node[]): Node | undefined {
  const [a, b] = inputs;
  const result = app.results[0]!;
  const isNumber = (node: Node | undefined, value: number): boolean => {
    const tensor = node && unnamed(node);
    if (tensor?.data.length !== 1) return false;
    const number = Number(tensor.data[0]);
    return isReal(tensor.dtype) ? Object.is(number, value) : number === value;
  };
  const keeps = (node: Node | undefined): Node | undefined => (node && sameType(node, result) ? node : undefined);
  switch (app.op.name) {
    case "add":
      return isNumber(b, -0) ? keeps(a) : isNumber(a, -0) ? keeps(b) : undefined;
    case "mul":
      return isNumber(b, 1) ? keeps(a) : isNumber(a, 1) ? keeps(b) : undefined;
    case "sub":
      return isNumber(b, 0) ? keeps(a) : undefined;
    case "div":
      return isNumber(b, 1) ? keeps(a) : undefined;
    case "reshape":
    case "expandLike":
    case "cast":
    case "detach":
      return keeps(a);
    case "neg":
      return a?.from.op.name === "neg" ? a.from.inputs[0] : undefined;
    default:
      return undefined;
  }
}

function fold(app: Application, inputs: readonly Node[]): Node[] | undefined {
  if (app.op.reference === undefined || app.op.name === "scan" || inputs.length === 0) return undefined;
  const values = inputs.map(unnamed);
  if (values.some((value) => value === undefined || !isExact(value))) return undefined;
  if (
    app.results.some(({ shape }) => shape.some((dim) => typeof dim === "string") || sizeOf(known(shape)) > LARGEST_FOLD)
  )
    return undefined;
  try {
    return evaluate(app, values as Tensor[]).map((value) => constant(value));
  } catch (error) {
    // a whole number out of range, or a division by zero: the runtime decides
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The interpreter computes with doubles, which do not hold every i64. */
const isExact = ({ dtype, data }: Tensor): boolean =>
  dtype !== "string" && (!(data instanceof BigInt64Array) || data.every((x) => Number.isSafeInteger(Number(x))));

/** Equal keys mean equal values. Attributes that hold arrays of numbers make an application unique. */
function keyOf({ op, attributes }: Application, inputs: readonly Node[]): string | undefined {
  if (Object.values(attributes).some((value) => ArrayBuffer.isView(value))) return undefined;
  const operands = inputs.map((node) => `${node.from.serial}.${node.index}`).join();
  return `${op.name}(${operands})${JSON.stringify(attributes)}`;
}
