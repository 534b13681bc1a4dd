// Deep SAD: the loss and the criterion by hand, how known anomalies come into minibatches, and that they count.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { textsOf } from "../data/pictures/columns.js";
import { pictureSetOf } from "../data/sets/index.js";
import { loadPictures } from "../data/sets/load-pictures.js";
import { pick, type Table } from "../data/table.js";
import type { Node } from "../graph/node.js";
import { slice } from "../graph/ops/cut.js";
import { squeeze } from "../graph/ops/shape.js";
import { nodeHost } from "../host/node.js";
import { auroc } from "../metrics/auroc.js";
import { closeTo, given, noiseOf, valuesOf } from "../nn/held.js";
import { layerTable } from "../nn/table.js";
import { Random } from "../tensor/random.js";
import type { Rows } from "../train/feeds.js";
import { deepSad, recipeOf } from "./deep-sad.js";
import type { RowShape } from "./define.js";
import { type Given, parseParameters } from "./parameters.js";

type Wanted = Given<typeof deepSad.parameters>;

/** Rows of so many features with a label behind them. */
const labelled = (features: number): RowShape => ({ features, condition: 1, width: features + 1, picture: undefined });
const recipe = (wanted: Wanted, features = 2, anomalies?: Rows) =>
  recipeOf(parseParameters("deep-sad", deepSad.parameters, wanted), labelled(features), { anomalies });

/** A network that says the first number of a row is its squared distance. */
const formula = {
  sphere: (x: Node) => ({ distance: squeeze(slice(x, { axis: 1, start: 0, end: 1 }), { axes: [1] }) }),
} as unknown as Parameters<ReturnType<typeof recipe>["score"]>[0];
const distances = [0.5, 4, 0, 0.25];
const rows = (labels: readonly number[]): Node =>
  given(
    [4, 3],
    distances.flatMap((distance, i) => [distance, 9, labels[i]!]),
  );
const lossesOf = (labels: readonly number[], wanted: Wanted = {}): Record<string, number> => {
  const losses = recipe(wanted).turns[0]!.losses(formula, rows(labels), noiseOf(1));
  return Object.fromEntries(Object.entries(losses).map(([name, node]) => [name, valuesOf(node)[0]!]));
};

describe("by hand, squared distances 0.5, 4, 0 and 0.25", () => {
  test("unlabelled rows lose their distance, known anomalies its inverse; both are shares of all rows", () => {
    const { distance, known } = lossesOf([0, 0, 0, 1]);
    closeTo([distance!, known!], [(0.5 + 4 + 0) / 4, 1 / 0.250001 / 4]);
    closeTo(Object.values(lossesOf([1, 1, 0, 0])), [0.25 / 4, (1 / 0.500001 + 1 / 4.000001) / 4]);
  });
  test("an anomaly at the centre is pushed hard, but not without end", () => {
    closeTo([lossesOf([0, 0, 1, 0]).known!], [1e6 / 4]);
  });
  test("η weighs the anomalies alone", () => {
    closeTo(Object.values(lossesOf([0, 0, 0, 1], { eta: 3 })), [4.5 / 4, 3 / 0.250001 / 4]);
  });
  test("without anomalies it is Deep SVDD's loss", () => {
    closeTo(Object.values(lossesOf([0, 0, 0, 0])), [4.75 / 4, 0]);
  });
  test("permuted labels change the loss", () => {
    const sums = [0, 1, 3].map((place) => {
      const { distance, known } = lossesOf([0, 1, 2, 3].map((i) => Number(i === place)));
      return distance! + known!;
    });
    expect(new Set(sums).size).toBe(3);
  });
  test("the score is the distance, with and without a label behind the row", () => {
    const bare = given(
      [4, 2],
      distances.flatMap((distance) => [distance, 9]),
    );
    for (const x of [rows([0, 1, 0, 1]), bare]) closeTo(valuesOf(recipe({}).score(formula, x) as Node), distances);
  });
  test("the criterion: each row's distance, and how near the known anomalies are", () => {
    const anomalies = { values: Float32Array.of(0.5, 9, 2, 9), count: 2 };
    const more = (1 / 0.500001 + 1 / 2.000001) / 2;
    closeTo(
      valuesOf(recipe({ eta: 2 }, 2, anomalies).criterion!(formula, rows([0, 0, 0, 0]))),
      distances.map((distance) => distance + 2 * more),
    );
    closeTo(valuesOf(recipe({}).criterion!(formula, rows([0, 0, 0, 0]))), distances);
  });
});

