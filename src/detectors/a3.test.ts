// A3: the published networks layer by layer, losses by hand, what each stage moves, what known anomalies teach.

import { describe, expect, test } from "vitest";
import { differentiate } from "../graph/differentiate.js";
import { interpret } from "../graph/interpret.js";
import type { Node } from "../graph/node.js";
import { add, mul } from "../graph/ops/arithmetic.js";
import { slice } from "../graph/ops/cut.js";
import { sum } from "../graph/ops/reduce.js";
import { squeeze } from "../graph/ops/shape.js";
import { nodeHost } from "../host/node.js";
import { closeTo, drawn, given, held, noiseOf, valuesOf } from "../nn/held.js";
import type { Noise } from "../nn/network.js";
import { layerTable } from "../nn/table.js";
import { Random } from "../tensor/random.js";
import { toNumbers } from "../tensor/tensor.js";
import type { BoundNetworks, Turn } from "../train/program.js";
import type { A3Networks } from "./a3/stages.js";
import { kinds, synthetic } from "./a3/synthetic.js";
import { activationsOf } from "./a3/targets.js";
import { a3, recipeOf } from "./a3.js";
import type { LearningSite, RowShape, Verdict } from "./define.js";
import { type Given, parseParameters } from "./parameters.js";
import { trainNetworks } from "./trained.js";

type Wanted = Given<typeof a3.parameters>;
const table = (features: number, condition = 0): RowShape => ({
  features,
  condition,
  width: features + condition,
  picture: undefined,
});
const pictures = (height: number, width: number, channels: 1 | 3 = 1): RowShape => {
  const features = height * width * channels;
  return { features, condition: 0, width: features, picture: { height, width, channels } };
};
const recipe = (wanted: Wanted, shape: RowShape) => recipeOf(parseParameters("a3", a3.parameters, wanted), shape);
const trained = (network: Parameters<typeof layerTable>[0]): number[] => layerTable(network).map((row) => row.trained);
const withTotal = (...layers: number[]): number[] => [...layers, layers.reduce((a, b) => a + b)];
const dense = (...widths: number[]): number[] => widths.slice(1).map((to, i) => widths[i]! * to + to);

