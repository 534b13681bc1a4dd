// Every detector with its defaults on the "Classical" sets of ADBench at hand, trained on half of the normal rows, beside the
// table of Livernoche et al. 2024.

import { adbench } from "../data/sets/adbench.js";
import { loadDataset } from "../data/sets/load.js";
import { firstNormals, normalsOnly } from "../data/split.js";
import { pick } from "../data/table.js";
import { detectors } from "../detectors/list.js";
import { auroc, averagePrecision } from "../metrics/index.js";
import { Random } from "../tensor/random.js";
import type { Contender, Experiment, Split } from "./define.js";
import { publishedOneClass } from "./published-adbench.js";

const MOST_ROWS = 50_000;
const sets = adbench.map(({ id }) => id);

/** Those that can learn from normal rows alone. */
function contenders(epochs?: number): Contender[] {
  const able = detectors.filter(({ takes, id }) => takes === undefined && !needsAnomalies.includes(id));
  const defaults = able.map(({ id, parameters }) => ({
    name: id,
    detector: id,
    parameters: epochs !== undefined && "epochs" in parameters ? { epochs } : {},
    isControl: id === "mean-distance",
  }));
  return [
    ...defaults,
    ours("auto, told that all are normal", "auto", { training: "normal" }),
    // PyOD's default, which is what the published column is
    ours("knn, the fifth", "knn", { distance: "largest" }),
    // what gandi's snapshots and criterion add, and what its reading does
    ours("gandi, the last alone", "gandi", { pick: "last", together: 1 }),
    ours("gandi, the last alone, as doubt", "gandi", { pick: "last", together: 1, score: "doubt" }),
  ];
}

const ours = (name: string, detector: string, parameters: Contender["parameters"]): Contender => ({
  name,
  detector,
  parameters,
  isControl: false,
});

const needsAnomalies = ["devnet", "deep-sad"];

const experiment = (
  id: string,
  said: Pick<Experiment, "about" | "protocol">,
  { parts }: ReturnType<typeof normalsOnly>,
): Experiment => ({
  id,
  ...said,
  published: publishedOneClass(sets),
  contenders,
  tasks: sets,
  open() {
    let last: { task: string; loaded: ReturnType<typeof loadDataset> } | undefined;
    return Promise.resolve({
      checksum: adbench.map(({ source }) => source.files.map(({ sha256 }) => sha256.slice(0, 8)).join()).join(),
      async split(seed: number, task: string): Promise<Split> {
        if (last?.task !== task) last = { task, loaded: loadDataset(task) };
        const { features, labels } = await last.loaded;
        const { train, test } = parts(labels, new Random(seed).at(id, task));
        return {
          train: pick(features, train),
          test: pick(features, test),
          labels: Uint8Array.from(test, (row) => labels[row]!),
        };
      },
    });
  },
  measure: (scores, labels) => ({
    auroc: auroc.compute(scores, labels),
    ap: averagePrecision.compute(scores, labels),
  }),
});

const COMMON =
  "Of larger sets 50,000 rows are drawn. Every detector has its defaults on every set; no label chooses anything. Sets with a common origin " +
  "all count (cardio and cardiotocography, annthyroid and thyroid, satellite and satimage-2, http and smtp).";

export const adbenchOneClass: readonly Experiment[] = [
  experiment(
    "adbench-one-class",
    {
      about: "Every detector on 33 sets of ADBench, trained on half of the normal rows",
      protocol:
        "Half of the normal rows, drawn at random, train; the other half and all anomalies test. The published figures were measured " +
        `otherwise: see adbench-one-class-published. ${COMMON}`,
    },
    normalsOnly({ share: 0.5, most: MOST_ROWS }),
  ),
  experiment(
    "adbench-one-class-published",
    {
      about: "The same with the split of the published code, whose defects carry the figures",
      protocol:
        "As in the code of ADBench and DTE (Livernoche et al. 2024): the first half of the normal rows in the order of the file trains, " +
        "the second half and all anomalies test; sets of fewer than 1,000 rows are first drawn with replacement up to 1,000, so that copies of " +
        `a row train and test. ${COMMON}`,
    },
    firstNormals({ share: 0.5, most: MOST_ROWS, fewest: 1000 }),
  ),
];
