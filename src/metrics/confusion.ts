// Precision, recall and F1 of flags against labels, and of flagging the top share of the scores.

import { OddityError } from "../tensor/errors.js";
import { checkLengths, countOnes } from "./levels.js";
import { percentile } from "./percentile.js";

export interface Confusion {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
}

/**
 * @param flags what was predicted: 1 = flagged, 0 = not
 * @param labels 1 = anomaly, 0 = normal
 * @throws OddityError on unequal lengths or values other than 0 and 1
 */
export function confusion(flags: ArrayLike<number>, labels: ArrayLike<number>): Confusion {
  checkLengths("confusion", flags, labels);
  const flagged = countOnes("confusion: flags", flags);
  const anomalous = countOnes("confusion: labels", labels);
  let both = 0;
  for (let row = 0; row < flags.length; row++) both += flags[row]! * labels[row]!;
  return {
    truePositives: both,
    falsePositives: flagged - both,
    falseNegatives: anomalous - both,
    trueNegatives: flags.length - flagged - anomalous + both,
  };
}

/** Share of the flagged rows that are anomalous; 0 when nothing is flagged. */
export const precision = ({ truePositives, falsePositives }: Confusion): number =>
  truePositives === 0 ? 0 : truePositives / (truePositives + falsePositives);

/** Share of the anomalies that are flagged. @throws OddityError when there are none */
export function recall({ truePositives, falseNegatives }: Confusion): number {
  if (truePositives + falseNegatives === 0)
    throw new OddityError({
      place: "recall",
      expected: "at least one anomalous row",
      got: "none",
      hint: "recall and F1 are undefined without anomalies",
    });
  return truePositives / (truePositives + falseNegatives);
}

/** Harmonic mean of precision and recall. @throws OddityError when there are no anomalies */
export function f1(counts: Confusion): number {
  const [p, r] = [precision(counts), recall(counts)];
  return p + r === 0 ? 0 : (2 * p * r) / (p + r);
}

export interface AtThreshold extends Confusion {
  readonly threshold: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** What flagging every score >= threshold is worth. */
export function atThreshold(scores: ArrayLike<number>, labels: ArrayLike<number>, threshold: number): AtThreshold {
  const flags = Uint8Array.from(scores, (score) => (score >= threshold ? 1 : 0));
  const counts = confusion(flags, labels);
  return { ...counts, threshold, precision: precision(counts), recall: recall(counts), f1: f1(counts) };
}

/**
 * What flagging the top share is worth. The threshold is the (1 - share) percentile of these very scores, and
 * score >= threshold is flagged: rows tied with the threshold are all flagged.
 * @param share 0 to 1
 */
export function atTopShare(scores: ArrayLike<number>, labels: ArrayLike<number>, share: number): AtThreshold {
  const sorted = Float64Array.from(scores).sort();
  if (sorted.length === 0 || Number.isNaN(sorted.at(-1)))
    throw new OddityError({
      place: "top share",
      expected: "a number as every score",
      got: sorted.length === 0 ? "no scores" : "NaN",
    });
  return atThreshold(scores, labels, percentile(sorted, 1 - share));
}