describe("published networks", () => {
  const published = (wanted: Wanted, shape: RowShape) => recipe({ variant: "published", ...wanted }, shape).networks;
  test.each([
    ["nsl-kdd", 122, [200, 100, 50, 25], 725],
    ["creditcard", 29, [50, 25, 10, 5], 175],
    ["ids", 77, [150, 80, 40, 20], 560],
  ] as const)("dense target of %s", (widths, features, [a, b, c, d], activations) => {
    const { target } = published({ widths }, table(features));
    expect(trained(target)).toEqual(withTotal(...dense(features, a, b, c, d, c, b, a, features)));
    expect(activationsOf(target, features)).toBe(activations);
  });
  test("widths of other tables have the same proportions", () => {
    const widths = (features: number): number[] =>
      recipe({}, table(features)).networks.target.parameters.flatMap(({ shape: [to, rest] }) => (rest ? [] : [to!]));
    expect(widths(122).slice(0, 4)).toEqual([201, 101, 50, 25]);
    expect(widths(29).slice(0, 4)).toEqual([48, 24, 12, 6]);
    expect(widths(2)).toEqual([16, 8, 4, 2, 4, 8, 16, 2]);
    expect(Math.max(...widths(1555))).toBe(1555);
  });
  test("convolutional target at 28×28", () => {
    const { target } = published({}, pictures(28, 28));
    const conv = (from: number, to: number): number => 9 * from * to + to;
    expect(trained(target)).toEqual(
      withTotal(conv(1, 16), conv(16, 8), conv(8, 8), conv(8, 8), conv(8, 8), conv(8, 16), conv(16, 1)),
    );
    expect(activationsOf(target, 784)).toBe(3136 + 392 + 128 + 128 + 512 + 3136);
  });
  test("sizes of pictures that 4 divides, in grey and colour", () => {
    for (const [height, width, channels] of [
      [16, 16, 1],
      [12, 20, 3],
      [32, 24, 3],
      [4, 8, 1],
    ] as const) {
      const shape = pictures(height, width, channels);
      const { target } = recipe({ filters: 2 }, shape).networks;
      const { call } = held(target);
      expect(call(given([2, shape.features], drawn([2, shape.features], 1).data)).rebuilt!.shape).toEqual([
        2,
        shape.features,
      ]);
    }
    expect(() => recipe({}, pictures(30, 28))).toThrow("a height and a width that 4 divides");
  });
  test("alarm network", () => {
    expect(trained(published({ widths: "nsl-kdd" }, table(122)).alarm)).toEqual(
      withTotal(...dense(725, 1000, 500, 200, 75, 1)),
    );
    expect(trained(published({ alarm: "small" }, pictures(28, 28)).alarm)).toEqual(
      withTotal(...dense(7432, 100, 50, 25, 10, 1)),
    );
  });
  test("variational autoencoder", () => {
    const { encoder, decoder } = published({ synthetic: "vae" }, table(122));
    expect(trained(encoder)).toEqual(withTotal(...dense(122, 800, 400, 100), ...dense(100, 25), ...dense(100, 25)));
    expect(trained(decoder)).toEqual(withTotal(...dense(25, 100, 400, 800, 122)));
  });
  test("recipe: Adam 1e-3, then 1e-5, 256 rows, half as many passes of the target", () => {
    const game = recipe({ variant: "published", epochs: 60, synthetic: "vae" }, table(4));
    const constant = { kind: "constant" };
    expect([game, ...game.further!]).toMatchObject([
      { batch: 256, optimiser: { kind: "adam", rate: 1e-3, schedule: constant }, turns: [{ moves: ["target"] }] },
      { batch: 256, optimiser: { kind: "adam", rate: 1e-3 }, turns: [{ moves: ["encoder", "decoder"] }] },
      { batch: 256, optimiser: { kind: "adam", rate: 1e-5, schedule: constant }, turns: [{ moves: ["alarm"] }] },
    ]);
    expect([game, ...game.further!].map(({ steps }) => steps(2560, 256))).toEqual([300, 300, 600]);
  });
});

/** Networks that are formulas: activations (x₁, x₂) doubled, rebuilt rows -x before the logistic, the alarm h₁ - 2·h₂. */
const column = (x: Node, i: number): Node => slice(x, { axis: 1, start: i, end: i + 1 });
const formulas = {
  target: (u: Node) => ({ activations: mul(u, 2), rebuilt: mul(u, -1) }),
  alarm: (h: Node) => ({
    logit: squeeze(add(column(h, 0), mul(column(h, 1), -2)), { axes: [1] }),
    first: [given([2], [1, -2]), given([1], [0.5])],
  }),
  encoder: (u: Node) => ({ mean: mul(column(u, 0), 3), logVariance: mul(column(u, 0), 0) }),
  decoder: (z: Node) => mul(z, given([1, 2], [1, -1])),
} as unknown as BoundNetworks<A3Networks>;

const softplus = (z: number): number => Math.log(1 + Math.exp(z));
const logistic = (z: number): number => 1 / (1 + Math.exp(-z));
const meanOf = (...values: number[]): number => values.reduce((a, b) => a + b) / values.length;
const numbers = (losses: Readonly<Record<string, Node>>): Record<string, number> =>
  Object.fromEntries(Object.entries(losses).map(([name, node]) => [name, valuesOf(node)[0]!]));
/** The same numbers for each draw. */
const ones: Noise = {
  ...noiseOf(1),
  normal: (shape) => given(shape, new Float32Array(shape.reduce((n, d) => n * d)).fill(1)),
};

