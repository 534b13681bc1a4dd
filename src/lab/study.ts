// The question of the laboratory: when is the discriminator at its best, and can one tell without anomalies? A run's snapshots are
// scored on rows that are the same for all of them, and each criterion's choice is compared with the best there was.

// The question of the laboratory: when is the discriminator at its best, and can one tell without anomalies? A run's snapshots are
// scored on rows that are the same for all of them, and each criterion's choice is compared with the best there was.

import { readFile } from "node:fs/promises";
import { highest, type Standard, standardOf } from "../detectors/gandi/choose.js";
import { spearman } from "../detectors/gandi/compare.js";
import { type Criterion, criteria, type FixedRows } from "../detectors/gandi/criteria.js";
import { type Reading, readAs, readings } from "../detectors/gandi/reading.js";
import { auroc } from "../metrics/auroc.js";
import type { Runtime } from "../runtime/runtime.js";
import { firstLine, OddityError } from "../tensor/errors.js";
import { Random } from "../tensor/random.js";
import type { State } from "../train/loop.js";
import { decodeTensors } from "../train/safetensors.js";
import { checkpointFile } from "./folder.js";
import { openJudge } from "./judge.js";
import { criteriaValues, fixedScores, watching } from "./look.js";
import { domainOf } from "./measure.js";
import { aloneAmongNormal } from "./modes.js";
import type { LabRun } from "./records.js";
import { settingOf } from "./setting.js";

/** True rows, and rows of each anomaly, that are scored. */
const REAL = 3000;
const STRANGE = 1000;

/** One run of the study, with the logits read in one way. */
export interface StudyLine {
  readonly setting: string;
  readonly seed: number;
  readonly reading: Reading;
  readonly snapshots: number;
  /** Mean AUC over the anomalies: of the best snapshot, of the mean one, and of each way to choose by its id. */
  readonly best: number;
  readonly bestStep: number;
  readonly mean: number;
  readonly chosen: Readonly<Record<string, { readonly auc: number; readonly step?: number }>>;
  /** Spearman's correlation of each criterion with the mean AUC, over the snapshots. */
  readonly correlations: Readonly<Record<string, number>>;
}

/** Logits of one snapshot. */
interface Logits {
  readonly step: number;
  /** Of criteria that look at the losses and the generator too: as the run has them. */
  readonly values: Readonly<Record<string, number>>;
  readonly fixed: FixedRows;
  readonly standard: Standard;
  readonly real: Float32Array;
  readonly strange: readonly Float32Array[];
}

/** A line for each reading. @throws OddityError where the folder lacks a checkpoint of a measured step */
export async function studyRun(run: LabRun, runtime: Runtime): Promise<StudyLine[]> {
  const snapshots = await logitsOf(run, runtime);
  if (snapshots.length === 0)
    throw new OddityError({
      place: run.folder,
      expected: "a run that was measured after a step",
      got: `one at step ${run.step}`,
    });
  return readings.map((reading) => lineOf(run, reading, snapshots));
}

function lineOf({ config }: LabRun, reading: Reading, snapshots: readonly Logits[]): StudyLine {
  const values = valuesOf(reading, snapshots);
  const scored = snapshots.map(({ standard, real, strange }): Scored => {
    const read = (logits: Float32Array): Float32Array => readAs(reading, standard, logits);
    return { real: read(real), strange: strange.map(read) };
  });
  const aucs = scored.map(meanAuc);
  const best = aucs.reduce((place, auc, i) => (auc > aucs[place]! ? i : place), 0);
  const together = (places: readonly number[]) => ({
    auc: meanAuc(
      averaged(
        reading,
        places.map((i) => snapshots[i]!),
      ),
    ),
  });
  const chosen: Record<string, { auc: number; step?: number }> = {};
  const correlations: Record<string, number> = {};
  for (const { id } of criteria as readonly Criterion[]) {
    const own = values.map((each) => each[id]);
    if (own.every((value) => value === undefined)) continue;
    const place = highest(own, 1)[0]!;
    chosen[id] = { auc: aucs[place]!, step: snapshots[place]!.step };
    if (id === "last") continue;
    chosen[`${id}, best quarter together`] = together(highest(own, Math.ceil(snapshots.length / 4)));
    const known = aucs.flatMap((auc, i) => (own[i] === undefined ? [] : [{ auc, value: own[i] }]));
    correlations[id] = spearman(
      known.map(({ auc }) => auc),
      known.map(({ value }) => value),
    );
  }
  const all = snapshots.map((_, i) => i);
  chosen["all together"] = together(all);
  chosen["last half together"] = together(all.slice(all.length >> 1));
  return {
    setting: config.setting.id,
    seed: config.seed,
    reading,
    snapshots: snapshots.length,
    best: aucs[best]!,
    bestStep: snapshots[best]!.step,
    mean: aucs.reduce((sum, auc) => sum + auc, 0) / aucs.length,
    chosen,
    correlations,
  };
}

