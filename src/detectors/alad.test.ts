// ALAD: the published networks layer by layer, losses and scores by hand, what each switch changes, who is moved by what.

import { describe, expect, test } from "vitest";
import { differentiate } from "../graph/differentiate.js";
import { interpret } from "../graph/interpret.js";
import type { Node } from "../graph/node.js";
import { add, mul, sub } from "../graph/ops/arithmetic.js";
import { slice } from "../graph/ops/cut.js";
import { sum } from "../graph/ops/reduce.js";
import { squeeze } from "../graph/ops/shape.js";
import { closeTo, drawn, given, held, valuesOf } from "../nn/held.js";
import type { Network, Noise } from "../nn/network.js";
import { layerTable } from "../nn/table.js";
import { type Tensor, toNumbers } from "../tensor/tensor.js";
import type { BoundNetworks } from "../train/program.js";
import type { AladNetworks } from "./alad/networks.js";
import { pictureNetworks } from "./alad/pictures.js";
import { alad, recipeOf } from "./alad.js";
import type { RowShape, Verdict } from "./define.js";
import { type Given, parseParameters } from "./parameters.js";

type Wanted = Given<typeof alad.parameters>;
const table = (features: number): RowShape => ({ features, condition: 0, width: features, picture: undefined });
const pictures = (height: number, width: number, channels: 1 | 3): RowShape => {
  const features = height * width * channels;
  return { features, condition: 0, width: features, picture: { height, width, channels } };
};
const recipe = (wanted: Wanted, shape: RowShape) => recipeOf(parseParameters("alad", alad.parameters, wanted), shape);
const trained = (wanted: Wanted, shape: RowShape): Record<string, number[]> =>
  Object.fromEntries(
    Object.entries(recipe(wanted, shape).networks).map(([name, each]) => [
      name,
      layerTable(each).map((row) => row.trained),
    ]),
  );
/** The same numbers for each draw of one shape; nothing is dropped. */
const noiseFrom = (seed: number): Noise => ({
  normal: (shape) => given(shape, drawn(shape, seed).data),
  uniform: (shape) => given(shape, drawn(shape, seed).data),
  keep: (shape) => given(shape, new Float32Array(shape.reduce((n, dim) => n * dim, 1)).fill(1)),
});
const withTotal = (...layers: number[]): number[] => [...layers, layers.reduce((a, b) => a + b)];
const linear = (from: number, to: number): number => from * to + to;

describe("published networks", () => {
  test("KDD Cup 99", () => {
    expect(trained({ variant: "published" }, table(121))).toEqual({
      encoder: withTotal(linear(121, 64), linear(64, 32)),
      generator: withTotal(linear(32, 64), linear(64, 128), linear(128, 121)),
      xz: withTotal(linear(121, 128), 2 * 128, linear(32, 128), linear(256, 128), linear(128, 1)),
      xx: withTotal(linear(242, 128), linear(128, 1)),
      zz: withTotal(linear(64, 32), linear(32, 1)),
    });
  });
  test("Arrhythmia", () => {
    expect(trained({ variant: "published" }, table(274))).toEqual({
      encoder: withTotal(linear(274, 256), linear(256, 128), linear(128, 64)),
      generator: withTotal(linear(64, 128), linear(128, 256), linear(256, 274)),
      xz: withTotal(linear(274, 128), 2 * 128, linear(64, 128), linear(256, 256), linear(256, 1)),
      xx: withTotal(linear(548, 256), linear(256, 128), linear(128, 1)),
      zz: withTotal(linear(128, 64), linear(64, 32), linear(32, 1)),
    });
    expect(trained({ variant: "published", preset: "kdd" }, table(274)).zz).toEqual(
      withTotal(linear(64, 32), linear(32, 1)),
    );
  });
  test("CIFAR-10 and SVHN", () => {
    const square = 4 * 4;
    expect(trained({ variant: "published" }, pictures(32, 32, 3))).toEqual({
      encoder: withTotal(
        ...[3 * 128 * square, 2 * 128, 128 * 256 * square, 2 * 256, 256 * 512 * square, 2 * 512],
        512 * 100 * square + 100,
      ),
      generator: withTotal(
        ...[100 * 512 * square, 2 * 512, 512 * 256 * square, 2 * 256, 256 * 128 * square, 2 * 128],
        128 * 3 * square + 3,
      ),
      xz: withTotal(
        ...[3 * 128 * square + 128, 128 * 256 * square, 2 * 256, 256 * 512 * square, 2 * 512],
        ...[linear(100, 512), linear(512, 512), linear(512 * 4 * 4 + 512, 1024), linear(1024, 1)],
      ),
      xx: withTotal(3 * 64 * 25 + 64, 64 * 128 * 25 + 128, linear(128 * 16 * 8, 1)),
      zz: withTotal(linear(200, 64), linear(64, 32), linear(32, 1)),
    });
  });
  test("recipes", () => {
    for (const [shape, batch, rate] of [
      [table(121), 50, 1e-5],
      [table(274), 32, 1e-5],
      [pictures(32, 32, 3), 32, 2e-4],
    ] as const) {
      const game = recipe({ variant: "published", epochs: 3 }, shape);
      expect(game).toMatchObject({
        ...{ batch, average: 0.999 },
        optimiser: { kind: "adam", rate, beta1: 0.5, beta2: 0.999, schedule: { kind: "constant" } },
      });
      expect(game.steps(1000, batch)).toBe(3 * Math.floor(1000 / batch));
    }
  });
});

