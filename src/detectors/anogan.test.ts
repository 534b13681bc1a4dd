// AnoGAN and the plain GAN: scores by hand, what each switch changes, and rows compared each with a row of its own.

import { describe, expect, test } from "vitest";
import { tableOf } from "../data/table.js";
import { interpret } from "../graph/interpret.js";
import type { Node } from "../graph/node.js";
import { drawn, given, held, noiseOf, valuesOf } from "../nn/held.js";
import type { Network } from "../nn/network.js";
import { factorAt, piecewise } from "../nn/schedules.js";
import { Random } from "../tensor/random.js";
import { type BoundNetworks, bindAll, trainedOf } from "../train/program.js";
import { anogan, recipeOf } from "./anogan.js";
import type { RowShape, Verdict } from "./define.js";
import type { GanNetworks } from "./gan/game.js";
import { gan, recipeOf as ganRecipeOf } from "./gan.js";
import { type Given, parseParameters } from "./parameters.js";

const table = (features: number, condition = 0): RowShape => ({
  features,
  condition,
  width: features + condition,
  picture: undefined,
});
const FEATURES = 5;
type Wanted = Given<typeof anogan.parameters>;
type GanWanted = Given<typeof gan.parameters>;
const recipe = (wanted: Wanted, shape = table(FEATURES)) =>
  recipeOf(parseParameters("anogan", anogan.parameters, { code: 3, ...wanted }), shape);
const ganRecipe = (wanted: GanWanted, shape = table(FEATURES)) =>
  ganRecipeOf(parseParameters("gan", gan.parameters, { code: 3, ...wanted }), shape);

/** Networks with drawn weights that score. */
function bound(networks: GanNetworks): BoundNetworks<GanNetworks> {
  const views = new Map(
    Object.entries(networks).map(([name, each]) => [
      name,
      new Map(
        each.parameters.map(({ name: own, shape, start }) => [
          own,
          given(shape, start(new Random(3).at(name, own), shape)),
        ]),
      ),
    ]),
  );
  return bindAll(networks, views);
}

const rows = drawn([4, FEATURES], 7);
const x = given([4, FEATURES], rows.data);
const scored = (wanted: Wanted) => {
  const { networks, score } = recipe(wanted);
  const n = bound(networks);
  const { score: said, rebuilt } = score(n, x) as Verdict;
  const judge = (row: Node) => n.discriminator(row);
  return { score: valuesOf(said), rebuilt: rebuilt!, judge };
};
const byRow = (values: readonly number[], f: (row: readonly number[]) => number): number[] =>
  Array.from({ length: 4 }, (_, i) => f(values.slice((i * values.length) / 4, ((i + 1) * values.length) / 4)));
const sumOf = (row: readonly number[]): number => row.reduce((a, b) => a + b, 0);
const near = (got: readonly number[], expected: readonly number[]): void => {
  got.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 4);
  });
};
const differences = (a: Node, b: Node): number[] => {
  const [left, right] = [valuesOf(a), valuesOf(b)];
  return left.map((value, i) => value - right[i]!);
};

