// Series: detectors of tables over windows, on NAB and on NASA's telemetry (SMAP, MSL), measured point by point.
//
// Not measured is F1 "point-adjusted", the figure of most papers on these sets: there a labelled stretch counts as found whole
// when one of its points is flagged. Stretches are hundreds of points long, so that flags drawn at random find nearly all of
// them, and beat published methods (Kim et al. 2022, Towards a Rigorous Evaluation of Time-series Anomaly Detection, AAAI).
// "Found a stretch at 1 % false alarms" has the same fault. The published figures are no neighbours of these, and none are shown.

import type { WindowOptions } from "../data/series/window.js";
import { nab } from "../data/sets/nab.js";
import { type LabelledSeries, readSeries, type SeriesSet } from "../data/sets/series.js";
import { msl, smap } from "../data/sets/smap-msl.js";
import { pick, type Table } from "../data/table.js";
import { auroc, averagePrecision } from "../metrics/index.js";
import type { Contender, Experiment, Split } from "./define.js";

const over = (name: string, detector: string, window?: WindowOptions, parameters: Contender["parameters"] = {}) => ({
  ...{ name, detector, parameters, isControl: window === undefined || detector === "mean-distance" },
  ...(window ? { window } : {}),
});

const contenders =
  (window: WindowOptions): Experiment["contenders"] =>
  (epochs) => {
    const trained = { epochs: epochs ?? 20, fewestSteps: 0 };
    const relative: WindowOptions = { ...window, relative: "mean" };
    return [
      over("nearest neighbours", "knn", window),
      over("nearest neighbours, relative", "knn", relative),
      over("Isolation Forest", "isolation-forest", window),
      over("Isolation Forest, relative", "isolation-forest", relative),
      over("autoencoder", "autoencoder", window, trained),
      over("autoencoder, relative", "autoencoder", relative, trained),
      over("distance to the mean", "mean-distance", window),
      over("distance to the mean, each row alone", "mean-distance"),
    ];
  };

/** Points that are labelled, as a share of all: what AP is by chance. */
const prevalence = (labels: Uint8Array): number => labels.reduce((sum, label) => sum + label, 0) / labels.length;

const POINTS =
  "Every point has a score, the mean over the windows that hold it, and is measured for itself: AUROC and AP, whose chance level is the " +
  "prevalence. Not F1 with point adjustment, the usual figure on these sets: one flag in a labelled stretch counts there as the " +
  "whole stretch found, and random flags reach nearly 1. One length of window for all series, chosen without looking.";

interface Given extends Pick<Experiment, "id" | "about" | "protocol" | "contenders"> {
  readonly sets: readonly SeriesSet[];
  readonly tasks: readonly string[];
  split(series: LabelledSeries): Split;
}

const seriesExperiment = ({ sets, split, ...said }: Given): Experiment => ({
  ...said,
  published: [],
  open: () =>
    Promise.resolve({
      checksum: sets.map(({ source }) => source.files.map(({ sha256 }) => sha256.slice(0, 8)).join()).join(),
      split: async (_, task) => {
        const set = sets.find(({ members }) => members.includes(task))!;
        return split(await readSeries(set, task));
      },
    }),
  measure: (scores, labels) => ({
    auroc: auroc.compute(scores, labels),
    ap: averagePrecision.compute(scores, labels),
    prevalence: prevalence(labels),
  }),
});

/** Without the six series that have no window, and of which nothing can be measured. */
const WITHOUT_WINDOWS = /^artificialNoAnomaly\/|ec2_cpu_utilization_c6585a$/;

export const nabSeries = seriesExperiment({
  id: "nab",
  about: "52 series of NAB, each learned and scored as a whole, labels unseen",
  protocol: `Each series trains and is tested as it is: nobody says which part of it is normal. Windows of 48 rows. ${POINTS}`,
  sets: [nab],
  tasks: nab.members.filter((member) => !WITHOUT_WINDOWS.test(member)),
  contenders: contenders({ length: 48 }),
  // time orders the windows, and is nothing to judge: a row alone would be strange by its date
  split: ({ table, labels }) => ({ train: valuesOf(table), test: valuesOf(table), labels }),
});

const valuesOf = ({ rows, columns }: Table): Table => ({
  rows,
  columns: columns.filter(({ kind }) => kind === "number"),
});

export const spacecraft = seriesExperiment({
  id: "smap-msl",
  about: "81 channels of the spacecraft SMAP and MSL: a part without known anomalies trains, another is scored",
  protocol:
    "One detector for each channel, of a value and 24 (SMAP) or 54 (MSL) commands; windows of 24 rows of all of them. The channel's " +
    `training part trains, its test part is scored. Of channel P-2 both lines of labels count. ${POINTS}`,
  sets: [smap, msl],
  tasks: [...smap.members, ...msl.members],
  contenders: contenders({ length: 24 }),
  split({ table, labels, splits }) {
    const rows = Array.from(labels.keys());
    const [train, test] = ["train", "test"].map((part) => rows.filter((row) => splits![row] === part));
    return { train: pick(table, train!), test: pick(table, test!), labels: labels.subarray(test![0]) };
  },
});
