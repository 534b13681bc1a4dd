// The folder of a run: config.json; metrics.jsonl and results.jsonl (see records.ts); checkpoints/; log.txt; tensorboard/; and
// progress.jsonl, a line for each checkpoint that says where the other files stood. A run goes on from the newest checkpoint
// that is whole, and what was written after it is cut away.

import { mkdir, readdir, readFile, rm, stat, truncate } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { checkTarget, writeAtomic } from "../disk/atomic.js";
import { readLines } from "../disk/lines.js";
import { firstLine, OddityError } from "../tensor/errors.js";
import { decodeTensors } from "../train/safetensors.js";
import { parsed } from "./fault.js";
import type { LabRun, LossLine, ResultLine, RunConfig } from "./records.js";
import { settingOf, settingSchema } from "./setting.js";

/** Files that grow while a run trains. */
const growing = ["metrics.jsonl", "results.jsonl", "log.txt"] as const;
const PROGRESS = "progress.jsonl";
const CONFIG = "config.json";

const secondsSchema = z.object({ training: z.number(), measuring: z.number() });
const standSchema = z.object({
  step: z.int().min(0),
  /** Bytes of each file that grows. */
  sizes: z.object({ "metrics.jsonl": z.int(), "results.jsonl": z.int(), "log.txt": z.int() }),
  /** Since the run began, whatever stopped it in between. */
  seconds: secondsSchema,
  /** Of the last line: there is nothing left to do. */
  isDone: z.literal(true).optional(),
});
export type Stand = z.output<typeof standSchema>;

const configSchema = z.object({
  id: z.string(),
  setting: settingSchema,
  seed: z.int().min(0),
  version: z.string(),
  started: z.string(),
});

const kinds = ["truth", "fit", "anomaly", "criteria", "generated", "field"] as const;
const resultSchema = z.looseObject({ kind: z.enum(kinds), step: z.int().min(0).optional() });
const lossSchema = z.object({ step: z.int().min(0), discriminator: z.number(), generator: z.number() });

export const progressFile = (folder: string): string => join(folder, PROGRESS);
export const checkpointFile = (folder: string, step: number): string =>
  join(folder, "checkpoints", `step-${String(step).padStart(6, "0")}.safetensors`);

/** "gandi-9_2026-11-22_23-45-00_s7"; the time is UTC. */
export const runId = (setting: string, started: string, seed: number): string =>
  `${setting}_${started.slice(0, 10)}_${started.slice(11, 19).replaceAll(":", "-")}_s${seed}`;

/** @throws OddityError where the folder of a run that is to begin is there already, or cannot be made */
export async function checkRunFolder(out: string, { id }: RunConfig, { force }: { force: boolean }): Promise<void> {
  const folder = join(out, id);
  const found = await stat(folder).catch(() => undefined);
  if (found && !(force && found.isDirectory()))
    throw new OddityError(
      {
        place: folder,
        expected: "a run folder that does not exist yet",
        got: found.isDirectory() ? "one that does" : "a file of that name",
        hint: found.isDirectory() ? "--force writes over it, --resume goes on with it" : "-o names another folder",
      },
      { usage: true },
    );
  if ((await stat(out).catch(() => undefined))?.isFile())
    throw new OddityError(
      { place: out, expected: "a folder, or a place for one", got: "a file", hint: "-o names another" },
      { usage: true },
    );
  await mkdir(out, { recursive: true }).catch((cause) => {
    throw new OddityError(
      { place: out, expected: "a folder, or a place for one", got: firstLine(cause), hint: "-o names another" },
      { cause, usage: true },
    );
  });
  await checkTarget(folder, { force: true }).catch((error) => {
    if (!found) throw error; // that it is a folder is as it should be
  });
}

/** Makes the folder of a run, in the place of one that is there, and writes down what the run is. @returns the folder */
export async function beginRun(out: string, config: RunConfig): Promise<string> {
  const folder = join(out, config.id);
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "checkpoints"), { recursive: true });
  await writeAtomic(join(folder, CONFIG), `${JSON.stringify(config, undefined, 2)}\n`);
  return folder;
}

/** @throws OddityError where the folder is none of a run, or its configuration is damaged */
async function readConfig(folder: string): Promise<RunConfig> {
  const found = await stat(folder).catch(() => undefined);
  const foreign = (got: string, hint?: string): OddityError =>
    new OddityError(
      { place: folder, expected: "the folder of a run (oddity lab run)", got, ...(hint ? { hint } : {}) },
      { usage: true },
    );
  if (!found) throw foreign("nothing there");
  if (!found.isDirectory()) throw foreign("a file");
  const path = join(folder, CONFIG);
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) {
    const runs = (await readdir(folder)).filter((name) => /_s\d+$/.test(name)).sort();
    throw foreign(
      `one without ${CONFIG}`,
      runs.length > 0 ? `there are runs in it, such as ${join(folder, runs.at(-1)!)}` : undefined,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new OddityError({ place: path, expected: "the configuration of a run", got: firstLine(cause) }, { cause });
  }
  const config = checked(() => parsed(configSchema, value, path));
  checked(() => settingOf(config.setting, `${path}.setting`));
  return config;
}

