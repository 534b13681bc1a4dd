// EGBAD: the published networks layer by layer, losses and scores by hand, what each switch changes, who is moved by
// what, pictures and contexts.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { textsOf } from "../data/pictures/columns.js";
import { pictureSetOf } from "../data/sets/index.js";
import { loadPictures } from "../data/sets/load-pictures.js";
import { pick, type Table } from "../data/table.js";
import { differentiate } from "../graph/differentiate.js";
import type { Node } from "../graph/node.js";
import { add } from "../graph/ops/arithmetic.js";
import { auroc } from "../metrics/index.js";
import { closeTo, drawn, given, held, valuesOf } from "../nn/held.js";
import type { Network, Noise } from "../nn/network.js";
import { layerTable } from "../nn/table.js";
import { Random } from "../tensor/random.js";
import type { BoundNetworks } from "../train/program.js";
import type { RowShape, Verdict } from "./define.js";
import type { Networks } from "./egbad/pairs.js";
import { egbad, recipeOf } from "./egbad.js";
import { load } from "./load.js";
import { type Given, parseParameters } from "./parameters.js";

type Wanted = Given<typeof egbad.parameters>;
const table = (features: number, condition = 0): RowShape => ({
  features,
  condition,
  width: features + condition,
  picture: undefined,
});
const pictures = (height: number, width: number, channels: 1 | 3 = 1, condition = 0): RowShape => ({
  ...table(height * width * channels, condition),
  picture: { height, width, channels },
});
const recipe = (wanted: Wanted, shape: RowShape) => recipeOf(parseParameters("egbad", egbad.parameters, wanted), shape);

const linear = (from: number, to: number): number => from * to + to;
const withTotal = (...layers: number[]): number[] => [...layers, layers.reduce((a, b) => a + b)];
const trained = (wanted: Wanted, shape: RowShape): Record<string, number[]> =>
  Object.fromEntries(
    Object.entries(recipe(wanted, shape).networks).map(([name, each]) => [
      name,
      layerTable(each).map((row) => row.trained),
    ]),
  );

describe("published networks", () => {
  test("KDD Cup 99", () => {
    expect(trained({ variant: "published" }, table(121))).toEqual({
      encoder: withTotal(linear(121, 64), linear(64, 32)),
      generator: withTotal(linear(32, 64), linear(64, 128), linear(128, 121)),
      discriminator: withTotal(linear(121, 128), linear(32, 128), linear(256, 128), linear(128, 1)),
    });
  });
  test("MNIST", () => {
    const conv = (from: number, to: number, kernel: number): number => from * to * kernel ** 2 + to;
    expect(trained({ variant: "published" }, pictures(28, 28))).toEqual({
      encoder: withTotal(conv(1, 32, 3), conv(32, 64, 3), 2 * 64, conv(64, 128, 3), 2 * 128, linear(6272, 200)),
      generator: withTotal(
        ...[linear(200, 1024), 2 * 1024, linear(1024, 6272), 2 * 6272],
        ...[conv(128, 64, 4), 2 * 64, conv(64, 1, 4)],
      ),
      discriminator: withTotal(
        ...[conv(1, 64, 4), conv(64, 64, 4), 2 * 64, linear(200, 512)],
        ...[linear(3136 + 512, 1024), linear(1024, 1)],
      ),
    });
    const { batch, optimiser, average } = recipe({ variant: "published" }, pictures(28, 28));
    expect({ batch, average, ...optimiser }).toMatchObject({
      batch: 100,
      average: 0.999,
      rate: 1e-5,
      beta1: 0.5,
      schedule: { kind: "constant" },
    });
  });
  test("start with weights of deviation 0.02 and no bias", () => {
    const { encoder } = recipe({ variant: "published" }, pictures(28, 28)).networks;
    const weight = encoder.parameters.find(({ shape }) => shape.join() === "128,64,3,3")!;
    const values = weight.start(new Random(1), weight.shape);
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
    expect(deviation).toBeCloseTo(0.02, 3);
  });
});

