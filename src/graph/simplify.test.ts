// The simplifying pass: what it merges, folds and drops, what it must leave alone, and that no program changes its values.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeRuntime } from "../runtime/node.js";
import { type DataOf, type DType, printType } from "../tensor/dtype.js";
import { type Tensor, tensor, tensorOf } from "../tensor/tensor.js";
import { interpret } from "./interpret.js";
import { type Application, type Attributes, applicationsOf, apply, type Graph, GraphError, type Node } from "./node.js";
import { readOnnx } from "./onnx/read.js";
import { writeOnnx } from "./onnx/write.js";
import { constant, input, scalar } from "./op.js";
import { add, div, mul, neg, sub } from "./ops/arithmetic.js";
import { cast } from "./ops/cast.js";
import { exp, tanh } from "./ops/exponential.js";
import { ops } from "./ops/index.js";
import { oneHot, treeSum } from "./ops/ml.js";
import { sum } from "./ops/reduce.js";
import { type Body, innerApplications, scan } from "./ops/scan.js";
import { expandLike, reshape } from "./ops/shape.js";
import { simplify } from "./simplify.js";
import { printGraph } from "./text.js";
import { verify } from "./verify.js";

const x = input("x", "f32", [3]);
const whole = (dtype: "i32" | "i64", ...values: number[]): Node => constant(tensorOf(dtype, [values.length], values));
const real = (...values: number[]): Node => constant(tensorOf("f32", [values.length], values));

function program(inputs: readonly Node[], ...outputs: readonly Node[]): Graph {
  return { name: "p", inputs, outputs: outputs.map((node, i) => ({ name: `y${i}`, node })) };
}

/** The outputs after the pass. */
function simplified(...outputs: readonly Node[]): Node[] {
  const graph = simplify(program([x], ...outputs));
  verify(graph);
  return graph.outputs.map(({ node }) => node);
}

/** The applications that compute something. */
const work = (nodes: readonly Node[]): Application[] =>
  applicationsOf(nodes).filter(({ op }) => op.name !== "input" && op.name !== "constant");
const namesOf = (...outputs: readonly Node[]): string[] => work(simplified(...outputs)).map(({ op }) => op.name);
const dataOf = (node: Node): unknown[] => Array.from(interpret([node], new Map())[0]!.data as ArrayLike<unknown>);

describe("equal applications become one", () => {
  test("when op, operands and attributes are equal", () => {
    expect(namesOf(add(exp(x), tanh(exp(x))))).toEqual(["exp", "tanh", "add"]);
    const [a, b] = simplified(sum(x, { axes: [0] }), sum(x, { axes: [0] }));
    expect(a!.from).toBe(b!.from);
  });
  test("also through equal constants that were made twice", () => {
    expect(namesOf(add(mul(x, 3), mul(x, 3)))).toEqual(["mul", "add"]);
  });
  test("not when an attribute, the order of operands or the element type differs", () => {
    const m = input("m", "f32", [3, 3]);
    const count = (...outputs: Node[]): number =>
      work(simplify(program([x, m], ...outputs)).outputs.map(({ node }) => node)).length;
    expect(count(sum(m, { axes: [0] }), sum(m, { axes: [1] }))).toBe(2);
    expect(count(sum(m, { axes: [0], keep: true }), sum(m, { axes: [0], keep: false }))).toBe(2);
    expect(count(sub(x, 2), sub(2, x))).toBe(2);
    expect(count(cast(x, { to: "f64" }), cast(x, { to: "i32" }))).toBe(2);
  });
  test("not when attributes hold arrays of numbers, which have no short text", () => {
    const rows = reshape(x, { shape: [1, 3] });
    const leaf = (value: number): Node =>
      treeSum(rows, {
        roots: Int32Array.of(0),
        feature: Int32Array.of(-1),
        threshold: Float32Array.of(0),
        left: Int32Array.of(0),
        right: Int32Array.of(0),
        value: Float32Array.of(value),
      });
    expect(namesOf(leaf(1), leaf(2))).toEqual(["reshape", "treeSum", "treeSum"]);
  });
});

