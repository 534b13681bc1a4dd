// One run of a setting: trains, stops where something is measured, and hands over lines as they come. Every number depends on the
// setting, the seed and the step alone, so that a run that goes on from a checkpoint gives what an undisturbed one gives.

import type { FixedRows } from "../detectors/gandi/criteria.js";
import { writeOnnx } from "../graph/onnx/write.js";
import type { Runtime } from "../runtime/runtime.js";
import { workerRuntime } from "../runtime/worker.js";
import { Random } from "../tensor/random.js";
import { decodeSnapshot, encodeSnapshot } from "../train/checkpoint.js";
import { freshStop, type LoopHooks, type Snapshot, train } from "../train/loop.js";
import { anyGame, trainingProgram } from "../train/program.js";
import { startingWeights, startState } from "../train/start.js";
import { gameOf } from "./game.js";
import { openJudge } from "./judge.js";
import { fixedScores, watching } from "./look.js";
import { domainOf, measure } from "./measure.js";
import { aloneAmongNormal } from "./modes.js";
import type { LossLine, ResultLine } from "./records.js";
import { dueSteps, isDue } from "./schedule.js";
import type { Setting } from "./setting.js";
import { truthOf } from "./truth.js";

export interface LabProgress {
  readonly step: number;
  readonly steps: number;
  readonly losses: Readonly<Record<string, number>>;
  readonly stepsPerSecond: number;
  readonly secondsLeft: number;
}

/** Where a run's lines go. Everything is awaited before training goes on. */
export interface Sink {
  losses(lines: readonly LossLine[]): Promise<void>;
  results(lines: readonly ResultLine[]): Promise<void>;
  /** After every measured step: what the run needs to go on from there. All lines up to this step have been handed over before. */
  checkpoint(step: number, bytes: Uint8Array): Promise<void>;
  /** At steps that the setting logs. */
  log(step: number, losses: LossLine | undefined): Promise<void>;
}

export interface LabOptions {
  readonly seed: number;
  readonly sink: Sink;
  /** A worker thread of its own when left out. */
  readonly runtime?: Runtime;
  /** A checkpoint of this setting and seed to go on from. */
  readonly from?: Uint8Array;
  readonly onProgress?: (progress: LabProgress) => void;
  readonly signal?: AbortSignal;
  /** Seconds on a clock that only runs forward. */
  now(): number;
}

export interface LabEnd {
  readonly step: number;
  readonly ended: "done" | "aborted";
  readonly seconds: { readonly training: number; readonly measuring: number };
}

/** What a checkpoint belongs to. */
const fingerprintOf = ({ spec }: Setting, seed: number): string => JSON.stringify({ spec, seed });

/** @throws OddityError where the checkpoint is damaged or of another run, DivergedError where training goes astray */
export async function runLab(setting: Setting, options: LabOptions): Promise<LabEnd> {
  const { spec, real } = setting;
  const { seed, sink, now } = options;
  const random = new Random(seed);
  const game = anyGame(gameOf(setting));
  const { graph, plan } = trainingProgram(game, { batch: spec.batch, width: real.dims });
  const from: Snapshot = options.from
    ? decodeSnapshot(options.from, fingerprintOf(setting, seed), "checkpoint")
    : {
        stage: 0,
        step: 0,
        state: startState(game, startingWeights(setting.players, random.at("weights"))),
        stop: freshStop,
      };
  const own = options.runtime === undefined ? workerRuntime() : undefined;
  const runtime = options.runtime ?? own!;
  const judge = await openJudge(runtime, setting);
  const session = await runtime.open(writeOnnx(graph), { threads: 1 });
  const domain = domainOf(setting);
  const watched = watching(setting);
  /** What stands between one measurement and the next: lines not yet handed over, the losses since, the scores then. */
  let lines: LossLine[] = [];
  let since: LossLine[] = [];
  let last: LossLine | undefined;
  let before: FixedRows | undefined;
  let measuring = 0;

  const look = async (snapshot: Snapshot): Promise<void> => {
    const { step, state } = snapshot;
    const began = now();
    const own = { random: random.at("measure", step), plots: isDue(spec.schedules.plots, step), before, losses: since };
    const found = await measure(watched, judge, domain, { step, state, ...own });
    before = found.fixed;
    since = [];
    await sink.results(step === 0 ? [truthOf(setting, domain), ...found.lines] : found.lines);
    await sink.checkpoint(step, encodeSnapshot(snapshot, fingerprintOf(setting, seed)));
    measuring += now() - began;
  };
  const measured = new Set(setting.measured);
  const hooks: LoopHooks = {
    losses(first, { discriminator, generator }) {
      for (let i = 0; i < discriminator!.length; i++) {
        const step = first + i + 1;
        if (isDue(spec.schedules.losses, step))
          lines.push({ step, discriminator: discriminator![i]!, generator: generator![i]! });
      }
    },
    async mark(snapshot) {
      const { step } = snapshot;
      if (lines.length > 0) await sink.losses(lines);
      last = lines.at(-1) ?? last;
      since.push(...lines);
      lines = [];
      if (isDue(spec.schedules.log, step)) await sink.log(step, last);
      if (measured.has(step)) await look(snapshot);
    },
    progress({ step, losses, secondsLeft, rowsPerSecond }) {
      options.onProgress?.({
        step,
        steps: spec.steps,
        losses,
        secondsLeft,
        stepsPerSecond: rowsPerSecond / spec.batch,
      });
    },
    checkpoint: async () => undefined,
    aborted: () => options.signal?.aborted ?? false,
    now,
  };
  const began = now();
  try {
    if (from.step === 0 && !options.from) {
      if (isDue(spec.schedules.log, 0)) await sink.log(0, undefined);
      if (measured.has(0)) await look(from);
      else await sink.results([truthOf(setting, domain)]);
    } else if (measured.has(from.step))
      before = await fixedScores(watched, await aloneAmongNormal(setting, judge, from.state, domain[0]!));
    const marks = [...new Set([...setting.measured, ...dueSteps(spec.schedules.log, spec.steps), spec.steps])];
    const loop = {
      seed,
      steps: spec.steps,
      checkpointEvery: Number.POSITIVE_INFINITY,
      marks: marks.sort((a, b) => a - b),
    };
    const drawn = { draw: real.sample };
    const { step, ended } = await train(session, plan, drawn, from, loop, hooks);
    return {
      step,
      ended: ended === "aborted" ? "aborted" : "done",
      seconds: { training: now() - began - measuring, measuring },
    };
  } finally {
    await judge.close();
    await session.close();
    await own?.close();
  }
}
