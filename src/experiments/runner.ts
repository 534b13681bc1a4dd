// Runs an experiment: every contender on every seed, one result line each. A finished line is never run again; a
// failed run is a line with its error.

import { pick } from "../data/table.js";
import { detectorById } from "../detectors/list.js";
import { version } from "../host/version.js";
import { OddityError } from "../tensor/errors.js";
import type { Progress } from "../train/loop.js";
import type { Contender, Experiment, Split } from "./define.js";

export interface ResultLine {
  /** Hash of detector, parameters, data, experiment, task, seed and version: equal keys are the same run. */
  readonly key: string;
  readonly experiment: string;
  readonly task?: string;
  readonly contender: string;
  readonly isControl: boolean;
  readonly detector: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly version: string;
  /** To fit. */
  readonly seconds?: number;
  /** To score the test rows. */
  readonly scoringSeconds?: number;
  readonly measured?: Readonly<Record<string, number>>;
  readonly error?: string;
}

/** What is to be run. */
export interface Wanted {
  readonly seeds: readonly number[];
  readonly epochs?: number;
  /** All when left out. */
  readonly tasks?: readonly string[];
  /** Names of contenders; all when left out. */
  readonly only?: readonly string[];
}

/** Where and how it is run. */
export interface RunOptions {
  /** Where the state of a run is kept while it trains; the same run goes on from there. */
  readonly checkpoint: (key: string) => string;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onStart: (run: Run) => void;
  readonly onProgress: (progress: Progress) => void;
  /** Each new line as it is ready. */
  readonly onLine: (line: ResultLine) => void | Promise<void>;
}

/** What one line is the result of. */
export interface Run {
  readonly key: string;
  /** Name of the contender. */
  readonly contender: string;
  readonly task: string;
  readonly seed: number;
}

/** Runs on the same rows. */
export interface Group extends Pick<Run, "task" | "seed"> {
  readonly runs: readonly Run[];
}

type Opened = Awaited<ReturnType<Experiment["open"]>>;

/**
 * The runs that are still to be done, in groups on the same rows, seed after seed.
 * @param before lines of earlier runs; their keys are skipped, failed ones are tried again
 */
export async function groupsOf(
  experiment: Experiment,
  { checksum }: Pick<Opened, "checksum">,
  { seeds, epochs, tasks = tasksOf(experiment), only }: Wanted,
  before: readonly ResultLine[],
): Promise<Group[]> {
  const done = new Set(before.filter(({ error }) => error === undefined).map(({ key }) => key));
  const contenders = experiment.contenders(epochs).filter(({ name }) => only?.includes(name) ?? true);
  const groups: Group[] = [];
  for (const seed of seeds)
    for (const task of tasks) {
      const runs = await Promise.all(
        contenders.map(async (each) => ({
          key: await keyOf(experiment, checksum, each, task, seed),
          contender: each.name,
          task,
          seed,
        })),
      );
      const open = runs.filter(({ key }) => !done.has(key));
      if (open.length > 0) groups.push({ task, seed, runs: open });
    }
  return groups;
}

function keyOf(
  { id }: Experiment,
  checksum: string,
  { detector, parameters, select, condition, known, watches, window }: Contender,
  task: string,
  seed: number,
): Promise<string> {
  return digest([
    ...[id, checksum, detector, detectorById(detector, parameters).parameters, seed, version],
    ...(task === "" ? [] : [task]),
    ...(select ? [{ select }] : []),
    ...(condition ? [{ condition }] : []),
    ...(known === undefined ? [] : [{ known }]),
    ...(watches ? [{ watches }] : []),
    ...(window ? [{ window }] : []),
  ]);
}

/** Runs that follow one another in this thread. */
export async function runGroup(
  experiment: Experiment,
  data: Opened,
  { task, seed, runs }: Group,
  options: RunOptions & Pick<Wanted, "epochs">,
): Promise<void> {
  const contenders = experiment.contenders(options.epochs);
  let split: Split | undefined;
  for (const run of runs) {
    options.onStart(run);
    split ??= await data.split(seed, task);
    const contender = contenders.find(({ name }) => name === run.contender)!;
    await options.onLine({
      ...lineOf(experiment, contender, run),
      ...(await runOnce(experiment, contender, split, run, options)),
    });
  }
}

