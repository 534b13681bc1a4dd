// A run folder is read as it was written, goes on from the newest checkpoint that can be used, and is refused with a sentence.

import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { encodeTensors } from "../train/safetensors.js";
import {
  beginRun,
  checkpointFile,
  checkRunFolder,
  cutBack,
  progressFile,
  readRun,
  resumePoint,
  runId,
} from "./folder.js";
import { openKeeper } from "./keep.js";
import { lockRun } from "./lock.js";
import type { ResultLine, RunConfig } from "./records.js";
import { settingOf } from "./setting.js";

const root = mkdtempSync(join(tmpdir(), "oddity-lab-folder-"));
afterAll(() => rmSync(root, { recursive: true }));

const started = "2026-11-22T23:45:00.000Z";
const { spec } = settingOf({ id: "mine", real: { kind: "gaussian" }, anomalies: [{ shift: 1 }], steps: 30 }, "mine");
const config: RunConfig = { id: runId("mine", started, 7), setting: spec, seed: 7, version: "1.2.3", started };

const seconds = { training: 2, measuring: 1 };
const checkpoint = encodeTensors({ vectors: { net: Float32Array.of(1, 2) }, metadata: {} });
const fitAt = (step: number): ResultLine => ({ kind: "fit", step, tests: { KL: step, odd: Number.NaN } });

let folder: string;

async function keeper(point: Awaited<ReturnType<typeof resumePoint>>) {
  let time = 1e9;
  return openKeeper(folder, point, { now: () => time++ }, () => seconds);
}

/** A run that stands at step 20, with lines of a step beyond. */
beforeEach(async () => {
  rmSync(root, { recursive: true });
  mkdirSync(root);
  await checkRunFolder(root, config, { force: false });
  folder = await beginRun(root, config);
  const kept = await keeper(await resumePoint(folder, "1.2.3"));
  for (const step of [0, 10, 20]) {
    if (step > 0) await kept.losses([{ step, discriminator: 1 / step, generator: step }]);
    await kept.log(step, step > 0 ? { step, discriminator: 1.25, generator: 0.5 } : undefined);
    await kept.results([fitAt(step)]);
    await kept.checkpoint(step, checkpoint);
  }
  await kept.losses([{ step: 25, discriminator: 0, generator: 0 }]);
  await kept.close();
});

test("the name of a run has its setting, start and seed", () => {
  expect(config.id).toBe("mine_2026-11-22_23-45-00_s7");
  expect(folder).toBe(join(root, "mine_2026-11-22_23-45-00_s7"));
});

test("a run is read as it was written, numbers that are not finite as NaN", async () => {
  const run = await readRun(folder);
  expect(run).toMatchObject({ config, step: 25, isDone: false, seconds });
  expect(run.losses.map(({ step }) => step)).toEqual([10, 20, 25]);
  expect(run.losses[0]).toEqual({ step: 10, discriminator: 0.1, generator: 10 });
  expect(run.results).toEqual([0, 10, 20].map(fitAt));
});

test("the log has the published form", () => {
  const [first, second] = readFileSync(join(folder, "log.txt"), "utf8").split("\n");
  expect(first).toMatch(/^mine_2026-11-22_23-45-00_s7\ttraining\t000000\t-\t-\t2001-09-09T\d\d:\d\d:\d\d\.000Z$/);
  expect(second).toMatch(/^mine_2026-11-22_23-45-00_s7\ttraining\t000010\t1\.250000\t0\.500000\t2001-/);
});

test("a run that was killed goes on from its newest checkpoint, and what came after it is gone", async () => {
  appendFileSync(join(folder, "results.jsonl"), '{"kind":"fit","st');
  appendFileSync(progressFile(folder), '{"step":25');
  writeFileSync(checkpointFile(folder, 25), "half");
  mkdirSync(join(folder, "checkpoints", ".step-000025.safetensors-x"));
  const point = await resumePoint(folder, "1.2.3");
  expect(point).toMatchObject({ config, stand: { step: 20, seconds }, passedOver: [] });
  expect(Buffer.from(point.bytes!)).toEqual(Buffer.from(checkpoint));
  await cutBack(folder, point);
  const run = await readRun(folder);
  expect(run.losses.map(({ step }) => step)).toEqual([10, 20]);
  expect(run.results).toHaveLength(3);
  expect(run.step).toBe(20);
  expect(readdirSync(join(folder, "checkpoints"))).toEqual(
    [0, 10, 20].map((step) => `step-0000${step || "00"}.safetensors`),
  );
});

test("a run that was killed before its first checkpoint begins anew", async () => {
  rmSync(progressFile(folder));
  const point = await resumePoint(folder, "1.2.3");
  expect(point.stand).toBeUndefined();
  await cutBack(folder, point);
  expect(await readRun(folder)).toMatchObject({ losses: [], results: [], step: 0 });
  expect(statSync(join(folder, "log.txt")).size).toBe(0);
});

test("a damaged checkpoint and lines that are missing are passed over, with the reason", async () => {
  truncateSync(checkpointFile(folder, 20), 40);
  expect(await resumePoint(folder, "1.2.3")).toMatchObject({
    stand: { step: 10 },
    passedOver: ["step-000020.safetensors: it is cut off"],
  });
  const results = join(folder, "results.jsonl");
  truncateSync(results, statSync(results).size - 50);
  const point = await resumePoint(folder, "1.2.3");
  expect(point).toMatchObject({
    stand: { step: 10 },
    passedOver: ["step-000020.safetensors: results.jsonl is shorter than it was then"],
  });
  await cutBack(folder, point);
  expect((await readRun(folder)).results).toEqual([0, 10].map(fitAt));
});

