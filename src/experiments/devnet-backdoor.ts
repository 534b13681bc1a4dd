// DevNet's own protocol (Pang et al. 2019, section 4, and the authors' code) on the one of its sets that is at hand as they
// prepared it.

import { loadDataset } from "../data/sets/load.js";
import { stratified } from "../data/split.js";
import { type Column, pick, type Table } from "../data/table.js";
import { auroc, averagePrecision } from "../metrics/index.js";
import { Random } from "../tensor/random.js";
import type { Contender, Experiment, Split } from "./define.js";

const SET = "backdoor";
const KNOWN = 30;
const CONTAMINATION = 0.02;
/** Features of a contaminating anomaly that are another's. */
const SWAPPED = 0.05;

const eighty = stratified({ share: 0.8 });

/** So many anomalies, each with a few features of another one: rows like anomalies, none of them twice. */
function mixed({ rows, columns }: Table, count: number, random: Random): Table {
  const pairs = Array.from({ length: count }, () => random.sample(rows, 2));
  const swapped = pairs.map(() => new Set(random.sample(columns.length, Math.floor(SWAPPED * columns.length))));
  return {
    rows: count,
    columns: columns.map((column, j) => {
      const values = numbersOf(column);
      const from = (i: number): number => pairs[i]![swapped[i]!.has(j) ? 1 : 0]!;
      return { kind: "number", name: column.name, values: Float64Array.from(pairs, (_, i) => values[from(i)]!) };
    }),
  };
}

/** The rows of both, in columns of numbers. */
const stacked = (first: Table, second: Table): Table => ({
  rows: first.rows + second.rows,
  columns: first.columns.map((column, j) => ({
    kind: "number",
    name: column.name,
    values: Float64Array.from([...numbersOf(column), ...numbersOf(second.columns[j]!)]),
  })),
});

function numbersOf(column: Column): Float64Array {
  if (column.kind === "category") throw new Error("internal: the set has numbers alone");
  return column.values;
}

function splitOf(features: Table, labels: Uint8Array, random: Random): Split {
  const { train, test } = eighty.parts(labels, random);
  const normal = pick(
    features,
    train.filter((row) => labels[row] === 0),
  );
  const anomalies = pick(
    features,
    train.filter((row) => labels[row] === 1),
  );
  const noise = Math.floor((normal.rows * CONTAMINATION) / (1 - CONTAMINATION));
  return {
    train: stacked(normal, mixed(anomalies, noise, random.at("noise"))),
    // parts come shuffled
    anomalies: pick(
      anomalies,
      Array.from({ length: KNOWN }, (_, row) => row),
    ),
    test: pick(features, test),
    labels: Uint8Array.from(test, (row) => labels[row]!),
  };
}

const contender = (name: string, detector: string, more: Partial<Contender> = {}): Contender => ({
  ...{ name, detector, parameters: {}, known: KNOWN, isControl: false },
  ...more,
});

export const devnetBackdoor: Experiment = {
  id: "devnet-backdoor",
  about: "DevNet on the backdoors of UNSW-NB15 with 30 known anomalies, against its published table",
  protocol:
    "80 % of each class trains. 30 training anomalies are known and the others left out; the normal rows are contaminated to 2 % with " +
    "anomalies of which 5 % of the features are another anomaly's. The authors' code draws those from all anomalies, the tested ones " +
    "among them; here they come from the training part. Published: 10 runs.",
  published: [{ name: "DevNet (Pang et al. 2019)", values: { auroc: 0.969, ap: 0.883 } }],
  contenders(epochs) {
    const long = epochs === undefined ? {} : { epochs };
    return [
      contender("devnet as published", "devnet", { parameters: { variant: "published", ...long } }),
      contender("devnet", "devnet", { parameters: long }),
      contender("deep-sad", "deep-sad", { parameters: long }),
      contender("devnet untrained", "devnet", { parameters: { epochs: 0 }, isControl: true }),
      { name: "isolation-forest", detector: "isolation-forest", parameters: {}, isControl: true },
    ];
  },
  async open() {
    const { features, labels, checksum } = await loadDataset(SET);
    return { checksum, split: (seed) => splitOf(features, labels, new Random(seed).at("devnet-backdoor")) };
  },
  measure: (scores, labels) => ({
    auroc: auroc.compute(scores, labels),
    ap: averagePrecision.compute(scores, labels),
  }),
};
