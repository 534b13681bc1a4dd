// A run in its folder, from where it stands to its end: what begins and what goes on is the same.

import { version } from "../host/version.js";
import type { Runtime } from "../runtime/runtime.js";
import { cutBack, readRun, resumePoint } from "./folder.js";
import { type Clock, openKeeper } from "./keep.js";
import { lockRun } from "./lock.js";
import { modes, type ResultLine } from "./records.js";
import { type LabEnd, type LabProgress, runLab } from "./run.js";
import { settingOf } from "./setting.js";

/** The AUC of each anomaly at a step, as published where that can be. */
export interface Measured {
  readonly step: number;
  readonly aucs: readonly number[];
}

export interface PerformHooks {
  readonly clock: Clock;
  /** See `runLab`. */
  readonly runtime?: Runtime;
  readonly signal?: AbortSignal;
  /** Before the first step that is not done yet. */
  onStart?(step: number, passedOver: readonly string[]): void;
  onProgress?(progress: LabProgress): void;
  onMeasured?(measured: Measured): void;
}

/** @throws OddityError where the folder cannot be used, DivergedError where training goes astray */
export async function performRun(folder: string, hooks: PerformHooks): Promise<LabEnd> {
  const { clock, runtime, signal } = hooks;
  const unlock = await lockRun(folder);
  try {
    const point = await resumePoint(folder, version);
    await cutBack(folder, point);
    await readRun(folder); // what is damaged is told now, not at the end
    const { config, stand, bytes } = point;
    const began = clock.now();
    const before = stand?.seconds ?? { training: 0, measuring: 0 };
    let measuring = 0;
    let trained = began; // measuring begins where training has come to a mark, which it tells just before
    const keeper = await openKeeper(folder, point, clock, () => {
      const now = clock.now();
      const all = measuring + (now - trained);
      return { training: before.training + (now - began - all), measuring: before.measuring + all };
    });
    try {
      hooks.onStart?.(stand?.step ?? 0, point.passedOver);
      const end = await runLab(settingOf(config.setting, folder), {
        seed: config.seed,
        now: clock.now,
        ...(bytes ? { from: bytes } : {}),
        ...(runtime ? { runtime } : {}),
        ...(signal ? { signal } : {}),
        onProgress(progress) {
          trained = clock.now();
          hooks.onProgress?.(progress);
        },
        sink: {
          ...keeper,
          async results(lines) {
            await keeper.results(lines);
            const measured = measuredIn(lines);
            if (measured) hooks.onMeasured?.(measured);
          },
          async checkpoint(step, bytes) {
            await keeper.checkpoint(step, bytes);
            measuring += clock.now() - trained;
            trained = clock.now();
          },
        },
      });
      trained = clock.now();
      if (end.ended === "done") await keeper.finish(end.step);
      return end;
    } finally {
      await keeper.close();
    }
  } finally {
    await unlock();
  }
}

function measuredIn(lines: readonly ResultLine[]): Measured | undefined {
  const anomalies = lines.filter((line) => line.kind === "anomaly");
  const mode = modes.find((each) => anomalies.some((line) => line.mode === each));
  const shown = anomalies.filter((line) => line.mode === mode);
  return shown[0] && { step: shown[0].step, aucs: shown.map(({ auc }) => auc) };
}