describe("by hand, on networks that are formulas", () => {
  const rows = [0.5, 0.25, 1, 0.75];
  const plain = given([2, 2], rows);
  const told = (...labels: [number, number]): Node => given([2, 3], [0.5, 0.25, labels[0], 1, 0.75, labels[1]]);
  const last = ({ turns, further = [] }: ReturnType<typeof recipe>): Turn<A3Networks> =>
    [{ turns }, ...further].at(-1)!.turns[0]!;
  const bce = (z: number, y: number): number => softplus(z) - z * y;
  // a(h) of the rows: 2·0.5 - 4·0.25, 2·1 - 4·0.75
  const logits = [0, -1] as const;
  // noise of 1: x̃ = (1.5, 1.5), whatever the row
  const made = 3 - 6;

  test("the alarm's loss without known anomalies", () => {
    const turn = last(recipe({ variant: "published", weight: 0.5 }, table(2)));
    const { rows: own, synthetic: other } = numbers(turn.losses(formulas, plain, ones));
    expect(own).toBeCloseTo(meanOf(bce(logits[0], 0), bce(logits[1], 0)), 6);
    expect(other).toBeCloseTo(0.5 * bce(made, 1), 6);
  });
  test("the alarm's loss with labels, each with its own row", () => {
    const turn = last(recipe({ variant: "published" }, table(2, 1)));
    const rowsOf = (...labels: [number, number]): number => numbers(turn.losses(formulas, told(...labels), ones)).rows!;
    expect(rowsOf(0, 1)).toBeCloseTo(meanOf(bce(logits[0], 0), bce(logits[1], 1)), 6);
    expect(rowsOf(1, 0)).toBeCloseTo(meanOf(bce(logits[0], 1), bce(logits[1], 0)), 6);
    expect(Math.abs(rowsOf(0, 1) - rowsOf(1, 0))).toBeGreaterThan(0.4); // labels in another order are another loss
  });
  test("penalties: on the first layer, and on the distance of what the alarm says from 1, in both batches", () => {
    const penalty = (wanted: Wanted): number | undefined =>
      numbers(last(recipe({ variant: "published", ...wanted }, table(2))).losses(formulas, plain, ones)).penalty;
    expect(penalty({})).toBeUndefined();
    expect(penalty({ inputL1: 0.1 })).toBeCloseTo(0.1 * 3.5, 6);
    expect(penalty({ inputL2: 0.1 })).toBeCloseTo(0.1 * 5.25, 6);
    const missing = (z: number): number => 1 - logistic(z);
    expect(penalty({ outputL1: 0.1 })).toBeCloseTo(0.1 * (meanOf(...logits.map(missing)) + missing(made)), 6);
    expect(penalty({ outputL2: 0.1 })).toBeCloseTo(
      0.1 * (meanOf(...logits.map((z) => missing(z) ** 2)) + missing(made) ** 2),
      6,
    );
  });
  test("the target learns of normal rows alone", () => {
    const loss = (x: Node, shape: RowShape): number =>
      numbers(recipe({}, shape).turns[0]!.losses(formulas, x, ones)).target!;
    const each = rows.map((u) => bce(-u, u));
    expect(loss(plain, table(2))).toBeCloseTo(meanOf(...each), 6);
    expect(loss(told(0, 0), table(2, 1))).toBeCloseTo(meanOf(...each), 5);
    expect(loss(told(0, 1), table(2, 1))).toBeCloseTo(meanOf(each[0]!, each[1]!), 5);
    expect(loss(told(1, 1), table(2, 1))).toBe(0);
  });
  test("the target's loss where numbers are not within 0 to 1: the squared error", () => {
    const [turn] = recipe({ scaling: "standard" }, table(2)).turns;
    expect(numbers(turn!.losses(formulas, plain, ones)).target).toBeCloseTo(meanOf(...rows.map((u) => 4 * u * u)), 6);
  });
  test("the autoencoder that makes anomalies: summed cross-entropy, divergence, and the mean cross-entropy again", () => {
    const [stage] = recipe({ variant: "published", synthetic: "vae" }, table(2)).further!;
    const { rows: errors, divergence } = numbers(stage!.turns[0]!.losses(formulas, plain, ones));
    // μ = 3x₁, σ = 1: z = 2.5, 4; logits z, -z
    const sums = [bce(2.5, 0.5) + bce(-2.5, 0.25), bce(4, 1) + bce(-4, 0.75)];
    expect(errors).toBeCloseTo(meanOf(...sums) * 1.5, 5);
    expect(divergence).toBeCloseTo(meanOf(1.5 ** 2 / 2, 3 ** 2 / 2), 5);
  });
  test("scores: the logit of the alarm, or the squared error of the rebuilt row", () => {
    const scoreOf = (shape: RowShape): number[] =>
      valuesOf((recipe({}, shape).score(formulas, plain) as Verdict).score);
    closeTo(scoreOf(table(2)), logits);
    closeTo(scoreOf(table(2, 1)), logits); // scored rows carry no label
    const { score, rebuilt } = recipe({ score: "reconstruction" }, table(2)).score(formulas, plain) as Verdict;
    const again = rows.map((u) => logistic(-u));
    closeTo(valuesOf(rebuilt!), again);
    const squares = again.map((v, i) => (v - rows[i]!) ** 2);
    closeTo(valuesOf(score), [meanOf(squares[0]!, squares[1]!), meanOf(squares[2]!, squares[3]!)]);
  });
  test("sound: rows beyond the bounds are seen on them, and count by how far beyond they are", () => {
    const far = given([1, 2], [4, -1.5]);
    const scoreOf = (wanted: Wanted): number[] =>
      valuesOf((recipe(wanted, table(2)).score(formulas, far) as Verdict).score);
    // a(2, -1) = 4 + 4, and 2 + 0.5 beyond
    closeTo(scoreOf({}), [8 + 2.5]);
    closeTo(scoreOf({ variant: "published" }), [8 + 6]);
    closeTo(scoreOf({ scaling: "standard" }), [8 + 6]);
  });
  test("pictures are seen as 0 to 1, and rebuilt as they are encoded", () => {
    const pixels = Array.from({ length: 16 }, (_, i) => i / 16);
    const x = given(
      [1, 16],
      pixels.map((u) => 2 * u - 1),
    );
    const { score, rebuilt } = recipe({ score: "reconstruction" }, pictures(4, 4)).score(formulas, x) as Verdict;
    closeTo(
      valuesOf(rebuilt!),
      pixels.map((u) => 2 * logistic(-u) - 1),
    );
    closeTo(valuesOf(score), [meanOf(...pixels.map((u) => (logistic(-u) - u) ** 2))]);
  });
});