/** Networks that are formulas: codes are half the rows' first number, rows come back doubled less one. */
const x = given([2, 2], [2, 4, -1, 3]);
const judge = (weight: number) => (a: Node, b: Node) => {
  const features = sub(mul(a, weight), b);
  return { features, logit: sum(features, { axes: [1] }) };
};
const first = (a: Node): Node => slice(a, { axis: 1, start: 0, end: 1 });
const formulas = {
  encoder: (a: Node) => mul(first(a), 0.5),
  generator: (z: Node) => sub(mul(add(z, given([1, 2], [0, 0])), 2), 1),
  xz: (a: Node, z: Node) => ({ features: a, logit: squeeze(sub(first(a), z), { axes: [1] }) }),
  xx: judge(2),
  zz: judge(3),
} as unknown as BoundNetworks<AladNetworks>;
/** z is 1 and then -2, whoever asks. */
const noise: Noise = { ...noiseFrom(1), normal: () => given([2, 1], [1, -2]) };
const bce = (logit: number, target: number): number => -Math.log(1 / (1 + Math.exp(target === 1 ? -logit : logit)));
const meanOf = (...values: number[]): number => values.reduce((a, b) => a + b) / values.length;
const numbers = (losses: Readonly<Record<string, Node>>): Record<string, number> =>
  Object.fromEntries(Object.entries(losses).map(([name, node]) => [name, valuesOf(node)[0]!]));

