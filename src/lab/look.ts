// What criteria without anomalies see of a snapshot: scores of rows that are the same at every step, and of the generator's own.

import { type Criterion, criteria, type FixedRows, type Seen } from "../detectors/gandi/criteria.js";
import { type LookedAt, rowsToLookAt } from "../detectors/gandi/made-rows.js";
import { Random } from "../tensor/random.js";
import { discriminatorLosses } from "./losses.js";
import type { Alone } from "./modes.js";
import type { LossLine } from "./records.js";
import type { Setting } from "./setting.js";

/** Rows that stand for those of a table: some that train, and some that are held out. */
const TRAINED = 5000;
const HELD_OUT = 1000;
/** Rows of the two clouds whose distance is taken. */
const CLOUD = 400;

export interface Watching {
  readonly rows: LookedAt;
  readonly setting: Setting;
}

/** The same rows for every run of a setting. */
export function watching(setting: Setting): Watching {
  const { real } = setting;
  const random = new Random(0).at("criteria");
  const drawn = (name: string, count: number) => {
    const values = new Float32Array(count * real.dims);
    real.sample(random.at(name), values);
    return { values, count };
  };
  const shape = { features: real.dims, condition: 0, width: real.dims, picture: undefined };
  return { setting, rows: rowsToLookAt(drawn("trained", TRAINED), drawn("held out", HELD_OUT), shape, random) };
}

const minus = (logits: Float32Array): Float32Array => logits.map((logit) => -logit);

/** Scores of the fixed rows. */
export async function fixedScores({ rows }: Watching, alone: Alone): Promise<FixedRows> {
  const [heldOut, corrupted, shuffled, background] = await Promise.all(
    [rows.heldOut, rows.corrupted, rows.shuffled, rows.background].map(async ({ values }) =>
      minus(await alone(values)),
    ),
  );
  return { heldOut: heldOut!, corrupted: corrupted!, shuffled: shuffled!, background: background! };
}

/** @param losses of the steps since the snapshot before */
export async function seenOf(
  { rows, setting }: Watching,
  alone: Alone,
  {
    fixed,
    before,
    generated,
    losses,
  }: { fixed: FixedRows; before: FixedRows | undefined; generated: Float32Array; losses: readonly LossLine[] },
): Promise<Seen> {
  const { dims } = setting.real;
  const loss = discriminatorLosses[setting.spec.losses.discriminator];
  const cloud = (values: Float32Array) => ({ values: values.slice(0, CLOUD * dims), width: dims });
  return {
    ...fixed,
    trained: minus(await alone(rows.trained.values)),
    generated: minus(await alone(generated.slice(0, HELD_OUT * dims))),
    ...("uninformed" in loss && losses.length > 0
      ? {
          losses: {
            discriminator: meanOf(losses.map(({ discriminator }) => discriminator)),
            uninformed: loss.uninformed,
          },
        }
      : {}),
    ...(before ? { before } : {}),
    clouds: { heldOut: cloud(rows.heldOut.values), generated: cloud(generated) },
  };
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What every criterion says, where it has a value. */
export const criteriaValues = (seen: Seen): Readonly<Record<string, number>> =>
  Object.fromEntries(
    (criteria as readonly Criterion[]).flatMap(({ id, compute }) => {
      const value = compute(seen);
      return value === undefined ? [] : [[id, value]];
    }),
  );
