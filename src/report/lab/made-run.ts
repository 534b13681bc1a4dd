// Records as a run could have left them, from a seed, for tests: nothing is trained. One-dimensional ones follow the story of
// GANDI's setting 9 (chance until 18,000 steps, then near the ceilings, now and then a collapse).

import { standardNormal } from "../../lab/distributions/special.js";
import type { AnomalyLine, LabRun, Mode, ResultLine, TruthLine } from "../../lab/records.js";
import type { SettingSpec } from "../../lab/setting.js";
import { gandi } from "../../lab/settings/gandi.js";
import { Random } from "../../tensor/random.js";

export interface Made {
  readonly seed?: number;
  readonly dims?: 1 | 2;
  readonly steps?: number;
  readonly every?: number;
  readonly plotEvery?: number;
  readonly modes?: readonly Mode[];
  /** Ids of the tests of fit that were measured. */
  readonly fits?: readonly string[];
  /** The generator makes one value only, and nothing ranks. */
  readonly collapsed?: boolean;
  /** Instead of the shifts' own names. */
  readonly rename?: (name: string) => string;
  readonly setting?: Partial<SettingSpec>;
}

const { pdf: density, cdf, quantile } = standardNormal;
const logistic = (z: number): number => 1 / (1 + Math.exp(-z));
const grid = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));

