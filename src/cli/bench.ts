// oddity bench: a published experiment, its printed numbers beside ours.

import { appendFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { AbortedError } from "../detectors/trained.js";
import type { Experiment } from "../experiments/define.js";
import { experiments } from "../experiments/index.js";
import { type ResultLine, runExperiment, type Summary, summarise, tasksOf } from "../experiments/runner.js";
import { unknownName, withId } from "../tensor/errors.js";
import { Stopped } from "./failure.js";
import { stoppable } from "./interrupt.js";
import { type Everywhere, wholeFrom, withEverywhere } from "./options.js";
import { print, printJson, textTable } from "./print.js";
import { narrator } from "./progress.js";

interface Options extends Everywhere {
  readonly seeds: readonly number[];
  readonly epochs?: number;
  readonly tasks?: readonly string[];
  readonly contenders?: readonly string[];
  readonly out: string;
}

const listOf = (text: string): string[] => text.split(",").map((part) => part.trim());

const seedsOf = (text: string): number[] => text.split(",").map((part) => wholeFrom(0)(part));

export const command = new Command("bench").argument("[name]", "an experiment; all are listed without it");
withEverywhere(
  command
    .option("--seeds <numbers>", "seeds with commas between them", seedsOf, [0, 1, 2, 3, 4])
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
  const before = await linesOf(file);
  const narrate = narrator(options);
  const lines: ResultLine[] = [...before];
  const run = async (signal: AbortSignal): Promise<void> => {
    const results = runExperiment(experiment, {
      seeds: options.seeds,
      ...(options.epochs === undefined ? {} : { epochs: options.epochs }),
      ...(options.tasks ? { tasks: options.tasks } : {}),
      ...(options.contenders ? { only: options.contenders } : {}),
      before,
      onStart: (contender, seed, task) =>
        narrate.say(`seed ${seed}: ${task === "" ? "" : `${task}: `}${contender.name}`),
      onProgress: (progress) => narrate.training(progress),
      checkpoint: (key) => join(folder, `${key}.checkpoint`),
      signal,
    });
    for await (const line of results) {
      narrate.done();
      // one write for one line: a kill loses no more than the run it stops
      await appendFile(file, `${JSON.stringify(line)}\n`);
      lines.push(line);
    }
  };
  try {
    await stoppable(run, () => narrate.say("stopping after this chunk of steps; Ctrl-C again stops at once"));
  } catch (error) {
    narrate.done();
    if (error instanceof AbortedError) throw new Stopped("stopped; the same command goes on from here");
    throw error;
  }
  const wanted = new Set(options.seeds);
  const shown = lines.filter((line) => wanted.has(line.seed) && fits(experiment, options, line));
  const tasks = tasksOf(experiment).map((task) => ({
    task,
    summary: summarise(shown.filter((line) => (line.task ?? "") === task)),
  }));
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

function known(what: string, name: string, names: readonly string[]): void {
  if (!names.includes(name)) throw unknownName(what, name, names);
}

/** A line of this very contender, not of one with other parameters. */
function fits(experiment: Experiment, { epochs, tasks, contenders }: Options, line: ResultLine): boolean {
  if (tasks !== undefined && !tasks.includes(line.task ?? "")) return false;
  if (contenders !== undefined && !contenders.includes(line.contender)) return false;
  const contender = experiment.contenders(epochs).find(({ name }) => name === line.contender);
  return (
    contender !== undefined &&
    Object.entries(contender.parameters).every(([name, value]) => line.parameters[name] === value)
  );
}

async function linesOf(file: string): Promise<ResultLine[]> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  return text
    .split("\n")
    .filter((line) => line.endsWith("}"))
    .map((line) => JSON.parse(line) as ResultLine);
}

function list(options: Options): void {
  if (options.json) printJson(experiments.map(({ id, about, protocol }) => ({ id, about, protocol })));
  else for (const { id, about } of experiments) print(`${id}  ${about}`);
}

const figure = (value: number | undefined, deviation?: number): string =>
  value === undefined ? "" : `${value.toFixed(4)}${deviation === undefined ? "" : ` ± ${deviation.toFixed(4)}`}`;

const measuresOf = (summary: readonly Summary[]): string[] =>
  Object.keys(summary.find(({ runs }) => runs > 0)?.mean ?? {});

const nameOf = ({ contender, isControl }: Summary): string => `${isControl ? "control" : "ours"}: ${contender}`;

/** One table: a row for each contender, a column for each measure. */
function show({ published }: Experiment, summary: readonly Summary[]): void {
  const measures = measuresOf(summary);
  const isFlagged = measures.includes("f1");
  print(
    textTable(
      [
        { title: "" },
        { title: "seeds", right: true },
        ...measures.map((title) => ({ title, right: true })),
        ...(isFlagged ? [{ title: "least f1", right: true }] : []),
      ],
      [
        ...published.map(({ name, values, deviation }) => [
          `published: ${name}`,
          "",
          ...measures.map((measure) => figure(values[measure], deviation?.[measure])),
          ...(isFlagged ? [""] : []),
        ]),
        ...summary.map((each) => [
          nameOf(each),
          each.failed > 0 ? `${each.runs} (${each.failed} failed)` : String(each.runs),
          ...measures.map((measure) => figure(each.mean[measure], each.runs > 1 ? each.deviation[measure] : undefined)),
          ...(isFlagged ? [figure(each.least.f1)] : []),
        ]),
      ],
    ),
  );
}

/** A table for each measure: a row for each contender, a column for each task, and their mean where all are there. */
function showTasks(
  { published }: Experiment,
  tasks: readonly { readonly task: string; readonly summary: readonly Summary[] }[],
): void {
  const everyone = tasks.flatMap(({ summary }) => summary);
  const names = [...new Set(everyone.map(nameOf))];
  for (const measure of measuresOf(everyone)) {
    const cells = (values: readonly (number | undefined)[]): string[] => {
      const there = values.filter((value) => value !== undefined);
      const mean = there.reduce((sum, value) => sum + value, 0) / there.length;
      return [...values, there.length === values.length ? mean : undefined].map((v) => v?.toFixed(3) ?? "");
    };
    print(
      textTable(
        [{ title: measure }, ...[...tasks.map(({ task }) => task), "mean"].map((title) => ({ title, right: true }))],
        [
          ...published
            .filter((row) => Object.values(row.tasks ?? {}).some((values) => measure in values))
            .map((row) => [`published: ${row.name}`, ...cells(tasks.map(({ task }) => row.tasks?.[task]?.[measure]))]),
          ...names.map((name) => [
            name,
            ...cells(tasks.map(({ summary }) => summary.find((each) => nameOf(each) === name)?.mean[measure])),
          ]),
        ],
      ),
    );
    print();
  }
}
