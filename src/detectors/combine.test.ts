// Combinations: the graph against the slow scale, the file against its members' own scores, who is refused, and a run of
// training members that was stopped and taken up again.

import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Table } from "../data/table.js";
import { scaled, scaleOf, scales } from "../decide/scale.js";
import { interpret } from "../graph/interpret.js";
import { input } from "../graph/op.js";
import { nodeHost } from "../host/node.js";
import { Random } from "../tensor/random.js";
import { tensor } from "../tensor/tensor.js";
import type { Progress } from "../train/loop.js";
import { auto } from "./auto.js";
import { parted } from "./combine/learn.js";
import { memberOf, memberText } from "./combine/members.js";
import { type combinations, combined, scaledNode } from "./combine/scale-node.js";
import { combine } from "./combine.js";
import { autoencoder, isolationForest, knn, meanDistance } from "./index.js";
import { detectorById } from "./list.js";

/** Two columns that go together. */
function table(rows: number, seed: number): Table {
  const random = new Random(seed);
  const a = Float64Array.from({ length: rows }, () => random.normal());
  const b = a.map((x) => x + 0.3 * random.normal());
  return {
    rows,
    columns: [
      { kind: "number", name: "a", values: a },
      { kind: "number", name: "b", values: b },
    ],
  };
}

const column = (...values: number[]): Table => ({
  rows: values.length,
  columns: ["a", "b"].map((name) => ({ kind: "number", name, values: Float64Array.from(values) })),
});

function run(nodes: (s: ReturnType<typeof input>) => ReturnType<typeof input>, scores: readonly number[]): number[] {
  const s = input("s", "f32", [scores.length]);
  const [y] = interpret([nodes(s)], new Map([[s, tensor("f32", [scores.length], Float32Array.from(scores))]]));
  return Array.from(y!.data as Float32Array);
}

describe.each(scales)("%s as a graph", (name) => {
  test.each([
    ["many", Array.from(new Random(3).fillNormal(new Float32Array(800)))],
    ["one score", [2]],
    ["ties", [0, 0, 0, 1]],
  ])("is the slow scale: %s", (_, calibration) => {
    const scale = scaleOf(calibration);
    const scores = [-50, -3, -0.5, 0, 0.1, 0.5, 1, 1.5, 2, 3, 3.5, 10, 1e6].map(Math.fround);
    const got = run((s) => scaledNode(scale, name, s), scores);
    for (const [i, score] of scores.entries()) expect(got[i], `${score}`).toBeCloseTo(scaled(scale, name, score), 4);
  });

  test("stays finite for the largest scores there are", () => {
    const got = run((s) => scaledNode(scaleOf([1, 2, 3]), name, s), [3e38, -3e38]);
    expect(got.every(Number.isFinite)).toBe(true);
  });
});

test("mean with weights, largest, and mean without both ends, by hand", () => {
  const of = (how: (typeof combinations)[number], weights: number[]) =>
    run((s) => combined([s, input0(s, 2), input0(s, 3), input0(s, 10)], how, weights), [1])[0];
  const input0 = (s: ReturnType<typeof input>, times: number) => combined([s], "max", [times]); // 1 · times
  expect(of("mean", [1, 1, 1, 1])).toBeCloseTo(4, 6);
  expect(of("mean", [2, 1, 1, 0.5])).toBeCloseTo((2 + 2 + 3 + 5) / 4.5, 6);
  expect(of("max", [1, 1, 1, 1])).toBeCloseTo(10, 6);
  expect(of("trimmed", [1, 1, 1, 1])).toBeCloseTo(2.5, 6);
});

const rows = table(800, 1);
const fresh = table(60, 2);

