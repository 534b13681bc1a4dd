// f-AnoGAN: the published networks layer by layer, losses and scores by hand, both stages, what each switch changes.

import { describe, expect, test } from "vitest";
import { differentiate } from "../graph/differentiate.js";
import { interpret } from "../graph/interpret.js";
import type { Node } from "../graph/node.js";
import { add, mul, sub } from "../graph/ops/arithmetic.js";
import { slice } from "../graph/ops/cut.js";
import { sum } from "../graph/ops/reduce.js";
import { closeTo, drawn, given, held, valuesOf } from "../nn/held.js";
import type { Network, Noise } from "../nn/network.js";
import { layerTable } from "../nn/table.js";
import { toNumbers } from "../tensor/tensor.js";
import type { BoundNetworks } from "../train/program.js";
import type { RowShape, Verdict } from "./define.js";
import type { FAnoganNetworks } from "./f-anogan/networks.js";
import { fAnogan, recipeOf } from "./f-anogan.js";
import { type Given, parseParameters } from "./parameters.js";

type Wanted = Given<typeof fAnogan.parameters>;
const table = (features: number): RowShape => ({ features, condition: 0, width: features, picture: undefined });
const pictures = (height: number, width: number, channels: 1 | 3): RowShape => {
  const features = height * width * channels;
  return { features, condition: 0, width: features, picture: { height, width, channels } };
};
const recipe = (wanted: Wanted, shape: RowShape) =>
  recipeOf(parseParameters("f-anogan", fAnogan.parameters, wanted), shape);
const encoding = (wanted: Wanted, shape: RowShape) => recipe(wanted, shape).further![0]!;
const trained = (network: Parameters<typeof layerTable>[0]): number[] => layerTable(network).map((row) => row.trained);
const withTotal = (...layers: number[]): number[] => [...layers, layers.reduce((a, b) => a + b)];

describe("published networks at 64×64", () => {
  const { networks } = recipe({ variant: "published" }, pictures(64, 64, 1));
  /** norm, 3×3 without bias, norm, 3×3, 1×1 */
  const up = (from: number, to: number): number[] => [
    ...[2 * from, from * to * 9, 2 * to, to * to * 9 + to],
    from * to + to,
  ];
  const down = (from: number, to: number): number[] => [
    ...[2 * from, from * from * 9, 2 * from, from * to * 9 + to],
    from * to + to,
  ];
  const maps = [64 * 9 + 64, ...down(64, 128), ...down(128, 256), ...down(256, 512), ...down(512, 512)];

  test("generator", () => {
    expect(trained(networks.generator)).toEqual(
      withTotal(
        ...[128 * 8192 + 8192, ...up(512, 512), ...up(512, 256), ...up(256, 128), ...up(128, 64)],
        ...[2 * 64, 64 * 9 + 1],
      ),
    );
  });
  test("critic, whose last bias is left out, as nothing depends on it", () => {
    expect(trained(networks.critic)).toEqual(withTotal(...maps, 8192));
  });
  test("encoder: the critic with batch normalisation, to 128 numbers", () => {
    expect(trained(networks.encoder)).toEqual(withTotal(...maps, 8192 * 128 + 128));
    const running = (network: Parameters<typeof layerTable>[0]): number => layerTable(network).at(-1)!.running;
    expect(running(networks.critic)).toBe(0);
    // two for each channel of each normalisation
    expect(running(networks.encoder)).toBe(2 * 2 * (64 + 128 + 256 + 512));
  });
  test("recipe", () => {
    const game = recipe({ variant: "published", epochs: 7 }, pictures(64, 64, 1));
    const adam = { kind: "adam", rate: 1e-4, beta1: 0, beta2: 0.9, schedule: { kind: "constant" } };
    expect(game).toMatchObject({ batch: 64, optimiser: adam });
    expect(game.turns.map(({ moves, times }) => [moves, times])).toEqual([
      [["critic"], 5],
      [["generator"], undefined],
    ]);
    // 7 passes of 10 minibatches, 5 of them in each step
    expect(game.steps(640, 64)).toBe(14);
    expect(game.further).toMatchObject([
      { batch: 64, optimiser: { kind: "rmsprop", rate: 5e-5, decay: 0.9 }, turns: [{ moves: ["encoder"] }] },
    ]);
    expect(game.further![0]!.steps(640, 64)).toBe(50_000);
  });
});

