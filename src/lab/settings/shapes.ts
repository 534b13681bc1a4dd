// One setting for each distribution, all with the same ordinary players and without minibatch discrimination: where the question
// "when is the discriminator at its best, and can one tell?" is asked (`oddity lab study`).

import type { SettingSpec } from "../setting.js";

const far = [{ shift: -4 }, { shift: -2 }, { shift: -1 }, { shift: 1 }, { shift: 2 }, { shift: 4 }];
const wide = [{ spread: 2 }, { spread: 4 }];
const around = [-2, -1, 1, 2].flatMap((shift) => [
  { shift: [shift, 0] as [number, number] },
  { shift: [0, shift] as [number, number] },
]);

const players = {
  generator: { widths: [64, 64], activation: "relu" },
  discriminator: { widths: [64, 64], activation: "leaky_relu" },
  batch: 64,
  steps: 20_000,
  sample: 2000,
  schedules: {
    losses: 10,
    measures: { any: [500, [50, 100, 200, 300]] },
    plots: [0, 100, 500, 1000, 2000, 5000, 10_000, 15_000, 20_000],
    log: 5000,
  },
} as const satisfies Partial<SettingSpec>;

const shape = (
  id: string,
  about: string,
  real: SettingSpec["real"],
  own: SettingSpec["anomalies"],
  dims: 1 | 2 = 1,
): SettingSpec => ({
  id,
  about,
  real,
  noise: { kind: "gaussian", mean: 0, deviation: 1, width: dims === 1 ? 2 : 4 },
  anomalies: [...(dims === 1 ? far : around), ...wide, ...own],
  ...players,
});

const hole = (deviation: number) => ({ name: "hole", distribution: { kind: "grid", side: 1, deviation } });

export const shapes: readonly SettingSpec[] = [
  shape("gaussian", "N(0, 1)", { kind: "gaussian", mean: 0, deviation: 1 }, []),
  shape("uniform", "even between -1 and 1", { kind: "uniform", low: -1, high: 1 }, []),
  shape("exponential", "one steep side, one long tail", { kind: "exponential" }, []),
  shape("log-normal", "the same, softer", { kind: "log-normal" }, []),
  shape("student-t", "heavy tails on both sides", { kind: "student-t", freedom: 3 }, []),
  shape("mixture", "two peaks with nothing between", { kind: "gaussian-mixture" }, [
    { name: "between", distribution: { kind: "gaussian", mean: 0, deviation: 0.3 } },
  ]),
  shape("rings", "two rings, one inside the other", { kind: "rings" }, [hole(0.2)], 2),
  shape("moons", "two half moons", { kind: "moons" }, [], 2),
  shape("grid", "nine small Gaussians in a square", { kind: "grid", side: 3 }, [], 2),
  shape("spirals", "two arms", { kind: "spirals" }, [], 2),
];