describe("constants", () => {
  test("equal ones are shared, those of other type, shape or sign are not", () => {
    const [a, b] = simplified(scalar(2), scalar(2));
    expect(a).toBe(b);
    for (const other of [scalar(2, "f64"), scalar(2, "i32"), real(2), scalar(-2)]) {
      const [c, d] = simplified(scalar(2), other);
      expect(c).not.toBe(d);
      expect(printType(d!)).toBe(printType(other));
    }
  });
  test("0 and -0 stay apart: 1/0 is not 1/-0", () => {
    expect(simplified(div(1, real(0)), div(1, real(-0))).flatMap(dataOf)).toEqual([Infinity, -Infinity]);
  });
  test("texts are compared as texts, commas included", () => {
    const text = (...values: string[]): Node => constant(tensor("string", [values.length], values));
    const [a, b, c] = simplified(text("a,b", "c"), text("a", "b,c"), text("a,b", "c"));
    expect([a, b].map((node) => dataOf(node!))).toEqual([
      ["a,b", "c"],
      ["a", "b,c"],
    ]);
    expect(a).toBe(c);
  });
  test("what depends on constants alone is computed", () => {
    const [y] = simplified(add(mul(real(1, 2), 3), 1));
    expect(work([y!])).toEqual([]);
    expect(dataOf(y!)).toEqual([4, 7]);
  });
  test("but not into large ones", () => {
    const large = expandLike(scalar(1), constant(tensorOf("f32", [5000], new Float32Array(5000))));
    expect(namesOf(large)).toEqual(["expandLike"]);
  });
  test("f32 results are rounded to f32 at every step", () => {
    const [y] = simplified(sub(add(real(2 ** 24), 1), 2 ** 24));
    expect(dataOf(y!)).toEqual([0]);
  });
  test("whole numbers are cut off towards zero", () => {
    expect(dataOf(simplified(div(whole("i32", 7, -7), whole("i32", 2)))[0]!)).toEqual([3, -3]);
    expect(dataOf(simplified(div(whole("i64", 7, -7), whole("i64", 2)))[0]!)).toEqual([3n, -3n]);
  });
  test("whole numbers that doubles do not hold are left to the runtime", async () => {
    const big = constant(tensor("i64", [1], BigInt64Array.of(2n ** 53n + 1n)));
    const third = constant(tensor("i64", [1], BigInt64Array.of(3_037_000_499n)));
    const y0 = add(big, whole("i64", 1));
    const y1 = mul(third, third);
    const y2 = sub(big, constant(tensor("i64", [1], BigInt64Array.of(2n ** 53n))));
    expect(namesOf(y0, y1, y2)).toEqual(["add", "mul", "sub"]);
    const session = await nodeRuntime.open(writeOnnx(program([], y0, y1, y2)));
    const got = await session.run({});
    expect([got.y0!.data, got.y1!.data, got.y2!.data]).toEqual([
      BigInt64Array.of(2n ** 53n + 2n),
      BigInt64Array.of(3_037_000_499n ** 2n),
      BigInt64Array.of(1n),
    ]);
    await session.close();
  });
  test("and so are divisions by zero and casts of what is no whole number", () => {
    expect(namesOf(div(whole("i64", 1), whole("i64", 0)))).toEqual(["div"]);
    expect(namesOf(div(whole("i32", 1), whole("i32", 0)))).toEqual(["div"]);
    expect(namesOf(cast(real(Number.NaN), { to: "i64" }), cast(real(3e9), { to: "i32" }))).toEqual(["cast", "cast"]);
  });
  test("named ones are neither folded, merged nor dropped: their values may change in the file", () => {
    const limit = constant(tensorOf("f32", [], [1]), "limit");
    const same = constant(tensorOf("f32", [], [1]), "same");
    const graph = program([x], mul(x, limit), mul(limit, 2), add(limit, same));
    expect(printGraph(simplify(graph)).match(/ = \w+/g)).toEqual([" = mul", " = mul", " = add"]);
    expect(readOnnx(writeOnnx(graph)).operators).toMatchObject({ Mul: 2, Add: 1 });
  });
});

