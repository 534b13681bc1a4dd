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

export interface RunOptions {
  readonly seeds: readonly number[];
  readonly epochs?: number;
  /** All when left out. */
  readonly tasks?: readonly string[];
  /** Names of contenders; all when left out. */
  readonly only?: readonly string[];
  /** Lines of earlier runs; their keys are skipped, failed ones are tried again. */
  readonly before: readonly ResultLine[];
  readonly onStart: (contender: Contender, seed: number, task: string) => void;
  readonly onProgress: (progress: Progress) => void;
  readonly signal?: AbortSignal;
  /** Where the state of a run is kept while it trains; the same run goes on from there. */
  readonly checkpoint: (key: string) => string;
}

/** Gives each new line as it is ready. */
export async function* runExperiment(experiment: Experiment, options: RunOptions): AsyncGenerator<ResultLine> {
  const done = new Set(options.before.filter(({ error }) => error === undefined).map(({ key }) => key));
  const contenders = experiment.contenders(options.epochs).filter(({ name }) => options.only?.includes(name) ?? true);
  const data = await experiment.open();
  for (const seed of options.seeds)
    for (const task of options.tasks ?? tasksOf(experiment)) {
      let split: Split | undefined;
      for (const contender of contenders) {
        const { name, detector, isControl, select, condition, known } = contender;
        const { parameters } = detectorById(detector, contender.parameters);
        const named = task === "" ? [] : [task];
        const key = await digest([
          ...[experiment.id, data.checksum, detector, parameters, seed, version],
          ...named,
          ...(select ? [{ select }] : []),
          ...(condition ? [{ condition }] : []),
          ...(known === undefined ? [] : [{ known }]),
        ]);
        if (done.has(key)) continue;
        options.onStart(contender, seed, task);
        split ??= data.split(seed, task);
        const facts = { key, experiment: experiment.id, ...(task === "" ? {} : { task }), contender: name, isControl };
        const run = { ...facts, detector, parameters, seed, version };
        yield { ...run, ...(await runOnce(experiment, contender, split, run, options)) };
      }
    }
}

/** The tasks of an experiment; the nameless one where it has no others. */
export const tasksOf = ({ tasks = [""] }: Experiment): readonly string[] => tasks;

/** Rows that calibrate: p-values play no part in these tables. */
const CALIBRATING = 100;

async function runOnce(
  experiment: Experiment,
  contender: Contender,
  { train, anomalies, test, labels }: Split,
  { seed, key }: Pick<ResultLine, "seed" | "key">,
  { onProgress, signal, checkpoint }: RunOptions,
): Promise<Pick<ResultLine, "seconds" | "scoringSeconds" | "measured" | "error">> {
  const started = performance.now();
  const since = (from: number): number => Number(((performance.now() - from) / 1000).toFixed(1));
  try {
    const { select, condition, known = 0 } = contender;
    const told = known > 0 && anomalies ? { anomalies: pick(anomalies, places(known, anomalies.rows)) } : {};
    const model = await detectorById(contender.detector, contender.parameters).fit(train, {
      ...told,
      seed,
      // published code keeps no rows apart, unless they pick the weights
      heldOut: select === "held-out" ? 0.1 : 0,
      calibrating: CALIBRATING,
      ...(condition ? { condition } : {}),
      ...(select === "held-out" ? { select } : {}),
      ...(select === "labels" ? { oracle: { rows: test, labels } } : {}),
      onProgress,
      checkpoint: { path: checkpoint(key), resume: true },
      ...(signal ? { signal } : {}),
    });
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
    };
  });
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

async function digest(parts: readonly unknown[]): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(parts)));
  return Array.from(new Uint8Array(hash).subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
