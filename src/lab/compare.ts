// Runs beside each other: the AUC of each anomaly at the last measured step, mean and deviation over the seeds of a setting,
// beside what was published.

import { published } from "./published.js";
import { type AnomalyLine, type LabRun, type Mode, modes, type TruthLine } from "./records.js";

export interface ComparedAnomaly {
  readonly anomaly: string;
  /** Over the seeds; sample deviation, absent of one seed. Of the modes that were measured. */
  readonly auc: Readonly<Partial<Record<Mode, { readonly mean: number; readonly deviation?: number }>>>;
  readonly published?: number;
  /** The AUC of the likelihood ratio, which single rows cannot exceed. */
  readonly ceiling?: number;
}

export interface ComparedSetting {
  /** The setting's id; with the number of steps where runs of one id differ. */
  readonly name: string;
  readonly seeds: readonly number[];
  /** Last measured step of each run, in the order of `seeds`. */
  readonly steps: readonly number[];
  readonly unfinished: number;
  readonly anomalies: readonly ComparedAnomaly[];
}

/** Runs of the same setting together, in the order in which settings come first. */
export function compareRuns(runs: readonly LabRun[]): ComparedSetting[] {
  const groups = new Map<string, LabRun[]>();
  for (const run of runs) {
    const key = JSON.stringify(run.config.setting);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const all = [...groups.values()];
  return all.map((group) => {
    const { setting } = group[0]!.config;
    const isAmbiguous = all.filter(([first]) => first!.config.setting.id === setting.id).length > 1;
    const lasts = group.map(lastMeasured);
    return {
      name: isAmbiguous ? `${setting.id} (${setting.steps} steps)` : setting.id,
      seeds: group.map(({ config }) => config.seed),
      steps: lasts.map((lines) => lines[0]?.step ?? 0),
      unfinished: group.filter(({ isDone }) => !isDone).length,
      anomalies: anomaliesOf(setting.id, group, lasts),
    };
  });
}

/** What the discriminator did at the last step that measured it. */
export function lastMeasured({ results }: LabRun): AnomalyLine[] {
  const anomalies = results.filter((line) => line.kind === "anomaly");
  const last = anomalies.at(-1)?.step;
  return anomalies.filter(({ step }) => step === last);
}

function anomaliesOf(
  id: string,
  group: readonly LabRun[],
  lasts: readonly (readonly AnomalyLine[])[],
): ComparedAnomaly[] {
  const names = [...new Set(lasts.flatMap((lines) => lines.map(({ anomaly }) => anomaly)))];
  const truth = group[0]!.results.find((line): line is TruthLine => line.kind === "truth");
  const known = published.find(({ setting }) => setting === id);
  return names.map((anomaly) => {
    const auc = modes.flatMap((mode) => {
      const values = lasts.flatMap((lines) =>
        lines.filter((line) => line.mode === mode && line.anomaly === anomaly).map((line) => line.auc),
      );
      return values.length > 0 ? [[mode, spreadOf(values)] as const] : [];
    });
    const ceiling = truth?.anomalies.find(({ name }) => name === anomaly)?.ceiling;
    const value = known?.auc[anomaly];
    return {
      anomaly,
      auc: Object.fromEntries(auc),
      ...(value === undefined ? {} : { published: value }),
      ...(ceiling === undefined ? {} : { ceiling }),
    };
  });
}

function spreadOf(values: readonly number[]): { mean: number; deviation?: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  if (values.length < 2) return { mean };
  const squares = values.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}
