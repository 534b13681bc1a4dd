// Every fault that `verify` is for, made by hand, since `apply` does not make them.

import { expect, test } from "vitest";
import type { Application, Graph, Node } from "./node.js";
import { input } from "./op.js";
import { add, mul } from "./ops/arithmetic.js";
import { exp } from "./ops/exponential.js";
import { type Body, scan } from "./ops/scan.js";
import { verify } from "./verify.js";

const x = input("x", "f32", [2]);
const graph = (inputs: readonly Node[], ...outputs: readonly Node[]): Graph => ({
  name: "p",
  inputs,
  outputs: outputs.map((node, i) => ({ name: `y${i}`, node })),
});
/** The same node, from an application that was tampered with. */
const forged = (node: Node, change: Partial<Application>): Node => ({ ...node, from: { ...node.from, ...change } });

const w = input("w", "f32", [2]);
const rows = input("rows", "f32", ["steps", 2]);
const loop = scan({ state: [x], over: [rows] }, ([state], [row]) => ({
  state: [add(mul(state!, w), row!)],
  outputs: [],
})).state[0]!;
const { body } = loop.from.attributes as { body: Body };

test("whole programs pass", () => {
  verify(graph([x], exp(x), x));
  verify(graph([x, w, rows], loop));
});

test.each([
  ["an input that is not declared", graph([], exp(x)), 'input "x" is used but not declared'],
  ["two inputs of a name", graph([x, input("x", "i64", [])], exp(x)), 'two inputs are called "x"'],
  [
    "two outputs of a name",
    { ...graph([x]), outputs: [exp(x), x].map((node) => ({ name: "y", node })) },
    'two outputs are called "y"',
  ],
  [
    "an output with the name of an input",
    { ...graph([x]), outputs: [{ name: "x", node: exp(x) }] },
    'an input and an output are both called "x"',
  ],
  ["an operand that comes later", graph([x], forged(exp(x), { serial: -1 })), /exp #-1 comes before its operand/],
  [
    "a shape that does not follow",
    graph([x], forged(exp(x), { results: [{ dtype: "f32", shape: [3] }] })),
    /exp #\d+ states f32\[3\] for f32\[2\]/,
  ],
  [
    "an element type that does not follow",
    graph([x], forged(exp(x), { results: [{ dtype: "f64", shape: [2] }] })),
    /exp #\d+ states f64\[2\] for f32\[2\]/,
  ],
  ["a result that is missing", graph([x], forged(exp(x), { results: [] })), /exp #\d+ states nothing for f32\[2\]/],
  [
    "a captured value that is not an operand of the loop",
    graph([x, w, rows], forged(loop, { inputs: loop.from.inputs.slice(0, 2) })),
    "a captured value is not an operand",
  ],
  ["an input of a body outside of it", graph([x, w, rows], loop, exp(body.inputs[0]!)), 'input "state0" is used but'],
  [
    "a wrong type inside a body",
    graph(
      [x, w, rows],
      forged(loop, {
        attributes: {
          body: { ...body, outputs: [forged(body.outputs[0]!, { results: [{ dtype: "f32", shape: [9] }] })] },
        },
      }),
    ),
    /states f32\[9\] for f32\[2\]/,
  ],
] as const)("finds %s", (_, bad, message) => {
  expect(() => verify(bad)).toThrow(message);
});
