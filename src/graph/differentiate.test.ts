// Derivatives of whole programs: several uses, broadcasting, nodes inside, and derivatives of derivatives.

import { describe, expect, test } from "vitest";
import { Random } from "../tensor/random.js";
import { type Tensor, tensorOf, toNumbers } from "../tensor/tensor.js";
import { differentiate } from "./differentiate.js";
import { interpret } from "./interpret.js";
import { GraphError, type Node } from "./node.js";
import { constant, input } from "./op.js";
import { add, div, mul, square, sub } from "./ops/arithmetic.js";
import { cast } from "./ops/cast.js";
import { concat, slice } from "./ops/cut.js";
import { exp, sqrt, tanh } from "./ops/exponential.js";
import { affine, matmul } from "./ops/matmul.js";
import { sign } from "./ops/piecewise.js";
import { mean, sum } from "./ops/reduce.js";
import { scan } from "./ops/scan.js";
import { reshape } from "./ops/shape.js";

type Values = ReadonlyMap<Node, readonly number[]>;

/** The numbers of a node, in double precision. */
function numbersOf(node: Node, values: Values): number[] {
  const feeds = new Map<Node, Tensor>();
  for (const [fed, numbers] of values)
    feeds.set(fed, { dtype: fed.dtype, shape: fed.shape, data: Float64Array.from(numbers) } as Tensor);
  return toNumbers(interpret([node], feeds, true)[0]!);
}

const x = input("x", "f32", [3]);
const given = new Map([[x, [1, -2, 0.5]]]);
const slopeOf = (y: Node, by: Node = x, values: Values = given): number[] =>
  numbersOf(differentiate(y, [by])[0]!, values);

describe("uses", () => {
  test("several uses of a node add up: d Σ(x³ + x) = 3x² + 1", () => {
    expect(slopeOf(sum(add(mul(mul(x, x), x), x), {}))).toEqual([4, 13, 1.75]);
  });
  test("both operands may be the same: d Σ x/x = 0, d Σ (x - x)·x = 0", () => {
    expect(slopeOf(sum(div(x, x), {}))).toEqual([0, 0, 0]);
    expect(slopeOf(sum(mul(sub(x, x), x), {}))).toEqual([0, 0, 0]);
  });
  test("pieces that overlap add up where they do", () => {
    const pieces = [slice(x, { axis: 0, start: 0, end: 2 }), slice(x, { axis: 0, start: 1, end: 3 })];
    expect(slopeOf(sum(concat(pieces, 0), {}))).toEqual([1, 2, 1]);
  });
});

describe("broadcasting", () => {
  const m = input("m", "f32", [2, 3]);
  const values = new Map([...given, [m, [1, 2, 3, 4, 5, 6]]]);
  test("a row used by every row has the sum of its uses", () => {
    expect(slopeOf(sum(mul(m, x), {}), x, values)).toEqual([5, 7, 9]);
    expect(slopeOf(sum(mul(m, x), {}), m, values)).toEqual([1, -2, 0.5, 1, -2, 0.5]);
  });
  test("a column keeps its axis of size 1", () => {
    const column = input("column", "f32", [2, 1]);
    const [slope] = differentiate(sum(mul(m, column), {}), [column]);
    expect(slope!.shape).toEqual([2, 1]);
    expect(numbersOf(slope!, new Map([...values, [column, [9, 9]]]))).toEqual([6, 15]);
  });
  test("a scalar used by every element", () => {
    const scale = input("scale", "f32", []);
    const [slope] = differentiate(sum(mul(m, scale), {}), [scale]);
    expect(slope!.shape).toEqual([]);
    expect(numbersOf(slope!, new Map([...values, [scale, [3]]]))).toEqual([21]);
  });
  test("an outer sum of two vectors: Σ (aᵢ + bⱼ)², both ways", () => {
    const [a, b] = [input("a", "f32", [2, 1]), input("b", "f32", [1, 3])];
    const y = sum(square(add(a, b)), {});
    const at = new Map([
      [a, [1, 2]],
      [b, [0, 1, 3]],
    ]);
    expect(slopeOf(y, a, at)).toEqual([2 * (1 + 2 + 4), 2 * (2 + 3 + 5)]);
    expect(slopeOf(y, b, at)).toEqual([2 * (1 + 2), 2 * (2 + 3), 2 * (4 + 5)]);
  });
  test("a bias under a named size", () => {
    const rows = input("rows", "f32", ["batch", 3]);
    const [slope] = differentiate(sum(square(add(rows, x)), {}), [x]);
    const feeds = new Map([
      [rows, tensorOf("f32", [2, 3], [0, 0, 0, 1, 1, 1])],
      [x, tensorOf("f32", [3], [1, -2, 0.5])],
    ]);
    expect(toNumbers(interpret([slope!], feeds)[0]!)).toEqual([2 * (1 + 2), 2 * (-2 - 1), 2 * (0.5 + 1.5)]);
  });
});

describe("by nodes that are not inputs", () => {
  test("a node inside is taken as independent", () => {
    const inside = square(x);
    const y = sum(mul(inside, inside), {});
    expect(slopeOf(y, inside)).toEqual([2, 8, 0.5]);
    const [byX, byInside] = differentiate(add(y, sum(x, {})), [x, inside]).map((node) => numbersOf(node, given));
    expect(byInside).toEqual([2, 8, 0.5]);
    expect(byX).toEqual([1, 1, 1]); // what passes through the wanted node is not counted
  });
  test("a node that is named fixed passes nothing, on other ways it flows", () => {
    const held = square(x);
    const y = sum(add(mul(held, x), held), {});
    expect(numbersOf(differentiate(y, [x], [held])[0]!, given)).toEqual([1, 4, 0.25]); // x² as a number times 1
    expect(numbersOf(differentiate(y, [held], [held])[0]!, given)).toEqual([2, -1, 1.5]); // x + 1
  });
  test("a scalar by itself is 1", () => {
    const y = sum(x, {});
    expect(slopeOf(y, y)).toEqual([1]);
  });
});

