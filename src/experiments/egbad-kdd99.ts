// EGBAD on KDD Cup 99, 10 percent (Zenati et al. 2018, table 1), with the protocol of the authors' code: normal
// connections are the anomalies, since attacks are 80 % of the rows; half of the rows train, attacks among them only;
// the top 20 % of the test scores are flagged. Beside it, always, what needs no GAN: an untrained copy, distance to the
// mean, Isolation Forest and nearest neighbours.

import { loadDataset } from "../data/sets/load.js";
import { pick, type Table } from "../data/table.js";
import { detectorById } from "../detectors/list.js";
import { atTopShare } from "../metrics/confusion.js";
import { auroc, averagePrecision } from "../metrics/index.js";
import { Random } from "../tensor/random.js";
import type { Progress } from "../train/loop.js";

/** Precision, recall and F1 as printed; see docs/results.md for what is known about each. */
export const published = [
  { name: "EGBAD, cross-entropy (Zenati et al. 2018)", precision: 0.92, recall: 0.9582, f1: 0.9372, deviation: 0.044 },
  { name: "BiGAN (Mattia et al. 2019, survey)", precision: 0.941174, recall: 0.956155, f1: 0.948605 },
  { name: "Isolation Forest (Zenati et al. 2018, ALAD)", precision: 0.9216, recall: 0.9373, f1: 0.9294 },
  { name: "DAGMM (Zong et al. 2018)", precision: 0.9297, recall: 0.9442, f1: 0.9369 },
] as const;

export interface Contender {
  readonly name: string;
  readonly detector: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly isControl: boolean;
}

export interface Outcome {
  readonly contender: string;
  readonly seed: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly auroc: number;
  readonly averagePrecision: number;
  readonly seconds: number;
}

/** Share of the test rows that is flagged. */
const FLAGGED = 0.2;

export const contenders = ({ epochs, soundEpochs }: { epochs: number; soundEpochs: number }): Contender[] => {
  const as = (name: string, detector: string, parameters: Contender["parameters"], isControl: boolean) => ({
    name,
    detector,
    parameters,
    isControl,
  });
  return [
    as("EGBAD as published", "egbad", { variant: "published", epochs }, false),
    as("EGBAD sound", "egbad", { epochs: soundEpochs }, false),
    as("EGBAD as published, untrained", "egbad", { variant: "published", epochs: 0 }, true),
    as("EGBAD sound, untrained", "egbad", { epochs: 0 }, true),
    as("distance to the mean", "mean-distance", {}, true),
    as("isolation forest", "isolation-forest", {}, true),
    as("nearest neighbours", "knn", {}, true),
  ];
};

export interface Protocol {
  readonly train: Table;
  readonly test: Table;
  /** 1 = normal connection, the anomaly of this protocol. */
  readonly labels: Uint8Array;
}

/** The split of one seed. Test rows: all attacks of the other half, and normal rows up to a fifth of the whole. */
export function splitOf(features: Table, attacks: Uint8Array, seed: number): Protocol {
  const random = new Random(seed).at("egbad-kdd99");
  const order = random.at("half").permutation(features.rows);
  const cut = Math.floor(features.rows / 2);
  const isAttack = (row: number): boolean => attacks[row] === 1;
  const rest = Array.from(order.subarray(cut));
  const common = rest.filter(isAttack);
  const rare = rest.filter((row) => !isAttack(row)).slice(0, Math.floor((common.length * FLAGGED) / (1 - FLAGGED)));
  const test = [...common, ...rare];
  return {
    train: pick(features, Array.from(order.subarray(0, cut)).filter(isAttack)),
    test: pick(features, test),
    labels: Uint8Array.from(test, (row) => Number(!isAttack(row))),
  };
}

/** One contender on one seed. */
export async function runOne(
  contender: Contender,
  seed: number,
  data: Protocol,
  onProgress?: (progress: Progress) => void,
): Promise<Outcome> {
  const started = performance.now();
  const detector = detectorById(contender.detector, contender.parameters);
  // the published code keeps nothing apart: p-values play no part here
  const model = await detector.fit(data.train, { seed, heldOut: 0, ...(onProgress ? { onProgress } : {}) });
  const seconds = (performance.now() - started) / 1000;
  const scores = await model.score(data.test);
  await model.close();
  const { precision, recall, f1 } = atTopShare(scores, data.labels, FLAGGED);
  return {
    contender: contender.name,
    seed,
    precision,
    recall,
    f1,
    auroc: auroc.compute(scores, data.labels),
    averagePrecision: averagePrecision.compute(scores, data.labels),
    seconds,
  };
}

/** Features and the attack flag of the whole file. */
export async function loadKdd99(): Promise<{ features: Table; attacks: Uint8Array }> {
  const { features, labels } = await loadDataset("kdd99");
  return { features, attacks: labels };
}