test("the file's scores are the combination of its members' own", async () => {
  const [site, seed] = [{ width: 2, host: nodeHost }, 5];
  const members = [knn({ neighbours: 2 }), isolationForest(), meanDistance()];
  const whole = await combine(members, { weights: [1, 2, 3] }).fit(rows, { seed, heldOut: 0 });
  // each member alone, on the rows that it had; standard scaling is learned on the 800, so it is done by hand here
  const scaledBy = (name: string) => whole.header.encoding.columns.find((each) => each.name === name)!;
  const encode = (from: Table): Float32Array =>
    Float32Array.from({ length: 2 * from.rows }, (_, i) => {
      const { shift, factor } = scaledBy(i % 2 ? "b" : "a") as { shift: number; factor: number } & ReturnType<
        typeof scaledBy
      >;
      return ((from.columns[i % 2] as { values: Float64Array }).values[i >> 1]! - shift) * factor;
    });
  const plan = parted({ ...site, rows: { values: encode(rows), count: rows.rows }, seed });
  expect([plan.rows.count, plan.apart?.count, plan.folds.length]).toEqual([640, 160, 0]);
  const asTable = ({ values, count }: { values: Float32Array; count: number }): Table => ({
    rows: count,
    columns: ["a", "b"].map((name, j) => ({
      kind: "number",
      name,
      values: Float64Array.from({ length: count }, (_, i) => values[2 * i + j]!),
    })),
  });
  const expected = new Float64Array(fresh.rows);
  for (const [i, member] of [
    knn({ neighbours: 2, scaling: "none" }),
    undefined,
    meanDistance({ scaling: "none" }),
  ].entries()) {
    if (member === undefined) continue;
    const alone = await member.fit(asTable(plan.rows), { seed, heldOut: 0 });
    const scale = scaleOf(await alone.score(asTable(plan.apart!)));
    const own = await alone.score(asTable({ values: encode(fresh), count: fresh.rows }));
    for (const [row, score] of own.entries()) expected[row]! += ((i + 1) * scaled(scale, "p-value", score)) / 4;
    await alone.close();
  }
  const two = combine([knn({ neighbours: 2 }), meanDistance()], { weights: [1, 3] });
  const got = await (await two.fit(rows, { seed, heldOut: 0 })).score(fresh);
  for (const [row, score] of got.entries()) expect(score).toBeCloseTo(expected[row]!, 3);
  await whole.close();
});

test("one member alone ranks as it does, and far rows keep their order", async () => {
  const model = await combine([meanDistance()]).fit(rows, { seed: 1 });
  const scores = await model.score(column(0, 3, 30, 300, 3000, 3e4));
  expect(scores.every((score, i) => i === 0 || score > scores[i - 1]!)).toBe(true);
  expect(await model.explain(column(30))).toHaveLength(2);
  await model.close();
});

test.each([1, 2, 3, 12, 30])("%i rows are enough", async (count) => {
  const model = await combine([knn(), isolationForest(), meanDistance()], { how: "trimmed" }).fit(table(count, 3), {
    seed: 1,
  });
  const scores = await model.score(fresh);
  expect(scores.every(Number.isFinite)).toBe(true);
  await model.close();
});

test("with few rows no row is scored by a member that has seen it", () => {
  const values = Float32Array.from({ length: 40 }, (_, i) => i);
  const { folds, rows: all } = parted({ rows: { values, count: 40 }, width: 1, host: nodeHost, seed: 1 });
  expect(all.count).toBe(40);
  expect(folds).toHaveLength(5);
  expect(folds.flatMap(({ apart }) => [...apart.values]).sort((a, b) => a - b)).toEqual([...values]);
  for (const { rest, apart } of folds) {
    expect(rest.count + apart.count).toBe(40);
    expect([...rest.values].some((value) => apart.values.includes(value))).toBe(false);
  }
});

