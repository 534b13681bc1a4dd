// Progress of learning that has no losses, told when it takes long, and the place where it can be stopped.

import type { LearningSite } from "./define.js";

const SECONDS_BEFORE_TELLING = 1;

export class Pace {
  readonly #steps: number;
  readonly #site: Pick<LearningSite, "onProgress" | "signal">;
  readonly #started = performance.now();

  /** @param steps how many there will be; one step is a row, or whatever the work goes through */
  constructor(steps: number, site: Pick<LearningSite, "onProgress" | "signal">) {
    this.#steps = steps;
    this.#site = site;
  }

  /** So many steps are done. @throws the signal's reason where learning was stopped */
  reach(step: number): void {
    this.#site.signal?.throwIfAborted();
    const seconds = (performance.now() - this.#started) / 1000;
    if (seconds < SECONDS_BEFORE_TELLING) return;
    const rowsPerSecond = step / seconds;
    this.#site.onProgress({
      step,
      steps: this.#steps,
      epoch: step / this.#steps,
      losses: {},
      rowsPerSecond,
      secondsLeft: (this.#steps - step) / rowsPerSecond,
    });
  }
}