describe("by hand, on networks that are formulas", () => {
  // E(x) = 1, -0.5; x̂ = (1, 1), (-2, -2); G(z) = (1, 1), (-5, -5); E(G(z)) = 0.5, -2.5
  // logits of xx: Σ 2a - b
  const [real, rebuilt] = [
    [2 + 4, -1 + 3],
    [4 + 8 - 2, -2 + 6 + 4],
  ] as const;
  const { turns, networks } = recipe({ code: 1, residual: 10 }, table(2));
  const judged = numbers(turns[0]!.losses(formulas, x, noise));
  const fooled = numbers(turns[1]!.losses(formulas, x, noise));

  test("the judges' losses", () => {
    const expected = {
      xz: meanOf(bce(2 - 1, 1), bce(-1 + 0.5, 1)) + meanOf(bce(1 - 1, 0), bce(-5 + 2, 0)),
      xx: meanOf(bce(real[0], 1), bce(real[1], 1)) + meanOf(bce(rebuilt[0], 0), bce(rebuilt[1], 0)),
      zz: meanOf(bce(2, 1), bce(-4, 1)) + meanOf(bce(3 - 0.5, 0), bce(-6 + 2.5, 0)),
    };
    expect(Object.keys(judged)).toEqual(Object.keys(expected));
    closeTo(Object.values(judged), Object.values(expected));
  });
  test("the losses of generator and encoder", () => {
    const expected = {
      generator: meanOf(bce(0, 1), bce(-3, 1)),
      encoder: meanOf(bce(1, 0), bce(-0.5, 0)),
      cycleX: meanOf(bce(real[0], 0), bce(real[1], 0)) + meanOf(bce(rebuilt[0], 1), bce(rebuilt[1], 1)),
      cycleZ: meanOf(bce(2, 0), bce(-4, 0)) + meanOf(bce(2.5, 1), bce(-3.5, 1)),
      residual: 10 * meanOf(1, 9, 1, 25),
    };
    expect(Object.keys(fooled)).toEqual(Object.keys(expected));
    closeTo(Object.values(fooled), Object.values(expected));
  });
  test("scores: features in L1, logits, L1, L2; the criterion is the first whichever scores", () => {
    // features (x, x) less (x, x̂) are x̂ - x: (-1, -3), (-1, -5)
    const scores = {
      features: [4, 6],
      logits: [bce(rebuilt[0], 1), bce(rebuilt[1], 1)],
      l1: [4, 6],
      l2: [Math.sqrt(10), Math.sqrt(26)],
    };
    for (const [score, expected] of Object.entries(scores)) {
      const game = recipe({ score: score as "l1" }, table(2));
      const said = game.score(formulas, x) as Verdict;
      closeTo(valuesOf(said.score), expected);
      closeTo(valuesOf(said.rebuilt!), [1, 1, -2, -2]);
      closeTo(valuesOf(game.criterion!(formulas, x)), scores.features);
    }
  });
  test("zz off takes the judge of codes and its term away, and nothing else", () => {
    const off = recipe({ code: 1, residual: 10, zz: "off" }, table(2));
    const { zz: _, ...rest } = networks;
    expect(Object.keys(off.networks)).toEqual(Object.keys(rest));
    expect(off.turns[0]!.moves).toEqual(["xz", "xx"]);
    const { zz, ...four } = formulas;
    const { zz: __, ...judgedWithout } = judged;
    const { cycleZ, ...fooledWithout } = fooled;
    expect(numbers(off.turns[0]!.losses(four, x, noise))).toEqual(judgedWithout);
    expect(numbers(off.turns[1]!.losses(four, x, noise))).toEqual(fooledWithout);
  });
  test("residual 0, as published, takes its term away", () => {
    const { residual: _, ...rest } = fooled;
    for (const wanted of [{ residual: 0 }, { variant: "published" }] as const)
      expect(numbers(recipe({ code: 1, ...wanted }, table(2)).turns[1]!.losses(formulas, x, noise))).toEqual(rest);
  });
});

test("spectral normalisation: the hidden layers of encoder and judges, never of the generator", () => {
  const layers = (wanted: Wanted, shape: RowShape): Record<string, number> =>
    Object.fromEntries(
      Object.entries(recipe(wanted, shape).networks).map(([name, { parameters }]) => [
        name,
        parameters.filter(({ name: parameter }) => parameter.endsWith("direction")).length,
      ]),
    );
  const none = { encoder: 0, generator: 0, xz: 0, xx: 0, zz: 0 };
  expect(layers({ variant: "published" }, table(121))).toEqual(none);
  expect(layers({ variant: "published" }, pictures(32, 32, 3))).toEqual({
    encoder: 3,
    generator: 0,
    xz: 6,
    xx: 2,
    zz: 2,
  });
  expect(layers({ spectral: "off" }, pictures(32, 32, 3))).toEqual(none);
  expect(layers({ spectral: "on" }, table(121))).toEqual({ encoder: 1, generator: 0, xz: 3, xx: 1, zz: 1 });
});

