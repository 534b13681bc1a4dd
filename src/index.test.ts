// The public interface as a user writes it: what must compile, what must not, and what comes out.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import {
  AbortedError,
  contamination,
  detectorById,
  detectors,
  egbad,
  falseAlarms,
  knn,
  load,
  type Model,
  meanDistance,
  OddityError,
  type Progress,
  readTable,
  tableOf,
} from "./index.js";

const folder = await mkdtemp(join(tmpdir(), "oddity-index-"));
afterAll(() => rm(folder, { recursive: true }));

/** Points on a circle of radius 1, of which none is in its middle. */
const circle = (count: number, turn = 0) =>
  tableOf(
    Array.from({ length: count }, (_, i) => [Math.cos(i * 2.399963 + turn), Math.sin(i * 2.399963 + turn)]).flat(),
    2,
  );

test("fit, score, decide, save, load: the same scores, and far rows flagged", async () => {
  const seen: Progress[] = [];
  const model: Model = await egbad({ epochs: 5, fewestSteps: 200 }).fit(circle(600), {
    seed: 7,
    onProgress: (progress) => seen.push(progress),
    signal: new AbortController().signal,
  });
  expect(seen.at(-1)).toMatchObject({ step: 200, steps: 200 });

  const rows = tableOf([30, 30, 1, 0, -40, 10], 2);
  const scores = await model.score(rows);
  const { labels, pValues } = await model.decide(rows, falseAlarms(0.01));
  expect(Array.from(labels)).toEqual([1, 0, 1]);
  // 120 rows are held out, and no normal row scores as high as the far ones
  expect([pValues[0], pValues[2]]).toEqual([1 / 121, 1 / 121]);
  expect(Array.from((await model.decide(rows, contamination(0.3))).labels)).toEqual(
    Array.from(scores, (score) => Number(score === Math.max(...scores))),
  );

  const path = join(folder, "pump.onnx");
  await model.save(path);
  const again = await load(path);
  expect(await again.score(rows)).toEqual(scores);
  expect(await (await load(await readFile(path))).score(rows)).toEqual(scores);
  expect(again.header).toEqual(model.header);
  await Promise.all([model.close(), again.close()]);
});

test("what cannot work does not compile", async () => {
  const unfitted = knn({ neighbours: 3 });
  // @ts-expect-error: only a fitted detector scores
  expect(unfitted.score).toBeUndefined();
  // @ts-expect-error: a misspelt parameter
  expect(() => egbad({ epoch: 5 })).toThrow('did you mean "epochs"?');
  // @ts-expect-error: a parameter of another type
  expect(() => egbad({ variant: "best" })).toThrow("one of sound, published");
  // @ts-expect-error: the seed is an argument, always
  await expect(knn().fit(circle(30), {})).rejects.toThrow("seed");
});

test("every detector is there by name and by id", async () => {
  const names: Record<string, unknown> = await import("./index.js");
  expect(detectors.length).toBeGreaterThan(0);
  for (const maker of detectors) {
    expect(Object.values(names)).toContain(maker);
    expect(detectorById(maker.id).id).toBe(maker.id);
  }
});

test("an abort is an error that says how far it came", async () => {
  const controller = new AbortController();
  const fitting = egbad({ fewestSteps: 100_000 }).fit(circle(100), {
    seed: 1,
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  await expect(fitting).rejects.toThrow(AbortedError);
  await expect(fitting).rejects.toMatchObject({ name: "AbortError", checkpoint: undefined });
});

test("a model that is not there, and bytes that are none", async () => {
  await expect(load(join(folder, "none.onnx"))).rejects.toThrow("expected a model file, got nothing there");
  await expect(load(folder)).rejects.toThrow(OddityError);
  await expect(load(new Uint8Array(3))).rejects.toThrow("model: expected an ONNX model");
});

test("readTable: features, labels by their values, and what is left out", async () => {
  const path = join(folder, "rows.csv");
  await writeFile(path, "id,heat,mode,state\na1,1.5,on,good\na2,,off,bad\na3,3,on,good\n");
  const { table, labels, notes } = await readTable(path, { label: "state", normal: ["good"], drop: ["mode"] });
  expect(Array.from(labels ?? [])).toEqual([0, 1, 0]);
  expect(table).toEqual({
    rows: 3,
    columns: [{ kind: "number", name: "heat", values: Float64Array.of(1.5, Number.NaN, 3) }],
  });
  expect(notes).toEqual([expect.stringMatching(/^column id has another text in every row/)]);

  const kept = await readTable(path, { categorical: ["id", "heat"] });
  expect(kept.labels).toBeUndefined();
  expect(kept.table.columns.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    "id category",
    "heat category",
    "mode category",
    "state category",
  ]);
  await expect(readTable(path, { label: "stat" })).rejects.toThrow('did you mean "state"?');
  const model = await meanDistance().fit(table, { seed: 1 });
  expect(model.header.encoding.columns.map(({ name }) => name)).toEqual(["heat"]);
  await model.close();
});
