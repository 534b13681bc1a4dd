// GANomaly: the published networks layer by layer, losses and scores by hand, what each switch changes, who is moved.

import { describe, expect, test } from "vitest";
import { differentiate } from "../graph/differentiate.js";
import type { Node } from "../graph/node.js";
import { add, mul } from "../graph/ops/arithmetic.js";
import { slice } from "../graph/ops/cut.js";
import { sum } from "../graph/ops/reduce.js";
import { closeTo, drawn, given, held, noiseOf, valuesOf } from "../nn/held.js";
import { total } from "../nn/losses.js";
import { layerTable } from "../nn/table.js";
import { type BoundNetworks, trainedOf } from "../train/program.js";
import type { RowShape, Verdict } from "./define.js";
import type { Networks, Remade } from "./ganomaly/networks.js";
import { ganomaly, recipeOf } from "./ganomaly.js";
import { type Given, parseParameters } from "./parameters.js";

type Wanted = Given<typeof ganomaly.parameters>;
const recipe = (wanted: Wanted, shape: RowShape) =>
  recipeOf(parseParameters("ganomaly", ganomaly.parameters, wanted), shape);
const table = (features: number, condition = 0): RowShape => ({
  features,
  condition,
  width: features + condition,
  picture: undefined,
});
const pictures = (side: number, channels: 1 | 3 = 1, condition = 0): RowShape => {
  const features = side * side * channels;
  return { features, condition, width: features + condition, picture: { height: side, width: side, channels } };
};
const counts = (wanted: Wanted, shape: RowShape) =>
  Object.fromEntries(
    Object.entries(recipe(wanted, shape).networks).map(([name, each]) => [
      name,
      layerTable(each)
        .map(({ trained }) => trained)
        .filter((trained) => trained > 0),
    ]),
  );
const withTotal = (...layers: number[]): number[] => [...layers, layers.reduce((a, b) => a + b)];
const linear = (from: number, to: number): number => from * to + to;

describe("published networks", () => {
  test("pictures of 32×32: two encoders, a decoder between them, and a discriminator, without biases", () => {
    const square = 16;
    const encoder = (channels: number, to: number): number[] => [
      ...[channels * 64 * square, 64 * 128 * square, 2 * 128, 128 * 256 * square, 2 * 256],
      256 * to * square,
    ];
    const decoder = (channels: number): number[] => [
      ...[100 * 256 * square, 2 * 256, 256 * 128 * square, 2 * 128, 128 * 64 * square, 2 * 64],
      64 * channels * square,
    ];
    for (const channels of [1, 3] as const)
      expect(counts({ variant: "published" }, pictures(32, channels))).toEqual({
        generator: withTotal(...encoder(channels, 100), ...decoder(channels), ...encoder(channels, 100)),
        discriminator: withTotal(...encoder(channels, 1)),
      });
  });
  test("KDD Cup 99", () => {
    const encoder = [linear(121, 64), linear(64, 32)];
    expect(counts({ variant: "published" }, table(121))).toEqual({
      generator: withTotal(...encoder, linear(32, 64), linear(64, 128), linear(128, 121), ...encoder),
      discriminator: withTotal(linear(121, 256), linear(256, 128), linear(128, 128), linear(128, 1)),
    });
  });
  test("recipe", () => {
    const game = recipe({ variant: "published" }, pictures(32));
    expect(game).toMatchObject({
      batch: 64,
      simultaneous: true,
      optimiser: { kind: "adam", rate: 2e-4, beta1: 0.5, beta2: 0.999, schedule: { kind: "constant" } },
    });
    expect(game.average).toBeUndefined();
    expect(game.steps(1000, 64)).toBe(15 * 15);
    expect(game.turns.map(({ moves }) => moves)).toEqual([["generator"], ["discriminator"]]);
  });
  test("the two encoders start apart", () => {
    const { values } = held(recipe({}, pictures(8)).networks.generator);
    const start = (part: string) => valuesOf(values.get(`${part}.maps.first.weight`)!);
    expect(start("encoder")).not.toEqual(start("again"));
  });
});

/** Networks that are formulas, over two rows of two numbers. */
const x = given([2, 2], [2, 4, -1, 3]);
const first = (a: Node): Node => slice(a, { axis: 1, start: 0, end: 1 });
const formulas = {
  generator: (a: Node): Remade => {
    const rebuilt = add(mul(a, 0.5), 1);
    return {
      ...{ code: first(a), rebuilt, again: mul(first(rebuilt), 3) },
      terms: { reconstruction: given([2], [3, 5]), latent: given([2], [7, 1]) },
    };
  },
  discriminator: (a: Node) => ({ features: mul(a, 2), logit: sum(a, { axes: [1] }) }),
} as unknown as BoundNetworks<Networks>;
// x̂ = (2, 3), (0.5, 2.5); z = 2, -1; ẑ = 6, 1.5
const bce = (logit: number, target: number): number => Math.log(1 + Math.exp(target === 1 ? -logit : logit));
const meanOf = (...values: number[]): number => values.reduce((a, b) => a + b) / values.length;
const losses = (wanted: Wanted) => {
  const given = recipe(wanted, table(2)).turns.map((turn) => turn.losses(formulas, x, noiseOf(1)));
  return Object.fromEntries(
    given.flatMap((each) => Object.entries(each).map(([name, node]) => [name, valuesOf(node)[0]!])),
  );
};
const expected = {
  adversarial: meanOf(0, 4, 9, 1),
  contextual: 50 * meanOf(0, 1, 1.5, 0.5),
  latent: meanOf(16, 6.25),
  real: meanOf(bce(6, 1), bce(2, 1)) / 2,
  fake: meanOf(bce(5, 0), bce(3, 0)) / 2,
};

