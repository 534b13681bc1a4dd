// Runs of the laboratory: the same seed gives the same lines, a run that goes on from a checkpoint too, and what is
// measured is what the setting asks for.

import { expect, test } from "vitest";
import { discriminatorLosses, generatorLosses } from "../../src/lab/losses.js";
import type { LossLine, ResultLine } from "../../src/lab/records.js";
import { runLab } from "../../src/lab/run.js";
import { type SettingSpec, settingOf } from "../../src/lab/setting.js";

const small: SettingSpec = {
  id: "small",
  real: { kind: "gaussian", mean: 4, deviation: 1 },
  anomalies: [{ shift: -3 }, { shift: 3 }, { spread: 4 }],
  steps: 60,
  sample: 500,
  schedules: { losses: 10, measures: 20, plots: [0, 40], log: 30 },
};

async function lines(spec: SettingSpec, seed = 1, from?: Uint8Array, stopAt?: number) {
  const stop = new AbortController();
  const got = {
    losses: [] as LossLine[],
    results: [] as ResultLine[],
    logged: [] as number[],
    checkpoints: new Map<number, Uint8Array>(),
  };
  const end = await runLab(settingOf(spec, spec.id), {
    seed,
    ...(from ? { from } : {}),
    signal: stop.signal,
    now: () => performance.now() / 1000,
    sink: {
      losses: async (each) => void got.losses.push(...each),
      results: async (each) => void got.results.push(...each),
      log: async (step) => void got.logged.push(step),
      async checkpoint(step, bytes) {
        got.checkpoints.set(step, bytes);
        if (step === stopAt) stop.abort();
      },
    },
  });
  return { ...got, end };
}

const after = (step: number) => (line: ResultLine | LossLine) => "step" in line && line.step > step;

test("losses, measurements, plots and log lines come when they are due", async () => {
  const run = await lines(small);
  expect(run.end).toMatchObject({ step: 60, ended: "done" });
  expect(run.losses.map(({ step }) => step)).toEqual([10, 20, 30, 40, 50, 60]);
  expect(run.logged).toEqual([0, 30, 60]);
  expect([...run.checkpoints.keys()]).toEqual([0, 20, 40, 60]);
  const steps = (kind: ResultLine["kind"]) =>
    run.results.flatMap((line) => (line.kind === kind && "step" in line ? [line.step] : []));
  expect(run.results[0]!.kind).toBe("truth");
  expect(steps("fit")).toEqual([0, 20, 40, 60]);
  expect(steps("criteria")).toEqual([0, 20, 40, 60]);
  expect(steps("field")).toEqual([0, 20, 40, 60]);
  expect(steps("generated")).toEqual([0, 40]);
  const anomalies = run.results.filter((line) => line.kind === "anomaly");
  expect(anomalies).toHaveLength(4 * 3 * 2);
  for (const line of anomalies) {
    expect(line.auc).toBeGreaterThanOrEqual(0);
    expect(line.auc).toBeLessThanOrEqual(1);
    expect(line.confusion.found + line.confusion.missed).toBe(500);
    expect(line.confusion.flagged + line.confusion.passed).toBe(500);
    expect(line.roc !== undefined).toBe(line.step === 0 || line.step === 40);
  }
});

test("the same seed gives the same lines, another seed others; a stopped run goes on as if nothing had been", async () => {
  const whole = await lines(small);
  const again = await lines(small);
  expect(again.results).toEqual(whole.results);
  expect(again.losses).toEqual(whole.losses);
  expect((await lines(small, 2)).losses).not.toEqual(whole.losses);

  const begun = await lines(small, 1, undefined, 20);
  expect(begun.end).toMatchObject({ step: 20, ended: "aborted" });
  const rest = await lines(small, 1, begun.checkpoints.get(20));
  expect(rest.results).toEqual(whole.results.filter(after(20)));
  expect(rest.losses).toEqual(whole.losses.filter(after(20)));
});

test("a checkpoint of another seed or setting is refused", async () => {
  const { checkpoints } = await lines({ ...small, steps: 20 });
  await expect(lines({ ...small, steps: 20 }, 2, checkpoints.get(20))).rejects.toThrow("a checkpoint of this run");
  await expect(lines({ ...small, steps: 40 }, 1, checkpoints.get(20))).rejects.toThrow("a checkpoint of this run");
});

test("training goes on whatever is measured: schedules do not change the numbers", async () => {
  const often = await lines({ ...small, schedules: { losses: 10, measures: 7, plots: "never", log: "never" } });
  const once = await lines({ ...small, schedules: { losses: 10, measures: [60], plots: "never", log: "never" } });
  expect(often.losses).toEqual(once.losses);
});

const pairs = Object.entries(discriminatorLosses).flatMap(([discriminator, critic]) =>
  Object.entries(generatorLosses)
    .filter(([, against]) => "isCritic" in critic === "isCritic" in against)
    .map(([generator]) => ({ discriminator, generator }) as NonNullable<SettingSpec["losses"]>),
);
for (const losses of pairs)
  test(`${losses.discriminator} against ${losses.generator} trains`, async () => {
    const run = await lines({
      ...small,
      steps: 20,
      losses,
      schedules: { losses: 20, measures: [20], plots: "never", log: "never" },
    });
    expect(Number.isFinite(run.losses[0]!.discriminator + run.losses[0]!.generator)).toBe(true);
    expect(run.results.filter(({ kind }) => kind === "anomaly")).toHaveLength(6);
  });

test("two dimensions: points and a field over the square", async () => {
  const run = await lines({
    ...small,
    real: { kind: "rings" },
    noise: { kind: "gaussian", mean: 0, deviation: 1, width: 2 },
    discriminator: { widths: [8], activation: "relu", minibatch: { kernels: 3, dims: 2 } },
    steps: 20,
    schedules: { losses: 10, measures: [20], plots: [20], log: "never" },
  });
  const [truth] = run.results;
  expect(truth).toMatchObject({ kind: "truth", dims: 2 });
  const field = run.results.find((line) => line.kind === "field");
  expect(field?.confidence).toHaveLength(field!.side! ** 2);
  const generated = run.results.find((line) => line.kind === "generated");
  expect(generated?.points).toHaveLength(500);
});
