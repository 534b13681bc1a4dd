// Deep SVDD: the published networks layer by layer, losses by hand, what each switch changes, and the faults of others:
// a network that never moves, a centre of zeros, biases, activations that are bounded.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { nearLine, picturesOf, siteOf, tableOf } from "../../test/learning-site.js";
import { textsOf } from "../data/pictures/columns.js";
import { pictureSetOf } from "../data/sets/index.js";
import { loadPictures } from "../data/sets/load-pictures.js";
import { pick, type Table } from "../data/table.js";
import type { Node } from "../graph/node.js";
import { mul } from "../graph/ops/arithmetic.js";
import { sum } from "../graph/ops/reduce.js";
import { auroc } from "../metrics/auroc.js";
import { closeTo, drawn, given, held, noiseOf, valuesOf } from "../nn/held.js";
import { factorAt } from "../nn/schedules.js";
import { layerTable } from "../nn/table.js";
import type { BoundNetworks } from "../train/program.js";
import { leNetBody, publishedLeNet } from "./deep-svdd/networks.js";
import { bodyOf, rangeOf, type SvddNetworks } from "./deep-svdd/stages.js";
import { deepSvdd, recipeOf } from "./deep-svdd.js";
import type { RowShape } from "./define.js";
import { type Given, parseParameters } from "./parameters.js";
import { type Trained, trainNetworks } from "./trained.js";

type Wanted = Given<typeof deepSvdd.parameters>;
const parsed = (wanted: Wanted) => parseParameters("deep-svdd", deepSvdd.parameters, wanted);
const recipe = (wanted: Wanted, shape: RowShape): Trained<SvddNetworks> => recipeOf(parsed(wanted), shape);
const trained = (network: Parameters<typeof layerTable>[0]): number[] => layerTable(network).map((row) => row.trained);
const withTotal = (...layers: number[]): number[] => [...layers, layers.reduce((a, b) => a + b)];

describe("published networks, whose batch normalisation has running values alone", () => {
  const of = (shape: RowShape) => recipe({ variant: "published", pretraining: 1 }, shape).networks;
  test("MNIST: convolutions of 8 and 4 channels, a code of 32, and its decoder", () => {
    const { sphere, decoder } = of(picturesOf(28));
    expect(trained(sphere)).toEqual(withTotal(8 * 25, 0, 4 * 8 * 25, 0, 4 * 7 * 7 * 32, 0));
    expect(trained(decoder)).toEqual(withTotal(2 * 4 * 25, 0, 4 * 8 * 25, 0, 8 * 25));
  });
  test("CIFAR-10: 32, 64 and 128 channels, a code of 128, and its decoder", () => {
    const { sphere, decoder } = of(picturesOf(32, 3));
    const maps = [3 * 32 * 25, 0, 32 * 64 * 25, 0, 64 * 128 * 25, 0];
    expect(trained(sphere)).toEqual(withTotal(...maps, 128 * 16 * 128, 0));
    expect(trained(decoder)).toEqual(withTotal(0, 8 * 128 * 25, 0, 128 * 64 * 25, 0, 64 * 32 * 25, 0, 32 * 3 * 25));
  });
  test.each([28, 32] as const)("side %i: the decoder gives pictures of the same size, 0 to 1", (side) => {
    const picture = { height: side, width: side, channels: 1 };
    const { code, decoder, target } = leNetBody({ picture, activation: "leaky-relu", ...publishedLeNet(picture) });
    const rebuilt = held(decoder, {}, { training: true }).call(given([2, code], drawn([2, code], 1).data));
    expect(rebuilt.shape).toEqual([2, side * side]);
    expect(valuesOf(rebuilt).every((x) => x > 0 && x < 1)).toBe(true);
    closeTo(valuesOf(target(given([1, 2], [-1, 0]))), [0, 0.5]);
  });
  test("tables: 32, 16 and 8, wide ones 128, 64 and 32", () => {
    expect(trained(of(tableOf(21)).sphere)).toEqual(withTotal(21 * 32, 0, 32 * 16, 0, 16 * 8, 0));
    expect(trained(of(tableOf(274)).sphere)).toEqual(withTotal(274 * 128, 0, 128 * 64, 0, 64 * 32, 0));
  });
  test("recipe", () => {
    const { further, ...pretraining } = recipe({ variant: "published", epochs: 150, pretraining: 150 }, picturesOf(28));
    expect(pretraining).toMatchObject({ batch: 200, optimiser: { rate: 1e-4, weightDecay: 0.5e-3 } });
    expect(pretraining.turns[0]!.moves).toEqual(["sphere", "decoder"]);
    expect(further).toMatchObject([{ batch: 200, optimiser: { rate: 1e-4, weightDecay: 0.5e-6 } }]);
    expect(further![0]!.optimiser.schedule).toEqual({ kind: "drop", share: 1 / 3, factor: 0.1 });
    expect(further![0]!.steps(2000, 200)).toBe(1500);
    expect([0, 499, 500, 1499].map((step) => factorAt(further![0]!.optimiser.schedule, step, 1500))).toEqual([
      1, 1, 0.1, 0.1,
    ]);
  });
});

