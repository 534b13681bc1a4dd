// Means and deviations worked out by hand; settings that differ are not taken together.

import { expect, test } from "vitest";
import type { AnomalyLine, LabRun, Mode } from "../../lab/records.js";
import { type SettingSpec, settingOf } from "../../lab/setting.js";
import { compareRuns, toldApart } from "./compared.js";

const specOf = (id: string, more: object = {}): SettingSpec =>
  settingOf({ id, real: { kind: "gaussian" }, anomalies: [{ shift: -1 }, { shift: 1 }], steps: 100, ...more }, id).spec;

const seen = (step: number, mode: Mode, anomaly: string, auc: number): AnomalyLine => ({
  ...{ kind: "anomaly", step, mode, anomaly, auc, confidence: 0.5, realConfidence: 0.5 },
  confusion: { found: 0, missed: 0, flagged: 0, passed: 0 },
});

const runOf = (setting: SettingSpec, seed: number, lines: readonly AnomalyLine[], isDone = true): LabRun => ({
  folder: `runs/${setting.id}_s${seed}`,
  config: { id: `${setting.id}_s${seed}`, setting, seed, version: "1", started: "" },
  losses: [],
  results: [
    {
      ...{ kind: "truth", dims: 1, domain: [[0, 1]] },
      anomalies: [
        { name: "-1", shift: -1, spread: 1, ceiling: 0.76, twoSided: 0.63 },
        { name: "-1 ×2", shift: -1, spread: 2, ceiling: 0.8, twoSided: 0.7 },
      ],
    },
    ...lines,
  ],
  step: 100,
  isDone,
  seconds: { training: 0, measuring: 0 },
});

test("the last measured step and the last quarter, over the seeds of one setting", () => {
  const setting = specOf("gandi-9");
  const first = runOf(setting, 0, [
    ...[seen(50, "pure", "-1", 0.1), seen(80, "pure", "-1", 0.5)],
    ...[seen(100, "pure", "-1", 0.7), seen(100, "single", "-1", 0.6)],
  ]);
  const second = runOf(setting, 1, [seen(100, "pure", "-1", 0.8), seen(100, "single", "-1", 0.9)], false);
  const [compared, ...others] = compareRuns(toldApart([first, second]));
  expect(others).toEqual([]);
  expect(compared).toMatchObject({ name: "gandi-9", seeds: [0, 1], steps: [100, 100], unfinished: 1 });
  const [anomaly, spread] = compared!.anomalies;
  // deviations: |0.8 - 0.7| / √2, |0.8 - (0.5 + 0.7) / 2| / √2 and |0.9 - 0.6| / √2
  const { pure, single } = anomaly!.auc;
  expect(pure!.last.mean).toBeCloseTo(0.75, 12);
  expect(pure!.last.deviation).toBeCloseTo(0.0707107, 6);
  expect(pure!.quarter.mean).toBeCloseTo(0.7, 12);
  expect(pure!.quarter.deviation).toBeCloseTo(0.1414214, 6);
  expect(single!.last.mean).toBeCloseTo(0.75, 12);
  expect(single!.last.deviation).toBeCloseTo(0.212132, 6);
  expect(anomaly).toMatchObject({ anomaly: "-1", ceiling: 0.76 });
  expect(anomaly!.published).toBeCloseTo(0.724, 12);
  expect(spread).toEqual({ anomaly: "-1 ×2", auc: {}, ceiling: 0.8 });
});

test("one seed has no deviation, and what was not published is not said to be", () => {
  const [compared] = compareRuns([runOf(specOf("mine"), 3, [seen(100, "single", "-1", 0.5)])]);
  expect(compared!.anomalies[0]).toEqual({
    anomaly: "-1",
    auc: { single: { last: { mean: 0.5 }, quarter: { mean: 0.5 } } },
    ceiling: 0.76,
  });
});

test("runs of one id whose settings differ stand apart", () => {
  const names = (...settings: SettingSpec[]) =>
    compareRuns(toldApart(settings.map((setting, seed) => runOf(setting, seed, [])))).map(
      ({ name, seeds }) => `${name}: ${seeds}`,
    );
  const [mine, other] = [specOf("mine"), specOf("other")];
  expect(names(mine, other, specOf("mine", { steps: 200 }), mine)).toEqual([
    "mine (100 steps): 0,3",
    "other: 1",
    "mine (200 steps): 2",
  ]);
  expect(names(mine, other, specOf("mine", { batch: 5 }), mine)).toEqual(["mine (1): 0,3", "other: 1", "mine (2): 2"]);
});