describe("synthetic anomalies", () => {
  const means = { ...formulas, bounds: { low: -1, high: 2 } } as never;
  const u = given(
    [64, 3],
    Float32Array.from({ length: 192 }, (_, i) => (i % 3) / 4 + (Math.floor(i / 3) % 8) / 64),
  );
  const values = (kind: (typeof kinds)[number], seed = 1): number[] =>
    valuesOf(synthetic(kind, u, noiseOf(seed), means));
  test.each(kinds.filter((kind) => kind !== "vae"))("%s: as many rows, other numbers with each draw", (kind) => {
    expect(values(kind)).toHaveLength(192);
    expect(values(kind, 1)).not.toEqual(values(kind, 7));
    expect(values(kind).every(Number.isFinite)).toBe(true);
  });
  test("normal noise has mean 0.5 and deviation 1", () => {
    const drawn = valuesOf(synthetic("normal", given([500, 20], new Float32Array(10_000)), noiseOf(1), means));
    const centre = meanOf(...drawn);
    expect(centre).toBeCloseTo(0.5, 1);
    expect(Math.sqrt(meanOf(...drawn.map((x) => (x - centre) ** 2)))).toBeCloseTo(1, 1);
  });
  test("by the autoencoder: decoded codes 5 deviations wide around the row's own", () => {
    // z = 3u₁ + 5
    const [first] = [valuesOf(synthetic("vae", given([1, 2], [0.5, 0.25]), ones, means))];
    closeTo(first, [logistic(6.5), logistic(-6.5)]);
  });
  test("shuffled columns keep their values and lose their company", () => {
    const shuffled = values("shuffle");
    const own = valuesOf(u);
    for (let j = 0; j < 3; j++) {
      const of = (all: number[]): Set<number> => new Set(all.filter((_, i) => i % 3 === j));
      expect([...of(own)]).toEqual(expect.arrayContaining([...of(shuffled)]));
    }
    const torn = Array.from({ length: 64 }, (_, i) => Math.abs(shuffled[3 * i + 1]! - shuffled[3 * i]! - 0.25) > 1e-6);
    expect(torn.filter(Boolean).length).toBeGreaterThan(40);
  });
  test("between and beyond two rows", () => {
    const line = given([2, 2], [0, 0, 1, 2]);
    const points = valuesOf(synthetic("interpolate", line, noiseOf(3), means));
    for (const i of [0, 1]) expect(points[2 * i + 1]).toBeCloseTo(2 * points[2 * i]!, 5);
  });
});