export function madeRun({
  seed = 7,
  dims = 1,
  steps = 200_000,
  every = 1000,
  plotEvery = 10_000,
  modes = ["pure", "single"],
  fits = ["KL", "KS_s", "KS_p", "CDF_l1", "Anderson"],
  collapsed = false,
  rename = (name) => name,
  setting = {},
}: Made = {}): LabRun {
  const random = new Random(seed);
  const shifts = [0.1, 0.5, 1, 2, 3, 4, 5, 10].flatMap((shift) => [-shift, shift]);
  const x = grid(-9, 17, 261);
  const anomalies = shifts.map((shift) => {
    const far = cdf(Math.abs(shift) / Math.SQRT2);
    const name = rename(shift > 0 ? `+${shift}` : `${shift}`);
    return {
      ...{ name, shift, spread: 1, ceiling: far, twoSided: far ** 2 + (1 - far) ** 2 },
      ...(dims === 1 ? { pdf: x.map((at) => density(at - 4 - shift)) } : {}),
    };
  });
  const cloud = (m: number, s: number): [number, number][] =>
    Array.from({ length: 1000 }, (_, i) => {
      const turn = (2 * Math.PI * (i % 8)) / 8;
      return [m * 2 * Math.cos(turn) + s * random.normal(), m * 2 * Math.sin(turn) + s * random.normal()];
    });
  const truth: TruthLine =
    dims === 1
      ? {
          kind: "truth",
          dims,
          domain: [[-9, 17]],
          x,
          pdf: x.map((at) => density(at - 4)),
          cdf: x.map((at) => cdf(at - 4)),
          anomalies,
        }
      : {
          kind: "truth",
          dims,
          domain: [
            [-4, 4],
            [-4, 4],
          ],
          points: cloud(1, 0.15),
          anomalies,
        };
  const results: ResultLine[] = [truth];
  let [wobble, place] = [0, 0];
  for (let step = 0; step <= steps; step += every) {
    const learned = collapsed ? 0 : logistic((step / (steps || 1) - 0.09) * 90);
    wobble = 0.8 * wobble + 0.12 * random.normal();
    const fallen = learned > 0.5 && random.uniform() < 0.015;
    place = 4 * Math.min(1, 0.1 + 1.2 * learned) + wobble * 0.6;
    const wide = Math.max(0.25, 0.25 + 0.75 * learned + wobble * 0.2);
    const tests: Readonly<Record<string, number>> = {
      KL: 0.4 + 6 * (1 - learned) + 0.6 * Math.abs(wobble),
      KS_s: Math.min(1, 0.04 + 0.9 * (1 - learned) + 0.1 * Math.abs(wobble)),
      KS_p: Math.exp(-8 * Math.abs(wobble)) * learned,
      CDF_l1: 2 + 40 * (1 - learned) + 2 * Math.abs(wobble),
      Anderson: 10 + 300 * (1 - learned) * random.uniform() + 10 * Math.abs(wobble),
    };
    results.push({ kind: "fit", step, tests: Object.fromEntries(fits.map((id) => [id, tests[id] ?? 0])) });
    for (const mode of modes)
      for (const { name, shift, ceiling, twoSided } of anomalies) {
        const leak = mode === "pure" ? 0.25 * (ceiling - twoSided) + 0.05 : -0.02;
        const skill = collapsed ? 0 : learned * (fallen ? -0.9 : 1) * (1 + 0.15 * wobble * Math.sign(shift));
        const auc = Math.min(1, Math.max(0, 0.5 + skill * (twoSided + leak - 0.5)));
        const distance = Math.SQRT2 * quantile(Math.min(0.9999, Math.max(0.0001, auc)));
        const line: AnomalyLine = {
          ...{ kind: "anomaly", step, mode, anomaly: name, auc },
          confidence: 0.5 - 0.45 * skill * (twoSided - 0.5),
          realConfidence: 0.5 + 0.03 * wobble,
          confusion: {
            found: Math.round(6000 * auc),
            missed: Math.round(6000 * (1 - auc)),
            flagged: 2900,
            passed: 3100,
          },
        };
        const curve = grid(0, 1, 101).map((p): [number, number] => [
          p,
          p === 0 || p === 1 ? p : cdf(distance + quantile(p)),
        ]);
        results.push(step % plotEvery === 0 ? { ...line, roc: curve } : line);
      }
    results.push({
      kind: "criteria",
      step,
      values: {
        "fit of logits": learned - Math.abs(wobble),
        calm: -Math.abs(wobble),
        entropy: 0.5 * learned + 0.2 * random.uniform(),
      },
    });
    if (step % plotEvery === 0)
      results.push(
        dims === 2
          ? {
              kind: "generated",
              step,
              points: collapsed
                ? Array.from({ length: 1000 }, () => [0.5, 0.5] as const)
                : cloud(learned, 0.2 + 0.3 * (1 - learned)),
            }
          : {
              kind: "generated",
              step,
              quantiles: grid(0, 1, 401).map((p) =>
                collapsed ? 1.5 : place + wide * Math.max(-4, Math.min(4, quantile(p))),
              ),
            },
      );
    const sure = learned * 2;
    if (dims === 1)
      results.push({
        kind: "field",
        step,
        confidence: x.map((at) => (collapsed ? 0.5 : logistic(sure * (2.3 - Math.abs(at - 4 - wobble) ** 1.5 * 0.7)))),
      });
    else {
      const side = 40;
      const at = grid(-4, 4, side);
      results.push({
        kind: "field",
        step,
        side,
        confidence: at.flatMap((b) =>
          at.map((a) =>
            collapsed
              ? 0.5
              : logistic(sure * (1.2 - 2 * Math.abs(Math.hypot(a, b) - 2) + Math.cos(8 * Math.atan2(b, a)))),
          ),
        ),
      });
    }
  }
  const losses = Array.from({ length: Math.floor(steps / 10) }, (_, i) => ({
    step: 10 * (i + 1),
    discriminator: 2 * Math.LN2 + 0.1 * random.normal() - Math.exp(-i / 200),
    generator: Math.LN2 + 0.08 * random.normal() + Math.exp(-i / 200),
  }));
  const spec = { ...gandi[0]!, ...setting };
  return {
    folder: "runs/made",
    config: {
      id: `${spec.id}_2026-11-22_23-45-00_s${seed}`,
      setting: spec,
      seed,
      version: "0.1.0",
      started: "2026-11-22T23:45:00Z",
    },
    ...{ losses, results, step: steps, isDone: true, seconds: { training: 75.2, measuring: 31.4 } },
  };
}