describe("zero", () => {
  test("where y does not depend on the node, of its shape and type", () => {
    const other = input("other", "f64", [2, 2]);
    const [slope] = differentiate(sum(x, {}), [other]);
    expect([slope!.dtype, slope!.shape]).toEqual(["f64", [2, 2]]);
    expect(numbersOf(slope!, given)).toEqual([0, 0, 0, 0]);
  });
  test("behind a step", () => {
    expect(slopeOf(sum(mul(sign(x), 5), {}))).toEqual([0, 0, 0]);
    expect(slopeOf(sum(cast(cast(mul(x, 3), { to: "i32" }), { to: "f32" }), {}))).toEqual([0, 0, 0]);
    expect(slopeOf(sum(cast(mul(x, 3), { to: "i32" }), {}))).toEqual([0, 0, 0]);
  });
});

test("a change of precision passes the derivative in the operand's own type", () => {
  const [slope] = differentiate(sum(square(cast(x, { to: "f64" })), {}), [x]);
  expect(slope!.dtype).toBe("f32");
  expect(numbersOf(slope!, given)).toEqual([2, -4, 1]);
});

test("only a scalar can be differentiated, and only through ops that have a gradient", () => {
  expect(() => differentiate(x, [x])).toThrow(new GraphError("differentiate: needs a scalar, got f32[3]"));
  const loop = scan({ state: [sum(x, {})], over: [x] }, ([state], [slice]) => ({
    state: [add(state!, slice!)],
    outputs: [],
  }));
  expect(() => differentiate(loop.state[0]!, [x])).toThrow("scan has no gradient");
});

describe("derivatives of derivatives", () => {
  test("Σ x⁴, three times: 4x³, 12x², 24x", () => {
    let y: Node = sum(square(square(x)), {});
    const found = [1, 2, 3].map(() => {
      const [slope] = differentiate(y, [x]);
      y = sum(slope!, {});
      return numbersOf(slope!, given);
    });
    expect(found[0]).toEqual([4, -32, 0.5]);
    expect(found[1]).toEqual([12, 48, 3]);
    expect(found[2]).toEqual([24, -48, 12]);
  });

  test("a critic with a gradient penalty, against differences in every parameter", () => {
    const rows = input("rows", "f32", [4, 3]);
    const w1 = input("w1", "f32", [3, 5]);
    const b1 = input("b1", "f32", [5]);
    const w2 = input("w2", "f32", [5, 1]);
    const b2 = input("b2", "f32", [1]);
    const critic = (at: Node): Node => affine(tanh(affine(at, w1, b1)), w2, b2);
    // mean f(x) + 10·mean (‖∇f(x)‖ - 1)² (Gulrajani et al. 2017)
    const [slope] = differentiate(sum(critic(rows), {}), [rows]);
    const length = sqrt(sum(square(slope!), { axes: [1] }));
    const loss = add(mean(critic(rows), {}), mul(mean(square(sub(length, 1)), {}), 10));

    const random = new Random(3);
    const parameters = [w1, b1, w2, b2];
    const drawn = new Map(
      [rows, ...parameters].map((node) => {
        const size = (node.shape as number[]).reduce((n, dim) => n * dim, 1);
        return [node, Array.from(random.fillNormal(new Float32Array(size)))] as const;
      }),
    );
    const slopes = differentiate(loss, parameters);
    const h = 1e-5;
    parameters.forEach((parameter, p) => {
      const found = numbersOf(slopes[p]!, drawn);
      const numbers = drawn.get(parameter)!;
      expect(found).toHaveLength(numbers.length);
      numbers.forEach((_, i) => {
        const at = (shift: number): number => {
          const moved = numbers.map((v, j) => (i === j ? v + shift : v));
          return numbersOf(loss, new Map([...drawn, [parameter, moved]]))[0]!;
        };
        expect(found[i]).toBeCloseTo((at(h) - at(-h)) / (2 * h), 5);
      });
    });
    expect(numbersOf(slopes[3]!, drawn)).toEqual([1]); // the penalty does not see the last bias
  });

  test("a Hessian times a vector, through reshape, matmul and exp: y = exp(xᵀAx)", () => {
    const a = constant(tensorOf("f32", [3, 3], [2, 1, 0, 1, 1, 0, 0, 0, 1]));
    const column = reshape(x, { shape: [3, 1] });
    const y = sum(exp(matmul(matmul(column, a, { transA: true }), column, {})), {});
    const direction = constant(tensorOf("f32", [3], [1, 0, -1]));
    const [slope] = differentiate(y, [x]);
    const [bend] = differentiate(sum(mul(slope!, direction), {}), [x]);
    // at x = (0, 1, 0): Ax = (1, 1, 0), q = 1; H = e(4 Ax Axᵀ + 2A); H·(1, 0, -1) = e((4, 4, 0) + 2(2, 1, -1))
    const found = numbersOf(bend!, new Map([[x, [0, 1, 0]]]));
    [8, 6, -2].forEach((expected, i) => {
      expect(found[i]! / Math.E).toBeCloseTo(expected, 10);
    });
  });
});
