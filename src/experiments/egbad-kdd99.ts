// EGBAD on KDD Cup 99, 10 percent (Zenati et al. 2018, table 1), with the protocol of the authors' code.

import { loadDataset } from "../data/sets/load.js";
import { pick, type Table } from "../data/table.js";
import { atTopShare } from "../metrics/confusion.js";
import { auroc, averagePrecision } from "../metrics/index.js";
import { Random } from "../tensor/random.js";
import type { Contender, Experiment, Split } from "./define.js";

/** Share of the test rows that is flagged. */
const FLAGGED = 0.2;

const contender = (
  name: string,
  detector: string,
  parameters: Contender["parameters"],
  isControl: boolean,
): Contender => ({
  name,
  detector,
  parameters,
  isControl,
});

/** The split of one seed. Test rows: all attacks of the other half, and normal rows up to a fifth of the whole. @public a bench uses it */
export function splitOf(features: Table, attacks: Uint8Array, seed: number): Split {
  const order = new Random(seed).at("egbad-kdd99").permutation(features.rows);
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

export const egbadKdd99: Experiment = {
  id: "egbad-kdd99",
  about: "EGBAD (BiGAN) on KDD Cup 99, 10 percent, against its published table",
  protocol:
    "Normal connections are the anomalies, since attacks are 80 % of the rows. Half of the rows train, attacks among them " +
    "only; the others test, with at most 20 % anomalies. The top 20 % of the test scores are flagged. The last epoch counts; " +
    "no label is used to choose anything.",
  published: [
    {
      name: "EGBAD, cross-entropy (Zenati et al. 2018)",
      values: { precision: 0.92, recall: 0.9582, f1: 0.9372 },
      deviation: { precision: 0.074, recall: 0.0104, f1: 0.044 },
    },
    { name: "BiGAN (survey, Mattia et al. 2019)", values: { precision: 0.9412, recall: 0.9562, f1: 0.9486 } },
    { name: "DAGMM (Zong et al. 2018)", values: { precision: 0.9297, recall: 0.9442, f1: 0.9369 } },
    {
      name: "Isolation Forest (in ALAD, Zenati et al. 2018)",
      values: { precision: 0.9216, recall: 0.9373, f1: 0.9294 },
    },
  ],
  contenders: (epochs) => [
    contender("EGBAD as published", "egbad", { variant: "published", epochs: epochs ?? 50 }, false),
    contender("EGBAD sound", "egbad", epochs === undefined ? {} : { epochs }, false),
    contender("EGBAD as published, untrained", "egbad", { variant: "published", epochs: 0 }, true),
    contender("EGBAD sound, untrained", "egbad", { epochs: 0 }, true),
    contender("distance to the mean", "mean-distance", {}, true),
    contender("Isolation Forest", "isolation-forest", {}, true),
    contender("nearest neighbours", "knn", {}, true),
  ],
  async open() {
    const { features, labels, checksum } = await loadDataset("kdd99");
    return { checksum, split: (seed) => splitOf(features, labels, seed) };
  },
  measure(scores, labels) {
    const { precision, recall, f1 } = atTopShare(scores, labels, FLAGGED);
    return {
      precision,
      recall,
      f1,
      auroc: auroc.compute(scores, labels),
      ap: averagePrecision.compute(scores, labels),
    };
  },
};
