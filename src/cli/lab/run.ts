// oddity lab run: trains the two players of a setting and measures on the way what the discriminator sees.

import { availableParallelism } from "node:os";
import { Command } from "commander";
import { endSessions, nodeHost } from "../../host/node.js";
import { version } from "../../host/version.js";
import { beginRun, checkRunFolder, readRun, resumePoint, runId } from "../../lab/folder.js";
import { type PerformHooks, performRun } from "../../lab/perform.js";
import { performApart } from "../../lab/process.js";
import type { LabRun, RunConfig } from "../../lab/records.js";
import type { LabEnd } from "../../lab/run.js";
import { count, counted, duration } from "../../report/format.js";
import { look } from "../../report/lab/seen.js";
import { firstLine, OddityError } from "../../tensor/errors.js";
import { Stopped } from "../failure.js";
import { endBy, stoppable } from "../interrupt.js";
import { DEFAULT_SEED, type Everywhere, seedList, wholeFrom, withEverywhere } from "../options.js";
import { pairs, print, printJson } from "../print.js";
import { drawRun } from "./draw.js";
import { type LabNarrator, labNarrator, rangeOf } from "./progress.js";
import { chosenSetting } from "./setting-file.js";

interface Options extends Everywhere {
  readonly seeds?: readonly number[];
  readonly steps?: number;
  readonly quick?: true;
  readonly jobs: number;
  readonly out: string;
  readonly resume?: readonly string[];
  readonly force?: true;
  /** False with --no-report. */
  readonly report: boolean;
}

export const command = new Command("run")
  .description("run settings: train both players, measure on the way, draw a page")
  .argument("[setting...]", "ids (oddity lab list) or YAML files of your own")
  .option("--seeds <numbers>", `a run for each, with commas between them (default: ${DEFAULT_SEED})`, seedList)
  .option("--steps <count>", "steps of training, instead of the setting's own", wholeFrom(1))
  .option("--quick", "the short form of a setting: 5,000 steps, measured ten times")
  .option("--jobs <count>", "runs at the same time, each in a process of its own", wholeFrom(1), availableParallelism())
  .option("-o, --out <folder>", "where the folders of the runs go", "runs/lab")
  .option("--resume <folder...>", "go on with runs that were stopped or killed")
  .option("--force", "write over a run folder of the same name")
  .option("--no-report", "draw no figures and no page");
withEverywhere(command)
  .action(run)
  .addHelpText(
    "after",
    `
A run leaves the folder OUT/SETTING_DATE_TIME_sSEED with report.html and figures/,
results.jsonl and results.parquet, metrics.jsonl (losses), log.txt, tensorboard/,
checkpoints/ and config.json. On Ctrl-C, and even when it is killed, a run goes on
from its last checkpoint: oddity lab run --resume FOLDER.`,
  );

/** A run that is to be carried through. */
interface Task {
  readonly folder: string;
  /** "gandi-9 s1" */
  readonly name: string;
}

async function run(names: readonly string[], options: Options): Promise<void> {
  const narrate = labNarrator(options);
  const tasks = options.resume ? await resumed(names, options, options.resume) : await begun(names, options, narrate);
  const failed: { readonly task: Task; readonly error: unknown }[] = [];
  const runs = new Map<Task, LabRun>();
  const work = async (signal: AbortSignal): Promise<void> => {
    const waiting = [...tasks];
    const place = async (): Promise<void> => {
      for (let task = waiting.shift(); task && !signal.aborted; task = waiting.shift())
        try {
          const end = await carriedThrough(task, tasks.length > 1, hooksOf(task, narrate, signal));
          narrate.ended(task.name);
          if (end.ended === "aborted") continue;
          narrate.say(`${task.name}: done, ${count(end.step)} steps`);
          const made = await readRun(task.folder);
          if (options.report) await drawRun(made, narrate);
          runs.set(task, made);
        } catch (error) {
          narrate.ended(task.name);
          failed.push({ task, error });
          if (tasks.length > 1) narrate.warn(`failed: ${task.folder}: ${firstLine(error)}`);
        }
    };
    await Promise.all(Array.from({ length: Math.min(options.jobs, tasks.length) }, place));
  };
  endBy(endSessions);
  try {
    await stoppable(work, () => narrate.say("stopping after this chunk of steps; Ctrl-C again stops at once"));
  } finally {
    narrate.done();
  }
  const open = tasks.filter((task) => !runs.has(task) && !failed.some((each) => each.task === task));
  const made = tasks.flatMap((task) => runs.get(task) ?? []);
  if (failed[0] && tasks.length === 1) throw failed[0].error;
  if (!options.json) for (const each of made) show(each, options);
  else if (failed.length + open.length === 0) printJson({ runs: made.map((each) => factsOf(each, options)) });
  if (open.length > 0)
    throw new Stopped(
      `stopped; to go on: oddity lab run --resume ${open.map(({ folder }) => quoted(folder)).join(" ")}`,
    );
  if (failed.length > 0)
    throw new OddityError({
      place: "lab run",
      expected: "every run to come to its end",
      got: `${counted(failed.length, "run")} of ${count(tasks.length)} that failed`,
      hint: `what they have is kept: oddity lab run --resume ${failed.map(({ task }) => quoted(task.folder)).join(" ")}`,
    });
}