/** A fault of a file that was written by this program is no misuse of it. */
function checked<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof OddityError) throw new OddityError(error.fault, { cause: error });
    throw error;
  }
}

/** The run in a folder, as far as it has come. @throws OddityError for a folder that is none of a run, and for damaged lines */
export async function readRun(folder: string): Promise<LabRun> {
  const config = await readConfig(folder);
  const { lines: losses } = await readLines(join(folder, "metrics.jsonl"), readLoss);
  const { lines: results } = await readLines(join(folder, "results.jsonl"), readResult);
  const stands = await standsOf(folder);
  const last = stands.at(-1);
  const steps = [last?.step, losses.at(-1)?.step, ...results.map((line) => ("step" in line ? line.step : 0))];
  return {
    ...{ folder, config, losses, results },
    step: steps.reduce<number>((most, step) => Math.max(most, step ?? 0), 0),
    isDone: last?.isDone ?? false,
    seconds: last?.seconds ?? { training: 0, measuring: 0 },
  };
}

const readStand = (value: object): Stand => checked(() => parsed(standSchema, value, PROGRESS));
/** JSON has no numbers that are not finite: they come as null. */
const readLoss = (value: object): LossLine => checked(() => parsed(lossSchema, withNaN(value), "losses"));

function readResult(value: object): ResultLine {
  checked(() => parsed(resultSchema, value, "line"));
  return withNaN(value) as ResultLine;
}

function withNaN(value: unknown): unknown {
  if (value === null) return Number.NaN;
  if (Array.isArray(value)) return value.map(withNaN);
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withNaN(part)]));
}

const standsOf = async (folder: string): Promise<readonly Stand[]> =>
  (await readLines(progressFile(folder), readStand)).lines;

/** Where a run goes on: nowhere yet, or at a checkpoint. */
export interface ResumePoint {
  readonly config: RunConfig;
  readonly stand?: Stand;
  /** The checkpoint at `stand`. */
  readonly bytes?: Uint8Array;
  /** Newer checkpoints that cannot be used, and why. */
  readonly passedOver: readonly string[];
}

/**
 * The newest checkpoint that is whole and whose lines are there. Changes nothing.
 * @throws OddityError where the run is done, is of another version, or has no checkpoint that can be used
 */
export async function resumePoint(folder: string, version: string): Promise<ResumePoint> {
  const config = await readConfig(folder);
  const stands = await standsOf(folder);
  if (stands.at(-1)?.isDone)
    throw new OddityError(
      {
        place: folder,
        expected: "a run that has not come to its end",
        got: `one that is done, ${stands.at(-1)!.step} steps`,
        hint: `"oddity lab report ${folder}" draws its page again`,
      },
      { usage: true },
    );
  if (config.version !== version)
    throw new OddityError({
      place: folder,
      expected: `a run of this version, ${version}`,
      got: `one of ${config.version}`,
      hint: "the rest would not be what that version would have made; begin it anew",
    });
  const sizes = await sizesOf(folder);
  const passedOver: string[] = [];
  for (const stand of stands.toReversed()) {
    const short = growing.find((name) => sizes[name] < stand.sizes[name]);
    if (short !== undefined) {
      passedOver.push(`${basename(checkpointFile(folder, stand.step))}: ${short} is shorter than it was then`);
      continue;
    }
    const path = checkpointFile(folder, stand.step);
    try {
      const bytes = await readFile(path);
      decodeTensors(bytes);
      return { config, stand, bytes, passedOver };
    } catch (error) {
      passedOver.push(`${basename(path)}: ${firstLine(error)}`);
    }
  }
  if (passedOver.length === 0) return { config, passedOver };
  throw new OddityError({
    place: folder,
    expected: "a checkpoint to go on from",
    got: `none that can be used (${passedOver[0]})`,
    hint: "begin the run anew",
  });
}

/** Takes away what was written after the point, and what a kill has left half done. */
export async function cutBack(folder: string, { stand }: ResumePoint): Promise<void> {
  for (const name of growing) {
    const size = stand?.sizes[name] ?? 0;
    if ((await sizesOf(folder))[name] > size) await truncate(join(folder, name), size);
  }
  const stands = await standsOf(folder);
  const kept = stands.filter(({ step }) => stand !== undefined && step <= stand.step);
  await writeAtomic(progressFile(folder), kept.map((line) => `${JSON.stringify(line)}\n`).join(""), { force: true });
  const checkpoints = join(folder, "checkpoints");
  const whole = new Set(kept.map(({ step }) => basename(checkpointFile(folder, step))));
  for (const name of await readdir(checkpoints).catch(() => []))
    if (!whole.has(name)) await rm(join(checkpoints, name), { recursive: true });
  await mkdir(checkpoints, { recursive: true });
}

export async function sizesOf(folder: string): Promise<Stand["sizes"]> {
  const [metrics, results, log] = await Promise.all(
    growing.map(async (name) => (await stat(join(folder, name)).catch(() => undefined))?.size ?? 0),
  );
  return { "metrics.jsonl": metrics!, "results.jsonl": results!, "log.txt": log! };
}
