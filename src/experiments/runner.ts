// Runs an experiment: every contender on every seed, one result line each. A finished line is never run again; a
// failed run is a line with its error.

import { detectorById } from "../detectors/list.js";
import { version } from "../host/version.js";
import type { Progress } from "../train/loop.js";
import type { Contender, Experiment, Split } from "./define.js";

export interface ResultLine {
  /** Hash of detector, parameters, data, experiment, seed and version: equal keys are the same run. */
  readonly key: string;
  readonly experiment: string;
  readonly contender: string;
  readonly isControl: boolean;
  readonly detector: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly version: string;
  readonly seconds?: number;
  readonly measured?: Readonly<Record<string, number>>;
  readonly error?: string;
}

export interface RunOptions {
  readonly seeds: readonly number[];
  readonly epochs?: number;
  /** Lines of earlier runs; their keys are skipped, failed ones are tried again. */
  readonly before: readonly ResultLine[];
  readonly onStart: (contender: Contender, seed: number) => void;
  readonly onProgress: (progress: Progress) => void;
  readonly signal?: AbortSignal;
  /** Where the state of a run is kept while it trains; the same run goes on from there. */
  readonly checkpoint: (key: string) => string;
}

/** Gives each new line as it is ready. */
export async function* runExperiment(experiment: Experiment, options: RunOptions): AsyncGenerator<ResultLine> {
  const done = new Set(options.before.filter(({ error }) => error === undefined).map(({ key }) => key));
  const data = await experiment.open();
  for (const seed of options.seeds) {
    let split: Split | undefined;
    for (const contender of experiment.contenders(options.epochs)) {
      const { name, detector, isControl } = contender;
      const { parameters } = detectorById(detector, contender.parameters);
      const key = await digest([experiment.id, data.checksum, detector, parameters, seed, version]);
      if (done.has(key)) continue;
      options.onStart(contender, seed);
      split ??= data.split(seed);
      const facts = { key, experiment: experiment.id, contender: name, isControl, detector, parameters, seed, version };
      yield { ...facts, ...(await run(experiment, contender, split, facts, options)) };
    }
  }
}

async function run(
  experiment: Experiment,
  contender: Contender,
  { train, test, labels }: Split,
  { seed, key }: Pick<ResultLine, "seed" | "key">,
  { onProgress, signal, checkpoint }: RunOptions,
): Promise<Pick<ResultLine, "seconds" | "measured" | "error">> {
  const started = performance.now();
  try {
    // published code keeps no rows apart; p-values play no part here
    const kept = { path: checkpoint(key), resume: true };
    const options = { seed, heldOut: 0, onProgress, checkpoint: kept, ...(signal ? { signal } : {}) };
    const model = await detectorById(contender.detector, contender.parameters).fit(train, options);
    const seconds = Number(((performance.now() - started) / 1000).toFixed(1));
    const scores = await model.score(test);
    await model.close();
    return { seconds, measured: experiment.measure(scores, labels) };
  } catch (error) {
    if (signal?.aborted) throw error;
    return { error: error instanceof Error ? error.message : String(error) };
  }
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