/** One alone runs in this process; of several each in its own. */
const carriedThrough = (
  { folder }: Task,
  isApart: boolean,
  hooks: Omit<PerformHooks, "clock" | "runtime">,
): Promise<LabEnd> =>
  isApart
    ? performApart(folder, hooks)
    : performRun(folder, {
        ...hooks,
        clock: { now: () => (performance.timeOrigin + performance.now()) / 1000 },
        runtime: nodeHost.runtime,
      });

const hooksOf = ({ name }: Task, narrate: LabNarrator, signal: AbortSignal) => ({
  signal,
  onStart(step: number, passedOver: readonly string[]): void {
    if (step > 0) narrate.say(`${name}: goes on from step ${count(step)}`);
    for (const reason of passedOver) narrate.warn(`${name}: a newer checkpoint is left out: ${reason}`);
  },
  onProgress: (progress: Parameters<LabNarrator["training"]>[1]): void => narrate.training(name, progress),
  onMeasured: (measured: Parameters<LabNarrator["measured"]>[1]): void => narrate.measured(name, measured),
});

/** Makes the folders of new runs. @throws OddityError before any is made, where one cannot be */
async function begun(names: readonly string[], options: Options, narrate: LabNarrator): Promise<Task[]> {
  if (names.length === 0)
    throw new OddityError(
      { place: "lab run", expected: "a setting", got: "none", hint: '"oddity lab list" shows them' },
      { usage: true },
    );
  const { quick, steps, seeds = [DEFAULT_SEED], force = false } = options;
  const changes = { ...(quick ? { quick } : {}), ...(steps === undefined ? {} : { steps }) };
  const settings = await Promise.all(names.map((name) => chosenSetting(name, changes)));
  const started = new Date().toISOString();
  const configs = settings.flatMap(({ id, spec }) =>
    [...new Set(seeds)].map(
      (seed): RunConfig => ({ id: runId(id, started, seed), setting: spec, seed, version, started }),
    ),
  );
  const twice = configs.find(({ id }, i) => configs.findIndex((each) => each.id === id) < i);
  if (twice)
    throw new OddityError(
      { place: "lab run", expected: "settings with different ids", got: `"${twice.setting.id}" twice` },
      { usage: true },
    );
  for (const config of configs) await checkRunFolder(options.out, config, { force });
  if (options.seeds === undefined) narrate.say(`seed ${DEFAULT_SEED} (--seeds names others)`);
  const tasks: Task[] = [];
  for (const config of configs) tasks.push({ folder: await beginRun(options.out, config), name: nameOf(config) });
  for (const { folder } of tasks) narrate.say(`run ${folder}`);
  return tasks;
}

/** Runs that are to go on. @throws OddityError where one cannot */
async function resumed(names: readonly string[], options: Options, folders: readonly string[]): Promise<Task[]> {
  const beside = Object.entries({
    [`setting ${names[0]}`]: names[0],
    "--seeds": options.seeds,
    "--steps": options.steps,
    "--quick": options.quick,
  }).find(([, given]) => given !== undefined);
  if (beside)
    throw new OddityError(
      { place: "--resume", expected: "run folders alone, whose settings are kept in them", got: `${beside[0]} too` },
      { usage: true },
    );
  const tasks: Task[] = [];
  for (const folder of new Set(folders)) {
    const { config } = await resumePoint(folder, version);
    tasks.push({ folder, name: nameOf(config) });
  }
  return tasks;
}

const nameOf = ({ setting, seed }: RunConfig): string => `${setting.id} s${seed}`;

const quoted = (word: string): string => (/^[\w./:=,@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

function factsOf(run: LabRun, { report }: Options) {
  const { folder, config, step, isDone, seconds } = run;
  const fit = run.results.findLast((line) => line.kind === "fit");
  const { id, setting, seed } = config;
  const seen = look(run);
  return {
    ...{ id, folder, setting: setting.id, seed, step, isDone, seconds },
    auc: Object.fromEntries(
      seen.modes.map((mode) => [
        mode,
        Object.fromEntries(seen.names.map((name) => [name, seen.of(mode, name).at(-1)?.auc])),
      ]),
    ),
    fit: fit?.tests ?? {},
    ...(report ? { report: `${folder}/report.html` } : {}),
  };
}

function show(run: LabRun, options: Options): void {
  const { folder, config, step, seconds } = run;
  const seen = look(run);
  const aucs = seen.modes.map((mode): [string, string] => {
    const last = seen.names.flatMap((name) => seen.of(mode, name).at(-1)?.auc ?? []);
    return [`AUC (${mode})`, rangeOf(last)];
  });
  print(
    pairs([
      ["run", `${config.setting.id}, seed ${config.seed}, ${count(step)} steps`],
      ["took", `${duration(seconds.training)} to train, ${duration(seconds.measuring)} to measure`],
      ...aucs,
      ["folder", folder],
      ...(options.report ? [["report", `${folder}/report.html`] as const] : []),
    ]),
  );
  print();
}
