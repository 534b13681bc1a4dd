// Which weights of a run score, and runs of several games: picked by held-out rows or, for published tables only, by
// labels; stopped in the second game and taken up there.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { autoencoder, fAnogan } from "../../src/detectors/index.js";
import { nodeHost } from "../../src/host/node.js";
import { auroc } from "../../src/metrics/auroc.js";
import type { Job } from "../../src/train/job.js";
import { normalRows, onlyNumbers } from "./tables.js";

const rows = onlyNumbers(normalRows(300, 1));
/** Rows that no detector can tell apart by their labels: all weights are about as good, and some happen to be better. */
const judged = onlyNumbers(normalRows(100, 2));
const labels = Uint8Array.from({ length: judged.rows }, (_, i) => i % 2);

/** Learns fast, then is thrown about: its last weights are not its best. */
const restless = autoencoder({ epochs: 40, fewestSteps: 0, rate: 0.3, hidden: 16, batch: 32 });

test("held-out rows pick the weights with the least criterion; the file says so", async () => {
  const last = await restless.fit(rows, { seed: 5 });
  const picked = await restless.fit(rows, { seed: 5, select: "held-out" });
  expect(last.header.training).not.toHaveProperty("bestStep");
  const { bestStep, bestHeldOutScore, selection, steps } = picked.header.training as Record<string, number | string>;
  expect(selection).toBe("held-out rows");
  expect(bestStep).toBeLessThan(Number(steps));
  // the calibration scores are those of the held-out rows
  const mean = (scores: Float32Array) => scores.reduce((sum, score) => sum + score / scores.length, 0);
  expect(mean(picked.calibration)).toBeCloseTo(Number(bestHeldOutScore), 3);
  expect(mean(picked.calibration)).toBeLessThan(mean(last.calibration));
});

test("labels pick the weights with the highest AUROC on their rows, and the file warns of it", async () => {
  const picked = await restless.fit(rows, { seed: 5, oracle: { rows: judged, labels } });
  const { bestHeldOutScore, selection } = picked.header.training;
  expect(selection).toBe("labels");
  expect(auroc.compute(await picked.score(judged), labels)).toBeCloseTo(1 - Number(bestHeldOutScore), 6);
  expect(picked.header.notes.join()).toContain("weights picked by the labels");
  // turned round, they pick the worst: the labels are what counts
  const worst = await restless.fit(rows, {
    seed: 5,
    oracle: { rows: judged, labels: labels.map((label) => 1 - label) },
  });
  expect(auroc.compute(await worst.score(judged), labels)).toBeLessThan(
    auroc.compute(await picked.score(judged), labels),
  );
});

test("a run that was stopped in its second game goes on there and ends with the same file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "oddity-stages-"));
  try {
    const path = join(folder, "run.checkpoint");
    const detector = fAnogan({ epochs: 1, fewestSteps: 30, encoderSteps: 3000 });
    const whole = await detector.fit(rows, { seed: 3 });
    const controller = new AbortController();
    const stopping = detector.fit(rows, {
      seed: 3,
      checkpoint: { path },
      signal: controller.signal,
      onProgress: ({ step, steps }) => {
        if (step > 100 && step < steps) controller.abort();
      },
    });
    await expect(stopping).rejects.toMatchObject({ name: "AbortError" });
    const jobs: Job[] = [];
    const host = {
      ...nodeHost,
      train: (job: Job, ...rest: [Parameters<typeof nodeHost.train>[1], AbortSignal?]) => {
        jobs.push(job);
        return nodeHost.train(job, ...rest);
      },
    };
    const again = await detector.fit(rows, { seed: 3, checkpoint: { path, resume: true }, host });
    expect(jobs.map(({ from }) => from.stage)).toEqual([1]); // the first game is not played again
    expect(jobs[0]!.from.step).toBeGreaterThan(0);
    expect(Buffer.from(again.bytes).equals(whole.bytes)).toBe(true);
  } finally {
    await rm(folder, { recursive: true });
  }
});