test("published networks of tables, and the recipe", () => {
  const counts = (features: number) =>
    layerTable(recipe({ variant: "published" }, features).networks.sphere)
      .map(({ trained }) => trained)
      .filter((trained) => trained > 0);
  expect(counts(274)).toEqual([274 * 128, 128 * 64, 64 * 32, 274 * 128 + 128 * 64 + 64 * 32]);
  expect(counts(21)).toEqual([21 * 32, 32 * 16, 16 * 8, 21 * 32 + 32 * 16 + 16 * 8]);
  const game = recipe({ variant: "published", epochs: 50 });
  expect(game).toMatchObject({ batch: 128, optimiser: { kind: "adam", rate: 1e-3, weightDecay: 0.5e-6 } });
  expect(game.steps(1280, 128)).toBe(500);
  const pretrained = recipe({ variant: "published", pretraining: 100, epochs: 50 });
  expect(pretrained.turns[0]!.moves).toEqual(["sphere", "decoder"]);
  expect(pretrained.optimiser).toMatchObject({ weightDecay: 0.5e-3 });
  expect(pretrained.further!.map(({ turns }) => turns[0]!.moves)).toEqual([["sphere"]]);
});

const tableOf = (count: number, seed: number, shift = 0): Table => {
  const random = new Random(seed);
  const values = () => Float64Array.from({ length: count }, () => random.normal());
  const [a, b] = [values().map((x) => x + shift), values()];
  return { rows: count, columns: [a, b].map((each, i) => ({ kind: "number", name: `c${i}`, values: each })) };
};

describe("learning", () => {
  const normal = tableOf(500, 1);
  // near anomalies: what is known of them is worth something
  const near = 2;
  const aurocOf = async (known: number): Promise<number> => {
    const told = known === 0 ? {} : { anomalies: tableOf(known, 4, near) };
    const model = await deepSad({ fewestSteps: 500 }).fit(normal, { seed: 1, threads: 1, ...told });
    const both = [...(await model.score(tableOf(300, 2))), ...(await model.score(tableOf(100, 3, near)))];
    return auroc.compute(
      both,
      both.map((_, i) => Number(i >= 300)),
    );
  };
  test("known anomalies help; without any it works", async () => {
    const [none, ten] = [await aurocOf(0), await aurocOf(10)];
    expect(none).toBeGreaterThan(0.5);
    expect(ten).toBeGreaterThan(none + 0.05);
  });
  test.each([
    ["a share of each minibatch", { share: 0.25, batch: 12 }, [9, 3]],
    ["as they come", { share: 0, batch: 12 }, undefined],
    ["published: as they come", { variant: "published", share: 0.25 }, undefined],
  ] as const)("%s", async (_, wanted, drawn) => {
    const seen: unknown[] = [];
    const host: typeof nodeHost = {
      ...nodeHost,
      train: (job, ...rest) => {
        expect(job.rows.count).toBe(403);
        seen.push(job.rows.strata?.map(({ batch }) => batch));
        return nodeHost.train({ ...job, options: { ...job.options, steps: 1 } }, ...rest);
      },
    };
    await deepSad({ epochs: 1, ...wanted }).fit(normal, { seed: 1, anomalies: tableOf(3, 4, 3), host });
    expect(seen).toEqual([drawn]);
  });
});

const mnist = join(process.env.ODDITY_DATA ?? "", pictureSetOf("mnist").source.files[0]!.file);
test.skipIf(!existsSync(mnist))("after 500 drawings of an eight and ten of a three, a three is strange", async () => {
  const { table: digits } = await loadPictures("mnist");
  const classes = textsOf(digits.columns.find(({ name }) => name === "class"));
  const drawings = (digit: string, from: number, to: number): number[] =>
    classes.flatMap((each, row) => (each === digit ? [row] : [])).slice(from, to);
  const only = (rows: readonly number[]): Table => ({ ...pick(digits, rows), columns: [] });
  const model = await deepSad({ filters: 4, epochs: 1, fewestSteps: 150, batch: 64 }).fit(only(drawings("8", 0, 500)), {
    ...{ seed: 1, threads: 1, anomalies: only(drawings("3", 0, 10)) },
  });
  const score = await model.score(only([...drawings("8", 500, 600), ...drawings("3", 10, 110)]));
  expect(
    auroc.compute(
      score,
      Uint8Array.from({ length: 200 }, (_, row) => Number(row >= 100)),
    ),
  ).toBeGreaterThan(0.8);
  await model.close();
});
