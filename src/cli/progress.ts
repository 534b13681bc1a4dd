// Progress on stderr: a bar on a terminal, a plain line now and then elsewhere, nothing with --quiet.

import { SingleBar } from "cli-progress";
import { count, duration } from "../report/format.js";
import type { Progress } from "../train/loop.js";
import type { Everywhere } from "./options.js";

export interface Narrator {
  /** A line of its own. */
  say(line: string): void;
  /** A line of its own, which --quiet does not silence: something was left out. */
  warn(line: string): void;
  /** Training goes on. */
  training(progress: Progress): void;
  /** Rows are done, of how many is not known. */
  rows(done: number): void;
  /** Takes the bar away. */
  done(): void;
}

const SECONDS_BETWEEN_LINES = 5;

export function narrator({ quiet }: Everywhere): Narrator {
  const warn = (line: string): void => void process.stderr.write(`${line}\n`);
  if (quiet)
    return { say: () => undefined, warn, training: () => undefined, rows: () => undefined, done: () => undefined };
  return process.stderr.isTTY ? bar() : lines();
}

const losses = (progress: Progress): string =>
  Object.entries(progress.losses)
    .map(([name, value]) => `${name} ${value.toPrecision(3)}`)
    .join(", ");

const pace = ({ rowsPerSecond, secondsLeft }: Progress): string =>
  `${count(Math.round(rowsPerSecond))} rows/s, ${duration(secondsLeft)} left`;

function bar(): Narrator {
  let shown: SingleBar | undefined;
  let isCounting = false;
  const done = (): void => {
    shown?.stop();
    shown = undefined;
    if (isCounting) process.stderr.write("\r\x1b[K");
    isCounting = false;
  };
  const say = (line: string): void => {
    done();
    process.stderr.write(`${line}\n`);
  };
  return {
    say,
    warn: say,
    training(progress) {
      if (shown === undefined) {
        shown = new SingleBar({
          format: "training [{bar}] {percentage}%  {told}",
          stream: process.stderr,
          clearOnComplete: true,
          hideCursor: true,
          barsize: 24,
          gracefulExit: false, // signals are for interrupt.ts
        });
        shown.start(progress.steps, 0, { told: "" });
      }
      shown.update(progress.step, { told: `${pace(progress)}  ${losses(progress)}` });
    },
    rows(rows) {
      isCounting = true;
      process.stderr.write(`\r\x1b[K${count(rows)} rows scored`);
    },
    done,
  };
}

function lines(): Narrator {
  let last = performance.now();
  const say = (line: string): void => {
    last = performance.now();
    process.stderr.write(`${line}\n`);
  };
  const seldom = (line: () => string): void => {
    if (performance.now() - last < SECONDS_BETWEEN_LINES * 1000) return;
    say(line());
  };
  return {
    say,
    warn: say,
    training: (progress) =>
      seldom(() => `step ${count(progress.step)} of ${count(progress.steps)}, ${pace(progress)}; ${losses(progress)}`),
    rows: (rows) => seldom(() => `${count(rows)} rows scored`),
    done: () => undefined,
  };
}
