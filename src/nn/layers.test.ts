// Layers against numbers worked out by hand, their parameters' names, and starting values.

import { describe, expect, test } from "vitest";
import { interpret } from "../graph/interpret.js";
import { applicationsOf, type Node } from "../graph/node.js";
import { constant, input } from "../graph/op.js";
import { square } from "../graph/ops/arithmetic.js";
import { concat } from "../graph/ops/cut.js";
import { sum } from "../graph/ops/reduce.js";
import { Random } from "../tensor/random.js";
import { type Tensor, tensor, tensorOf, toNumbers } from "../tensor/tensor.js";
import { closeTo, given, held, slopesAgree } from "./held.js";
import { glorotUniform, heNormal, zeros } from "./initialise.js";
import { dense, dropout, elu, leakyRelu, mlp, relu, sigmoid, softplus, spatialDropout, tanh } from "./layers.js";
import { type AnyNetwork, type Network, network, parameterCount, type Scope, sequential } from "./network.js";

const rows = (...data: number[][]): Node => constant(tensorOf("f32", [data.length, data[0]!.length], data.flat()));
const valuesOf = (node: Node): number[] => toNumbers(interpret([node], new Map())[0]!);
const namesOf = ({ parameters }: AnyNetwork): string[] =>
  parameters.map(({ name, shape }) => `${name} ${shape.join("×")}`);

/** Parameters by name; what was asked for is noted. */
function scopeOf(values: Record<string, Tensor>, noise?: Scope["noise"]): Scope {
  return {
    parameter: (name) => constant(values[name]!),
    noise,
    update: (name) => expect.fail(`${name} is replaced by a layer without running values`),
  };
}

describe("dense", () => {
  const layer = dense(2, 3);
  test("is x·W + b, with W by rows of x's columns", () => {
    const weight = tensorOf("f32", [2, 3], [1, 2, 3, 10, 20, 30]);
    const y = layer.bind(scopeOf({ weight, bias: tensorOf("f32", [3], [0.5, 0, -1]) }))(rows([1, 0], [0, 1], [2, -1]));
    expect(valuesOf(y)).toEqual([1.5, 2, 2, 10.5, 20, 29, -7.5, -16, -25]);
  });
  test("has a weight and a bias", () => {
    expect(namesOf(layer)).toEqual(["weight 2×3", "bias 3"]);
    expect(parameterCount(layer)).toBe(9);
  });
});

test("activations, on both sides of zero", () => {
  const x = rows([-2, 0, 3]);
  const apply = (layer: Network): number[] => valuesOf(layer.bind(scopeOf({}))(x));
  expect(apply(relu)).toEqual([0, 0, 3]);
  expect(apply(leakyRelu(0.25))).toEqual([-0.5, 0, 3]);
  expect(apply(tanh)).toEqual([Math.fround(Math.tanh(-2)), 0, Math.fround(Math.tanh(3))]);
  const { exp, log } = Math;
  closeTo(apply(sigmoid), [1 / (1 + exp(2)), 0.5, 1 / (1 + exp(-3))]);
  closeTo(apply(softplus), [log(1 + exp(-2)), log(2), log(1 + exp(3))]);
  closeTo(apply(elu), [exp(-2) - 1, 0, 3]);
  slopesAgree((x) => sum(square(elu.bind(scopeOf({}))(x)), {}), [tensorOf("f32", [3], [-2, 0.5, 3])]);
});

describe("dropout", () => {
  test("does nothing when scoring, and nothing at a rate of 0", () => {
    const x = input("x", "f32", ["batch", 4]);
    expect(dropout(0.5).bind(scopeOf({}))(x)).toBe(x);
    const noise = { normal: () => x, uniform: () => x, keep: () => x };
    expect(dropout(0).bind(scopeOf({}, noise))(x)).toBe(x);
  });
  test("while training zeroes the share asked for, keeps the mean, and draws anew for each use", () => {
    const asked: [readonly number[], number][] = [];
    const random = new Random(4);
    const noise = {
      normal: () => expect.fail("dropout draws no normal numbers"),
      uniform: () => expect.fail("dropout draws no uniform numbers"),
      keep: (shape: readonly number[], share: number): Node => {
        asked.push([shape, share]);
        const size = shape.reduce((n, dim) => n * dim, 1);
        return constant(tensor("f32", [...shape], random.fillKeep(new Float32Array(size), share)));
      },
    };
    const layer = dropout(0.3).bind(scopeOf({}, noise));
    const x = constant(tensorOf("f32", [100, 50], new Float32Array(5000).fill(2)));
    const [first, second] = [layer(x), layer(x)].map(valuesOf);
    expect(asked).toEqual([
      [[100, 50], 0.7],
      [[100, 50], 0.7],
    ]);
    expect(first!.filter((v) => v === 0).length / 5000).toBeCloseTo(0.3, 1);
    expect(first!.reduce((a, b) => a + b, 0) / 5000).toBeCloseTo(2, 1);
    expect(first!.find((v) => v !== 0)).toBeCloseTo(2 / 0.7, 3);
    expect(second).not.toEqual(first);
  });
});

