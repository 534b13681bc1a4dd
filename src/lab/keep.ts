// What a run hands over, kept in its folder: lines, checkpoints, the text log, and the events that TensorBoard shows.

import { join } from "node:path";
import { linesToParquet } from "../data/lines-to-parquet.js";
import { writeAtomic } from "../disk/atomic.js";
import { openGrowing } from "../disk/growing.js";
import { openLines } from "../disk/lines.js";
import { type Events, openEvents } from "../disk/tensorboard/events.js";
import { checkpointFile, progressFile, type ResumePoint, type Stand, sizesOf } from "./folder.js";
import type { LossLine, ResultLine } from "./records.js";
import type { Sink } from "./run.js";

/** What time it is. Given, since nothing here may depend on it. */
export interface Clock {
  /** Seconds since 1970, which only run forward. */
  now(): number;
}

export interface Keeper extends Sink {
  /** All steps are done: results.parquet, and a last line of progress. */
  finish(step: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param secondsNow what the run has taken up to now
 * @throws OddityError where something in the folder cannot be written
 */
export async function openKeeper(
  folder: string,
  { config, stand }: ResumePoint,
  clock: Clock,
  secondsNow: () => Stand["seconds"],
): Promise<Keeper> {
  const { id } = config;
  const events = await openEvents(join(folder, "tensorboard"), {
    wallTime: clock.now(),
    suffix: id,
    ...(stand ? { after: stand.step } : {}),
  });
  const metrics = await openLines(join(folder, "metrics.jsonl"));
  const results = await openLines(join(folder, "results.jsonl"));
  const progress = await openLines(progressFile(folder));
  const log = await openGrowing(join(folder, "log.txt"));
  const files = [metrics, results, progress, log, events];
  const standAt = async (step: number): Promise<Stand> => ({
    step,
    sizes: await sizesOf(folder),
    seconds: secondsNow(),
  });
  return {
    async losses(lines) {
      await metrics.append(lines);
      for (const line of lines) recordLosses(events, line, clock.now());
    },
    async results(lines) {
      await results.append(lines);
      for (const line of lines) recordResult(events, line, clock.now());
    },
    async log(step, losses) {
      const words = [id, "training", String(step).padStart(6, "0"), ...lossWords(losses), timeOf(clock.now())];
      await log.append(`${words.join("\t")}\n`);
    },
    async checkpoint(step, bytes) {
      await Promise.all([metrics.sync(), results.sync(), log.sync(), events.flush()]);
      await writeAtomic(checkpointFile(folder, step), bytes, { force: true });
      await progress.append([await standAt(step)]);
    },
    async finish(step) {
      await Promise.all([metrics.sync(), results.sync(), log.sync(), events.flush()]);
      await linesToParquet(join(folder, "results.jsonl"), join(folder, "results.parquet"), { force: true });
      await progress.append([{ ...(await standAt(step)), isDone: true }]);
    },
    async close() {
      for (const file of files) await file.close();
    },
  };
}

/** Before the first step there are none. */
const lossWords = (losses: LossLine | undefined): string[] =>
  losses === undefined ? ["-", "-"] : [losses.discriminator.toFixed(6), losses.generator.toFixed(6)];

const timeOf = (seconds: number): string => new Date(seconds * 1000).toISOString();

function recordLosses(events: Events, { step, discriminator, generator }: LossLine, time: number): void {
  events.scalar("loss/discriminator", step, discriminator, time);
  events.scalar("loss/generator", step, generator, time);
}

function recordResult(events: Events, line: ResultLine, time: number): void {
  switch (line.kind) {
    case "anomaly":
      events.scalar(`auc/${line.mode}/${line.anomaly}`, line.step, line.auc, time);
      events.scalar(`confidence/${line.mode}/${line.anomaly}`, line.step, line.confidence, time);
      return;
    case "fit":
      for (const [name, value] of Object.entries(line.tests)) events.scalar(`fit/${name}`, line.step, value, time);
      return;
    case "criteria":
      for (const [name, value] of Object.entries(line.values))
        events.scalar(`criteria/${name}`, line.step, value, time);
      return;
    case "generated":
      // quantiles at equal shares are as good as the rows they are of
      if (line.quantiles) events.histogram("generated", line.step, line.quantiles, time);
      for (const axis of line.points ? ([0, 1] as const) : [])
        events.histogram(
          `generated/${"xy"[axis]}`,
          line.step,
          line.points!.map((point) => point[axis]),
          time,
        );
  }
}