describe("nothing lets the network map every row to the centre", () => {
  const shapes = [
    ["a table", tableOf(6)],
    ["pictures of 28×28", picturesOf(28)],
    ["pictures of 32×32", picturesOf(32, 3)],
    ["pictures of 12×12", picturesOf(12)],
  ] as const;
  test.each(shapes)("no bias and no offset, sound and published: %s", (_, shape) => {
    for (const variant of ["sound", "published"] as const) {
      const names = recipe({ variant }, shape).networks.sphere.parameters.filter(({ running }) => !running);
      expect(names.length).toBeGreaterThan(2);
      expect(names.every(({ name }) => name.endsWith(".weight"))).toBe(true);
    }
  });
  test("a row of zeros stays one, whatever the weights are", () => {
    const { body, code } = bodyOf(parsed({}), tableOf(6), { low: 0, high: 1 });
    closeTo(valuesOf(held(body).call(given([1, 6], new Float32Array(6)))), new Array<number>(code).fill(0));
  });
  test.each(["tanh", "sigmoid"])("%s is refused, being bounded", (activation) => {
    expect(() => deepSvdd({ activation } as unknown as Wanted)).toThrow(
      `deep-svdd.activation: expected one of leaky-relu, relu, elu, got "${activation}"`,
    );
  });
});

/** A sphere that is a formula: distance 1 and 9 for two rows, radius 2. */
const x = given([2, 1], [1, 3]);
const formulas = (soft: boolean): BoundNetworks<SvddNetworks> => ({
  sphere: (rows: Node) => ({
    code: rows,
    distance: sum(mul(rows, rows), { axes: [1] }),
    centre: given([1, 1], [0]),
    radius: soft ? given([], [2]) : undefined,
  }),
  decoder: (z: Node) => mul(z, 2),
});
const numbers = (losses: Readonly<Record<string, Node>>): number[] =>
  Object.values(losses).map((loss) => valuesOf(loss)[0]!);

describe("by hand", () => {
  const lossOf = (wanted: Wanted): number[] =>
    numbers(recipe(wanted, tableOf(1)).turns[0]!.losses(formulas("objective" in wanted), x, noiseOf(1)));
  const score = (wanted: Wanted): number[] =>
    valuesOf(recipe(wanted, tableOf(1)).score(formulas("objective" in wanted), x) as Node);
  test("one-class: the mean squared distance; the score is the squared distance", () => {
    closeTo(lossOf({}), [5]);
    closeTo(score({}), [1, 9]);
  });
  test("soft boundary: R² and 1/ν of what lies outside; the score is 0 on the boundary", () => {
    closeTo(lossOf({ objective: "soft-boundary", nu: 0.25 }), [4, (0 + 5) / 2 / 0.25]);
    closeTo(score({ objective: "soft-boundary" }), [-3, 5]);
  });
  test("pretraining: the squared error summed over a row", () => {
    const [turn] = recipe({ pretraining: 1 }, tableOf(1)).turns;
    closeTo(numbers(turn!.losses(formulas(false), x, noiseOf(1))), [(1 + 9) / 2]);
  });
});

test("published pictures: less their mean, over their mean deviation, scaled by the training rows", () => {
  const shape = picturesOf(4);
  const values = Float32Array.from({ length: 3 * 16 }, (_, i) => ((i * 7) % 13) / 6.5 - 1);
  const range = rangeOf(parsed({ variant: "published" }), siteOf(values, shape));
  const { target } = bodyOf(parsed({ variant: "published" }), shape, range);
  const scaled = valuesOf(target(given([3, 16], values)));
  expect(Math.min(...scaled)).toBeCloseTo(0, 5);
  expect(Math.max(...scaled)).toBeCloseTo(1, 5);
  // another brightness and contrast are the same picture
  closeTo(
    valuesOf(
      target(
        given(
          [3, 16],
          values.map((v) => 0.3 * v - 0.2),
        ),
      ),
    ),
    scaled,
    1e-4,
  );
});

