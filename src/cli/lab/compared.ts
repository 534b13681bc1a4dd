// Runs beside each other as numbers: the AUC of each anomaly over the seeds of a setting, beside what was published.

import { type LabRun, type Mode, modes } from "../../lab/records.js";
import { deviation, type Group, groupsOf, overSeeds } from "../../report/lab/groups.js";
import { mean } from "../../report/lab/seen.js";

/** Of the last measured step, and of the mean over the last quarter of a run; without a deviation where there is one seed. */
interface OverSeeds {
  readonly last: Spread;
  readonly quarter: Spread;
}

interface Spread {
  readonly mean: number;
  readonly deviation?: number;
}

export interface ComparedSetting {
  readonly name: string;
  readonly seeds: readonly number[];
  /** Last measured step of each run, in the order of `seeds`. */
  readonly steps: readonly number[];
  readonly unfinished: number;
  /** What the published numbers are, where there are any. */
  readonly source?: string;
  readonly anomalies: readonly ComparedAnomaly[];
}

interface ComparedAnomaly {
  readonly anomaly: string;
  /** Of the modes that were measured. */
  readonly auc: Readonly<Partial<Record<Mode, OverSeeds>>>;
  /** Of pure batches, 0 to 1. */
  readonly published?: number;
  /** The AUC of a score that knew the anomaly. */
  readonly ceiling: number;
}

/** Runs whose settings have one id and yet differ get names that tell them apart. */
export function toldApart(runs: readonly LabRun[]): LabRun[] {
  const nameOf = ({ config }: LabRun): string => {
    const { id, steps } = config.setting;
    const own = runs.filter((run) => run.config.setting.id === id).map((run) => run.config.setting);
    const variants = [...new Map(own.map((setting) => [JSON.stringify(setting), setting])).entries()];
    if (variants.length === 1) return id;
    if (new Set(variants.map(([, setting]) => setting.steps)).size === variants.length) return `${id} (${steps} steps)`;
    return `${id} (${1 + variants.findIndex(([text]) => text === JSON.stringify(config.setting))})`;
  };
  return runs.map((run) => ({
    ...run,
    config: { ...run.config, setting: { ...run.config.setting, id: nameOf(run) } },
  }));
}

/** @param runs told apart */
export const compareRuns = (runs: readonly LabRun[]): ComparedSetting[] =>
  groupsOf(runs).map((group) => ({
    name: group.setting,
    seeds: group.runs.map(({ run }) => run.config.seed),
    steps: group.runs.map(({ steps }) => steps.at(-1) ?? 0),
    unfinished: group.runs.filter(({ run }) => !run.isDone).length,
    ...(group.published ? { source: group.published.source } : {}),
    anomalies: anomaliesOf(group),
  }));

function anomaliesOf(group: Group): ComparedAnomaly[] {
  const { names, truth } = group.runs[0]!;
  return names.map((anomaly) => {
    const { shift, spread = 1, ceiling } = truth.anomalies.find(({ name }) => name === anomaly)!;
    const known = spread === 1 ? group.published?.auc.find((each) => each.shift === shift) : undefined;
    const auc = modes.flatMap((mode) => {
      const [last, quarter] = (["last", "quarter"] as const).map((kind) =>
        spreadOf(overSeeds(group, mode, anomaly, kind)),
      );
      return last && quarter ? [[mode, { last, quarter }] as const] : [];
    });
    return {
      anomaly,
      auc: Object.fromEntries(auc),
      ...(known ? { published: known.percent / 100 } : {}),
      ceiling,
    };
  });
}

function spreadOf(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined;
  const own = deviation(values);
  return { mean: mean(values), ...(own === undefined ? {} : { deviation: own }) };
}
