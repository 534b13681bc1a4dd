// Skip-GANomaly: the published networks layer by layer, losses and scores by hand, what each switch changes, who is moved.

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
import { type Given, parseParameters } from "./parameters.js";
import { recipeOf, skipGanomaly } from "./skip-ganomaly.js";

type Wanted = Given<typeof skipGanomaly.parameters>;
const recipe = (wanted: Wanted, shape: RowShape) =>
  recipeOf(parseParameters("skip-ganomaly", skipGanomaly.parameters, wanted), shape);
const pictures = (height: number, width: number, channels: 1 | 3): RowShape => {
  const features = height * width * channels;
  return { features, condition: 0, width: features, picture: { height, width, channels } };
};

describe("published", () => {
  test("discriminator at 32×32: four convolutions to 100 features, and one of 3×3 to the verdict", () => {
    const { discriminator } = recipe({ variant: "published" }, pictures(32, 32, 3)).networks;
    const square = 16;
    const layers = [
      ...[3 * 64 * square, 64 * 128 * square, 2 * 128, 128 * 256 * square, 2 * 256, 256 * 100 * square],
      100 * 9,
    ];
    const trained = layerTable(discriminator).map((row) => row.trained);
    expect(trained.filter((count) => count > 0)).toEqual([...layers, layers.reduce((a, b) => a + b)]);
  });
  test("recipe", () => {
    const game = recipe({ variant: "published" }, pictures(32, 32, 3));
    expect(game).toMatchObject({
      batch: 64,
      simultaneous: true,
      optimiser: { kind: "adam", rate: 2e-4, beta1: 0.5, beta2: 0.999, schedule: { kind: "constant" } },
    });
    expect(game.steps(1000, 64)).toBe(15 * 15);
    expect(game.turns.map(({ moves }) => moves)).toEqual([["generator"], ["discriminator"]]);
  });
});

const x = given([2, 16], drawn([2, 16], 1).data);
const shape = pictures(4, 4, 1);
type Nets = ReturnType<typeof recipe>["networks"];
/** x̂ = x/2 + 1; features are the first two numbers, the logit their sum. */
const judge = (a: Node) => {
  const features = slice(a, { axis: 1, start: 0, end: 2 });
  return { features, logit: sum(features, { axes: [1] }) };
};
const formulas = {
  generator: (a: Node) => add(mul(a, 0.5), 1),
  discriminator: (a: Node, b: Node) => ({
    ...{ real: judge(a), fake: judge(b) },
    terms: { picture: given([2], [3, 5]), features: given([2], [7, 1]) },
  }),
} as unknown as BoundNetworks<Nets>;
const values = valuesOf(x);
const rebuilt = values.map((v) => 0.5 * v + 1);
const meanOf = (v: readonly number[]): number => v.reduce((a, b) => a + b) / v.length;
const bce = (logit: number, target: number): number => Math.log(1 + Math.exp(target === 1 ? -logit : logit));
const logits = (v: readonly number[]): number[] => [v[0]! + v[1]!, v[16]! + v[17]!];
const features = [0, 1, 16, 17].map((i) => (values[i]! - rebuilt[i]!) ** 2);
const expected = {
  adversarial: meanOf(logits(rebuilt).map((logit) => bce(logit, 1))),
  contextual: 50 * meanOf(values.map((v, i) => Math.abs(v - rebuilt[i]!))),
  latent: meanOf(features),
  real: meanOf(logits(values).map((logit) => bce(logit, 1))),
  fake: meanOf(logits(rebuilt).map((logit) => bce(logit, 0))),
};
const losses = (wanted: Wanted): Record<string, number> =>
  Object.fromEntries(
    recipe(wanted, shape).turns.flatMap((turn) =>
      Object.entries(turn.losses(formulas, x, noiseOf(1))).map(([name, node]) => [name, valuesOf(node)[0]!]),
    ),
  );
const close = (got: Record<string, number>, wanted: Record<string, number>): void => {
  expect(Object.keys(got)).toEqual(Object.keys(wanted));
  closeTo(Object.values(got), Object.values(wanted));
};

describe("by hand, on networks that are formulas", () => {
  const all = { ...expected, features: meanOf(features) };
  test("losses: the discriminator too lowers the distance of its features", () => {
    close(losses({}), all);
    close(losses({ variant: "published" }), all);
  });
  test("losses where it does not", () => close(losses({ discriminator: "plain" }), expected));
  test("noise changes what is rebuilt, not what it is compared with", () => {
    const noisy = losses({ noise: 0.5 });
    expect(noisy.real).toBeCloseTo(expected.real, 5);
    for (const name of ["adversarial", "contextual", "latent", "fake", "features"] as const)
      expect(Math.abs(noisy[name]! - all[name])).toBeGreaterThan(1e-4);
  });
  test("scores", () => {
    const scores = (wanted: Wanted): number[] => valuesOf((recipe(wanted, shape).score(formulas, x) as Verdict).score);
    const byRow = [0, 1].map((row) => {
      const own = values.slice(16 * row, 16 * row + 16);
      const picture = meanOf(own.map((v, i) => (v - rebuilt[16 * row + i]!) ** 2));
      return 0.9 * picture + 0.1 * meanOf(features.slice(2 * row, 2 * row + 2));
    });
    closeTo(scores({ variant: "published" }), byRow);
    closeTo(scores({ weight: 0.25 }), [0.75 * 3 + 0.25 * 7, 0.75 * 5 + 0.25]);
  });
});

test("each turn has a slope for every parameter of the network that it moves", () => {
  const small = pictures(16, 16, 1);
  for (const variant of ["sound", "published"] as const) {
    const { networks, turns } = recipe({ variant, filters: 2, code: 3 }, small);
    const rows = given([4, 256], drawn([4, 256], 5, 0.5).data);
    for (const turn of turns) {
      const generator = held(networks.generator, {}, { training: true, seed: 2 });
      const discriminator = held(networks.discriminator, {}, { training: true, seed: 3 });
      const [name] = turn.moves as readonly ["generator" | "discriminator"];
      const nodes = { generator, discriminator }[name].values;
      const names = trainedOf(networks[name]).parameters.map((each) => each.name);
      const wanted = names.map((each) => nodes.get(each)!);
      const n = { generator: generator.call, discriminator: discriminator.call };
      const slopes = differentiate(total(Object.values(turn.losses(n, rows, noiseOf(4)))), wanted);
      for (const [i, slope] of slopes.entries())
        expect(
          valuesOf(slope).some((v) => v !== 0),
          names[i],
        ).toBe(true);
    }
  }
});

test("a picture scores by itself, unless batches normalise it", () => {
  const small = pictures(16, 16, 1);
  const rows = given([4, 256], drawn([4, 256], 5, 0.5).data);
  const apart = (statistics: "running" | "batch"): [number[], number[]] => {
    const game = recipe({ filters: 2, code: 3, statistics }, small);
    const n = {
      generator: held(game.networks.generator).call,
      discriminator: held(game.networks.discriminator).call,
    };
    const scores = (a: Node): number[] => valuesOf((game.score(n, a) as Verdict).score);
    return [scores(slice(rows, { axis: 0, start: 0, end: 2 })), scores(rows).slice(0, 2)];
  };
  closeTo(...apart("running"));
  expect(() => closeTo(...apart("batch"))).toThrow();
});