test("without any checkpoint that can be used nothing is thrown away", async () => {
  truncateSync(join(folder, "results.jsonl"), 5);
  await expect(resumePoint(folder, "1.2.3")).rejects.toThrow(
    `${folder}: expected a checkpoint to go on from, got none that can be used ` +
      "(step-000020.safetensors: results.jsonl is shorter than it was then); begin the run anew",
  );
  expect(existsSync(checkpointFile(folder, 20))).toBe(true);
});

test("a run that is done has a table, and does not go on", async () => {
  const point = await resumePoint(folder, "1.2.3");
  await cutBack(folder, point);
  const kept = await keeper(point);
  await kept.finish(30);
  await kept.close();
  expect(await readRun(folder)).toMatchObject({ step: 30, isDone: true });
  expect(statSync(join(folder, "results.parquet")).size).toBeGreaterThan(100);
  await expect(resumePoint(folder, "1.2.3")).rejects.toThrow(
    /expected a run that has not come to its end, got one that is done, 30 steps/,
  );
});

test("a run of another version does not go on", async () => {
  await expect(resumePoint(folder, "1.3.0")).rejects.toThrow(
    /expected a run of this version, 1\.3\.0, got one of 1\.2\.3/,
  );
});

test("while one process works on a run, no other does; what a kill has left holds nobody up", async () => {
  const unlock = await lockRun(folder);
  await expect(lockRun(folder)).rejects.toThrow(
    /expected a run that no process works on, got one that process \d+ on /,
  );
  await unlock();
  await (await lockRun(folder))();
  const lock = join(folder, "lock");
  const unlockAgain = await lockRun(folder);
  writeFileSync(lock, readFileSync(lock, "utf8").replace(/\d+\n$/, "4194999\n")); // beyond the greatest number of a process
  await (await lockRun(folder))();
  await unlockAgain();
  writeFileSync(lock, `${hostname()} ${process.pid}\n`); // of an earlier process that had this one's number
  await (await lockRun(folder))();
  expect(existsSync(lock)).toBe(false);
});

test("a folder that is there already is kept, unless it may be replaced", async () => {
  await expect(checkRunFolder(root, config, { force: false })).rejects.toThrow(
    /expected a run folder that does not exist yet, got one that does; --force writes over it, --resume goes on with it/,
  );
  await checkRunFolder(root, config, { force: true });
  await beginRun(root, config);
  expect(readdirSync(folder).sort()).toEqual(["checkpoints", "config.json"]);
});

test("TensorBoard's folder must be one", async () => {
  rmSync(join(folder, "tensorboard"), { recursive: true });
  writeFileSync(join(folder, "tensorboard"), "");
  await expect(keeper(await resumePoint(folder, "1.2.3"))).rejects.toThrow(
    /tensorboard: expected a folder for event files/,
  );
});

const line = (text: string) => (): void => appendFileSync(join(folder, "results.jsonl"), `${text}\n`);
const configured = (change: object) => (): void =>
  writeFileSync(join(folder, "config.json"), JSON.stringify({ ...config, ...change }));

test.each<[string, () => void, RegExp]>([
  ["a line that is no JSON", line("{oops}\n{}"), /results\.jsonl:4: expected a JSON object, got "{oops}"/],
  [
    "a line of no kind",
    line('{"kind":"fut","step":1}'),
    /results\.jsonl:4: line\.kind: expected one of .*, got "fut"; did you mean "fit"\?/,
  ],
  [
    "a configuration that is cut off",
    () => writeFileSync(join(folder, "config.json"), '{"id": '),
    /config\.json: expected the configuration of a run, got /,
  ],
  [
    "a configuration without a seed",
    configured({ seed: undefined }),
    /config\.json\.seed: expected a whole number ≥ 0, got nothing/,
  ],
  [
    "a setting that is none",
    configured({ setting: { ...spec, steps: 0 } }),
    /config\.json\.setting\.steps: expected a whole number ≥ 1, got 0/,
  ],
])("%s is told", async (_, damage, sentence) => {
  damage();
  await expect(readRun(folder)).rejects.toThrow(sentence);
  await expect(readRun(folder)).rejects.toMatchObject({ usage: false });
});

test.each<[string, () => string, RegExp]>([
  ["nothing", () => join(root, "none"), /expected the folder of a run \(oddity lab run\), got nothing there/],
  ["a file", () => join(folder, "config.json"), /config\.json: expected the folder of a run .*, got a file/],
  [
    "the folder above",
    () => root,
    /got one without config\.json; there are runs in it, such as .*mine_2026-11-22_23-45-00_s7/,
  ],
  [
    "a foreign folder",
    () => join(folder, "checkpoints"),
    /checkpoints: expected the folder of a run .*, got one without config\.json$/,
  ],
])("%s is no run", async (_, path, sentence) => {
  await expect(readRun(path())).rejects.toThrow(sentence);
  await expect(readRun(path())).rejects.toMatchObject({ usage: true });
});
