// Protocols on pictures of several classes. Which classes are normal decides what a figure means: numbers of one
// protocol are never comparable with numbers of the other (one class out, one class in).

import { pick, type Table } from "../data/table.js";
import { auprcTrapezoid, auroc, averagePrecisionAt } from "../metrics/index.js";
import { Random } from "../tensor/random.js";
import type { Split } from "./define.js";

/** Pictures with the class of each, and whether the publisher of the set meant it for training or for testing. */
export interface Classed {
  readonly pictures: Table;
  readonly classes: readonly string[];
  /** Index into `classes`. */
  readonly codes: Int32Array;
  readonly isTest: Uint8Array;
}

/** Test pictures at most; anomalies and normal ones keep their shares. */
const MOST_TESTED = 4000;

/**
 * One class is the anomaly. All pictures of the set are pooled; 80 % of the normal ones train; the other 20 % and all of
 * the anomalous class test (the split of EGBAD's code, with the overlap of training and test rows mended; also
 * GANomaly's and the survey's).
 */
export function oneClassOut(data: Classed, task: string, seed: number): Split {
  const anomaly = data.classes.indexOf(task);
  const order = new Random(seed).at("one class out", task).permutation(data.pictures.rows);
  const normal = order.filter((row) => data.codes[row] !== anomaly);
  const strange = order.filter((row) => data.codes[row] === anomaly);
  const cut = Math.floor(normal.length * 0.8);
  return splitOf(data.pictures, normal.subarray(0, cut), normal.subarray(cut), strange);
}

/** One class is normal. Its training pictures train; all test pictures of the set test. */
export function oneClassIn(data: Classed, task: string, seed: number): Split {
  const normal = data.classes.indexOf(task);
  const order = new Random(seed).at("one class in", task).permutation(data.pictures.rows);
  const tested = order.filter((row) => data.isTest[row] === 1);
  return splitOf(
    data.pictures,
    order.filter((row) => data.isTest[row] === 0 && data.codes[row] === normal),
    tested.filter((row) => data.codes[row] === normal),
    tested.filter((row) => data.codes[row] !== normal),
  );
}

function splitOf(pictures: Table, train: Uint32Array, normal: Uint32Array, strange: Uint32Array): Split {
  const share = Math.min(1, MOST_TESTED / (normal.length + strange.length));
  const [kept, found] = [normal, strange].map((rows) => rows.subarray(0, Math.round(rows.length * share)));
  const places = [...kept!, ...found!];
  return {
    train: pick(pictures, train),
    test: pick(pictures, places),
    labels: Uint8Array.from(places, (_, i) => Number(i >= kept!.length)),
  };
}

/** The measures of both protocols. Areas under precision and recall mean nothing without the share of anomalies. */
export function measureRanking(scores: Float32Array, labels: Uint8Array): Readonly<Record<string, number>> {
  return {
    auroc: auroc.compute(scores, labels),
    auprc: auprcTrapezoid.compute(scores, labels),
    "ap at 10 %": averagePrecisionAt(0.1, scores, labels),
    prevalence: labels.reduce((sum, label) => sum + label, 0) / labels.length,
  };
}
