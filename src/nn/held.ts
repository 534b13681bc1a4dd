// Networks that hold values, for tests: what they compute, what they replace, and whether slopes agree with differences.

import { differentiate } from "../graph/differentiate.js";
import { interpret } from "../graph/interpret.js";
import { expectType, type Node } from "../graph/node.js";
import { constant, input } from "../graph/op.js";
import { add, mul } from "../graph/ops/arithmetic.js";
import { sum } from "../graph/ops/reduce.js";
import { Random } from "../tensor/random.js";
import { type Tensor, tensor, tensorOf, toNumbers } from "../tensor/tensor.js";
import type { Network, Noise, Scope } from "./network.js";

export const given = (shape: readonly number[], values: ArrayLike<number>): Node =>
  constant(tensorOf("f32", shape, values));

/** Standard normal numbers times `deviation`. */
export const drawn = (shape: readonly number[], seed: number, deviation = 1): Tensor<"f32"> => {
  const size = shape.reduce((n, dim) => n * dim, 1);
  const values = new Random(seed).fillNormal(new Float32Array(size)).map((x) => deviation * x);
  return tensor("f32", shape, values);
};

export const valuesOf = (node: Node): number[] => toNumbers(interpret([node], new Map())[0]!);

/** Noise of constants, each draw anew. */
export function noiseOf(seed: number): Noise {
  let draws = 0;
  const draw =
    (fill: (random: Random, out: Float32Array, share: number) => Float32Array) =>
    (shape: readonly number[], share = 1): Node =>
      given(shape, fill(new Random(seed).at(draws++), new Float32Array(shape.reduce((n, dim) => n * dim, 1)), share));
  return {
    normal: draw((random, out) => random.fillNormal(out)),
    uniform: draw((random, out) => random.fillUniform(out)),
    keep: draw((random, out, share) => random.fillKeep(out, share)),
  };
}

/** A network over parameters that are named here, or else drawn; `values` holds them as they are after its calls. */
export function held<Inputs extends readonly (Node | undefined)[], Result>(
  network: Network<Inputs, Result>,
  values: Readonly<Record<string, readonly number[]>> = {},
  { training = false, seed = 1 } = {},
): { call: (...inputs: Inputs) => Result; values: Map<string, Node> } {
  const nodes = new Map(
    network.parameters.map(({ name, shape, start }) => [
      name,
      given(shape, values[name] ?? start(new Random(seed).at(name), shape)),
    ]),
  );
  for (const name of Object.keys(values)) if (!nodes.has(name)) throw new Error(`no parameter is named ${name}`);
  const scope: Scope = {
    parameter: (name) => nodes.get(name)!,
    noise: training ? noiseOf(seed) : undefined,
    update: (name, value) => {
      const parameter = network.parameters.find((each) => each.name === name);
      if (parameter?.running !== true) throw new Error(`${name} is replaced and is no running parameter`);
      expectType(name, value, { dtype: "f32", shape: parameter.shape });
      nodes.set(name, value);
    },
  };
  return { call: network.bind(scope), values: nodes };
}

function near(what: string, got: number, expected: number, within: number): void {
  if (!(Math.abs(got - expected) / (1 + Math.abs(expected)) < within))
    throw new Error(`${what}: ${got}, not ${expected}`);
}

export function closeTo(got: readonly number[], expected: readonly number[], within = 1e-5): void {
  if (got.length !== expected.length) throw new Error(`${got.length} numbers, not ${expected.length}`);
  got.forEach((x, i) => {
    near(`number ${i}`, x, expected[i]!, within);
  });
}

/**
 * The slope of a loss by each input along a direction that is drawn, against its difference in doubles; then the slope of
 * that slope.
 */
export function slopesAgree(
  loss: (...inputs: Node[]) => Node,
  values: readonly Tensor<"f32">[],
  { twice = true, within = 1e-5 } = {},
): void {
  const inputs = values.map(({ shape }, i) => input(`x${i}`, "f32", shape));
  const ways = values.map(({ shape }, i) => drawn(shape, 100 + i));
  const along = (y: Node): Node =>
    differentiate(y, inputs)
      .map((slope, i) => sum(mul(slope, constant(ways[i]!)), {}))
      .reduce((a, b) => add(a, b));
  const at = (node: Node, step: number): number => {
    const moved = values.map(({ shape, data }, i): Tensor => {
      const exact = Float64Array.from(data, (x, j) => x + step * ways[i]!.data[j]!);
      return { dtype: "f32", shape, data: exact } as unknown as Tensor;
    });
    return toNumbers(interpret([node], new Map(inputs.map((x, i) => [x, moved[i]!])), true)[0]!)[0]!;
  };
  const check = (y: Node, what: string): Node => {
    const slope = along(y);
    const expected = (at(y, 1e-5) - at(y, -1e-5)) / 2e-5;
    near(what, at(slope, 0), expected, within);
    return slope;
  };
  const slope = check(loss(...inputs), "slope");
  if (twice) check(slope, "slope of the slope");
}
