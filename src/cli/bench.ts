// oddity bench: a published experiment, its printed numbers beside ours.

import { appendFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { AbortedError } from "../detectors/trained.js";
import type { Experiment } from "../experiments/define.js";
import { experiments } from "../experiments/index.js";
import { type ResultLine, runExperiment, type Summary, summarise } from "../experiments/runner.js";
import { withId } from "../tensor/errors.js";
import { Stopped } from "./failure.js";
import { stoppable } from "./interrupt.js";
import { type Everywhere, wholeFrom, withEverywhere } from "./options.js";
import { print, printJson, textTable } from "./print.js";
import { narrator } from "./progress.js";

interface Options extends Everywhere {
  readonly seeds: readonly number[];
  readonly epochs?: number;
  readonly out: string;
}

const seedsOf = (text: string): number[] => text.split(",").map((part) => wholeFrom(0)(part));

export const command = new Command("bench").argument("[name]", "an experiment; all are listed without it");
withEverywhere(
  command
    .option("--seeds <numbers>", "seeds with commas between them", seedsOf, [0, 1, 2, 3, 4])
    .option("--epochs <count>", "passes over the training rows, of every contender that trains", wholeFrom(1))
    .option("-o, --out <folder>", "where results.jsonl is kept; a run that is in it is not run again", "runs"),
).action(bench);

async function bench(name: string | undefined, options: Options): Promise<void> {
  if (name === undefined) return list(options);
  const experiment = withId("experiment", name, experiments);
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
      before,
      onStart: (contender, seed) => narrate.say(`seed ${seed}: ${contender.name}`),
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
  const summary = summarise(shown);
  if (options.json) printJson({ experiment: experiment.id, published: experiment.published, summary, results: file });
  else show(experiment, summary, file);
}

/** A line of this very contender, not of one with other parameters. */
function fits(experiment: Experiment, { epochs }: Options, line: ResultLine): boolean {
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

function show({ protocol, published }: Experiment, summary: readonly Summary[], file: string): void {
  const measures = Object.keys(summary.find(({ runs }) => runs > 0)?.mean ?? {});
  const figure = (value: number | undefined, deviation?: number): string =>
    value === undefined ? "" : `${value.toFixed(4)}${deviation === undefined ? "" : ` ± ${deviation.toFixed(4)}`}`;
  print(protocol);
  print();
  print(
    textTable(
      [
        { title: "" },
        { title: "seeds", right: true },
        ...measures.map((title) => ({ title, right: true })),
        { title: "least f1", right: true },
      ],
      [
        ...published.map(({ name, values, deviation }) => [
          `published: ${name}`,
          "",
          ...measures.map((measure) => figure(values[measure], deviation?.[measure])),
          "",
        ]),
        ...summary.map(({ contender, isControl, runs, failed, mean, deviation, least }) => [
          `${isControl ? "control" : "ours"}: ${contender}`,
          failed > 0 ? `${runs} (${failed} failed)` : String(runs),
          ...measures.map((measure) => figure(mean[measure], runs > 1 ? deviation[measure] : undefined)),
          figure(least.f1),
        ]),
      ],
    ),
  );
  print();
  print(`Every run is a line of ${file}.`);
}
