// Which values of a model are activations: what layers give after their nonlinearity. A3 (Sperl, Schulze, Böttinger 2020)
// watches "the outputs of every explicit activation layer" but that of the model's own output.

import type { NodeMessage } from "../schema.js";
import { numbersOf } from "../tensors.js";
import { attributeOf, bodiesOf, type ForeignModel, readsOf } from "./model.js";

/** A value of the model: its name, the operator that makes it and the name of that node. */
export interface NamedValue {
  readonly name: string;
  readonly op: string;
  readonly node: string;
}

export interface Activations {
  /** In the order in which they are computed. */
  readonly watched: readonly NamedValue[];
  /** The activations of the model's own outputs: behind them no layer follows. */
  readonly last: readonly NamedValue[];
  /** How many stand in bodies of `If`, `Loop` or `Scan`, where they have no name outside. */
  readonly hidden: number;
}

/** Nonlinearities that are layers of their own wherever they stand. */
const PLAIN: ReadonlySet<string> = new Set([
  ...["Relu", "LeakyRelu", "PRelu", "ThresholdedRelu", "Elu", "Selu", "Celu", "Softsign", "Gelu", "Mish", "Swish"],
  ...["HardSwish", "FastGelu", "BiasGelu", "QuickGelu"],
]);
/** Nonlinearities that are also parts of others: x·sigmoid(x), x·(1 + erf(x/√2))/2, x·tanh(softplus(x)). */
const PARTS: ReadonlySet<string> = new Set(["Sigmoid", "HardSigmoid", "Tanh", "Softplus"]);
/** Operators that work on each number by itself. */
const ELEMENTWISE: ReadonlySet<string> = new Set([
  ...["Add", "Sub", "Mul", "Div", "Pow", "Neg", "Sqrt", "Exp", "Log", "Abs", "Reciprocal", "Min", "Max", "Sum"],
  ...["Cast", "Identity", "Dropout", "Erf", "Clip"],
  ...PARTS,
]);
/** Operators behind which a value is no longer the output's own. */
export const LAYERS: ReadonlySet<string> = new Set([
  ...["Conv", "ConvTranspose", "ConvInteger", "QLinearConv", "FusedConv", "DeformConv"],
  ...["Gemm", "MatMul", "MatMulInteger", "QLinearMatMul", "FusedGemm", "FusedMatMul", "Einsum"],
  ...["LSTM", "GRU", "RNN", "Attention", "MultiHeadAttention", "Softmax", "LogSoftmax", "If", "Loop", "Scan"],
  ...["TreeEnsemble", "TreeEnsembleClassifier", "TreeEnsembleRegressor", "SVMClassifier", "SVMRegressor"],
  ...["LinearClassifier", "LinearRegressor"],
]);

/** All values that nodes outside of bodies make. */
export const valuesOf = ({ nodes }: ForeignModel): NamedValue[] =>
  nodes.flatMap((node) =>
    node.output.flatMap((name) => (name === "" ? [] : [{ name, op: node.op_type, node: node.name }])),
  );

export function findActivations(model: ForeignModel): Activations {
  const alive = aliveNodes(model);
  const users = usersOf(alive);
  const usesOf = (name: string): readonly NodeMessage[] => users.get(name) ?? [];
  const { gates, parts } = findGates(model, alive, usesOf);

  const found: { value: NamedValue; node: NodeMessage }[] = [];
  for (const node of alive) {
    const gate = gates.get(node);
    const [name] = node.output;
    if (gate !== undefined)
      found.push({ value: { name: gate.name, op: gate.op, node: gate.node.name }, node: gate.node });
    else if (!parts.has(node) && isActivation(node, model) && name !== undefined)
      found.push({ value: { name, op: node.op_type, node: node.name }, node });
  }
  // ReLU6 may be written as Relu, then Clip: one layer
  const isCut = ({ value, node }: (typeof found)[number]): boolean => {
    const [user, ...more] = usesOf(value.name);
    return node.op_type === "Relu" && more.length === 0 && user?.op_type === "Clip" && isActivation(user, model);
  };
  const ends = leading(alive, new Set(found.map(({ node }) => node)));
  const single = found.filter((one) => !isCut(one)).sort((a, b) => alive.indexOf(a.node) - alive.indexOf(b.node));
  return {
    watched: single.filter(({ node }) => ends.has(node)).map(({ value }) => value),
    last: single.filter(({ node }) => !ends.has(node)).map(({ value }) => value),
    hidden: alive.reduce((sum, node) => sum + inBodies(node), 0),
  };
}

/** Nodes that an output depends on. */
function aliveNodes({ nodes, outputs }: ForeignModel): NodeMessage[] {
  const needed = new Set(outputs);
  const alive = [...nodes].reverse().filter((node) => {
    if (!node.output.some((name) => needed.has(name))) return false;
    for (const name of readsOf(node)) needed.add(name);
    return true;
  });
  return alive.reverse();
}

function usersOf(alive: readonly NodeMessage[]): Map<string, NodeMessage[]> {
  const users = new Map<string, NodeMessage[]>();
  for (const node of alive)
    for (const name of new Set(readsOf(node))) {
      const list = users.get(name);
      if (list === undefined) users.set(name, [node]);
      else list.push(node);
    }
  return users;
}

