// What was published of GANDI: AUC read from the legends of the figures that its repository keeps, of one run of setting 9
// (E. Karavani 2017; -Δ after 180,000 steps, +Δ after 200,000). The discriminator saw whole batches of one kind: mode "pure".

import type { Mode } from "./records.js";

export interface PublishedAuc {
  /** Id of the setting. */
  readonly setting: string;
  readonly mode: Mode;
  readonly from: string;
  /** By the name of the anomaly, 0 to 1. */
  readonly auc: Readonly<Record<string, number>>;
}

export const published: readonly PublishedAuc[] = [
  {
    setting: "gandi-9",
    mode: "pure",
    from: "one run: -Δ after 180,000 steps, +Δ after 200,000",
    auc: {
      "-0.1": 0.4284,
      "-0.5": 0.5816,
      "-1": 0.724,
      "-2": 0.9193,
      "-3": 0.9895,
      "-4": 0.9995,
      "-5": 1,
      "-10": 1,
      "+0.1": 0.4912,
      "+0.5": 0.6157,
      "+1": 0.7312,
      "+2": 0.8771,
      "+3": 0.9603,
      "+4": 0.9937,
      "+5": 1,
      "+10": 1,
    },
  },
];