test("members as texts, with and without parameters, and as values", () => {
  const text = memberText(knn({ neighbours: 2, distance: "largest" }));
  expect(text).toBe("knn(neighbours=2 distance=largest)");
  expect(memberOf(text).parameters).toMatchObject({ neighbours: 2, distance: "largest", sample: 20_000 });
  const given = "knn(neighbours=2), isolation-forest";
  expect(detectorById("combine", { members: given, weights: "2,1" }).parameters).toMatchObject({
    members: ["knn(neighbours=2)", "isolation-forest"],
    weights: [2, 1],
  });
  expect(combine([knn({ neighbours: 2 }), isolationForest()]).parameters.members).toEqual([
    "knn(neighbours=2)",
    "isolation-forest",
  ]);
});

test("what cannot be combined is refused with a sentence", async () => {
  expect(() => combine({ members: ["knnn"] })).toThrow('did you mean "knn"?');
  expect(() => combine({ members: ["knn(neighbour=1)"] })).toThrow('did you mean "neighbours"?');
  expect(() => combine({ members: ["combine"] })).toThrow("member: expected one of");
  expect(() => combine([knn()], { how: "trimmed" })).toThrow("mean or max of fewer than three members");
  expect(() => combine([knn(), isolationForest()], { weights: [1, 2, 3] })).toThrow("2 numbers, one a member, got 3");
  expect(() => detectorById("combine", { weights: "1,x" })).toThrow("combine.weights: expected a list of numbers");
  const unlike = () => combine([knn(), meanDistance({ scaling: "minmax" })]).fit(rows, { seed: 1 });
  expect(unlike).toThrow(
    "detectors that encode rows alike, got knn (scaling:standard) and mean-distance (scaling:minmax)",
  );
  await expect(combine().fit(rows, { seed: 1, condition: ["a"] })).rejects.toThrow("judges rows in a context");
});

describe("training members", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "oddity-combine-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const members = () =>
    combine([
      autoencoder({ epochs: 1, fewestSteps: 60 }),
      knn(),
      autoencoder({ epochs: 1, fewestSteps: 3000, code: 1 }),
    ]);

  test("a run stopped in its last member goes on from there, and ends with the same file", async () => {
    const path = join(folder, "run.safetensors");
    const controller = new AbortController();
    const seen: Progress[] = [];
    const stopping = members().fit(rows, {
      seed: 3,
      checkpoint: { path },
      signal: controller.signal,
      onProgress: (progress) => {
        seen.push(progress);
        if (progress.step > 60) controller.abort();
      },
    });
    await expect(stopping).rejects.toMatchObject({ name: "AbortError", checkpoint: path });
    expect(seen.every(({ step }, i) => i === 0 || step > seen[i - 1]!.step)).toBe(true);
    expect(seen.at(-1)!.steps).toBe(3060);
    await expect(members().fit(rows, { seed: 4, checkpoint: { path, resume: true } })).rejects.toThrow(
      "expected a checkpoint of this run",
    );
    const steps: number[] = [];
    const again = await members().fit(rows, {
      seed: 3,
      checkpoint: { path, resume: true },
      onProgress: ({ step }) => steps.push(step),
    });
    expect(steps.find((step) => step > 60)).toBeGreaterThan(seen.at(-1)!.step); // not begun anew
    const whole = await members().fit(rows, { seed: 3 });
    expect(Buffer.from(again.bytes).equals(whole.bytes)).toBe(true);
    expect(whole.header.training).toMatchObject({ steps: 3060, "autoencoder-2.steps": 3000, scaleRows: 128 });
    await expect(stat(path)).rejects.toThrow("ENOENT");
  });
});

test("auto says what it chose and why", async () => {
  const model = await auto().fit(rows, { seed: 1 });
  expect(model.header.notes[0]).toMatch(/^auto chose the nearest neighbour, the 20 nearest and an isolation forest/);
  expect(model.header.training.members).toBe("knn-1, knn-2, isolation-forest");
  const [usual, broken] = await model.score({
    rows: 2,
    columns: [
      { kind: "number", name: "a", values: Float64Array.of(1, 1.5) },
      { kind: "number", name: "b", values: Float64Array.of(1, -1.5) },
    ],
  });
  expect(broken).toBeGreaterThan(usual!);
  await model.close();
});