/** The same numbers for each draw of one shape; nothing is dropped. */
const noise: Noise = {
  normal: (shape) => given(shape, drawn(shape, 5).data),
  uniform: (shape) => given(shape, drawn(shape, 5).data),
  keep: (shape) => given(shape, new Float32Array(shape.reduce((n, dim) => n * dim, 1)).fill(1)),
};

/** Networks over drawn values, as when scoring; and their parameters. */
function bound(networks: Networks): { n: BoundNetworks<Networks>; parameters: Record<keyof Networks, Node[]> } {
  const of = <I extends readonly Node[], R>(each: Network<I, R>, seed: number) => {
    // biases and offsets that start at zero would hide mistakes
    const values = each.parameters.map(({ name, shape, running }, i) => [
      name,
      Array.from(drawn(shape, 100 * seed + i, 0.3).data, (x) => (running ? Math.abs(x) + 0.5 : x)),
    ]);
    return held(each, Object.fromEntries(values));
  };
  const made = {
    encoder: of(networks.encoder, 1),
    generator: of(networks.generator, 2),
    discriminator: of(networks.discriminator, 3),
  };
  const nodes = (name: keyof Networks): Node[] =>
    networks[name].parameters.filter(({ running }) => !running).map((p) => made[name].values.get(p.name)!);
  return {
    n: { encoder: made.encoder.call, generator: made.generator.call, discriminator: made.discriminator.call },
    parameters: { encoder: nodes("encoder"), generator: nodes("generator"), discriminator: nodes("discriminator") },
  };
}

const shapes: [string, RowShape][] = [
  ["rows", table(5)],
  ["rows in a context", table(4, 2)],
  ["pictures", pictures(8, 4)],
  ["colour pictures in a context", pictures(4, 8, 3, 2)],
];
const small: Wanted = { filters: 1, code: 3, variant: "sound" };
const BATCH = 6;

/** max(l, 0) - l·t + log(1 + exp(-|l|)) */
const crossEntropy = (logit: number, target: number): number =>
  Math.max(logit, 0) - logit * target + Math.log1p(Math.exp(-Math.abs(logit)));
const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const rowsOf = (values: readonly number[], count = BATCH): number[][] =>
  Array.from({ length: count }, (_, i) => values.slice((i * values.length) / count, ((i + 1) * values.length) / count));
const beside = (values: readonly number[], rows: readonly number[][], { features }: RowShape): Node => {
  const joined = rowsOf(values).map((row, i) => [...row, ...rows[i]!.slice(features)]);
  return given([BATCH, joined[0]!.length], joined.flat());
};

/** Every part of the formulas as plain numbers. */
function parts(networks: Networks, shape: RowShape) {
  const { n, parameters } = bound(networks);
  const x = given([BATCH, shape.width], drawn([BATCH, shape.width], 9).data);
  const rows = rowsOf(valuesOf(x));
  const code = n.encoder(x);
  const z = noise.normal([BATCH, code.shape[1] as number]);
  const rebuilt = valuesOf(n.generator(beside(valuesOf(code), rows, shape)));
  const made = valuesOf(n.generator(beside(valuesOf(z), rows, shape)));
  const opinions = {
    real: n.discriminator(x, code),
    rebuilt: n.discriminator(beside(rebuilt, rows, shape), code),
    fake: n.discriminator(beside(made, rows, shape), z),
  };
  const told = Object.fromEntries(
    Object.entries(opinions).map(([name, { logit, features }]) => [
      name,
      { logits: valuesOf(logit), features: rowsOf(valuesOf(features)) },
    ]),
  ) as Record<keyof typeof opinions, { logits: number[]; features: number[][] }>;
  return {
    n,
    parameters,
    x,
    features: rows.map((row) => row.slice(0, shape.features)),
    rebuilt: rowsOf(rebuilt),
    told,
  };
}

