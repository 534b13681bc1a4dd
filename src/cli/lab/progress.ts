// Progress of several runs on stderr: a bar for each on a terminal, a line for each now and then elsewhere, nothing with --quiet.

import { MultiBar, type SingleBar } from "cli-progress";
import type { Measured } from "../../lab/perform.js";
import type { LabProgress } from "../../lab/run.js";
import { count, duration } from "../../report/format.js";
import type { Everywhere } from "../options.js";

export interface LabNarrator {
  say(line: string): void;
  /** --quiet does not silence it. */
  warn(line: string): void;
  training(run: string, progress: LabProgress): void;
  measured(run: string, measured: Measured): void;
  ended(run: string): void;
  /** Takes the bars away. */
  done(): void;
}

const SECONDS_BETWEEN_LINES = 5;

export function labNarrator({ quiet }: Everywhere): LabNarrator {
  const nothing = (): void => undefined;
  const warn = (line: string): void => void process.stderr.write(`${line}\n`);
  if (quiet) return { say: nothing, warn, training: nothing, measured: nothing, ended: nothing, done: nothing };
  return process.stderr.isTTY ? bars() : lines();
}

/** "0.49 to 1.00, mean 0.86" */
export function rangeOf(aucs: readonly number[]): string {
  const mean = aucs.reduce((sum, auc) => sum + auc, 0) / aucs.length;
  return `${Math.min(...aucs).toFixed(2)} to ${Math.max(...aucs).toFixed(2)}, mean ${mean.toFixed(2)}`;
}

const told = ({ losses, secondsLeft }: LabProgress, measured: Measured | undefined): string =>
  [
    ...Object.entries(losses).map(([name, value]) => `${name} ${value.toPrecision(3)}`),
    ...(measured ? [`AUC ${rangeOf(measured.aucs)}`] : []),
    `${duration(secondsLeft)} left`,
  ].join("; ");

function lines(): LabNarrator {
  const last = new Map<string, number>();
  const seen = new Map<string, Measured>();
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  return {
    say,
    warn: say,
    training(run, progress) {
      const now = performance.now();
      if (!last.has(run)) last.set(run, now);
      if (now - last.get(run)! < SECONDS_BETWEEN_LINES * 1000) return;
      last.set(run, now);
      say(`${run}: step ${count(progress.step)} of ${count(progress.steps)}; ${told(progress, seen.get(run))}`);
    },
    measured: (run, measured) => void seen.set(run, measured),
    ended: () => undefined,
    done: () => undefined,
  };
}

function bars(): LabNarrator {
  const seen = new Map<string, Measured>();
  const shown = new Map<string, SingleBar>();
  let all: MultiBar | undefined;
  const done = (): void => {
    all?.stop();
    all = undefined;
    shown.clear();
  };
  const say = (line: string): void => {
    if (all) all.log(`${line}\n`);
    else process.stderr.write(`${line}\n`);
  };
  return {
    say,
    warn: say,
    training(run, progress) {
      all ??= new MultiBar({
        format: "{run} [{bar}] {percentage}%  {told}",
        stream: process.stderr,
        clearOnComplete: true,
        hideCursor: true,
        barsize: 16,
        gracefulExit: false, // signals are for interrupt.ts
      });
      const bar = shown.get(run) ?? all.create(progress.steps, 0, { run, told: "" });
      shown.set(run, bar);
      bar.update(progress.step, { run, told: told(progress, seen.get(run)) });
    },
    measured: (run, measured) => void seen.set(run, measured),
    ended(run) {
      const bar = shown.get(run);
      if (bar) all?.remove(bar);
      shown.delete(run);
      if (shown.size === 0) done();
    },
    done,
  };
}