describe("anogan's score", () => {
  test("published: 0.9·Σ|x - G(z)| + 0.1·Σ|f(x) - f(G(z))|", () => {
    const { score, rebuilt, judge } = scored({ variant: "published", steps: 3 });
    const residual = byRow(differences(x, rebuilt), (row) => sumOf(row.map(Math.abs)));
    const features = byRow(differences(judge(x).features, judge(rebuilt).features), (row) => sumOf(row.map(Math.abs)));
    near(
      score,
      residual.map((r, i) => 0.9 * r + 0.1 * features[i]!),
    );
  });
  test("the default has means; the norm is 1 or 2", () => {
    const { score, rebuilt, judge } = scored({ steps: 3, degree: 2, weight: 0.25 });
    const length = (row: readonly number[]): number => Math.sqrt(sumOf(row.map((v) => v * v)) / row.length);
    const residual = byRow(differences(x, rebuilt), length);
    const features = byRow(differences(judge(x).features, judge(rebuilt).features), length);
    near(
      score,
      residual.map((r, i) => 0.75 * r + 0.25 * features[i]!),
    );
  });
  test("with the cross-entropy of D(G(z)) against 1", () => {
    const { score, rebuilt, judge } = scored({ steps: 3, term: "cross-entropy" });
    const logits = valuesOf(judge(rebuilt).logit);
    const residual = byRow(differences(x, rebuilt), (row) => sumOf(row.map(Math.abs)) / row.length);
    near(
      score,
      residual.map((r, i) => 0.9 * r + 0.1 * Math.log1p(Math.exp(-logits[i]!))),
    );
  });
  test("without the discriminator where it has no share", () => {
    const { score, rebuilt } = scored({ steps: 3, weight: 0 });
    near(
      score,
      byRow(differences(x, rebuilt), (row) => sumOf(row.map(Math.abs)) / row.length),
    );
  });
  test("falls with more steps, and what is sought matters", () => {
    const at = (wanted: Wanted): number[] => scored({ weight: 0, start: "drawn", ...wanted }).score;
    const [brief, long] = [at({ steps: 2 }), at({ steps: 60 })];
    expect(sumOf(long)).toBeLessThan(0.8 * sumOf(brief));
    expect(scored({ seek: "score", steps: 5 }).score).not.toEqual(scored({ steps: 5 }).score);
  });
  test("each row is compared with a generated row of its own, though all start at the same", () => {
    const { rebuilt } = scored({ steps: 20, start: "drawn" });
    const values = byRow(valuesOf(rebuilt), (row) => row[0]!);
    expect(new Set(values).size).toBe(4);
  });
  test("the criterion is a residual, of a search of 10 steps", () => {
    const { networks, criterion } = recipe({});
    const n = bound(networks);
    const got = valuesOf(criterion!(n, x));
    const start = scored({ weight: 0, steps: 1, searchRate: 0 });
    expect(sumOf(got)).toBeLessThan(sumOf(start.score));
  });
});

test("step sizes of the published search fall in two jumps", () => {
  const schedule = piecewise({ step: 300, factor: 0.1 }, { step: 400, factor: 0.05 });
  expect([0, 299, 300, 399, 400, 499].map((step) => factorAt(schedule, step, 500))).toEqual([
    1, 1, 0.1, 0.1, 0.05, 0.05,
  ]);
});

describe("gan's scores", () => {
  const said = (wanted: GanWanted, row: Node = x) => {
    const { networks, score } = ganRecipe(wanted);
    const n = bound(networks);
    return { verdict: score(n, row) as Verdict, logits: valuesOf(n.discriminator(row).logit) };
  };
  test("the doubt is -log D(x) or 1 - D(x), and nothing is generated for it", () => {
    const { verdict, logits } = said({ score: "discriminator" });
    expect(verdict.rebuilt).toBeUndefined();
    near(
      valuesOf(verdict.score),
      logits.map((logit) => Math.log1p(Math.exp(-logit))),
    );
    const probable = said({ score: "discriminator", confidence: "probability" });
    near(
      valuesOf(probable.verdict.score),
      logits.map((logit) => 1 - 1 / (1 + Math.exp(-logit))),
    );
  });
  test("the reconstruction is the mean square of the distance to G(z)", () => {
    const { verdict } = said({ score: "reconstruction", steps: 4 });
    near(
      valuesOf(verdict.score),
      byRow(differences(x, verdict.rebuilt!), (row) => sumOf(row.map((v) => v * v)) / row.length),
    );
    const { verdict: random } = said({ score: "reconstruction", against: "random" });
    expect(new Set(byRow(valuesOf(random.rebuilt!), (row) => row[0]!)).size).toBe(1);
  });
  test("both, each in its deviations among held-out rows", async () => {
    const random = new Random(5);
    const train = tableOf(random.fillNormal(new Float32Array(400 * 3)), 3);
    const fit = (score: "both" | "discriminator" | "reconstruction", weight = 0.5) =>
      gan({ epochs: 1, fewestSteps: 30, score, weight }).fit(train, { seed: 2 });
    const models = await Promise.all([fit("both", 0.25), fit("discriminator"), fit("reconstruction")]);
    const [both, doubt, residual] = (await Promise.all(models.map((model) => model.score(train)))) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    // the same networks: both is a sum of the two, by two numbers that rows do not change
    const deviation = (v: readonly number[]): number => {
      const centre = sumOf(v) / v.length;
      return Math.sqrt(sumOf(v.map((each) => (each - centre) ** 2)) / v.length);
    };
    const held = models.map((model) => deviation([...model.calibration]));
    both.forEach((score, i) => {
      const expected = (0.75 * residual[i]!) / held[2]! + (0.25 * doubt[i]!) / held[1]!;
      expect(Math.abs(score / expected - 1)).toBeLessThan(1e-3);
    });
    await Promise.all(models.map((model) => model.close()));
  });
});

