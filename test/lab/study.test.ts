// The study of a run folder: what it says of the last snapshot is what that snapshot says, and no choice beats the best.

import { rmSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { version } from "../../src/host/version.js";
import { beginRun, checkpointFile, readRun } from "../../src/lab/folder.js";
import { openJudge } from "../../src/lab/judge.js";
import { performRun } from "../../src/lab/perform.js";
import { settingOf } from "../../src/lab/setting.js";
import { type StudyLine, studyRun } from "../../src/lab/study.js";
import { auroc } from "../../src/metrics/auroc.js";
import { workerRuntime } from "../../src/runtime/worker.js";
import { Random } from "../../src/tensor/random.js";
import { decodeTensors } from "../../src/train/safetensors.js";

const runtime = workerRuntime();
let out: string;
let folder: string;
let lines: StudyLine[];

const setting = settingOf(
  {
    id: "small",
    real: { kind: "gaussian", mean: 0, deviation: 1 },
    anomalies: [{ shift: -3 }, { shift: 3 }],
    generator: { widths: [8] },
    discriminator: { widths: [8], activation: "tanh" },
    steps: 300,
    sample: 200,
    schedules: { measures: 50, log: "never" },
  },
  "small",
);

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), "oddity-study-"));
  const config = { id: "small_s1", setting: setting.spec, seed: 1, version, started: "2026-01-01T00:00:00Z" };
  folder = await beginRun(out, config);
  await performRun(folder, { clock: { now: () => performance.now() / 1000 }, runtime });
  lines = await studyRun(await readRun(folder), runtime);
});
afterAll(async () => {
  await runtime.close();
  rmSync(out, { recursive: true, force: true });
});

test("both readings, six snapshots", () => {
  expect(new Set(lines.map(({ reading }) => reading))).toEqual(new Set(["doubt", "unusual"]));
  for (const { snapshots, best, chosen, bestStep, mean } of lines) {
    expect(snapshots).toBe(6);
    expect(bestStep % 50).toBe(0);
    expect(mean).toBeLessThanOrEqual(best);
    for (const [way, { auc, step }] of Object.entries(chosen))
      if (step !== undefined) expect(auc, way).toBeLessThanOrEqual(best);
    expect(chosen.last!.step).toBe(300);
  }
});

test("the last snapshot, scored by hand", async () => {
  const judge = await openJudge(runtime, setting);
  const { vectors } = decodeTensors(await readFile(checkpointFile(folder, 300)));
  const random = new Random(0).at("study");
  const real = new Float32Array(3000);
  setting.real.sample(random.at("real"), real);
  const aucs: number[] = [];
  for (const anomaly of setting.anomalies) {
    const strange = new Float32Array(1000);
    anomaly.sample(random.at(anomaly.name), strange);
    const scores = [...(await judge.logits(vectors, real)), ...(await judge.logits(vectors, strange))].map((l) => -l);
    aucs.push(
      auroc.compute(
        scores,
        Uint8Array.from(scores, (_, i) => Number(i >= 3000)),
      ),
    );
  }
  await judge.close();
  const doubt = lines.find(({ reading }) => reading === "doubt")!;
  expect(doubt.chosen.last!.auc).toBeCloseTo((aucs[0]! + aucs[1]!) / 2, 10);
});

test("a checkpoint that is gone is named", async () => {
  rmSync(checkpointFile(folder, 150));
  await expect(studyRun(await readRun(folder), runtime)).rejects.toThrow("the checkpoint of a measured step");
});