test("other sizes: blocks until a side is 4 or odd, twice the channels each up to eight times", () => {
  const channelsOf = ({ critic }: FAnoganNetworks): number[] =>
    critic.parameters.filter(({ name }) => name.endsWith("shortcut.weight")).map(({ shape }) => shape[0]!);
  expect(channelsOf(recipe({ filters: 3 }, pictures(28, 28, 1)).networks)).toEqual([6, 12]);
  expect(channelsOf(recipe({ filters: 3 }, pictures(32, 48, 3)).networks)).toEqual([6, 12, 24]);
  expect(channelsOf(recipe({ filters: 2 }, pictures(128, 128, 1)).networks)).toEqual([4, 8, 16, 16, 16]);
  expect(() => recipe({}, pictures(30, 32, 1))).toThrow("a height and a width that 4 divides, got 30×32; resize to");
});

/** The same numbers for each draw of one shape. */
const noiseFrom = (seed: number): Noise => {
  const draw = (shape: readonly number[]): Node => given(shape, drawn(shape, seed).data);
  return { normal: draw, uniform: draw, keep: draw };
};

/** Networks that are formulas: G(z) = (2z, z + 1); D's features 3x, its score their sum; E(x) = x₁ - 1. */
const first = (a: Node): Node => slice(a, { axis: 1, start: 0, end: 1 });
const formulas = {
  generator: (z: Node) => add(mul(z, given([1, 2], [2, 1])), given([1, 2], [0, 1])),
  critic: (x: Node) => ({ features: mul(x, 3), score: sum(mul(x, 3), { axes: [1] }) }),
  encoder: (x: Node) => sub(first(x), 1),
} as unknown as BoundNetworks<FAnoganNetworks>;
const x = given([2, 2], [2, 4, -1, 3]);
/** z is 1 and then -2. */
const noise: Noise = {
  ...noiseFrom(1),
  normal: () => given([2, 1], [1, -2]),
  uniform: () => given([2], [0.25, 0.5]),
};
const numbers = (losses: Readonly<Record<string, Node>>): Record<string, number> =>
  Object.fromEntries(Object.entries(losses).map(([name, node]) => [name, valuesOf(node)[0]!]));
const meanOf = (...values: number[]): number => values.reduce((a, b) => a + b) / values.length;

describe("by hand, on networks that are formulas", () => {
  const { turns } = recipe({ code: 1 }, table(2));
  test("the critic's loss: generated less real, and the penalty of a slope that is 3√2 everywhere", () => {
    // G(z) = (2, 2), (-4, -1)
    const { critic, penalty } = numbers(turns[0]!.losses(formulas, x, noise));
    expect(critic).toBeCloseTo(meanOf(12, -15) - meanOf(18, 6), 5);
    expect(penalty).toBeCloseTo(10 * (Math.sqrt(18) - 1) ** 2, 3);
    const { penalty: light } = numbers(recipe({ penalty: 1 }, table(2)).turns[0]!.losses(formulas, x, noise));
    expect(light).toBeCloseTo((Math.sqrt(18) - 1) ** 2, 4);
  });
  test("the generator's loss", () => {
    expect(numbers(turns[1]!.losses(formulas, x, noise))).toEqual({ generator: -meanOf(12, -15) });
  });
  // E(x) = 1, -2: x̂ = (2, 2), (-4, -1)
  const rows = meanOf(0, 4, 9, 16);
  test.each([
    ["izi_f", 1, { rows, features: 9 * rows }],
    ["izi_f", 0.5, { rows, features: 4.5 * rows }],
    ["izi", 1, { rows }],
    // E(G(z)) = 2z - 1 = 1, -5
    ["ziz", 1, { codes: meanOf(0, 9) }],
  ] as const)("the encoder's loss %s with κ %s", (loss, kappa, expected) => {
    const [turn] = encoding({ code: 1, loss, kappa }, table(2)).turns;
    expect(numbers(turn!.losses(formulas, x, noise))).toEqual(expected);
  });
  test("the score and the criterion", () => {
    const said = recipe({}, table(2)).score(formulas, x) as Verdict;
    closeTo(valuesOf(said.score), [2 + 18, 12.5 * 10]);
    closeTo(valuesOf(said.rebuilt!), [2, 2, -4, -1]);
    closeTo(valuesOf((recipe({ kappa: 0 }, table(2)).score(formulas, x) as Verdict).score), [2, 12.5]);
    // E(x̂) = 1, -5
    const byCode = recipe({ score: "code" }, table(2));
    closeTo(valuesOf((byCode.score(formulas, x) as Verdict).score), [0, 9]);
    closeTo(valuesOf(byCode.criterion!(formulas, x)), [20, 125]);
  });
});

