// A setting of the laboratory: what is true, what is strange, who plays and for what, and when is measured. Plain data:
// the shipped ones are in settings/, own ones are YAML or JSON files.

import { z } from "zod";
import { adam, type Optimiser, rmsProp, sgd } from "../nn/optimisers.js";
import { exponential } from "../nn/schedules.js";
import { OddityError } from "../tensor/errors.js";
import { type Anomaly, anomalyOf, anomalySchema } from "./anomalies.js";
import { type Distribution, distributionOf, distributionSchema } from "./distributions/index.js";
import { parsed } from "./fault.js";
import {
  checkLosses,
  type DiscriminatorLossName,
  discriminatorLosses,
  type GeneratorLossName,
  generatorLosses,
} from "./losses.js";
import {
  discriminatorOf,
  discriminatorSchema,
  generatorOf,
  generatorSchema,
  looksAround,
  type Players,
} from "./networks.js";
import { dueSteps, scheduleSchema } from "./schedule.js";

const namesOf = <T extends object>(record: T) => Object.keys(record) as [keyof T & string];

export const settingSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  about: z.string().default(""),
  real: distributionSchema,
  noise: z
    .discriminatedUnion("kind", [
      z.strictObject({
        kind: z.literal("uniform"),
        low: z.number(),
        high: z.number(),
        width: z.int().min(1).default(1),
      }),
      z.strictObject({
        kind: z.literal("gaussian"),
        mean: z.number(),
        deviation: z.number().positive(),
        width: z.int().min(1).default(1),
      }),
    ])
    .prefault({ kind: "uniform", low: -8, high: 8 }),
  anomalies: z.array(anomalySchema).min(1),
  generator: generatorSchema.default(3),
  discriminator: discriminatorSchema.default(1),
  losses: z
    .strictObject({
      discriminator: z.enum(namesOf(discriminatorLosses)).default("cross_entropy"),
      generator: z.enum(namesOf(generatorLosses)).default("cross_entropy"),
    })
    .prefault({}),
  critics: z.int().min(1).default(1).describe("turns of the discriminator for each of the generator"),
  optimiser: z
    .discriminatedUnion("kind", [
      z.strictObject({
        kind: z.literal("adam"),
        rate: z.number().positive().default(1e-3),
        beta1: z.number().min(0).max(1).default(0.9),
        beta2: z.number().min(0).max(1).default(0.999),
        epsilon: z.number().positive().default(1e-8),
        decay: z.strictObject({ factor: z.number().positive().max(1), every: z.int().min(1) }).optional(),
      }),
      z.strictObject({
        kind: z.literal("sgd"),
        rate: z.number().positive(),
        momentum: z.number().min(0).max(1).default(0),
        decay: z.strictObject({ factor: z.number().positive().max(1), every: z.int().min(1) }).optional(),
      }),
      z.strictObject({
        kind: z.literal("rmsprop"),
        rate: z.number().positive(),
        decay: z.strictObject({ factor: z.number().positive().max(1), every: z.int().min(1) }).optional(),
      }),
    ])
    .prefault({ kind: "adam" }),
  batch: z.int().min(1).default(12),
  steps: z.int().min(1).default(200_001),
  sample: z.int().min(100).max(100_000).default(6000).describe("rows of every measurement"),
  schedules: z
    .strictObject({
      losses: scheduleSchema.default(10),
      measures: scheduleSchema.default(1000),
      plots: scheduleSchema.default("never"),
      log: scheduleSchema.default(10_000),
    })
    .prefault({}),
});

export type SettingSpec = z.input<typeof settingSchema>;
type Spec = z.output<typeof settingSchema>;

/** A setting whose parts are there. */
export interface Setting {
  /** What it was made of, defaults filled in. */
  readonly spec: Spec;
  readonly id: string;
  readonly real: Distribution;
  readonly anomalies: readonly Anomaly[];
  readonly players: Players;
  readonly optimiser: Optimiser;
  /** Whether a row's logit depends on the rows beside it. */
  readonly looksAround: boolean;
  /** Steps after which is measured: those of `measures` and `plots`, rising, 0 before the first step. */
  readonly measured: readonly number[];
}

/** @throws OddityError that names the place of what does not fit, for plain data of any form */
export function settingOf(given: unknown, place: string): Setting {
  const spec = parsed(settingSchema, given, place);
  checkLosses(spec.losses, `${place}.losses`);
  const real = distributionOf(spec.real, `${place}.real`);
  const anomalies = spec.anomalies.map((each, i) => anomalyOf(each, real, `${place}.anomalies.${i}`));
  const twice = anomalies.find(({ name }, i) => anomalies.findIndex((each) => each.name === name) < i);
  if (twice !== undefined)
    throw new OddityError(
      { place: `${place}.anomalies`, expected: "anomalies that differ", got: `"${twice.name}" twice` },
      { usage: true },
    );
  const { measures, plots } = spec.schedules;
  const measured = [...new Set([...dueSteps(measures, spec.steps), ...dueSteps(plots, spec.steps)])].sort(
    (a, b) => a - b,
  );
  if (measured.length === 0)
    throw new OddityError(
      {
        place: `${place}.schedules`,
        expected: "measures or plots that are due at least once",
        got: `none from 0 to ${spec.steps} steps`,
      },
      { usage: true },
    );
  return {
    spec,
    id: spec.id,
    real,
    anomalies,
    players: {
      generator: generatorOf(spec.generator, spec.noise.width, real.dims),
      discriminator: discriminatorOf(spec.discriminator, real.dims, spec.batch),
    },
    optimiser: optimiserOf(spec.optimiser),
    looksAround: looksAround(spec.discriminator, spec.batch),
    measured,
  };
}

function optimiserOf({ decay, ...given }: Spec["optimiser"]): Optimiser {
  const schedule = decay === undefined ? {} : { schedule: exponential(decay.factor, decay.every) };
  switch (given.kind) {
    case "adam":
      return adam({ ...given, ...schedule });
    case "sgd":
      return sgd({ ...given, ...schedule });
    case "rmsprop":
      return rmsProp({ ...given, ...schedule });
  }
}
