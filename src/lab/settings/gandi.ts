// The settings of GANDI (E. Karavani 2017): 9 to 12 as run, and two of the earlier ones that its code keeps as comments.

import type { SettingSpec } from "../setting.js";

/** Steps between, ends included. */
const range = (first: number, last: number, every: number): number[] =>
  Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, i) => first + i * every);

const plots = [
  ...[0, 50, 100, 150, 200, 500, 750, 1000, 1500, 2000, 3500, 5000, 7500],
  ...range(10_000, 95_000, 5000),
  ...range(100_000, 200_000, 10_000),
];

const shifts = [0.1, 0.5, 1, 2, 3, 4, 5, 10].flatMap((shift) => [{ shift: -shift }, { shift }]);

const common = {
  real: { kind: "gaussian", mean: 4, deviation: 1 },
  noise: { kind: "uniform", low: -8, high: 8 },
  anomalies: shifts,
  schedules: { losses: 10, measures: 1000, plots, log: 10_000 },
} as const satisfies Partial<SettingSpec>;

const numbered = (id: number, about: string, own: Partial<SettingSpec>): SettingSpec => ({
  id: `gandi-${id}`,
  about,
  ...common,
  ...own,
});

export const gandi: readonly SettingSpec[] = [
  numbered(9, "N(4, 1), generator 3, one turn of each player", { generator: 3, critics: 1 }),
  numbered(10, "as 9 with 3 turns of the discriminator", { generator: 3, critics: 3 }),
  numbered(11, "as 9 with 6 turns of the discriminator", { generator: 3, critics: 6 }),
  numbered(12, "as 9 with the smaller generator 2", { generator: 2, critics: 1 }),
  numbered(1, "an earlier one: generator 1, 5,000 steps, the losses game and non_sat_heu", {
    generator: 1,
    steps: 5001,
    losses: { discriminator: "game", generator: "non_sat_heu" },
  }),
  numbered(2, "as 1, 50,000 steps", {
    generator: 1,
    steps: 50_001,
    losses: { discriminator: "game", generator: "non_sat_heu" },
  }),
];
