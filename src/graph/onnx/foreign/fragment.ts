// The part of a foreign model that computes the chosen values, in our operator set and ready to be written into our files.

import type { TensorType } from "../../../tensor/dtype.js";
import type { AttributeMessage, NodeMessage, TensorMessage } from "../schema.js";
import { i64Tensor } from "../tensors.js";
import { type ForeignModel, nodeOf, pruned, readsOf } from "./model.js";
import { inOurOpset } from "./versions.js";

/** Nodes and constants to be copied; their names hold within the fragment only. */
export interface Fragment {
  /** What its values are called in our files: "PREFIX.NAME". */
  readonly prefix: string;
  readonly inputs: readonly FragmentInput[];
  readonly outputs: readonly FragmentOutput[];
  /** What is the same for every input, computed once. */
  readonly still: readonly NodeMessage[];
  readonly nodes: readonly NodeMessage[];
  readonly constants: readonly TensorMessage[];
  /** Operator sets besides ONNX's own. */
  readonly domains: ReadonlyMap<string, number>;
  /** Multiply-adds of each matrix product and convolution, for one row. */
  readonly products: readonly number[];
  /** Stands for the whole where programs are compared as text: the same fragment on the same operands is one value. */
  toJSON(): string;
}

/** The shape is that of one row: the batch comes before it. */
export interface FragmentInput extends TensorType {
  readonly name: string;
  readonly shape: readonly number[];
}

/** f32[batch, …shape] */
export interface FragmentOutput {
  readonly name: string;
  readonly shape: readonly number[];
}

/** How a chosen value becomes f32[batch, …shape]. */
export interface Chosen {
  readonly name: string;
  readonly shape: readonly number[];
  /** Where the batch stands in the model's own value. */
  readonly axis: number;
  /** How many entries of that axis belong to one row, where it is not one. */
  readonly each: number;
  readonly isF32: boolean;
}

let fragments = 0;

export function fragmentOf(
  model: ForeignModel,
  {
    prefix,
    inputs,
    chosen,
    products,
  }: {
    readonly prefix: string;
    readonly inputs: readonly FragmentInput[];
    readonly chosen: readonly Chosen[];
    readonly products: readonly number[];
  },
): Fragment {
  const part = inOurOpset(
    pruned(
      model,
      chosen.map(({ name }) => name),
    ),
  );
  const constants = new Map(part.constants);
  const ends = chosen.map((value) => adapted(value, constants));
  const moving = new Set(part.inputs.map(({ name }) => name));
  const [nodes, still]: [NodeMessage[], NodeMessage[]] = [[], []];
  for (const node of [...part.nodes, ...ends.flatMap(({ steps }) => steps)]) {
    const moves = readsOf(node).some((name) => moving.has(name));
    (moves ? nodes : still).push(node);
    if (moves) for (const name of node.output) moving.add(name);
  }
  const serial = fragments++;
  return {
    prefix,
    inputs,
    outputs: ends.map(({ name }, i) => ({ name, shape: chosen[i]!.shape })),
    still,
    nodes,
    constants: [
      ...pruned(
        { ...part, nodes: [...still, ...nodes], constants },
        ends.map(({ name }) => name),
      ).constants.values(),
    ],
    domains: new Map([...part.opsets].filter(([domain]) => domain !== "" && usesDomain(part.nodes, domain))),
    products,
    toJSON: () => `fragment ${serial}`,
  };
}

/** Nodes that make f32 of a value, move its batch to the front, and give every row its entries. */
function adapted(
  { name, shape, axis, each, isF32 }: Chosen,
  constants: Map<string, TensorMessage>,
): { name: string; steps: NodeMessage[] } {
  const steps: NodeMessage[] = [];
  let last = name;
  const step = (op: string, inputs: readonly string[], attribute: AttributeMessage[] = []): void => {
    const next = `${last}/${op.toLowerCase()}`;
    steps.push(nodeOf(op, [last, ...inputs], [next], attribute));
    last = next;
  };
  if (!isF32) step("Cast", [], [{ name: "to", type: 2, i: 1 }]);
  if (axis !== 0) {
    const others = Array.from({ length: shape.length + (each > 1 ? 0 : 1) }, (_, i) => i).filter((i) => i !== axis);
    step("Transpose", [], [{ name: "perm", type: 7, ints: [axis, ...others] }]);
  }
  if (each > 1) {
    const sizes = i64Tensor(`${last}/sizes`, [-1, ...shape]);
    constants.set(sizes.name, sizes);
    step("Reshape", [sizes.name]);
  }
  return { name: last, steps };
}

const usesDomain = (nodes: readonly NodeMessage[], domain: string): boolean =>
  nodes.some(
    (node) =>
      node.domain === domain ||
      node.attribute.some(({ g, graphs = [] }) =>
        [...(g ? [g] : []), ...graphs].some((body) => usesDomain(body.node, domain)),
      ),
  );
