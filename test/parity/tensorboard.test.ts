// The tensorboard package reads our event files: the same numbers, histograms and pictures, also where a file ends in the midst
// of a record, and no step twice after a run went on from a checkpoint.

import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openEvents } from "../../src/disk/tensorboard/events.js";
import { histogramOf } from "../../src/disk/tensorboard/values.js";
import { Random } from "../../src/tensor/random.js";
import { need } from "../need.js";

interface Read {
  readonly scalars: Record<string, [step: number, time: number, value: number][]>;
  readonly histograms: Record<string, [step: number, histogram: object][]>;
  readonly images: Record<string, [step: number, width: number, height: number, png: string][]>;
  readonly pages: Record<
    string,
    { readonly plugin: string; readonly values: [step: number, time: number, ...unknown[]][] }
  >;
}

const script = fileURLToPath(new URL("tensorboard.py", import.meta.url));
const run = promisify(execFile);
const [begin, more] = [1_780_000_000.25, 1_780_000_100];

let root: string;
let folder: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "oddity-tensorboard-"));
});
beforeEach(async () => {
  folder = await mkdtemp(join(root, "run-"));
});
afterAll(() => rm(root, { recursive: true }));

const read = async (): Promise<Read> => {
  // NaN is no JSON, and Python writes it all the same
  const { stdout } = await run(need("python"), [script, folder], { maxBuffer: 1e8 });
  return JSON.parse(stdout.replaceAll(/\bNaN\b/g, "null")) as Read;
};
const stepsOf = (values: readonly (readonly [number, ...unknown[]])[] | undefined) => values?.map(([step]) => step);

test("numbers, histograms and pictures are what was written, for scripts and for the pages", async () => {
  const random = new Random(1);
  const values = Array.from({ length: 5000 }, () => random.normal());
  const png = await sharp({ create: { width: 20, height: 10, channels: 3, background: "#123456" } })
    .png()
    .toBuffer();
  const events = await openEvents(folder, { wallTime: begin, suffix: "test" });
  for (const step of [0, 10, 2 ** 33]) events.scalar("loss/generator", step, step / 3, begin + step);
  events.scalar("loss/generator", 2 ** 33 + 1, Number.NaN, begin);
  events.histogram("generated", 10, values, begin);
  events.histogram("equal", 10, [4, 4, 4], begin);
  events.image("figure", 10, png, begin);
  await events.close();

  const { scalars, histograms, images, pages } = await read();
  const written = [0, 10, 2 ** 33].map((step) => [step, begin + step, Math.fround(step / 3)]);
  expect(scalars).toEqual({ "loss/generator": [...written, [2 ** 33 + 1, begin, null]] });
  expect(histograms).toEqual({ generated: [[10, histogramOf(values)]], equal: [[10, histogramOf([4, 4, 4])]] });
  expect(images).toEqual({ figure: [[10, 20, 10, png.toString("hex")]] });

  expect(Object.entries(pages).map(([tag, { plugin }]) => [tag, plugin])).toEqual([
    ["loss/generator", "scalars"],
    ["generated", "histograms"],
    ["equal", "histograms"],
    ["figure", "images"],
  ]);
  expect(pages["loss/generator"]!.values).toEqual(scalars["loss/generator"]);
  expect(pages.figure!.values).toEqual([[10, begin, 20, 10, png.toString("hex")]]);
  expect(pages.equal!.values).toEqual([[10, begin, [[4, 4, 3]]]]);
  const buckets = pages.generated!.values[0]![2] as [left: number, right: number, count: number][];
  expect(buckets.length).toBe(30);
  expect(buckets.reduce((sum, [, , count]) => sum + count, 0)).toBe(5000);
  for (const [left, right, count] of buckets) {
    const inside = values.filter((x) => x >= left && x < right).length;
    expect(Math.abs(inside - count)).toBeLessThanOrEqual(1); // the greatest value, and edges that are kept as f32
  }
});

test("a record that was cut short is lost alone, and what a resumed run does again is shown once", async () => {
  const first = await openEvents(folder, { wallTime: begin, suffix: "test" });
  for (let step = 0; step <= 50; step += 10) first.scalar("loss", step, step, begin + step);
  first.scalar("once", 20, 1, begin + 20);
  first.scalar("once", 30, 1, begin + 30);
  await first.close();
  const [name] = await readdir(folder);
  const path = join(folder, name!);
  await truncate(path, (await stat(path)).size - 5);
  const before = await read();
  expect(stepsOf(before.scalars.loss)).toEqual([0, 10, 20, 30, 40, 50]);
  expect(stepsOf(before.scalars.once)).toEqual([20]);

  // from a checkpoint at step 25, with a clock that was set back
  const second = await openEvents(folder, { wallTime: begin - 500, suffix: "test", after: 25 });
  for (let step = 30; step <= 40; step += 10) second.scalar("loss", step, -step, more + step);
  await second.close();
  const after = await read();
  const wanted = [0, 10, 20, -30, -40].map((value) => [
    Math.abs(value),
    (value < 0 ? more : begin) + Math.abs(value),
    value,
  ]);
  expect(after.scalars.loss).toEqual(wanted);
  expect(after.pages.loss!.values).toEqual(wanted);

  // and again, before anything that was recorded under another name
  const third = await openEvents(folder, { wallTime: more, suffix: "test", after: 10 });
  await third.close();
  const last = await read();
  for (const scalars of [last.scalars.loss, last.pages.loss!.values]) expect(stepsOf(scalars)).toEqual([0, 10]);
  for (const scalars of [last.scalars.once, last.pages.once!.values]) expect(stepsOf(scalars)).toEqual([]);
});