describe("by hand, on networks that are formulas", () => {
  const close = (got: Record<string, number>, wanted: Record<string, number>): void => {
    expect(Object.keys(got)).toEqual(Object.keys(wanted));
    closeTo(Object.values(got), Object.values(wanted));
  };
  test("losses", () => close(losses({}), expected));
  test("losses with the adversarial loss of the older code", () =>
    close(losses({ adversarial: "cross-entropy" }), { ...expected, adversarial: meanOf(bce(5, 1), bce(3, 1)) }));
  test("losses with other weights", () =>
    close(losses({ contextual: 10, latent: 3 }), {
      ...expected,
      contextual: expected.contextual / 5,
      latent: expected.latent * 3,
    }));
  test("scores", () => {
    const scores = (wanted: Wanted): number[] => {
      const said = recipe(wanted, table(2)).score(formulas, x) as Verdict;
      closeTo(valuesOf(said.rebuilt!), [2, 3, 0.5, 2.5]);
      return valuesOf(said.score);
    };
    closeTo(scores({ score: "latent-l2" }), [16, 6.25]);
    closeTo(scores({ variant: "published" }), [16, 6.25]);
    closeTo(scores({ score: "latent-l1" }), [4, 2.5]);
    closeTo(scores({ score: "reconstruction" }), [0.5, (2.25 + 0.25) / 2]);
    closeTo(scores({ score: "combined", weight: 0.25 }), [0.75 * 3 + 0.25 * 7, 0.75 * 5 + 0.25]);
  });
  test("what picks weights without labels is the distance of the rows", () => {
    closeTo(valuesOf(recipe({}, table(2)).criterion!(formulas, x)), [0.5, 1]);
  });
});

const bound = ({ generator, discriminator }: Networks, training: boolean) => {
  const [g, d] = [held(generator, {}, { training, seed: 2 }), held(discriminator, {}, { training, seed: 3 })];
  return { n: { generator: g.call, discriminator: d.call }, values: { generator: g.values, discriminator: d.values } };
};

describe.each([
  ["pictures", pictures(16, 1), { filters: 2, code: 3 }],
  ["pictures in a context", pictures(8, 3, 2), { filters: 2, code: 3 }],
  ["tables", table(5), {}],
  ["tables in a context", table(5, 2), {}],
] as const)("%s", (_, shape, wanted) => {
  const rows = given([4, shape.width], drawn([4, shape.width], 5, 0.5).data);
  test("each turn has a slope for every parameter of the network that it moves", () => {
    const game = recipe(wanted, shape);
    for (const { moves, losses: lossesOf } of game.turns) {
      const { n, values } = bound(game.networks, true);
      const [name] = moves as readonly ["generator" | "discriminator"];
      const parameters = trainedOf(game.networks[name]).parameters.map((each) => each.name);
      const nodes = parameters.map((each) => values[name].get(each)!);
      const slopes = differentiate(total(Object.values(lossesOf(n, rows, noiseOf(4)))), nodes);
      for (const [i, slope] of slopes.entries())
        expect(
          valuesOf(slope).some((v) => v !== 0),
          parameters[i],
        ).toBe(true);
    }
  });
  test("a row scores by itself", () => {
    const game = recipe(wanted, shape);
    const { n } = bound(game.networks, false);
    const scores = (a: Node): number[] => valuesOf((game.score(n, a) as Verdict).score);
    closeTo(scores(slice(rows, { axis: 0, start: 1, end: 2 })), scores(rows).slice(1, 2));
  });
  if (shape.condition === 0) return;
  test("another context gives another score", () => {
    const game = recipe(wanted, shape);
    const { n } = bound(game.networks, false);
    const other = valuesOf(rows).map((v, i) => (i % shape.width < shape.features ? v : v + 3));
    const score = (a: Node): number[] => valuesOf((game.score(n, a) as Verdict).score);
    score(given([4, shape.width], other)).forEach((v, i) => {
      expect(v).not.toBe(score(rows)[i]);
    });
  });
});

test("statistics of the batch: nothing is kept from training, and a row's score depends on the others", () => {
  const shape = pictures(16);
  const game = recipe({ filters: 2, code: 3, statistics: "batch", score: "latent-l2" }, shape);
  const kept = game.networks.generator.parameters.filter(({ running }) => running).map(({ name }) => name);
  expect(kept).toEqual(["reconstruction.mean", "latent.mean"]);
  const rows = given([4, 256], drawn([4, 256], 5).data);
  const { n } = bound(game.networks, false);
  const scores = (a: Node): number[] => valuesOf((game.score(n, a) as Verdict).score);
  const [alone, among] = [scores(slice(rows, { axis: 0, start: 0, end: 2 })), scores(rows).slice(0, 2)];
  expect(() => closeTo(alone, among)).toThrow();
});

test("pictures that cannot be halved twice get a sentence", () => {
  expect(() => recipe({}, { ...pictures(30), picture: { height: 30, width: 30, channels: 1 } })).toThrow(
    "resize to 32×32",
  );
});