describe("the game", () => {
  const losses = (wanted: GanWanted) => {
    const { networks, turns } = ganRecipe(wanted);
    const views = new Map<string, Map<string, Node>>();
    for (const [name, each] of Object.entries(networks)) views.set(name, held(each as Network).values);
    const n = bindAll(networks, views, noiseOf(1), new Set(["generator", "discriminator"]));
    return turns.map((turn) =>
      Object.fromEntries(
        Object.entries(turn.losses(n, x, noiseOf(2))).map(([name, node]) => [
          name,
          interpret([node], new Map())[0]!.data[0]!,
        ]),
      ),
    );
  };
  test("has the losses of its kind, and nobody moves the starts", () => {
    expect(losses({}).map((each) => Object.keys(each))).toEqual([["real", "fake"], ["generator"]]);
    expect(losses({ loss: "hinge" }).map((each) => Object.keys(each))).toEqual([["critic"], ["generator"]]);
    expect(losses({ loss: "wasserstein" }).map((each) => Object.keys(each))).toEqual([
      ["critic", "penalty"],
      ["generator"],
    ]);
    expect(losses({ loss: "wasserstein", penalty: 20 })[0]!.penalty).toBeCloseTo(
      2 * Number(losses({ loss: "wasserstein", penalty: 10 })[0]!.penalty),
      4,
    );
    expect(losses({ loss: "least-squares" })).not.toEqual(losses({}));
    const { networks, turns } = ganRecipe({ critics: 5 });
    expect(turns.flatMap(({ moves }) => moves)).toEqual(["discriminator", "generator"]);
    expect(turns[0]!.times).toBe(5);
    expect(trainedOf(networks.starts).parameters).toEqual([]);
  });
  test("published: its schedule, and averages of the generator alone", () => {
    const { optimiser, average, averaged, batch } = recipe({ variant: "published" });
    expect({ optimiser, average, averaged, batch }).toMatchObject({
      optimiser: { rate: 1e-5, beta1: 0.5 },
      average: 0.9999,
      averaged: ["generator"],
      batch: 50,
    });
  });
});

test("a row is judged in its context", async () => {
  // b is near a, and the context says which of two signs both have
  const random = new Random(8);
  const sample = (count: number, flip = 1): number[] =>
    Array.from({ length: count }, () => {
      const sign = random.uniform() < 0.5 ? -1 : 1;
      return [flip * sign * 2 + 0.2 * random.normal(), flip * sign * 2 + 0.2 * random.normal(), sign];
    }).flat();
  const names = ["a", "b", "sign"];
  const model = await anogan({ epochs: 1, fewestSteps: 600, start: "drawn" }).fit(tableOf(sample(500), 3, names), {
    seed: 1,
    condition: ["sign"],
  });
  const [usual, odd] = [
    await model.score(tableOf(sample(50), 3, names)),
    await model.score(tableOf(sample(50, -1), 3, names)),
  ];
  const above = [...odd].filter((score) => score > Math.max(...usual)).length;
  expect(above).toBeGreaterThan(40);
  await model.close();
});