function isActivation(node: NodeMessage, model: ForeignModel): boolean {
  if (PLAIN.has(node.op_type) || PARTS.has(node.op_type)) return true;
  const constant = (name: string | undefined): number | undefined => {
    const tensor = name === undefined ? undefined : model.constants.get(name);
    const numbers = tensor && numbersOf(tensor);
    return numbers?.length === 1 ? numbers[0] : undefined;
  };
  if (node.op_type === "Clip") {
    const low = attributeOf(node, "min")?.f ?? constant(node.input[1]);
    const high = attributeOf(node, "max")?.f ?? constant(node.input[2]);
    // max(x, 0), ReLU6 and the hard tanh; other limits keep numbers out of logarithms and the like
    return low === 0 || (low === -1 && high === 1);
  }
  if (node.op_type === "Max") return node.input.length === 2 && node.input.some((name) => constant(name) === 0);
  // fused by ONNX Runtime's own optimiser
  return node.domain === "com.microsoft" && (attributeOf(node, "activation")?.s?.length ?? 0) > 0;
}

interface Gate {
  readonly name: string;
  readonly op: string;
  readonly node: NodeMessage;
}

/**
 * Products of a value with a squashed version of itself, as exporters write Swish, GELU, Mish and the hard swish: by the
 * product, the value in which they end. `parts` are the nonlinearities that they are made of.
 */
function findGates(
  model: ForeignModel,
  alive: readonly NodeMessage[],
  usesOf: (name: string) => readonly NodeMessage[],
): { gates: Map<NodeMessage, Gate>; parts: Set<NodeMessage> } {
  /** What a value is an elementwise function of, and the nonlinearities on the way. */
  const traces = new Map<string, { readonly root: string; readonly bent: ReadonlySet<NodeMessage> }>();
  const fixed = new Set(model.constants.keys());
  const gates = new Map<NodeMessage, Gate>();
  const parts = new Set<NodeMessage>();
  const traceOf = (name: string) => traces.get(name) ?? { root: name, bent: new Set<NodeMessage>() };

  for (const node of alive) {
    const moving = readsOf(node).filter((name) => !fixed.has(name));
    if (moving.length === 0) for (const name of node.output) fixed.add(name);
    const given = moving.map(traceOf);
    const [first] = given;
    const [name] = node.output;
    if (first === undefined || name === undefined) continue;
    if (!ELEMENTWISE.has(node.op_type) || given.some(({ root }) => root !== first.root)) continue;
    const isGate =
      node.op_type === "Mul" &&
      given.length === 2 &&
      given.some(({ bent }) => bent.size > 0) &&
      given.some(({ bent }) => bent.size === 0);
    const bent = new Set(given.flatMap((each) => [...each.bent]));
    if (isGate) {
      for (const part of bent) parts.add(part);
      gates.set(node, gateOf(node, bent, fixed, usesOf));
      continue;
    }
    if (PARTS.has(node.op_type) || node.op_type === "Erf" || node.op_type === "Clip") bent.add(node);
    traces.set(name, { root: first.root, bent });
  }
  return { gates, parts };
}

function gateOf(
  product: NodeMessage,
  bent: ReadonlySet<NodeMessage>,
  fixed: ReadonlySet<string>,
  usesOf: (name: string) => readonly NodeMessage[],
): Gate {
  const has = (...ops: readonly string[]): boolean => ops.every((op) => [...bent].some((node) => node.op_type === op));
  const op = has("Erf")
    ? "Gelu"
    : has("Tanh", "Softplus")
      ? "Mish"
      : has("Tanh")
        ? "Gelu"
        : has("Sigmoid")
          ? "Swish"
          : "HardSwish";
  let node = product;
  // the half of GELU, or the sixth of the hard swish, may come last
  if (op === "Gelu" || op === "HardSwish")
    for (let users = usesOf(node.output[0]!); users.length === 1; users = usesOf(node.output[0]!)) {
      const [user] = users as [NodeMessage];
      const scales = user.op_type === "Mul" || user.op_type === "Div";
      if (!scales || !user.input.some((name) => fixed.has(name))) break;
      node = user;
    }
  return { name: node.output[0]!, op, node };
}

/** Nodes of which some way to an output leads through a layer or another activation. */
function leading(alive: readonly NodeMessage[], found: ReadonlySet<NodeMessage>): Set<NodeMessage> {
  const values = new Set<string>();
  const nodes = new Set<NodeMessage>();
  for (const node of [...alive].reverse()) {
    const leads = node.output.some((name) => values.has(name));
    if (leads) nodes.add(node);
    if (leads || LAYERS.has(node.op_type) || found.has(node)) for (const name of readsOf(node)) values.add(name);
  }
  return nodes;
}

const inBodies = (node: NodeMessage): number =>
  bodiesOf(node).reduce(
    (sum, { node: inner }) =>
      sum +
      inner.reduce((n, each) => n + Number(PLAIN.has(each.op_type) || PARTS.has(each.op_type)) + inBodies(each), 0),
    0,
  );
