// What settings must be, and what is said where they are not.

import { expect, test } from "vitest";
import { type SettingSpec, settingOf } from "./setting.js";
import { settings } from "./settings/index.js";

for (const spec of settings)
  test(`${spec.id} is a setting`, () => {
    const setting = settingOf(spec, spec.id);
    expect(setting.anomalies.length).toBeGreaterThan(0);
    expect(setting.measured.at(-1)).toBeGreaterThanOrEqual(0.99 * setting.spec.steps);
  });

test("ids are unique, and GANDI's 9 is as published", () => {
  expect(new Set(settings.map(({ id }) => id)).size).toBe(settings.length);
  const { spec, anomalies, measured, players } = settingOf(
    settings.find(({ id }) => id === "gandi-9"),
    "gandi-9",
  );
  expect(spec).toMatchObject({
    batch: 12,
    steps: 200_001,
    sample: 6000,
    critics: 1,
    noise: { kind: "uniform", low: -8, high: 8, width: 1 },
    losses: { discriminator: "cross_entropy", generator: "cross_entropy" },
    optimiser: { kind: "adam", rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  });
  expect(anomalies.map(({ shift }) => shift).sort((a, b) => a! - b!)).toEqual([
    -10, -5, -4, -3, -2, -1, -0.5, -0.1, 0.1, 0.5, 1, 2, 3, 4, 5, 10,
  ]);
  // every 1,000 steps, and 0, 50, 100, 150, 200, 500, 750, 1500, 3500, 7500 besides
  expect(measured).toHaveLength(201 + 9);
  expect(players.discriminator.parameters.some(({ name }) => name.startsWith("around."))).toBe(true);
});

const base: SettingSpec = { id: "own", real: { kind: "gaussian" }, anomalies: [{ shift: 1 }] };

test("what is left out is as in GANDI's setting 9", () => {
  const { spec } = settingOf(base, "own");
  const nine = settingOf(
    settings.find(({ id }) => id === "gandi-9"),
    "gandi-9",
  ).spec;
  const { schedules: _, anomalies: __, id: ___, about: ____, real: _____, ...ours } = spec;
  expect(nine).toMatchObject(ours);
});

const refused: readonly [string, object, string][] = [
  [
    "a deviation of zero",
    { real: { kind: "gaussian", deviation: 0 } },
    "own.real.deviation: expected a number above 0, got 0",
  ],
  ["an unknown distribution", { real: { kind: "gausian" } }, 'did you mean "gaussian"?'],
  ["an unknown parameter", { real: { kind: "gaussian", sigma: 1 } }, '"sigma"'],
  [
    "an empty mixture",
    { real: { kind: "gaussian-mixture", weights: [], means: [], deviations: [] } },
    "own.real.weights: expected a list",
  ],
  ["a misspelt key", { step: 5 }, '"step"'],
  [
    "schedules that never measure",
    { schedules: { measures: "never" } },
    "own.schedules: expected measures or plots that are due at least once",
  ],
  ["schedules beyond the end", { steps: 10, schedules: { measures: [50] } }, "none from 0 to 10 steps"],
  ["no anomalies", { anomalies: [] }, "own.anomalies: expected a list"],
  ["one anomaly twice", { anomalies: [{ shift: 1 }, { shift: 1 }] }, '"+1" twice'],
  [
    "an anomaly of other dimensions",
    { anomalies: [{ name: "x", distribution: { kind: "rings" } }] },
    "own.anomalies.0.distribution",
  ],
  ["an unknown loss", { losses: { generator: "cross-entropy" } }, "cross_entropy"],
  ["a generator that does not exist", { generator: 4 }, "own.generator"],
  ["no steps", { steps: 0 }, "own.steps: expected a whole number ≥ 1, got 0"],
  ["half a step", { steps: 1.5 }, "own.steps: expected a whole number ≥ 1, got 1.5"],
];
for (const [what, change, sentence] of refused)
  test(`${what}: a sentence`, () => {
    expect(() => settingOf({ ...base, ...change }, "own")).toThrow(sentence);
  });
