// DevNet: its networks layer by layer, loss and criterion by hand, labels that count, and what it needs.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { textsOf } from "../data/pictures/columns.js";
import { pictureSetOf } from "../data/sets/index.js";
import { loadPictures } from "../data/sets/load-pictures.js";
import { pick, type Table } from "../data/table.js";
import { GraphError, type Node } from "../graph/node.js";
import { scalar } from "../graph/op.js";
import { slice } from "../graph/ops/cut.js";
import { squeeze } from "../graph/ops/shape.js";
import { nodeHost } from "../host/node.js";
import { auroc } from "../metrics/auroc.js";
import { closeTo, given, held, noiseOf, valuesOf } from "../nn/held.js";
import { parameterCount } from "../nn/network.js";
import { layerTable } from "../nn/table.js";
import { Random } from "../tensor/random.js";
import type { BoundNetworks } from "../train/program.js";
import type { RowShape } from "./define.js";
import { devnet, type Known, recipeOf, referenceOf } from "./devnet.js";
import { type Given, parseParameters } from "./parameters.js";

type Wanted = Given<typeof devnet.parameters>;

/** Rows of so many features with a label behind them. */
const labelled = (features: number): RowShape => ({ features, condition: 1, width: features + 1, picture: undefined });
const known: Known = {
  reference: { mean: 0.5, deviation: 2 },
  anomalies: { values: Float32Array.of(2, 0, 4.5, 0), count: 2 },
};
const recipe = (wanted: Wanted, features = 2) =>
  recipeOf(parseParameters("devnet", devnet.parameters, wanted), labelled(features), known);

describe("published networks", () => {
  const counts = (network: NonNullable<Wanted["network"]>) =>
    layerTable(recipe({ network }, 6).networks.scorer)
      .map(({ trained }) => trained)
      .filter((trained) => trained > 0);
  test("depth 1, 2 and 4, each with its total", () => {
    expect(counts("linear")).toEqual([6 + 1, 7]);
    expect(counts("shallow")).toEqual([6 * 20 + 20, 20 + 1, 161]);
    const deep = [6 * 1000 + 1000, 1000 * 250 + 250, 250 * 20 + 20, 20 + 1];
    expect(counts("deep")).toEqual([...deep, deep.reduce((a, b) => a + b)]);
  });
  test("schedule", () => {
    const game = recipe({ variant: "published" });
    expect(game).toMatchObject({
      batch: 512,
      optimiser: { kind: "rmsprop", rate: 1e-3, decay: 0.9, epsilon: 1e-7, clip: 1 },
    });
    expect(game.steps(100_000, 512)).toBe(50 * 20);
    // the weights of the epoch with the least training loss
    expect(game.patience).toEqual({ on: "loss", every: 20, looks: Number.POSITIVE_INFINITY });
    expect(recipe({}).patience).toBeUndefined();
    expect(recipe({})).toMatchObject({ optimiser: { kind: "adam", rate: 3e-3, schedule: { kind: "cosine" } } });
    expect(recipe({ variant: "published", fewestSteps: 9999 }).steps(10, 512)).toBe(1000);
    expect(recipe({ fewestSteps: 9999 }).steps(10, 512)).toBe(9999);
    expect(recipe({ epochs: 0, fewestSteps: 9999 }).steps(10, 512)).toBe(0);
  });
});

/** A network that scores a row by its first number. */
const first = (x: Node): Node => squeeze(slice(x, { axis: 1, start: 0, end: 1 }), { axes: [1] });
const formula = {
  scorer: (x: Node) => ({ score: first(x), squares: scalar(7) }),
} as unknown as BoundNetworks<ReturnType<typeof recipe>["networks"]>;
const scores = [0.5, 4.5, -3.5, 12.5];
const rows = (labels: readonly number[]): Node =>
  given(
    [4, 3],
    scores.flatMap((score, i) => [score, 9, labels[i]!]),
  );