describe("what moves", () => {
  const shape = table(6, 1);
  const game = recipe({ variant: "published", synthetic: "vae" }, shape);
  const bound = (name: keyof A3Networks) => held(game.networks[name] as never, {}, { training: true });
  const networks = Object.fromEntries(
    (["target", "alarm", "encoder", "decoder"] as const).map((name) => [name, bound(name)]),
  );
  const calls = Object.fromEntries(Object.entries(networks).map(([name, { call }]) => [name, call])) as never;
  const x = given(
    [8, 7],
    Float32Array.from({ length: 56 }, (_, i) => (i % 7 === 6 ? Number(i > 40) : ((i * 37) % 11) / 11)),
  );
  test.each([
    [0, ["target"]],
    [1, ["encoder", "decoder"]],
    [2, ["alarm"]],
  ] as const)("stage %s has slopes for every parameter of what it moves", (stage, moves) => {
    const [turn] = [game, ...game.further!][stage]!.turns;
    expect(turn!.moves).toEqual(moves);
    const loss = Object.values(turn!.losses(calls, x, noiseOf(2))).reduce((a, b) => add(a, b));
    const wanted = moves.flatMap((name) => [...networks[name]!.values]);
    const slopes = differentiate(
      loss,
      wanted.map(([, node]) => node),
    );
    for (const [i, slope] of interpret(slopes, new Map()).entries())
      expect(
        toNumbers(slope).some((v) => v !== 0),
        wanted[i]![0],
      ).toBe(true);
    expect(sum(loss, {}).shape).toEqual([]);
  });
});

describe("trained", () => {
  const random = new Random(3);
  const values = random.fillUniform(new Float32Array(7 * 300)).map((v, i) => (i % 7 === 6 ? Number(i > 7 * 280) : v));
  const shape = table(6, 1);
  const site: LearningSite = {
    ...shape,
    ...{ host: nodeHost, device: "cpu" as const, seed: 5, random: new Random(5), select: "last" as const },
    rows: { values: nodeHost.shared(values.length), count: 300 },
    heldOut: { values: new Float32Array(0), count: 0 },
    onProgress: () => undefined,
  };
  site.rows.values.set(values);
  const u = given([4, 6], values.filter((_, i) => i % 7 < 6).slice(0, 24));
  /** What target and alarm say after training. */
  async function trainedBy(wanted: Wanted): Promise<{ target: number[]; alarm: number[] }> {
    const { networks } = await trainNetworks(recipe({ variant: "published", ...wanted }, shape), site);
    const { activations } = networks.target(u);
    return { target: valuesOf(activations), alarm: valuesOf(networks.alarm(activations).logit) };
  }
  test("the alarm's stage leaves the target as it was to the last bit, and moves the alarm", async () => {
    const before = await trainedBy({ epochs: 2, score: "reconstruction" });
    const [short, long] = [await trainedBy({ epochs: 2, rate: 1e-3 }), await trainedBy({ epochs: 2, rate: 1e-2 })];
    expect(short.target).toEqual(before.target);
    expect(long.target).toEqual(before.target);
    expect(short.alarm).not.toEqual(before.alarm);
    expect(long.alarm).not.toEqual(short.alarm);
    const untrained = await trainedBy({ epochs: 0 });
    expect(untrained.target).not.toEqual(before.target);
  });
});