describe("what changes nothing disappears", () => {
  test.each([
    ["x·1", mul(x, 1)],
    ["1·x", mul(1, x)],
    ["x/1", div(x, 1)],
    ["x-0", sub(x, 0)],
    ["x+(-0)", add(x, -0)],
    ["a shape of its own", reshape(x, { shape: [3] })],
    ["a type of its own", cast(x, { to: "f32" })],
    ["repeated once", expandLike(x, x)],
    ["-(-x)", neg(neg(x))],
  ])("%s", (_, y) => {
    expect(simplified(y)[0]!.from).toBe(x.from);
  });
  test("whole numbers plus 0", () => {
    const n = input("n", "i32", [2]);
    expect(simplify(program([n], add(n, 0))).outputs[0]!.node.from).toBe(n.from);
  });
  test.each([
    ["x-1", sub(x, 1)],
    ["1/x", div(1, x)],
    ["0-x", sub(0, x)],
    ["x+0, which makes -0 to 0", add(x, 0)],
    ["x·1 that repeats x", mul(x, constant(tensorOf("f32", [1, 1], [1])))],
    ["a scalar times ones", mul(scalar(1), x.shape.length === 1 ? reshape(x, { shape: [1, 3] }) : x)],
  ])("but not %s", (_, y) => {
    const [after] = simplified(y);
    const value = tensorOf("f32", [3], [-0, 2, -3]);
    expect(printType(after!)).toBe(printType(y));
    expect(interpret([after!], new Map([[x, value]]))).toEqual(interpret([y], new Map([[x, value]])));
  });
  test("a repetition that the op makes itself, of one operand as long as the other has the shape", () => {
    const [m, row, other] = [input("m", "f32", ["n", 3]), input("row", "f32", [1, 3]), input("one", "f32", [])];
    const of = (...outputs: Node[]) =>
      work(simplify(program([m, row, other], ...outputs)).outputs.map(({ node }) => node)).map(({ op }) => op.name);
    expect(of(mul(m, expandLike(row, m)))).toEqual(["mul"]);
    expect(of(sub(expandLike(row, m), m))).toEqual(["sub"]);
    expect(of(add(expandLike(row, m), expandLike(other, m)))).toEqual(["expandLike", "add"]);
    expect(of(mul(expandLike(row, m), row))).toEqual(["expandLike", "mul"]);
  });
  test("nodes that no output reaches", () => {
    exp(x);
    expect(namesOf(tanh(x))).toEqual(["tanh"]);
  });
});

describe("bodies of scan", () => {
  const rows = input("rows", "f32", ["steps", 3]);
  const loop = (step: (state: Node, row: Node) => Node): Node =>
    scan({ state: [x], over: [rows] }, ([state], [row]) => ({ state: [step(state!, row!)], outputs: [] })).state[0]!;
  const inBody = (node: Node): string[] => {
    const { body } = node.from.attributes as { body: Body };
    return work(body.outputs)
      .filter((app) => innerApplications(body).has(app))
      .map(({ op }) => op.name);
  };
  const pass = (y: Node): Node => {
    const graph = simplify(program([x, rows], y));
    verify(graph);
    return graph.outputs[0]!.node;
  };

  test("are simplified like the rest", () => {
    expect(inBody(pass(loop((state, row) => add(mul(tanh(state), 1), mul(tanh(state), add(row, -0))))))).toEqual([
      "tanh",
      "mul",
      "add",
    ]);
  });
  test("take values of the outside from the outside, once", () => {
    const y = add(
      loop((state, row) => mul(add(state, row), exp(x))),
      exp(x),
    );
    const after = pass(y);
    expect(work([after]).map(({ op }) => op.name)).toEqual(["exp", "scan", "add"]);
    expect(inBody(after.from.inputs[0]!)).toEqual(["add", "mul"]);
  });
  test("do not mix up two loops of the same form", () => {
    const twice = sub(
      loop((state, row) => mul(state, row)),
      loop((state, row) => add(state, row)),
    );
    const feeds = new Map([
      [x, tensorOf("f32", [3], [1, 2, 3])],
      [rows, tensorOf("f32", [2, 3], [1, 2, 3, 4, 5, 6])],
    ]);
    // x·r₁·r₂ - (x + r₁ + r₂)
    expect(interpret([pass(twice)], feeds)[0]!.data).toEqual(Float32Array.of(4 - 6, 20 - 9, 54 - 12));
  });
  test("may turn out to do nothing", () => {
    const constantBody = loop((state) => expandLike(real(0, 0, 0), state));
    expect(inBody(pass(constantBody))).toEqual([]);
  });
});