const distance = (a: readonly number[], b: readonly number[], degree: number): number =>
  a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!) ** degree, 0) ** (1 / degree);

describe.each(shapes)("%s", (_, shape) => {
  const networks = recipe(small, shape).networks;
  const { n, parameters, x, features, rebuilt, told } = parts(networks, shape);

  test.each([
    [{}, 0.1, 2, (i: number) => crossEntropy(told.rebuilt.logits[i]!, 1)],
    [{ term: "paper", weight: 0.4, degree: 1 }, 0.4, 1, (i: number) => crossEntropy(told.real.logits[i]!, 1)],
    [
      { term: "features", weight: 0.5, degree: 1 },
      0.5,
      1,
      (i: number) => distance(told.real.features[i]!, told.rebuilt.features[i]!, 1),
    ],
    [
      { term: "features", weight: 0.2, degree: 2 },
      0.2,
      2,
      (i: number) => distance(told.real.features[i]!, told.rebuilt.features[i]!, 2),
    ],
  ] as const)("score with %o", (wanted, weight, degree, doubt) => {
    const verdict = recipe({ ...small, ...wanted }, shape).score(n, x) as Verdict;
    closeTo(
      valuesOf(verdict.score),
      features.map((row, i) => (1 - weight) * distance(row, rebuilt[i]!, degree) + weight * doubt(i)),
      1e-4,
    );
    closeTo(valuesOf(verdict.rebuilt!), rebuilt.flat(), 1e-5);
  });

  test("criterion: mean squared error of the features", () => {
    closeTo(
      valuesOf(recipe(small, shape).criterion!(n, x)),
      features.map((row, i) => distance(row, rebuilt[i]!, 2) ** 2 / row.length),
      1e-4,
    );
  });

  const lossesOf = (wanted: Wanted) =>
    recipe({ ...small, ...wanted }, shape).turns.map(({ moves, stream, losses }) => ({
      moves,
      stream,
      losses: Object.fromEntries(Object.entries(losses(n, x, noise)).map(([name, node]) => [name, valuesOf(node)[0]!])),
    }));
  const close = (got: Record<string, number>, expected: Record<string, number>): void => {
    expect(Object.keys(got)).toEqual(Object.keys(expected));
    closeTo(Object.values(got), Object.values(expected), 1e-4);
  };
  const errors = features.flatMap((row, i) => row.map((value, j) => Math.abs(value - rebuilt[i]![j]!)));
  const real = meanOf(told.real.logits.map((logit) => crossEntropy(logit, 1)));
  const fake = meanOf(told.fake.logits.map((logit) => crossEntropy(logit, 0)));
  const generator = meanOf(told.fake.logits.map((logit) => crossEntropy(logit, 1)));
  const encoder = meanOf(told.real.logits.map((logit) => crossEntropy(logit, 0)));

  test("losses: squared error in both", () => {
    const [first, second, ...more] = lossesOf({ residual: 7 });
    expect(more).toEqual([]);
    expect([first!.moves, first!.stream, second!.moves, second!.stream]).toEqual([
      ["discriminator"],
      "first",
      ["generator", "encoder"],
      "second",
    ]);
    close(first!.losses, { real, fake });
    close(second!.losses, { generator, encoder, residual: 7 * meanOf(errors.map((error) => error ** 2)) });
  });
  test("losses: absolute error in the encoder's alone", () => {
    const [first, second, third] = lossesOf({ residualIn: "encoder" });
    expect([second!.moves, third!.moves]).toEqual([["generator"], ["encoder"]]);
    close(first!.losses, { real, fake });
    close(second!.losses, { generator });
    close(third!.losses, { encoder, residual: meanOf(errors) });
  });
  test("losses: feature matching, no error", () => {
    const [, second] = lossesOf({ residualIn: "none", loss: "features" });
    const centre = (rows: number[][]) => rows[0]!.map((__, j) => meanOf(rows.map((row) => row[j]!)));
    const [a, b] = [centre(told.real.features), centre(told.fake.features)];
    close(second!.losses, { generator: meanOf(a.map((value, j) => (value - b[j]!) ** 2)), encoder });
  });

  /** Which networks' parameters one loss has a slope by, "all" or some of them. */
  const reached = (loss: Node): Record<string, string> =>
    Object.fromEntries(
      Object.entries(parameters).map(([name, nodes]) => {
        const moved = differentiate(loss, nodes, []).filter((node) => valuesOf(node).some((slope) => slope !== 0));
        return [name, moved.length === 0 ? "none" : moved.length === nodes.length ? "all" : "some"];
      }),
    );
  test("who is reached by which loss", () => {
    const [judge, others] = recipe({ ...small, loss: "features" }, shape).turns;
    const { real: believed, fake: made } = judge!.losses(n, x, noise);
    expect(reached(add(believed!, made!)).discriminator).toBe("all");
    const losses = others!.losses(n, x, noise);
    expect(reached(losses.generator!)).toMatchObject({ generator: "all", encoder: "none" });
    expect(reached(losses.encoder!)).toMatchObject({ generator: "none", encoder: "all" });
    expect(reached(losses.residual!)).toMatchObject({ generator: "all", encoder: "all", discriminator: "none" });
  });
});

