// Loops: values against the interpreter on both runtimes, captured values, open lengths, loops in loops, refusals.

import { describe, expect, test } from "vitest";
import { nodeRuntime } from "../../runtime/node.js";
import { webRuntime } from "../../runtime/web.js";
import { type Tensor, tensorOf, toNumbers } from "../../tensor/tensor.js";
import { interpret } from "../interpret.js";
import type { Graph, Node } from "../node.js";
import { writeOnnx } from "../onnx/write.js";
import { constant, input, scalar } from "../op.js";
import { verify } from "../verify.js";
import { add, mul, sub } from "./arithmetic.js";
import { exp, tanh } from "./exponential.js";
import { matmul } from "./matmul.js";
import { sum } from "./reduce.js";
import { type Body, captures, scan, scanBody } from "./scan.js";

const x = input("x", "f32", [2]);
const rows = input("rows", "f32", ["steps", 2]);
const values = (...numbers: number[]): Tensor => tensorOf("f32", [numbers.length], numbers);
const sequence = (...numbers: number[]): Tensor => tensorOf("f32", [numbers.length / 2, 2], numbers);

interface Program {
  readonly inputs: readonly Node[];
  readonly outputs: readonly Node[];
  readonly feeds: readonly Tensor[];
  readonly expected: readonly (readonly number[])[];
}

/** state ← state·row + w, with row sums stacked. */
function affineLoop(w: Node): Pick<Program, "inputs" | "outputs"> {
  const { state, stacked } = scan({ state: [x], over: [rows] }, ([s], [row]) => ({
    state: [add(mul(s!, row!), w)],
    outputs: [sum(row!, {})],
  }));
  return { inputs: [x, rows], outputs: [...state, ...stacked] };
}

const inner = (start: Node, factor: Node): Node =>
  // Σ over the two columns of row·factor, one step each
  scan({ state: [start], over: [constant(values(1, 10))] }, ([s], [column]) => ({
    state: [add(s!, mul(column!, factor))],
    outputs: [],
  })).state[0]!;

const programs: Record<string, Program> = {
  "three steps, a constant captured": {
    ...affineLoop(constant(values(1, -1))),
    feeds: [values(1, 2), sequence(1, 2, 3, 4, 5, 6)],
    // column 0: 1·1+1 = 2, 2·3+1 = 7, 7·5+1 = 36; column 1: 2·2-1 = 3, 3·4-1 = 11, 11·6-1 = 65
    expected: [
      [36, 65],
      [3, 7, 11],
    ],
  },
  "one step": { ...affineLoop(scalar(0)), feeds: [values(1, 2), sequence(5, 7)], expected: [[5, 14], [12]] },
  "values of the outside: computed ones, inputs, and one that is itself an output": (() => {
    const sq = mul(x, x);
    const { state, stacked } = scan({ state: [scalar(0)], over: [rows] }, ([s], [row]) => ({
      state: [add(s!, sum(mul(row!, sq), {}))],
      outputs: [sq, s!, mul(row!, x), x],
    }));
    return {
      inputs: [x, rows],
      outputs: [...state, ...stacked, sq],
      feeds: [values(1, 2), sequence(1, 1, 2, 0)],
      expected: [[7], [1, 4, 1, 4], [0, 5], [1, 2, 2, 0], [1, 2, 1, 2], [1, 4]],
    };
  })(),
  "two states that change places, one that stays as it is": (() => {
    const { state, stacked } = scan({ state: [x, mul(x, 10), scalar(7)], over: [rows] }, ([a, b, still], [row]) => ({
      state: [b!, add(a!, row!), still!],
      outputs: [a!],
    }));
    return {
      inputs: [x, rows],
      outputs: [...state, ...stacked],
      feeds: [values(1, 2), sequence(1, 1, 1, 1, 1, 1)],
      // (1,2) (10,20) → (10,20) (2,3) → (2,3) (11,21) → (11,21) (3,4)
      expected: [[11, 21], [3, 4], [7], [1, 2, 10, 20, 2, 3]],
    };
  })(),
  "one value as the next state of two and as two outputs": (() => {
    const { state, stacked } = scan({ state: [x, x], over: [rows] }, ([a, b], [row]) => {
      const next = add(add(a!, b!), row!);
      return { state: [next, next], outputs: [next, next] };
    });
    return {
      inputs: [x, rows],
      outputs: [...state, ...stacked],
      feeds: [values(1, 2), sequence(1, 1, 0, 1)],
      // (3,5), (6,11)
      expected: [
        [6, 11],
        [6, 11],
        [3, 5, 6, 11],
        [3, 5, 6, 11],
      ],
    };
  })(),
  "two sequences": (() => {
    const other = input("other", "f32", ["steps", 2]);
    const { stacked } = scan({ state: [], over: [rows, other] }, (_, [a, b]) => ({
      state: [],
      outputs: [sub(a!, b!)],
    }));
    return {
      inputs: [rows, other],
      outputs: [...stacked],
      feeds: [sequence(1, 2, 3, 4), sequence(4, 3, 2, 1)],
      expected: [[-3, -1, 1, 3]],
    };
  })(),
  "a loop in a loop, the inner one using values of both outsides": (() => {
    const { state, stacked } = scan({ state: [scalar(1)], over: [rows] }, ([s], [row]) => {
      const next = inner(s!, mul(sum(row!, {}), sum(x, {})));
      return { state: [next], outputs: [sub(next, s!)] };
    });
    return {
      inputs: [x, rows],
      outputs: [...state, ...stacked],
      feeds: [values(1, 2), sequence(1, 0, 1, 1)],
      // 11·(Σ row)·3 is added by each row: 33, 66
      expected: [[100], [33, 66]],
    };
  })(),
  "two loops of the same names, the second over what the first gave": (() => {
    const first = scan({ state: [x], over: [rows] }, ([s], [row]) => ({
      state: [add(s!, row!)],
      outputs: [mul(s!, row!)],
    }));
    const second = scan({ state: [...first.state], over: [...first.stacked] }, ([s], [row]) => ({
      state: [sub(s!, row!)],
      outputs: [],
    }));
    return {
      inputs: [x, rows],
      outputs: [...second.state],
      feeds: [values(1, 2), sequence(1, 2, 3, 4)],
      // first: state (5,8), stacked (1,4) (6,16); second: (5-7, 8-20)
      expected: [[-2, -12]],
    };
  })(),
};