test("the encoder's output: unbounded, tanh, clipped", () => {
  const rows = given([3, 2], [5, -7, 0.25, 0.5, -40, 90]);
  const codes = (wanted: Wanted): number[] =>
    valuesOf(held(recipe({ code: 3, ...wanted }, table(2)).networks.encoder).call(rows));
  const free = codes({});
  expect(Math.max(...free.map(Math.abs))).toBeGreaterThan(3);
  closeTo(codes({ output: "tanh" }), free.map(Math.tanh));
  closeTo(
    codes({ output: "tanh", reach: 3 }),
    free.map((z) => 3 * Math.tanh(z)),
  );
  closeTo(
    codes({ output: "clip", reach: 0.5 }),
    free.map((z) => Math.max(-0.5, Math.min(0.5, z))),
  );
  const wide = given([1, 16], drawn([1, 16], 1, 100).data);
  const published = held(recipe({ variant: "published" }, table(16)).networks.encoder).call(wide);
  expect(Math.max(...valuesOf(published).map(Math.abs))).toBeLessThanOrEqual(1);
});

describe.each([
  ["a table", table(6), {}, []],
  ["pictures", pictures(8, 8, 1), { filters: 1 }, ["maps.2.conv2.bias", "maps.2.shortcut.bias"]],
] as const)("whom each loss can move, on %s", (_, shape, wanted, constants) => {
  const game = recipe({ code: 2, ...wanted }, shape);
  const networks = Object.entries(game.networks).map(([name, network], i) => {
    const { call, values } = held(network as Network, {}, { training: true, seed: i + 1 });
    const parameters = network.parameters.filter((each) => !each.running).map((each) => each.name);
    return { name, call, parameters: parameters.map((each) => [each, values.get(each)!] as const) };
  });
  const bound = Object.fromEntries(networks.map(({ name, call }) => [name, call]));
  const batch = given([4, shape.width], drawn([4, shape.width], 7).data);
  /** Of each network, the parameters that have no slope. */
  const still = (losses: Readonly<Record<string, Node>>): Record<string, string[]> => {
    const loss = Object.values(losses).reduce((a, b) => add(a, b));
    return Object.fromEntries(
      networks.map(({ name, parameters }) => {
        const nodes = differentiate(
          loss,
          parameters.map(([, node]) => node),
        );
        const slopes = interpret(nodes, new Map()).map(toNumbers);
        const none = parameters.filter((_each, i) => slopes[i]!.every((slope) => slope === 0));
        return [name, none.map(([each]) => each)];
      }),
    );
  };
  const ofTurn = (turn: (typeof game.turns)[number]) =>
    still(turn.losses(bound as unknown as BoundNetworks<FAnoganNetworks>, batch, noiseFrom(5)));

  test("each turn every parameter of the network it moves", () => {
    // nothing comes behind the last block but a sum, in a difference of which its constants cancel
    expect(ofTurn(game.turns[0]!).critic).toEqual(constants);
    expect(ofTurn(game.turns[1]!).generator).toEqual([]);
    expect(ofTurn(game.further![0]!.turns[0]!).encoder).toEqual([]);
  });
});

test("the critic judges each row by itself", () => {
  for (const shape of [table(6), pictures(8, 8, 1)]) {
    const { call } = held(recipe({ filters: 2 }, shape).networks.critic, {}, { training: true });
    const rows = drawn([3, shape.width], 1).data;
    const together = valuesOf(call(given([3, shape.width], rows)).score);
    closeTo(valuesOf(call(given([1, shape.width], rows.slice(0, shape.width))).score), together.slice(0, 1));
  }
});