test("the encoder's first activation is a switch of the function, not of the parameters", () => {
  const [leaky, none] = (["leaky", "none"] as const).map((firstActivation) => {
    const { networks } = recipe({ ...small, firstActivation }, pictures(8, 8));
    const x = given([2, 64], drawn([2, 64], 4).data);
    return {
      table: trained({ ...small, firstActivation }, pictures(8, 8)),
      code: valuesOf(bound(networks).n.encoder(x)),
    };
  });
  expect(leaky!.table).toEqual(none!.table);
  expect(leaky!.code).not.toEqual(none!.code);
});

test("published and sound tables keep their own norm and residual unless told otherwise", () => {
  const losses = (wanted: Wanted) => {
    const game = recipe(wanted, table(5));
    const { n } = bound(game.networks);
    const x = given([BATCH, 5], drawn([BATCH, 5], 9).data);
    return game.turns.map((turn) => Object.keys(turn.losses(n, x, noise)));
  };
  expect(losses({ variant: "published" })).toEqual([
    ["real", "fake"],
    ["generator", "encoder"],
  ]);
  expect(losses({ variant: "published", residualIn: "encoder" }).at(-1)).toEqual(["encoder", "residual"]);
  expect(losses({ residual: 0 }).at(-1)).toEqual(["generator", "encoder"]);
});

describe("pictures that do not fit are refused", () => {
  test.each([
    [pictures(30, 28), /multiples of 4, got 30×28; resize to 32×28/],
    [{ ...pictures(28, 28), features: 787, width: 787 }, /no columns beside them .*got 3 more numbers/],
  ])("%o", (shape, message) => {
    expect(() => recipe({}, shape)).toThrow(message);
  });
});

/** Pictures of 8×8 with a bar on the left (class a) or on the right (class b), its brightness and height drawn. */
function bars(rows: number, seed: number, sides: (row: number) => boolean): Table {
  const random = new Random(seed);
  const pixels = new Uint8Array(rows * 64);
  for (let row = 0; row < rows; row++) {
    const [first, light] = [Math.floor(3 * random.uniform()), 155 + 100 * random.uniform()];
    for (let y = first; y < first + 5; y++)
      for (let x = 0; x < 3; x++) pixels[row * 64 + y * 8 + x + (sides(row) ? 5 : 0)] = light;
  }
  const codes = Int32Array.from({ length: rows }, (_, row) => row % 2);
  return {
    rows,
    columns: [{ kind: "category", name: "side", levels: ["a", "b"], codes }],
    pictures: { height: 8, width: 8, channels: 1, pixels },
  };
}