const nameOf = (i: number): string => `y${i}`;
const graphOf = ({ inputs, outputs }: Pick<Program, "inputs" | "outputs">): Graph => ({
  name: "loop",
  inputs,
  outputs: outputs.map((node, i) => ({ name: nameOf(i), node })),
});

describe.each(Object.entries(programs))("%s", (_, program) => {
  const { inputs, outputs, feeds, expected } = program;
  test("by the interpreter", () => {
    verify(graphOf(program));
    const got = interpret(outputs, new Map(inputs.map((node, i) => [node, feeds[i]!])));
    expect(got.map(toNumbers)).toEqual(expected);
  });
  test.each([nodeRuntime, webRuntime])("on $name", async (runtime) => {
    const session = await runtime.open(writeOnnx(graphOf(program)));
    const got = await session.run(
      Object.fromEntries(inputs.map((node, i) => [String(node.from.attributes.name), feeds[i]!])),
    );
    expect(outputs.map((__, i) => toNumbers(got[nameOf(i)]!))).toEqual(expected);
    await session.close();
  });
});

test("one file runs for any number of steps", async () => {
  const session = await nodeRuntime.open(writeOnnx(graphOf(affineLoop(scalar(1)))));
  for (const steps of [1, 2, 7]) {
    const ones = tensorOf("f32", [steps, 2], new Float32Array(2 * steps).fill(1));
    const got = await session.run({ x: values(0, 5), rows: ones });
    expect(toNumbers(got.y0!)).toEqual([steps, 5 + steps]);
    expect(got.y1!.shape).toEqual([steps]);
  }
  await session.close();
});

test("what does not change from step to step is computed outside, once", () => {
  const { state } = scan({ state: [x], over: [rows] }, ([s], [row]) => ({
    state: [add(tanh(mul(exp(x), 2)), mul(s!, row!))],
    outputs: [],
  }));
  const { body } = state[0]!.from.attributes as { body: Body };
  expect(captures(body).map((node) => node.from.op.name)).toEqual(["tanh"]);
});

describe("refused", () => {
  const step = ([s]: readonly Node[], [row]: readonly Node[]) => ({ state: [add(s!, row!)], outputs: [] });
  test("a state that changes its type", () => {
    expect(() => scan({ state: [scalar(0)], over: [rows] }, step)).toThrow(
      "scan: state 0 after a step: expected f32[], got f32[2]",
    );
  });
  test("nothing to scan over, even where a captured value stands in that place", () => {
    expect(() => scan({ state: [x], over: [] }, ([s]) => ({ state: [mul(s!, x)], outputs: [] }))).toThrow(
      "needs at least one sequence to scan over",
    );
  });
  test("sequences of different lengths", () => {
    const four = input("four", "f32", [4, 2]);
    expect(() =>
      scan({ state: [], over: [rows, four] }, (_, [a, b]) => ({ state: [], outputs: [add(a!, b!)] })),
    ).toThrow("scan: sequence 1: expected f32[steps,2], got f32[4,2]");
  });
  test("a start or a sequence that is not what the body takes", () => {
    const [s, row] = [input("s", "f32", [2]), input("row", "f32", [2])];
    const body = { inputs: [s, row], outputs: [add(s, row)], states: 1 };
    expect(() => scanBody(body, { state: [scalar(0)], over: [rows] })).toThrow(
      "scan: state 0: expected f32[2], got f32[]",
    );
    const wide = input("wide", "f32", ["steps", 3]);
    expect(() => scanBody(body, { state: [x], over: [wide] })).toThrow(
      "scan: sequence 0: expected f32[steps,2], got f32[steps,3]",
    );
  });
  test("a sequence without a known width", () => {
    const open = input("open", "f32", ["steps", "width"]);
    expect(() => scan({ state: [], over: [open] }, (_, [a]) => ({ state: [], outputs: [matmul(a!, a!, {})] }))).toThrow(
      'size "width" must be known here',
    );
  });
});