const lossOf = (labels: readonly number[], wanted: Wanted = {}): Record<string, number> => {
  const losses = recipe(wanted).turns[0]!.losses(formula, rows(labels), noiseOf(1));
  return Object.fromEntries(Object.entries(losses).map(([name, node]) => [name, valuesOf(node)[0]!]));
};

describe("by hand, scores 0.5, 4.5, -3.5 and 12.5 against a reference of mean 0.5 and deviation 2", () => {
  // deviations 0, 2, -2 and 6
  test("normal rows lose their distance, known anomalies what they lack of 5", () => {
    closeTo([lossOf([0, 0, 0, 0]).deviation!], [(0 + 2 + 2 + 6) / 4]);
    closeTo([lossOf([1, 1, 1, 1]).deviation!], [(5 + 3 + 7 + 0) / 4]);
    closeTo([lossOf([0, 0, 0, 1]).deviation!], [(0 + 2 + 2 + 0) / 4]);
  });
  test("the margin, and the squared weights", () => {
    closeTo([lossOf([1, 1, 1, 1], { margin: 3 }).deviation!], [(3 + 1 + 5 + 0) / 4]);
    closeTo([lossOf([0, 0, 0, 1], { decay: 0.1 }).weights!], [0.7]);
    expect(Object.keys(lossOf([0, 0, 0, 1]))).toEqual(["deviation", "weights"]);
  });
  test("permuted labels change the loss: each row has its own", () => {
    const oneIsAnomalous = [0, 1, 2, 3].map((place) => lossOf([0, 1, 2, 3].map((i) => Number(i === place))).deviation!);
    closeTo(oneIsAnomalous, [(5 + 10) / 4, (10 - 2 + 3) / 4, (10 - 2 + 7) / 4, (10 - 6) / 4]);
  });
  test("a score of shape [batch, 1] is refused, not compared with every label", () => {
    const column = { scorer: (x: Node) => ({ score: slice(x, { axis: 1, start: 0, end: 1 }), squares: scalar(0) }) };
    expect(() => recipe({}).turns[0]!.losses(column as never, rows([0, 0, 0, 1]), noiseOf(1))).toThrow(GraphError);
  });
  test("the criterion: the distance of each held-out row, and what the known anomalies lack", () => {
    // the known ones have the deviations 0.75 and 2, and lack 4.25 and 3
    closeTo(
      valuesOf(recipe({}).criterion!(formula, rows([0, 0, 0, 0]))),
      [0, 2, 2, 6].map((far) => far + 3.625),
    );
  });
  test("the score is the network's, with and without a label behind the row", () => {
    const bare = given(
      [4, 2],
      scores.flatMap((score) => [score, 9]),
    );
    for (const x of [rows([0, 1, 0, 1]), bare]) closeTo(valuesOf(recipe({}).score(formula, x) as Node), scores);
  });
});

test("the squared weights are those of hidden layers, without biases and the last layer", () => {
  const { scorer } = recipe({}, 2).networks;
  const { call, values } = held(scorer);
  const weights = valuesOf(values.get("hidden.0.weight")!);
  expect(weights).toHaveLength(40);
  closeTo(valuesOf(call(given([1, 2], [1, 2])).squares), [weights.reduce((sum, w) => sum + w * w, 0)]);
  expect(valuesOf(held(recipe({ network: "linear" }).networks.scorer).call(given([1, 2], [1, 2])).squares)).toEqual([
    0,
  ]);
  expect(parameterCount(scorer)).toBe(2 * 20 + 20 + 20 + 1);
});

test("numbers of rows are dropped while the sound variant trains, and only then", () => {
  const x = given([8, 2], new Array(16).fill(1));
  const said = (wanted: Wanted, training: boolean): number[] =>
    valuesOf(held(recipe({ network: "linear", ...wanted }).networks.scorer, {}, { training }).call(x).score);
  const differ = (values: readonly number[]): boolean => new Set(values).size > 1;
  expect(differ(said({}, false))).toBe(false);
  expect(differ(said({ drop: 0.5 }, true))).toBe(true);
  expect(differ(said({ drop: 0.5, variant: "published" }, true))).toBe(false);
});