/** What criteria say of each snapshot. Read as unusual, only those that look at fixed rows have something to say. */
function valuesOf(reading: Reading, snapshots: readonly Logits[]): Readonly<Record<string, number>>[] {
  if (reading === "doubt") return snapshots.map(({ values }) => values);
  let before: FixedRows | undefined;
  return snapshots.map(({ fixed, standard }) => {
    const read = (scores: FixedRows[keyof FixedRows]): Float32Array =>
      readAs(
        reading,
        standard,
        Float32Array.from(scores, (score) => -score),
      );
    const seen: FixedRows = {
      heldOut: read(fixed.heldOut),
      corrupted: read(fixed.corrupted),
      shuffled: read(fixed.shuffled),
      background: read(fixed.background),
    };
    const values = criteriaValues(before ? { ...seen, before } : seen);
    before = seen;
    return values;
  });
}

/** Of the measured snapshots but the untrained one. */
async function logitsOf({ folder, config, results }: LabRun, runtime: Runtime): Promise<Logits[]> {
  const setting = settingOf(config.setting, folder);
  const { real, anomalies } = setting;
  const random = new Random(0).at("study");
  const drawn = (count: number, name: string, { sample }: Pick<typeof real, "sample">): Float32Array => {
    const rows = new Float32Array(count * real.dims);
    sample(random.at(name), rows);
    return rows;
  };
  const usual = drawn(REAL, "real", real);
  const strange = anomalies.map((anomaly) => drawn(STRANGE, anomaly.name, anomaly));
  const domain = domainOf(setting);
  const watched = watching(setting);
  const judge = await openJudge(runtime, setting);
  try {
    const snapshots: Logits[] = [];
    for (const line of results) {
      if (line.kind !== "criteria" || line.step === 0) continue;
      const state = await stateAt(folder, line.step);
      const alone = await aloneAmongNormal(setting, judge, state, domain[0]!);
      const fixed = await fixedScores(watched, alone);
      const apart: Float32Array[] = [];
      for (const rows of strange) apart.push(await alone(rows));
      const standard = standardOf(Float32Array.from(fixed.heldOut, (score) => -score));
      snapshots.push({
        step: line.step,
        values: line.values,
        fixed,
        standard,
        real: await alone(usual),
        strange: apart,
      });
    }
    return snapshots;
  } finally {
    await judge.close();
  }
}

async function stateAt(folder: string, step: number): Promise<State> {
  const file = checkpointFile(folder, step);
  try {
    return decodeTensors(await readFile(file)).vectors;
  } catch (cause) {
    throw new OddityError(
      { place: file, expected: "the checkpoint of a measured step", got: firstLine(cause) },
      { cause },
    );
  }
}

type Scored = Pick<Logits, "real" | "strange">;

function meanAuc({ real, strange }: Scored): number {
  const each = strange.map((scores) => {
    const both = new Float32Array(real.length + scores.length);
    both.set(real);
    both.set(scores, real.length);
    return auroc.compute(both, new Uint8Array(both.length).fill(1, real.length));
  });
  return each.reduce((sum, auc) => sum + auc, 0) / each.length;
}

/** Scores of several snapshots together, as the detector adds them up: z in deviations of held-out rows; mean of -z, or of z². */
function averaged(reading: Reading, snapshots: readonly Logits[]): Scored {
  const sum = (of: (logits: Logits) => Float32Array): Float32Array => {
    const total = new Float32Array(of(snapshots[0]!).length);
    for (const snapshot of snapshots) {
      const { mean, deviation } = snapshot.standard;
      for (const [i, logit] of of(snapshot).entries()) {
        const z = (logit - mean) / deviation;
        total[i] = total[i]! + (reading === "doubt" ? -z : z * z);
      }
    }
    return total;
  };
  return {
    real: sum(({ real }) => real),
    strange: snapshots[0]!.strange.map((_, i) => sum(({ strange }) => strange[i]!)),
  };
}

/** One way to choose, over all runs. */
export interface StudyRow {
  readonly way: string;
  readonly auc: number;
  /** How far below the best snapshot of its run: mean, and the worst over the runs. Averages of several may be above it. */
  readonly regret: number;
  readonly worst: number;
  /** Share of the runs in which it is better than the last snapshot. */
  readonly helps: number;
  readonly correlation?: number;
}

/** Lines of one reading: best first; every run counts once. */
export function studyRows(lines: readonly StudyLine[]): StudyRow[] {
  const mean = (of: (line: StudyLine) => number): number =>
    lines.reduce((sum, line) => sum + of(line), 0) / lines.length;
  const ways = Object.keys(lines[0]?.chosen ?? {});
  const rows = ways.map((way): StudyRow => {
    const regrets = lines.map(({ best, chosen }) => best - chosen[way]!.auc);
    return {
      way,
      auc: mean(({ chosen }) => chosen[way]!.auc),
      regret: mean(({ best, chosen }) => best - chosen[way]!.auc),
      worst: Math.max(...regrets),
      helps: mean(({ chosen }) => Number(chosen[way]!.auc > chosen.last!.auc)),
      ...(lines[0]!.correlations[way] === undefined
        ? {}
        : { correlation: mean(({ correlations }) => correlations[way]!) }),
    };
  });
  return rows.sort((a, b) => b.auc - a.auc);
}
