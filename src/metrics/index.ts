// The metrics: this list is what evaluation, reports and tests loop over.

import { auprcTrapezoid } from "./auprc-trapezoid.js";
import { auroc } from "./auroc.js";
import { averagePrecision } from "./average-precision.js";
import type { Metric } from "./define.js";

export const metrics: readonly Metric[] = [auroc, averagePrecision, auprcTrapezoid];

export { averagePrecisionAt } from "./at-prevalence.js";
export { bootstrapInterval, type Interval } from "./bootstrap.js";
export {
  type AtThreshold,
  atThreshold,
  atTopShare,
  type Confusion,
  confusion,
  f1,
  precision,
  recall,
} from "./confusion.js";
export { type CurvePoint, precisionRecallCurve, rocCurve } from "./curves.js";
export type { Metric } from "./define.js";
export { auprcTrapezoid, auroc, averagePrecision };