test("spatial dropout keeps or drops whole channels of each picture", () => {
  const x = given([3, 4, 2, 2], new Float32Array(48).fill(1));
  const { call } = held(spatialDropout(0.5), {}, { training: true, seed: 3 });
  const y = valuesOf(call(x));
  const channels = Array.from({ length: 12 }, (_, i) => y.slice(4 * i, 4 * i + 4));
  for (const channel of channels) expect(channel).toEqual(Array(4).fill(channel[0]));
  // not the same for all channels of a picture, nor for all pictures
  const kept = [0, 4, 8].map((at) => channels.slice(at, at + 4).map(([first]) => first));
  expect(new Set(kept[0])).toEqual(new Set([0, 2]));
  expect(kept[1]).not.toEqual(kept[0]);
  expect(held(spatialDropout(0.5)).call(x)).toBe(x);
});

describe("networks of layers", () => {
  test("an mlp has layers between its widths, the last one linear", () => {
    const net = mlp([2, 3, 4, 1], tanh);
    expect(namesOf(net)).toEqual(["0.weight 2×3", "0.bias 3", "2.weight 3×4", "2.bias 4", "4.weight 4×1", "4.bias 1"]);
    const values = Object.fromEntries(
      net.parameters.map(({ name, shape }) => [
        name,
        tensorOf(
          "f32",
          shape,
          new Float32Array(20).fill(1).slice(
            0,
            shape.reduce((n, dim) => n * dim, 1),
          ),
        ),
      ]),
    );
    const y = net.bind(scopeOf(values))(rows([0.5, -1.5]));
    // every unit of a layer is alike: h₁ = tanh(0.5 - 1.5 + 1) = 0, h₂ = tanh(3·0 + 1), y = 4·h₂ + 1
    expect(valuesOf(y)[0]).toBeCloseTo(4 * Math.tanh(1) + 1, 5);
    expect(
      applicationsOf([y])
        .map(({ op }) => op.name)
        .filter((name) => name !== "constant"),
    ).toEqual(["affine", "tanh", "affine", "tanh", "affine"]);
  });
  test("more than ten layers stay in order", () => {
    const layers = Array.from({ length: 12 }, (_, i) => dense(i + 1, i + 2));
    expect(namesOf(sequential(...layers)).filter((name) => name.includes("bias"))).toEqual(
      layers.map((_, i) => `${i}.bias ${i + 2}`),
    );
  });
  test("parts are named, and each is given its own parameters", () => {
    const pair = network({ left: dense(1, 1), right: sequential(dense(1, 1)) }, (parts, x: Node, y: Node) =>
      concat([parts.left(x), parts.right(y)], 1),
    );
    expect(namesOf(pair)).toEqual(["left.weight 1×1", "left.bias 1", "right.0.weight 1×1", "right.0.bias 1"]);
    const numbers = { "left.weight": 2, "left.bias": 1, "right.0.weight": 10, "right.0.bias": -1 };
    const scope = scopeOf(
      Object.fromEntries(
        Object.entries(numbers).map(([name, v]) => [name, tensorOf("f32", name.endsWith("bias") ? [1] : [1, 1], [v])]),
      ),
    );
    expect(valuesOf(pair.bind(scope)(rows([3]), rows([5])))).toEqual([7, 49]);
  });
});

describe("starting values", () => {
  const mean = (x: Float32Array): number => x.reduce((a, b) => a + b, 0) / x.length;
  test("Glorot: uniform in ±√(6/(from + to))", () => {
    const x = glorotUniform(new Random(1), [100, 50]);
    expect(x).toHaveLength(5000);
    expect(Math.max(...x)).toBeLessThanOrEqual(0.2);
    expect(Math.max(...x)).toBeGreaterThan(0.199);
    expect(Math.min(...x)).toBeLessThan(-0.199);
    expect(mean(x)).toBeCloseTo(0, 2);
  });
  test("He: variance 2/from", () => {
    const x = heNormal(new Random(1), [50, 200]);
    expect(mean(x.map((v) => v * v))).toBeCloseTo(0.04, 2);
    expect(mean(x.map((v) => v * v)) / 0.04).toBeCloseTo(1, 1);
  });
  test("zeros, of biases; the same seed gives the same", () => {
    expect(zeros(new Random(1), [3])).toEqual(new Float32Array(3));
    expect(dense(2, 2).parameters[1]!.start(new Random(1), [2])).toEqual(new Float32Array(2));
    expect(glorotUniform(new Random(7), [3, 3])).toEqual(glorotUniform(new Random(7), [3, 3]));
  });
});
