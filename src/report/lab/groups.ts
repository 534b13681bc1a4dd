// Runs by their settings, and numbers over the seeds of one.
import type { LabRun, Mode } from "../../lab/records.js";
import { OddityError } from "../../tensor/errors.js";
import { type AucSummary, aucSummary } from "./numbers.js";
import { type Published, published } from "./published.js";
import { look, mean, type Seen } from "./seen.js";

/** Runs of one setting: they differ by their seeds. */
export interface Group {
  /** The setting's id; with the number of steps where settings of one id differ. */
  readonly setting: string;
  readonly about: string;
  readonly runs: readonly Seen[];
  readonly published: Published | undefined;
}

/** In the order in which settings come first. @throws OddityError where there is nothing to compare */
export function groupsOf(runs: readonly LabRun[]): Group[] {
  if (runs.length === 0)
    throw new OddityError({ place: "runs", expected: "runs to compare", got: "none" }, { usage: true });
  const bySetting = new Map<string, LabRun[]>();
  for (const run of runs) {
    const key = JSON.stringify(run.config.setting);
    const list = bySetting.get(key);
    if (list) list.push(run);
    else bySetting.set(key, [run]);
  }
  const ids = [...bySetting.values()].map(([first]) => first!.config.setting.id);
  const names = new Set<string>();
  return [...bySetting.values()].map((own) => {
    const { setting } = own[0]!.config;
    const isAlone = ids.filter((id) => id === setting.id).length === 1;
    let name = isAlone ? setting.id : `${setting.id} (${setting.steps ?? own[0]!.step} steps)`;
    while (names.has(name)) name += "′";
    names.add(name);
    return {
      setting: name,
      about: setting.about ?? "",
      runs: own.map(look),
      published: published.find((each) => each.setting === setting.id),
    };
  });
}

/** Sample deviation; of one value there is none. */
export function deviation(values: readonly number[]): number | undefined {
  if (values.length < 2) return undefined;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

/** AUC of one anomaly over the seeds of a group. */
export function overSeeds({ runs }: Group, mode: Mode, anomaly: string, kind: keyof AucSummary): number[] {
  return runs.flatMap((seen) => aucSummary(seen, mode, anomaly)[kind] ?? []);
}

/** The published AUC of an anomaly, 0 to 1: of shifts alone, and of pure batches. */
export function publishedAuc({ runs, published: known }: Group, mode: Mode, anomaly: string): number | undefined {
  const truth = runs[0]!.truth.anomalies.find(({ name }) => name === anomaly);
  if (mode !== "pure" || truth === undefined || (truth.spread ?? 1) !== 1) return undefined;
  const percent = known?.auc.find(({ shift }) => shift === truth.shift)?.percent;
  return percent === undefined ? undefined : percent / 100;
}