/** What is known of a run before it has ended. */
export function lineOf(experiment: Experiment, contender: Contender, { key, task, seed }: Run): ResultLine {
  const { name, detector, isControl } = contender;
  const { parameters } = detectorById(detector, contender.parameters);
  return {
    ...{ key, experiment: experiment.id, ...(task === "" ? {} : { task }), contender: name, isControl },
    ...{ detector, parameters, seed, version },
  };
}

/** The tasks of an experiment; the nameless one where it has no others. */
export const tasksOf = ({ tasks = [""] }: Experiment): readonly string[] => tasks;

/** Rows that calibrate: p-values play no part in these tables. */
const CALIBRATING = 100;

async function runOnce(
  experiment: Experiment,
  contender: Contender,
  { train, anomalies, test, labels, target }: Split,
  { seed, key }: Run,
  { onProgress, signal, checkpoint, threads }: RunOptions,
): Promise<Pick<ResultLine, "seconds" | "scoringSeconds" | "measured" | "error">> {
  const started = performance.now();
  const since = (from: number): number => Number(((performance.now() - from) / 1000).toFixed(1));
  try {
    const { select, condition, known = 0, watches, window } = contender;
    const told = known > 0 && anomalies ? { anomalies: pick(anomalies, places(known, anomalies.rows)) } : {};
    const model = await detectorById(contender.detector, contender.parameters).fit(
      typeof train === "function" ? train(known) : train,
      {
        ...told,
        ...(watches && target ? { target } : {}),
        seed,
        // published code keeps no rows apart, unless they pick the weights
        heldOut: select === "held-out" ? 0.1 : 0,
        calibrating: CALIBRATING,
        ...(condition ? { condition } : {}),
        ...(window ? { window } : {}),
        ...(select === "held-out" ? { select } : {}),
        ...(select === "labels" ? { oracle: { rows: test, labels } } : {}),
        onProgress,
        ...(threads === undefined ? {} : { threads }),
        checkpoint: { path: checkpoint(key), resume: true },
        ...(signal ? { signal } : {}),
      },
    );
    const seconds = since(started);
    const scoring = performance.now();
    const scores = await model.score(test);
    await model.close();
    return { seconds, scoringSeconds: since(scoring), measured: experiment.measure(scores, labels) };
  } catch (error) {
    if (signal?.aborted) throw error;
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** The first so many rows of a table. */
function places(count: number, rows: number): Uint32Array {
  if (count > rows)
    throw new OddityError({
      place: "known anomalies",
      expected: `at most ${rows}, which the split has`,
      got: `${count}`,
    });
  return Uint32Array.from({ length: count }, (_, row) => row);
}

export interface Summary {
  readonly contender: string;
  readonly isControl: boolean;
  readonly runs: number;
  readonly failed: number;
  readonly mean: Readonly<Record<string, number>>;
  /** Of the sample, n - 1; 0 for a single run. */
  readonly deviation: Readonly<Record<string, number>>;
  readonly least: Readonly<Record<string, number>>;
  /** To fit, on average. */
  readonly seconds: number;
}

/** Mean, deviation and worst run of each contender, in the order of the lines. */
export function summarise(lines: readonly ResultLine[]): Summary[] {
  const names = [...new Set(lines.map(({ contender }) => contender))];
  return names.map((contender) => {
    const own = lines.filter((line) => line.contender === contender);
    const measured = own.flatMap((line) => (line.measured ? [line.measured] : []));
    const over = (f: (values: number[]) => number): Record<string, number> =>
      Object.fromEntries(Object.keys(measured[0] ?? {}).map((name) => [name, f(measured.map((each) => each[name]!))]));
    return {
      contender,
      isControl: own[0]!.isControl,
      runs: measured.length,
      failed: own.length - measured.length,
      mean: over(meanOf),
      deviation: over((values) => {
        const middle = meanOf(values);
        return Math.sqrt(values.reduce((sum, x) => sum + (x - middle) ** 2, 0) / Math.max(1, values.length - 1));
      }),
      least: over((values) => Math.min(...values)),
      seconds: meanOf(own.flatMap(({ seconds }) => (seconds === undefined ? [] : [seconds]))),
    };
  });
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

async function digest(parts: readonly unknown[]): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(parts)));
  return Array.from(new Uint8Array(hash).subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
