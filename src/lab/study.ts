// The question of the laboratory: when is the discriminator at its best, and can one tell without anomalies? A run's snapshots are
// scored on rows that are the same for all of them, and each criterion's choice is compared with the best there was.

import { highest, standardOf } from "../detectors/gandi/choose.js";
import { type Criterion, criteria } from "../detectors/gandi/criteria.js";
import { auroc } from "../metrics/auroc.js";
import { workerRuntime } from "../runtime/worker.js";
import { Random } from "../tensor/random.js";
import { decodeTensors } from "../train/safetensors.js";
import { openJudge } from "./judge.js";
import { domainOf } from "./measure.js";
import { aloneAmongNormal } from "./modes.js";
import type { LabProgress } from "./run.js";
import { runLab } from "./run.js";
import type { Setting } from "./setting.js";

/** True rows, and rows of each anomaly, that are scored. */
const REAL = 3000;
const STRANGE = 1000;

export interface StudyOptions {
  readonly seed: number;
  readonly onProgress?: (progress: LabProgress) => void;
  readonly signal?: AbortSignal;
  now(): number;
}

/** One run of the study. */
export interface StudyLine {
  readonly setting: string;
  readonly seed: number;
  readonly snapshots: number;
  /** Mean AUC over the anomalies: of the best snapshot, of the mean one, and of each way to choose by its id. */
  readonly best: number;
  readonly bestStep: number;
  readonly mean: number;
  readonly chosen: Readonly<Record<string, { readonly auc: number; readonly step?: number }>>;
}

interface Snapshot {
  readonly step: number;
  readonly values: Readonly<Record<string, number>>;
  /** Scores of the true rows, and of each anomaly's. */
  readonly real: Float32Array;
  readonly strange: readonly Float32Array[];
}

const ways = (criteria as readonly Criterion[]).map(({ id }) => id);

export async function study(setting: Setting, options: StudyOptions): Promise<StudyLine> {
  const snapshots = await snapshotsOf(setting, options);
  const aucs = snapshots.map(meanAuc);
  const best = aucs.reduce((place, auc, i) => (auc > aucs[place]! ? i : place), 0);
  const chosen: Record<string, { auc: number; step?: number }> = {};
  for (const id of ways) {
    const place = highest(
      snapshots.map(({ values }) => values[id]),
      1,
    )[0]!;
    chosen[id] = { auc: aucs[place]!, step: snapshots[place]!.step };
    const several = highest(
      snapshots.map(({ values }) => values[id]),
      Math.ceil(snapshots.length / 4),
    );
    if (id !== "last") chosen[`average of the best quarter by ${id}`] = { auc: averaged(snapshots, several) };
  }
  const all = snapshots.map((_, i) => i);
  chosen["average of all"] = { auc: averaged(snapshots, all) };
  chosen["average of the last half"] = { auc: averaged(snapshots, all.slice(all.length >> 1)) };
  const mean = aucs.reduce((sum, auc) => sum + auc, 0) / aucs.length;
  const { id, seed } = { id: setting.id, seed: options.seed };
  return {
    setting: id,
    seed,
    snapshots: snapshots.length,
    best: aucs[best]!,
    bestStep: snapshots[best]!.step,
    mean,
    chosen,
  };
}

/** The measured snapshots but the untrained one. */
async function snapshotsOf(setting: Setting, options: StudyOptions): Promise<Snapshot[]> {
  const states = new Map<number, Record<string, Float32Array>>();
  const values = new Map<number, Readonly<Record<string, number>>>();
  const nothing = async (): Promise<void> => undefined;
  await runLab(setting, {
    ...options,
    sink: {
      losses: nothing,
      log: nothing,
      async results(lines) {
        for (const line of lines) if (line.kind === "criteria") values.set(line.step, line.values);
      },
      async checkpoint(step, bytes) {
        states.set(step, decodeTensors(bytes).vectors);
      },
    },
  });
  options.signal?.throwIfAborted();
  const { real, anomalies } = setting;
  const random = new Random(0).at("study");
  const usual = new Float32Array(REAL * real.dims);
  real.sample(random.at("real"), usual);
  const strange = anomalies.map((anomaly) => {
    const rows = new Float32Array(STRANGE * real.dims);
    anomaly.sample(random.at(anomaly.name), rows);
    return rows;
  });
  const domain = domainOf(setting, new Random(0).at("domain"));
  const runtime = workerRuntime();
  const judge = await openJudge(runtime, setting);
  try {
    const snapshots: Snapshot[] = [];
    for (const [step, state] of states) {
      if (step === 0) continue;
      const alone = await aloneAmongNormal(setting, judge, state, domain[0]!);
      const scores = async (rows: Float32Array): Promise<Float32Array> => (await alone(rows)).map((logit) => -logit);
      const apart: Float32Array[] = [];
      for (const rows of strange) apart.push(await scores(rows));
      snapshots.push({ step, values: values.get(step)!, real: await scores(usual), strange: apart });
    }
    return snapshots;
  } finally {
    await judge.close();
    await runtime.close();
  }
}

type Scored = Pick<Snapshot, "real" | "strange">;

function meanAuc({ real, strange }: Scored): number {
  const each = strange.map((scores) => {
    const both = new Float32Array(real.length + scores.length);
    both.set(real);
    both.set(scores, real.length);
    return auroc.compute(both, new Uint8Array(both.length).fill(1, real.length));
  });
  return each.reduce((sum, auc) => sum + auc, 0) / each.length;
}

/** Mean AUC of the mean of scores, each in deviations of its true rows. */
function averaged(snapshots: readonly Snapshot[], places: readonly number[]): number {
  const sum = (of: (snapshot: Snapshot) => Float32Array): Float32Array => {
    const total = new Float32Array(of(snapshots[0]!).length);
    for (const place of places) {
      const { mean, deviation } = standardOf(snapshots[place]!.real);
      for (const [i, score] of of(snapshots[place]!).entries()) total[i] = total[i]! + (score - mean) / deviation;
    }
    return total;
  };
  return meanAuc({
    real: sum(({ real }) => real),
    strange: snapshots[0]!.strange.map((_, i) => sum(({ strange }) => strange[i]!)),
  });
}
