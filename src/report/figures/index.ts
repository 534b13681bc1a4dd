// The figures of a report, in the order in which they are read: those that its data allow.
import type { DetectReport } from "../report.js";
import { precisionRecallCurve, rocCurve } from "./curves.js";
import type { Figure } from "./frame.js";
import { trainingLosses } from "./losses.js";
import { columnContributions } from "./reasons.js";
import { pValueHistogram, scoreDistribution } from "./scores.js";

export type { Figure } from "./frame.js";

export function figuresOf(report: DetectReport): Figure[] {
  const { scores, strangest, curves, losses } = report;
  const { labels, pValues } = scores;
  const prevalence = labels?.length ? labels.reduce((sum, label) => sum + label, 0) / labels.length : undefined;
  return [
    scores.values.length > 0 && scoreDistribution(scores),
    strangest.some(({ reasons }) => reasons.length > 0) && columnContributions(strangest),
    pValues !== undefined && pValues.length > 0 && pValueHistogram(pValues),
    curves !== undefined && curves.roc.length > 0 && rocCurve(curves.roc),
    curves !== undefined &&
      curves.precisionRecall.length > 0 &&
      precisionRecallCurve(curves.precisionRecall, prevalence),
    losses !== undefined && losses.length > 0 && trainingLosses(losses),
  ].filter((figure) => figure !== false);
}
