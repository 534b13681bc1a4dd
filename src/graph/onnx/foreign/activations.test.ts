// Which values count as activations, in the forms in which exporters write them.

import { expect, test } from "vitest";
import { draw, graph, node, perceptron, weights } from "../../../../test/foreign-models.js";
import { tensorOf } from "../../../tensor/tensor.js";
import type { NodeMessage } from "../schema.js";
import { type Activations, findActivations } from "./activations.js";
import { readForeign } from "./model.js";

const number = (x: number) => tensorOf("f32", [], [x]);
const constants = {
  ...{ w: weights(1, 4, 6), v: weights(2, 6, 3), root: number(Math.SQRT2), one: number(1), half: number(0.5) },
  ...{
    zero: number(0),
    three: number(3),
    six: number(6),
    small: number(1e-7),
    cube: number(0.044715),
    minus: number(-1),
  },
};
/** Nodes between a = x·w and y = h·v. */
const between = (...nodes: readonly NodeMessage[]): Activations =>
  findActivations(
    readForeign(
      draw(perceptron({ constants, nodes: [node("a = MatMul(x, w)"), ...nodes, node("y = MatMul(h, v)")] })),
      "target",
    ),
  );
const named = ({ watched }: Activations) => watched.map(({ op, name }) => `${op} ${name}`);

test.each<[string, NodeMessage[], string[]]>([
  ["relu", [node("h = Relu(a)")], ["Relu h"]],
  ["two, one after the other", [node("b = Tanh(a)"), node("h = Elu(b)")], ["Tanh b", "Elu h"]],
  ["relu6 as Clip", [node("h = Clip(a, zero, six)")], ["Clip h"]],
  ["relu6 as Relu and Clip", [node("b = Relu(a)"), node("h = Clip(b, zero, six)")], ["Clip h"]],
  ["the hard tanh", [node("h = Clip(a, minus, one)")], ["Clip h"]],
  ["a limit that keeps numbers out of a logarithm", [node("h = Clip(a, small, one)")], []],
  ["the larger of a value and 0", [node("h = Max(zero, a)")], ["Max h"]],
  ["Swish", [node("s = Sigmoid(a)"), node("h = Mul(a, s)")], ["Swish h"]],
  ["Mish", [node("s = Softplus(a)"), node("t = Tanh(s)"), node("h = Mul(t, a)")], ["Mish h"]],
  ["the hard swish", [node("s = HardSigmoid(a)"), node("h = Mul(a, s)")], ["HardSwish h"]],
  [
    "the hard swish of old exporters",
    [node("p = Add(a, three)"), node("c = Clip(p, zero, six)"), node("m = Mul(a, c)"), node("h = Div(m, six)")],
    ["HardSwish h"],
  ],
  [
    "GELU, halved at the end",
    [
      ...[node("d = Div(a, root)"), node("e = Erf(d)"), node("p = Add(e, one)")],
      ...[node("m = Mul(a, p)"), node("h = Mul(m, half)")],
    ],
    ["Gelu h"],
  ],
  [
    "GELU, halved before",
    [
      ...[node("d = Div(a, root)"), node("e = Erf(d)"), node("p = Add(one, e)")],
      ...[node("q = Mul(half, p)"), node("h = Mul(a, q)")],
    ],
    ["Gelu h"],
  ],
  [
    "GELU by tanh",
    [
      ...[node("q = Mul(a, a)"), node("c = Mul(q, a)"), node("k = Mul(c, cube)"), node("s = Add(a, k)")],
      ...[node("t = Tanh(s)"), node("p = Add(t, one)"), node("m = Mul(a, p)"), node("h = Mul(half, m)")],
    ],
    ["Gelu h"],
  ],
  [
    "a gate that another layer computes is an activation of its own",
    [node("r = Relu(a)"), node("b = MatMul(x, w)"), node("s = Sigmoid(b)"), node("h = Mul(r, s)")],
    ["Relu r", "Sigmoid s"],
  ],
  ["a branch that leads nowhere", [node("h = Relu(a)"), node("dead = Tanh(a)")], ["Relu h"]],
  [
    "fused by ONNX Runtime",
    [node("h = FusedMatMul(a, a)", { activation: "Relu" }, "com.microsoft")],
    ["FusedMatMul h"],
  ],
])("%s", (_, nodes, expected) => {
  expect(named(between(...nodes))).toEqual(expected);
});

test("what follows no layer any more is the output's own, through whatever form it is given", () => {
  const nodes = [
    ...[node("a = MatMul(x, w)"), node("h = Relu(a)"), node("z = MatMul(h, v)")],
    ...[node("p = Sigmoid(z)"), node("n = Sub(one, p)"), node("y = Concat(n, p)", { axis: 1 }), node("l = ArgMax(y)")],
  ];
  const model = readForeign(draw(perceptron({ constants, nodes, outputs: ["l", "y"] })), "target");
  const { watched, last } = findActivations(model);
  expect([watched, last].map((list) => list.map(({ name }) => name))).toEqual([["h"], ["p"]]);
});

test("an activation that is an output, and goes on to other layers, is watched", () => {
  const model = readForeign(draw(perceptron({ outputs: ["h", "y"] })), "target");
  expect(named(findActivations(model))).toEqual(["Relu h"]);
});

test("activations in bodies are counted", () => {
  const branch = graph({ inputs: {}, nodes: [node("b = Relu(a)")], outputs: ["b"] });
  const other = graph({ inputs: {}, nodes: [node("c = Tanh(a)"), node("d = Relu(c)")], outputs: ["d"] });
  expect(between(node("h = If(yes)", { then_branch: branch, else_branch: other }))).toEqual({
    watched: [],
    last: [],
    hidden: 3,
  });
});
