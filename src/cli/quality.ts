// Scores against known labels: ranking metrics with intervals and chance levels, and what a set of flags is worth.

import {
  auroc,
  averagePrecision,
  bootstrapInterval,
  confusion,
  f1,
  metrics,
  precision,
  precisionRecallCurve,
  recall,
  rocCurve,
} from "../metrics/index.js";
import type { MetricLine } from "../report/report.js";
import { Random } from "../tensor/random.js";

const NAMES: Readonly<Record<string, string>> = {
  [auroc.id]: "AUROC",
  [averagePrecision.id]: "average precision",
  "auprc-trapezoid": "AUPRC, trapezoids",
};

export interface Quality {
  readonly lines: MetricLine[];
  readonly curves: { roc: { x: number; y: number }[]; precisionRecall: { x: number; y: number }[] };
}

/**
 * @param labels 1 = anomaly; both kinds must occur
 * @param flags 1 = flagged, by a rule that `flagged` words ("at a false-alarm rate of 1 %")
 * @param noun what a row is
 */
export function qualityOf(
  scores: Float32Array,
  labels: Uint8Array,
  flags: Uint8Array,
  { noun, flagged, seed }: { readonly noun: string; readonly flagged: string; readonly seed: number },
): Quality {
  const prevalence = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  const random = new Random(seed).at("bootstrap");
  const ranking = metrics.map((metric): MetricLine => {
    const { value, low, high } = bootstrapInterval(metric, scores, labels, { random: random.at(metric.id) });
    return {
      name: NAMES[metric.id] ?? metric.id,
      value,
      low,
      high,
      chance: metric.chance === "prevalence" ? prevalence : metric.chance,
    };
  });
  const counts = confusion(flags, labels);
  const share = flags.reduce((sum, flag) => sum + flag, 0) / flags.length;
  // flagging rows at random, as many as are flagged here
  const byChance = share + prevalence === 0 ? 0 : (2 * share * prevalence) / (share + prevalence);
  return {
    lines: [
      ...ranking,
      { name: "precision", value: precision(counts), chance: prevalence, about: `of the ${noun}s flagged ${flagged}` },
      { name: "recall", value: recall(counts), chance: share },
      { name: "F1", value: f1(counts), chance: byChance },
    ],
    curves: { roc: rocCurve(scores, labels), precisionRecall: precisionRecallCurve(scores, labels) },
  };
}
