// The runs of an experiment on several cores: a process for each, which takes groups of runs as it gets free. A process that
// dies takes one run with it, whose line is then an error; another process takes up the rest.

import { availableParallelism } from "node:os";
import { startProcess } from "../host/process.js";
import { workerUrl } from "../runtime/worker.js";
import { type Fault, OddityError } from "../tensor/errors.js";
import type { Progress } from "../train/loop.js";
import type { Experiment } from "./define.js";
import { type Group, lineOf, type ResultLine, type Run, type RunOptions } from "./runner.js";

/** What a process is told. */
export type Order =
  | {
      readonly kind: "begin";
      readonly experiment: string;
      readonly epochs?: number;
      readonly folder: string;
      readonly threads: number;
    }
  | { readonly kind: "group"; readonly group: Group }
  /** Stop after this chunk of steps, with a checkpoint. */
  | { readonly kind: "stop" };

/** What it tells. */
export type Told =
  | { readonly kind: "free" }
  | { readonly kind: "start"; readonly run: Run }
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "line"; readonly line: ResultLine }
  | { readonly kind: "stopped" }
  | { readonly kind: "failed"; readonly message: string; readonly fault?: Fault };

export interface PoolOptions extends Omit<RunOptions, "checkpoint" | "threads"> {
  readonly epochs?: number;
  /** Processes. */
  readonly jobs: number;
  /** Where checkpoints are kept. */
  readonly folder: string;
}

/** Resolves when every run has its line, or, after an abort, when every process has kept its checkpoint. */
export async function runInPool(experiment: Experiment, groups: readonly Group[], options: PoolOptions): Promise<void> {
  const pending = [...groups];
  const count = Math.min(options.jobs, pending.length);
  await Promise.all(Array.from({ length: count }, () => serve(experiment, pending, options)));
}

/** One place in the pool: a process, and after its death another. */
async function serve(experiment: Experiment, pending: Group[], options: PoolOptions): Promise<void> {
  while (pending.length > 0 && !options.signal?.aborted) {
    const lost = await runProcess(experiment, pending, options);
    if (lost === undefined) continue;
    const { run, rest, reason } = lost;
    const contender = experiment.contenders(options.epochs).find(({ name }) => name === run.contender)!;
    await options.onLine({ ...lineOf(experiment, contender, run), error: reason });
    if (rest.runs.length > 0) pending.unshift(rest);
  }
}

interface Lost {
  readonly run: Run;
  /** The runs of its group that come after it. */
  readonly rest: Group;
  readonly reason: string;
}

/** Feeds one process until nothing is pending or it ends. @returns the run that it took with it, where it died */
function runProcess(experiment: Experiment, pending: Group[], options: PoolOptions): Promise<Lost | undefined> {
  let group: Group | undefined;
  let left: readonly Run[] = [];
  let failure: unknown;
  let writing = Promise.resolve();
  const hear = (told: Told): void => {
    switch (told.kind) {
      case "free":
        group = options.signal?.aborted ? undefined : pending.shift();
        left = group?.runs ?? [];
        if (group) child.tell({ kind: "group", group });
        else child.release();
        return;
      case "start":
        options.onStart(told.run);
        return;
      case "progress":
        options.onProgress(told.progress);
        return;
      case "line":
        left = left.slice(1);
        writing = writing.then(() => options.onLine(told.line));
        return;
      case "stopped":
        left = [];
        return;
      case "failed":
        failure = told.fault ? new OddityError(told.fault) : new Error(told.message);
    }
  };
  const child = startProcess<Order, Told>(workerUrl("./pool-worker.js", import.meta.url), hear);
  const stop = (): void => child.tell({ kind: "stop" });
  options.signal?.addEventListener("abort", stop, { once: true });
  const { epochs, folder, jobs } = options;
  child.tell({
    ...{
      kind: "begin",
      experiment: experiment.id,
      folder,
      threads: Math.max(1, Math.floor(availableParallelism() / jobs)),
    },
    ...(epochs === undefined ? {} : { epochs }),
  });
  return child.ended.then(async (how) => {
    options.signal?.removeEventListener("abort", stop);
    await writing;
    if (failure !== undefined) throw failure;
    // another one would fare no better, again and again
    if (group === undefined && !options.signal?.aborted && how !== "exit code 0")
      throw new Error(`a process of the pool ended before its first run: ${how}`);
    const [run, ...rest] = left;
    if (run === undefined || group === undefined || options.signal?.aborted) return undefined;
    return { run, rest: { ...group, runs: rest }, reason: `the process of this run ended: ${how}` };
  });
}