test("the reference: mean and deviation of the draws, near 0 and 1", () => {
  const [a, b] = [3, 3].map(() => referenceOf(new Random(3), 5000));
  expect(a).toEqual(b);
  expect(Math.abs(a!.mean)).toBeLessThan(0.05);
  expect(Math.abs(a!.deviation - 1)).toBeLessThan(0.05);
  const two = new Random(1).fillNormal(new Float32Array(2));
  const { mean, deviation } = referenceOf(new Random(1), 2);
  closeTo([mean, deviation], [(two[0]! + two[1]!) / 2, Math.abs(two[0]! - two[1]!) / 2]);
});

/** Two numbers around 0; anomalies lie along one of them. */
const tableOf = (count: number, seed: number, shift = 0): Table => {
  const random = new Random(seed);
  const values = () => Float64Array.from({ length: count }, () => random.normal());
  const [a, b] = [values().map((x) => x + shift), values()];
  return { rows: count, columns: [a, b].map((each, i) => ({ kind: "number", name: `c${i}`, values: each })) };
};

describe("learning", () => {
  const normal = tableOf(500, 1);
  const aurocOf = async (shift: number): Promise<number> => {
    const anomalies = tableOf(5, 4, shift);
    const model = await devnet({ epochs: 20 }).fit(normal, { seed: 1, anomalies, threads: 1 });
    const both = [...(await model.score(tableOf(300, 2))), ...(await model.score(tableOf(100, 3, shift)))];
    return auroc.compute(
      both,
      both.map((_, i) => Number(i >= 300)),
    );
  };
  test("without anomalies it says what it needs", async () => {
    await expect(devnet().fit(normal, { seed: 1 })).rejects.toThrow(/known to be anomalies.*--known-anomalies/);
  });
  test("a handful of anomalies tell it which way to look", async () => {
    expect(await aurocOf(3)).toBeGreaterThan(0.85);
    expect(await aurocOf(-3)).toBeGreaterThan(0.85);
  });
  test("published: the epoch with the least training loss is kept, and the header says which", async () => {
    const anomalies = tableOf(5, 4, 3);
    const model = await devnet({ variant: "published", epochs: 4 }).fit(normal, { seed: 1, anomalies });
    const { selection, bestStep, bestLoss } = model.header.training;
    expect(selection).toBe("training loss");
    expect([20, 40, 60, 80]).toContain(bestStep);
    expect(bestLoss).toBeGreaterThan(0);
  });
  test("one anomaly among 500 rows counts as much as they do", async () => {
    const batches: Float32Array[] = [];
    const host: typeof nodeHost = {
      ...nodeHost,
      train: (job, ...rest) => {
        expect(job.rows.strata).toEqual([
          { count: 400, batch: 5 },
          { count: 1, batch: 5 },
        ]);
        batches.push(job.rows.values);
        return nodeHost.train(job, ...rest);
      },
    };
    await devnet({ batch: 10, epochs: 1 }).fit(normal, { seed: 1, anomalies: tableOf(1, 4, 3), host });
    // labels: 400 normal rows, then the anomaly
    expect(Array.from(batches[0]!.filter((_, i) => i % 3 === 2))).toEqual([...new Array(400).fill(0), 1]);
  });
});

const mnist = join(process.env.ODDITY_DATA ?? "", pictureSetOf("mnist").source.files[0]!.file);
test.skipIf(!existsSync(mnist))("after 500 drawings of an eight and ten of a three, a three is strange", async () => {
  const { table: digits } = await loadPictures("mnist");
  const classes = textsOf(digits.columns.find(({ name }) => name === "class"));
  const drawings = (digit: string, from: number, to: number): number[] =>
    classes.flatMap((each, row) => (each === digit ? [row] : [])).slice(from, to);
  const only = (rows: readonly number[]): Table => ({ ...pick(digits, rows), columns: [] });
  const model = await devnet({ epochs: 20 }).fit(only(drawings("8", 0, 500)), {
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