describe("trained", () => {
  const shape = tableOf(3);
  const values = nearLine(300, 1);
  const fitted = (wanted: Wanted) =>
    trainNetworks(recipe({ epochs: 1, fewestSteps: 100, ...wanted }, shape), siteOf(values, shape));
  const distances = ({ sphere }: BoundNetworks<SvddNetworks>, rows: Float32Array): number[] =>
    valuesOf(sphere(given([rows.length / 3, 3], rows)).distance);
  const meanOf = (of: readonly number[]): number => of.reduce((a, b) => a + b) / of.length;

  test("the centre is that of the untrained network, away from 0; rows come nearer to it than they were", async () => {
    const [before, after] = [await fitted({ epochs: 0 }), await fitted({})];
    const centres = [before, after].map(({ networks }) => valuesOf(networks.sphere(given([1, 3], [0, 0, 0])).centre));
    expect(centres[1]).toEqual(centres[0]);
    const size = Math.hypot(...centres[0]!) / Math.sqrt(centres[0]!.length);
    expect(Math.min(...centres[0]!.map(Math.abs))).toBeGreaterThan(0.05 * size);
    const rows = nearLine(50, 2);
    expect(meanOf(distances(after.networks, rows))).toBeLessThan(0.5 * meanOf(distances(before.networks, rows)));
  });
  test("after pretraining, the centre is that of the encoder it left", async () => {
    const [plain, pretrained] = [await fitted({}), await fitted({ pretraining: 1 })];
    const centreIn = ({ networks }: typeof plain): number[] =>
      valuesOf(networks.sphere(given([1, 3], [0, 0, 0])).centre);
    expect(centreIn(pretrained)).not.toEqual(centreIn(plain));
    expect(pretrained.facts.steps).toBe(200);
  });
  test("the soft boundary leaves about ν of the rows outside", async () => {
    const { networks } = await fitted({ objective: "soft-boundary", nu: 0.2, fewestSteps: 300, warmUp: 1 });
    const { distance, radius } = networks.sphere(given([300, 3], values));
    const limit = valuesOf(radius!)[0]! ** 2;
    const outside = valuesOf(distance).filter((d) => d > limit).length / 300;
    expect(outside).toBeGreaterThan(0.08);
    expect(outside).toBeLessThan(0.4);
  });
  test("a row off the line is farther from the centre than those on it", async () => {
    const { networks } = await fitted({ fewestSteps: 300 });
    const normal = distances(networks, nearLine(100, 3));
    const off = distances(
      networks,
      nearLine(100, 4).map((v, i) => (i % 3 === 1 ? -v : v)),
    );
    const labels = Uint8Array.from({ length: 200 }, (_, i) => Number(i >= 100));
    expect(auroc.compute(Float32Array.from([...normal, ...off]), labels)).toBeGreaterThan(0.8);
  });
});

test("a fit whose network collapsed says so in a note", async () => {
  const columns = [0, 1, 2].map((j) => ({
    kind: "number" as const,
    name: `x${j}`,
    values: Float64Array.from(nearLine(100, 1).filter((_, i) => i % 3 === j)),
  }));
  const rows: Table = { rows: 100, columns };
  const collapsed = await deepSvdd({ decay: 1000, rate: 0.1, epochs: 1, fewestSteps: 200 }).fit(rows, { seed: 1 });
  expect(collapsed.header.notes.join()).toMatch("the network collapsed");
  const usual = await deepSvdd({ epochs: 1, fewestSteps: 100 }).fit(rows, { seed: 1 });
  expect(usual.header.notes.join()).not.toMatch("collapsed");
  await Promise.all([collapsed.close(), usual.close()]);
});

const mnist = join(process.env.ODDITY_DATA ?? "", pictureSetOf("mnist").source.files[0]!.file);
test.skipIf(!existsSync(mnist))("after 500 drawings of a one, a nought is strange", async () => {
  const { table: digits } = await loadPictures("mnist");
  const classes = textsOf(digits.columns.find(({ name }) => name === "class"));
  const rowsOfDigit = (digit: string): number[] => classes.flatMap((each, row) => (each === digit ? [row] : []));
  const [ones, noughts] = [rowsOfDigit("1"), rowsOfDigit("0")];
  const drawings = (rows: readonly number[]): Table => ({ ...pick(digits, rows), columns: [] });
  const model = await deepSvdd({ filters: 4, epochs: 1, fewestSteps: 60, batch: 32 }).fit(
    drawings(ones.slice(0, 500)),
    { seed: 1, threads: 1 },
  );
  const score = await model.score(drawings([...ones.slice(500, 600), ...noughts.slice(0, 100)]));
  const labels = Uint8Array.from({ length: 200 }, (_, row) => Number(row >= 100));
  expect(auroc.compute(score, labels)).toBeGreaterThan(0.9);
  await model.close();
});