test("a picture that is usual in itself is strange in another context, and is drawn as it should be there", async () => {
  const right = (row: number): boolean => row % 2 === 1;
  const quick = { filters: 4, fewestSteps: 200, epochs: 1, batch: 32, rate: 3e-3 };
  const model = await egbad(quick).fit(bars(400, 1, right), { seed: 3, condition: ["side"], threads: 1 });
  const test = bars(100, 2, (row) => right(row) !== row >= 50);
  const { score } = await model.run(test);
  const labels = Uint8Array.from({ length: 100 }, (_, row) => Number(row >= 50));
  expect(auroc.compute(score, labels)).toBeGreaterThan(0.95);

  // a row alone, and a model out of its file, say the same
  const alone = await model.run(pick(test, [7]));
  expect(alone.score[0]).toBeCloseTo(score[7]!, 3);
  const again = await load(model.bytes);
  expect(Array.from((await again.run(test)).score)).toEqual(Array.from(score));

  const { heat, rebuilt } = await model.show(test);
  expect([heat.length, rebuilt!.length]).toEqual([100 * 64, 100 * 64]);
  const side = (row: number, from: number): number =>
    meanOf(Array.from({ length: 5 }, (_, i) => rebuilt![row * 64 + (i + 1) * 8 + from]!));
  // row 60 shows its bar on the right though its context is the left
  expect(side(60, 1)).toBeGreaterThan(side(60, 6));
  await Promise.all([model.close(), again.close()]);
});

test("a row that is usual in itself is strange in another context", async () => {
  const random = new Random(4);
  const rows = 300;
  const codes = Int32Array.from({ length: rows }, (_, row) => row % 2);
  const columns = [3, -3].map((centre, i) => ({
    kind: "number" as const,
    name: `x${i}`,
    values: Float64Array.from(codes, (code) => (code === 0 ? centre : -centre) + 0.5 * random.normal()),
  }));
  const of = (told: Int32Array): Table => ({
    rows,
    columns: [...columns, { kind: "category", name: "mode", levels: ["a", "b"], codes: told }],
  });
  const model = await egbad({ epochs: 1, fewestSteps: 300, batch: 32 }).fit(of(codes), {
    seed: 3,
    condition: ["mode"],
    threads: 1,
  });
  const told = codes.map((code, row) => (row < rows / 2 ? code : 1 - code));
  const score = await model.score(of(told));
  const labels = Uint8Array.from(codes, (_, row) => Number(row >= rows / 2));
  expect(auroc.compute(score, labels)).toBeGreaterThan(0.95);
  await model.close();
});

const mnist = join(process.env.ODDITY_DATA ?? "", pictureSetOf("mnist").source.files[0]!.file);
test.skipIf(!existsSync(mnist))("after 500 drawings of a one, a nought is strange", async () => {
  const { table: digits } = await loadPictures("mnist");
  const classes = textsOf(digits.columns.find(({ name }) => name === "class"));
  const rowsOfDigit = (digit: string): number[] => classes.flatMap((each, row) => (each === digit ? [row] : []));
  const [ones, noughts] = [rowsOfDigit("1"), rowsOfDigit("0")];
  const drawings = (rows: readonly number[]): Table => ({ ...pick(digits, rows), columns: [] });
  const model = await egbad({ filters: 4, epochs: 1, fewestSteps: 60, batch: 32 }).fit(drawings(ones.slice(0, 500)), {
    seed: 1,
    threads: 1,
  });
  const score = await model.score(drawings([...ones.slice(500, 600), ...noughts.slice(0, 100)]));
  const labels = Uint8Array.from({ length: 200 }, (_, row) => Number(row >= 100));
  expect(auroc.compute(score, labels)).toBeGreaterThan(0.9);
  await model.close();
});
