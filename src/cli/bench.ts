// oddity bench: a published experiment, its printed numbers beside ours.

import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { detectorById } from "../detectors/list.js";
import { AbortedError } from "../detectors/trained.js";
import { openLines, readLines } from "../disk/lines.js";
import type { Experiment } from "../experiments/define.js";
import { experiments } from "../experiments/index.js";
import { runInPool } from "../experiments/pool.js";
import { groupsOf, type ResultLine, type Run, runGroup, summarise, tasksOf } from "../experiments/runner.js";
import { count, duration } from "../report/format.js";
import { unknownName, withId } from "../tensor/errors.js";
import { show, showTasks } from "./bench-tables.js";
import { Stopped } from "./failure.js";
import { stoppable } from "./interrupt.js";
import { type Everywhere, seedList, wholeFrom, withEverywhere } from "./options.js";
import { print, printJson } from "./print.js";
import { narrator } from "./progress.js";

interface Options extends Everywhere {
  readonly seeds?: readonly number[];
  readonly jobs: number;
  readonly epochs?: number;
  readonly tasks?: readonly string[];
  readonly contenders?: readonly string[];
  readonly out: string;
}

const STOPPED = "stopped; the same command goes on from here";

const listOf = (text: string): string[] => text.split(",").map((part) => part.trim());

export const command = new Command("bench").argument("[name]", "an experiment; all are listed without it");
withEverywhere(
  command
    .option("--seeds <numbers>", "seeds with commas between them (default: those published, or 0,1,2,3,4)", seedList)
    .option(
      "--jobs <count>",
      "runs at the same time, each in a process of its own",
      wholeFrom(1),
      availableParallelism(),
    )
    .option("--epochs <count>", "passes over the training rows, of every contender that trains", wholeFrom(1))
    .option("--tasks <names>", "tasks of the experiment with commas between them; all when left out", listOf)
    .option("--contenders <names...>", "contenders by their names; all when left out")
    .option("-o, --out <folder>", "where results.jsonl is kept; a run that is in it is not run again", "runs"),
).action(bench);

async function bench(name: string | undefined, options: Options): Promise<void> {
  if (name === undefined) return list(options);
  const experiment = withId("experiment", name, experiments);
  for (const task of options.tasks ?? []) known("task", task, tasksOf(experiment));
  const contenders = experiment.contenders(options.epochs).map(({ name }) => name);
  for (const each of options.contenders ?? []) known("contender", each, contenders);
  const folder = join(options.out, experiment.id);
  await mkdir(folder, { recursive: true });
  const file = join(folder, "results.jsonl");
  const { lines: before } = await readLines(file, (line) => line as ResultLine);
  const seeds = options.seeds ?? experiment.seeds ?? [0, 1, 2, 3, 4];
  const narrate = narrator(options);
  const lines: ResultLine[] = [...before];
  const work = async (signal: AbortSignal): Promise<void> => {
    const data = await experiment.open();
    const epochs = options.epochs === undefined ? {} : { epochs: options.epochs };
    const wanted = { seeds, ...epochs, ...(options.tasks ? { tasks: options.tasks } : {}) };
    const only = options.contenders ? { only: options.contenders } : {};
    const groups = await groupsOf(experiment, data, { ...wanted, ...only }, before);
    const total = groups.reduce((sum, { runs }) => sum + runs.length, 0);
    if (total === 0) return;
    const left = countdown(total);
    const results = await openLines(file);
    const hooks = {
      ...epochs,
      signal,
      onStart: (run: Run) => narrate.say(`${nameOfRun(run)} (${left.words()})`),
      async onLine(line: ResultLine): Promise<void> {
        narrate.done();
        left.tick();
        if (line.error !== undefined) narrate.warn(`failed: ${line.contender}, seed ${line.seed}: ${line.error}`);
        // one write for one line: a kill loses no more than the run it stops
        await results.append([line]);
        lines.push(line);
      },
    };
    try {
      if (options.jobs > 1 && total > 1) {
        await runInPool(experiment, groups, { ...hooks, jobs: options.jobs, folder, onProgress: () => undefined });
        if (signal.aborted) throw new Stopped(STOPPED);
        return;
      }
      const onProgress = narrate.training;
      const checkpoint = (key: string): string => join(folder, `${key}.checkpoint`);
      for (const group of groups) await runGroup(experiment, data, group, { ...hooks, onProgress, checkpoint });
    } finally {
      await results.close();
    }
  };
  try {
    await stoppable(work, () => narrate.say("stopping after this chunk of steps; Ctrl-C again stops at once"));
  } catch (error) {
    narrate.done();
    if (error instanceof AbortedError) throw new Stopped(STOPPED);
    throw error;
  }
  const wanted = new Set(seeds);
  // of a run that failed and was tried again, the last line counts
  const latest = [...new Map(lines.map((line) => [line.key, line])).values()];
  const shown = latest.filter((line) => wanted.has(line.seed) && fits(experiment, options, line));
  const asked = (options.tasks ?? tasksOf(experiment)).map((task) => ({
    task,
    summary: summarise(shown.filter((line) => (line.task ?? "") === task)),
  }));
  const run = asked.filter(({ summary }) => summary.length > 0);
  const tasks = run.length > 0 ? run : asked;
  const summary = summarise(shown);
  if (options.json) {
    const { id, published } = experiment;
    const byTask = experiment.tasks ? { tasks } : {};
    printJson({ experiment: id, published, summary, ...byTask, results: file });
    return;
  }
  print(experiment.protocol);
  print();
  if (experiment.tasks) showTasks(experiment, tasks);
  else show(experiment, summary);
  print();
  print(`Every run is a line of ${file}.`);
}

const nameOfRun = ({ seed, task, contender }: Run): string =>
  `seed ${seed}: ${task === "" ? "" : `${task}: `}${contender}`;

/** How many of the runs are done, and how long the others will take if they are like those. */
function countdown(total: number) {
  const began = performance.now();
  let done = 0;
  return {
    tick: () => void done++,
    words(): string {
      const seconds = ((performance.now() - began) / 1000 / done) * (total - done);
      return `${count(done)} of ${count(total)} done${done > 0 ? `, ${duration(seconds)} left` : ""}`;
    },
  };
}

function known(what: string, name: string, names: readonly string[]): void {
  if (!names.includes(name)) throw unknownName(what, name, names);
}

/** A line of this very contender, not of one with other parameters. */
function fits(experiment: Experiment, { epochs, tasks, contenders }: Options, line: ResultLine): boolean {
  if (tasks !== undefined && !tasks.includes(line.task ?? "")) return false;
  if (contenders !== undefined && !contenders.includes(line.contender)) return false;
  const contender = experiment.contenders(epochs).find(({ name }) => name === line.contender);
  if (contender === undefined) return false;
  // defaults count as well: they may have been others when the line was written
  const { parameters } = detectorById(contender.detector, contender.parameters);
  return JSON.stringify(parameters) === JSON.stringify(line.parameters);
}

function list(options: Options): void {
  if (options.json) printJson(experiments.map(({ id, about, protocol }) => ({ id, about, protocol })));
  else for (const { id, about } of experiments) print(`${id}  ${about}`);
}