describe.each([
  ["a table", table(6), {}],
  ["pictures", pictures(8, 12, 1), { filters: 2 }],
] as const)("whom each loss can move, on %s", (_, shape, wanted) => {
  const game = recipe({ code: 2, ...wanted }, shape);
  const networks = Object.entries(game.networks).map(
    ([name, network], i) =>
      [
        name,
        // larger weights than the start's, so that no slope is lost among small numbers
        held(
          network as Network,
          Object.fromEntries(
            network.parameters
              .filter((each) => !each.running && each.name.endsWith("weight"))
              .map((each, k) => [each.name, [...drawn(each.shape, 100 * i + k, 0.5).data]]),
          ),
          { training: true, seed: i + 1 },
        ),
      ] as const,
  );
  const bound = Object.fromEntries(
    networks.map(([name, { call }]) => [name, call]),
  ) as unknown as BoundNetworks<AladNetworks>;
  const batch = given([4, shape.width], [...(drawn([4, shape.width], 7) as Tensor<"f32">).data]);
  const start = networks.map(([name, { values }]) => {
    const kept = (game.networks[name as "xx"]!.parameters ?? []).filter((each) => !each.running);
    return [name, kept.map((each) => [each.name, values.get(each.name)!] as const)] as const;
  });
  const moved = (loss: Node): Record<string, string[]> =>
    Object.fromEntries(
      start.map(([name, parameters]) => {
        const nodes = differentiate(
          loss,
          parameters.map(([, node]) => node),
        );
        const slopes = interpret(nodes, new Map()).map(toNumbers);
        return [name, parameters.filter((_, i) => slopes[i]!.every((slope) => slope === 0)).map(([each]) => each)];
      }),
    );

  test("each judge's loss every parameter of that judge; those of the others the players they are of", () => {
    const judges = game.turns[0]!.losses(bound, batch, noiseFrom(5));
    for (const name of ["xz", "xx", "zz"] as const) {
      const still = moved(judges[name]!);
      expect(still[name]).toEqual([]);
      for (const other of ["xz", "xx", "zz"] as const)
        if (other !== name)
          expect(still[other]).toEqual(game.networks[other]!.parameters.filter((p) => !p.running).map((p) => p.name));
    }
    const players = game.turns[1]!.losses(bound, batch, noiseFrom(5));
    const all = (name: "encoder" | "generator") =>
      game.networks[name].parameters.filter((p) => !p.running).map((p) => p.name);
    expect(moved(players.generator!)).toMatchObject({ generator: [], encoder: all("encoder") });
    expect(moved(players.encoder!)).toMatchObject({ encoder: [], generator: all("generator") });
    for (const name of ["cycleX", "cycleZ", "residual"])
      expect(moved(players[name]!)).toMatchObject({ encoder: [], generator: [] });
  });
});

test("the second picture of a pair stands below the first: the seam's kernels see both, the others one", () => {
  const { call } = held(
    pictureNetworks(
      { height: 16, width: 8, channels: 1 },
      { filters: 2, code: 2 },
      { published: true, spectral: false, zz: true },
    ).xx,
  );
  const one = given([1, 128], [...drawn([1, 128], 1).data]);
  const other = given([1, 128], [...drawn([1, 128], 2).data]);
  const features = (a: Node, b: Node): number[] => valuesOf(call(a, b).features);
  const [same, unlike] = [features(one, one), features(one, other)];
  // 2 channels of 8 rows of 2; a row sees 13 rows of the two pictures, of which the first is 16 high
  const changed = same.map((value, i) => (value === unlike[i] ? 0 : 1));
  const rows = Array.from({ length: 16 }, (_, row) => Math.max(...changed.slice(2 * row, 2 * row + 2)));
  expect(rows).toEqual([0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1]);
});

test("pictures of sides that 4 does not divide are refused with a size that fits", () => {
  expect(() => recipe({}, pictures(30, 32, 1))).toThrow("a height and a width that 4 divides, got 30×32; resize to");
});