describe("any program", () => {
  interface Choice {
    readonly op: number;
    readonly given: number;
    readonly operands: readonly number[];
    /** Where 1: a loop over the next choices comes first. */
    readonly loop: number;
  }
  const loose: fc.Arbitrary<Choice> = fc.record({
    op: fc.nat(ops.length - 1),
    given: fc.nat(5),
    operands: fc.array(fc.nat(80), { minLength: 3, maxLength: 3 }),
    loop: fc.nat(30),
  });
  const number = fc.oneof(fc.constantFrom(0, -0, 1, -1, 2), fc.float({ noNaN: true, min: -4, max: 4 }));
  const inputs = [
    ...[x, input("m", "f32", [2, 3]), input("s", "f32", []), input("d", "f64", [3])],
    ...[input("n", "i64", [2]), input("k", "i32", [3]), input("b", "bool", [2, 3])],
    ...[input("picture", "f32", [1, 1, 3, 3]), input("rows", "f32", [2, 3])],
  ];
  const starts = (): Node[] => [
    ...inputs,
    ...[scalar(0), scalar(-0), scalar(1), scalar(1, "f64"), scalar(0, "i32"), scalar(1, "i64"), real(1, 1, 1)],
    ...[real(0.5, -2, 3), whole("i64", 1, 0), constant(tensorOf("bool", [3], [1, 0, 1]))],
    constant(tensor("string", [3, 1], ["tcp", "", "b"])),
    constant(tensorOf("f32", [1, 1, 3, 3], [0, 1, 0, -1, 2, -1, 0, 1, 0.5])),
    constant(tensorOf("f32", [], [1]), "named"),
  ];

  /** Applies ops as chosen, where they fit, to the nodes that are there; adds what they give. */
  function grow(pool: Node[], choices: readonly Choice[], depth = 0): void {
    for (const [i, { op, given, operands, loop }] of choices.entries()) {
      const pick = (n: number): Node => pool[n % pool.length]!;
      try {
        if (loop === 1 && depth < 2) pool.push(...loopOver(pool, choices.slice(i + 1, i + 6), depth + 1));
        const chosen = ops[op]!;
        const cases = chosen.cases as readonly { with?: Attributes }[];
        const count = chosen.inputs.length > 0 ? chosen.inputs.length : 2;
        pool.push(...apply(chosen, operands.slice(0, count).map(pick), cases[given % cases.length]!.with ?? {}));
      } catch (error) {
        if (!(error instanceof GraphError)) throw error; // the operands do not fit
      }
    }
  }
  function loopOver(pool: readonly Node[], choices: readonly Choice[], depth: number): readonly Node[] {
    const { state, stacked } = scan({ state: [x, pool[pool.length - 1]!], over: [inputs.at(-1)!] }, (state, slices) => {
      const inner = [...pool, ...slices, ...state];
      grow(inner, choices, depth);
      const next = state.map((node) => inner.findLast((each) => printType(each) === printType(node))!);
      return { state: next, outputs: inner.slice(-1) };
    });
    return [...state, ...stacked];
  }
  const fill = (dtype: DType, numbers: readonly number[]): DataOf[DType] =>
    tensorOf(
      dtype as Exclude<DType, "string">,
      [numbers.length],
      dtype === "bool" ? numbers.map((v) => +(v > 0)) : numbers.map((v) => (dtype[0] === "i" ? Math.trunc(v) : v)),
    ).data;

  test("has the same values after the pass, and is well formed", () => {
    let compared = 0;
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        fc.array(loose, { minLength: 15, maxLength: 60 }),
        fc.array(number, { minLength: 40, maxLength: 40 }),
        (choices, numbers) => {
          const pool = starts();
          const before = pool.length;
          grow(pool, choices);
          const graph = program(inputs, ...pool.slice(before));
          verify(graph);
          const after = simplify(graph);
          verify(after);
          let at = 0;
          const feeds = new Map(
            inputs.map((node) => {
              const size = (node.shape as number[]).reduce((n, dim) => n * dim, 1);
              const data = fill(node.dtype, numbers.slice(at, (at += size)));
              return [node, { dtype: node.dtype, shape: node.shape, data } as Tensor] as const;
            }),
          );
          graph.outputs.forEach(({ node }, i) => {
            const expected = attempt(() => interpret([node], feeds)[0]!);
            if (expected === undefined) return;
            expect(interpret([after.outputs[i]!.node], feeds)[0]).toEqual(expected);
            compared++;
            seen.add(node.from.op.name);
          });
        },
      ),
      { seed: 5, numRuns: 400 },
    );
    expect(compared).toBeGreaterThan(1000);
    // the programs reach nearly every op
    expect([...ops.map((op) => op.name), "scan"].filter((name) => !seen.has(name)).length).toBeLessThan(10);
  });
});

/** The result, or nothing where a whole number leaves what the interpreter holds. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

test("a text that is one of the levels is found in a constant", () => {
  expect(namesOf(oneHot(constant(tensor("string", [1, 1], ["b"])), { levels: ["a", "b"] }))).toEqual(["oneHot"]);
});
