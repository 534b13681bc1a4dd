// A loop with carried state, run by the runtime in one call: how many training steps become one graph.
// What the body does not compute from its own inputs stays outside and is computed once.

import type { Tensor } from "../../tensor/tensor.js";
import { toNumbers } from "../../tensor/tensor.js";
import { interpret } from "../interpret.js";
import { type Application, applicationsOf, apply, expectType, type Node } from "../node.js";
import { type AnyOp, input } from "../op.js";
import { known } from "../shapes.js";

export interface Body {
  /** State first, then one slice of each scanned sequence. */
  readonly inputs: readonly Node[];
  /** Next state first, then what is stacked over the steps. */
  readonly outputs: readonly Node[];
  readonly states: number;
}

/** The applications of a body that change from step to step. */
export function innerApplications(body: Body): Set<Application> {
  const inner = new Set(body.inputs.map((node) => node.from));
  for (const app of applicationsOf(body.outputs)) if (app.inputs.some((node) => inner.has(node.from))) inner.add(app);
  return inner;
}

/** Values of the enclosing program that a body uses. */
export function captures(body: Body): Node[] {
  const inner = innerApplications(body);
  const found = new Map<string, Node>();
  const note = (node: Node): void => {
    if (!inner.has(node.from)) found.set(`${node.from.serial}.${node.index}`, node);
  };
  for (const app of applicationsOf(body.outputs)) if (inner.has(app)) app.inputs.forEach(note);
  body.outputs.forEach(note);
  return [...found.values()];
}

/** Inputs: initial state, sequences, captured values. The body stands in the attributes. */
const scanOp: AnyOp = {
  name: "scan",
  inputs: [],
  type: (_, attributes, all) => {
    const { body } = attributes as { body: Body };
    const steps = all[body.states]?.shape[0];
    if (body.inputs.length === body.states || steps === undefined)
      throw new Error("needs at least one sequence to scan over");
    return body.outputs.map(({ dtype, shape }, i) => ({ dtype, shape: i < body.states ? shape : [steps, ...shape] }));
  },
  onnx: (emit, inputs, _, { body }: { body: Body }) =>
    emit.scan(inputs.slice(0, body.inputs.length), body, body.inputs.length - body.states),
  reference: (inputs, { body }: { body: Body }) => loop(Object.values(inputs), body),
  cases: [],
};

function loop(given: readonly Tensor[], body: Body): number[][] {
  const [steps] = given[body.states]!.shape;
  const outer = new Map(captures(body).map((node, i) => [node, given[body.inputs.length + i]!]));
  let state = given.slice(0, body.states);
  const stacked: number[][] = body.outputs.slice(body.states).map(() => []);
  for (let step = 0; step < steps!; step++) {
    const feeds = new Map(outer);
    body.inputs.forEach((node, i) => {
      feeds.set(node, i < body.states ? state[i]! : sliceOf(given[i]!, step));
    });
    const values = interpret(body.outputs, feeds);
    state = values.slice(0, body.states);
    values.slice(body.states).forEach((value, i) => {
      stacked[i]!.push(...toNumbers(value));
    });
  }
  return [...state.map(toNumbers), ...stacked];
}

function sliceOf(sequence: Tensor, step: number): Tensor {
  const shape = sequence.shape.slice(1);
  const size = shape.reduce((n, dim) => n * dim, 1);
  return { ...sequence, shape, data: sequence.data.slice(step * size, (step + 1) * size) } as Tensor;
}

export interface ScanResult {
  /** State after the last step. */
  readonly state: readonly Node[];
  /** What each step gave, stacked along a new first axis. */
  readonly stacked: readonly Node[];
}

/**
 * Runs `step` once for each slice along axis 0 of the sequences, all of the same length of at least 1 (ONNX Runtime
 * refuses none).
 * `state` keeps its types from step to step.
 */
export function scan(
  { state, over }: { state: readonly Node[]; over: readonly Node[] },
  step: (state: readonly Node[], slices: readonly Node[]) => { state: readonly Node[]; outputs: readonly Node[] },
): ScanResult {
  const carried = state.map(({ dtype, shape }, i) => input(`state${i}`, dtype, shape));
  const slices = over.map(({ dtype, shape }, i) => input(`slice${i}`, dtype, known(shape.slice(1))));
  const next = step(carried, slices);
  const body = { inputs: [...carried, ...slices], outputs: [...next.state, ...next.outputs], states: state.length };
  return scanBody(body, { state, over });
}

/** `scan` for a body that stands already, such as one whose slices were found out while it was built. */
export function scanBody(body: Body, { state, over }: { state: readonly Node[]; over: readonly Node[] }): ScanResult {
  const steps = over[0]?.shape[0] ?? 0;
  for (const [i, node] of state.entries()) {
    expectType(`scan: state ${i}`, node, body.inputs[i]!);
    expectType(`scan: state ${i} after a step`, body.outputs[i]!, node);
  }
  for (const [i, node] of over.entries()) {
    const { dtype, shape } = body.inputs[body.states + i]!;
    expectType(`scan: sequence ${i}`, node, { dtype, shape: [steps, ...shape] });
  }
  const results = apply(scanOp, [...state, ...over, ...captures(body)], { body });
  return { state: results.slice(0, body.states), stacked: results.slice(body.states) };
}
