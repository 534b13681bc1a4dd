// Rows that are usual in themselves and strange where they stand: what the condition of conditional detectors is for.

import { loadPictures } from "../data/sets/load-pictures.js";
import { nab } from "../data/sets/nab.js";
import { readSeries } from "../data/sets/series.js";
import { type CategoryColumn, pick, type Table } from "../data/table.js";
import { Random } from "../tensor/random.js";
import { measureRanking } from "./classes.js";
import type { Contender, Experiment } from "./define.js";

/** Each detector in the context, and without it: then pictures stand alone, and a table's column is judged like the others. */
const withAndWithout = (
  given: string,
  without: string,
  condition: readonly string[],
  parameters: Contender["parameters"],
): readonly Contender[] =>
  ["gan", "egbad", "ganomaly"].flatMap((detector): Contender[] => [
    { name: `${detector}, ${given}`, detector, parameters, condition, isControl: false },
    { name: `${detector}, ${without}`, detector, parameters, isControl: true },
  ]);

const WRONG = 0.1;
const TESTED = 4000;

/** Test pictures of which a tenth states another class than the one they show. */
function mislabelled(table: Table, seed: number) {
  const column = (name: string) => table.columns.find((each) => each.name === name) as CategoryColumn;
  const [classes, split] = [column("class"), column("split")];
  const test = split.levels.indexOf("test");
  const random = new Random(seed).at("mislabelled");
  const order = random.permutation(table.rows);
  const only = pick(
    { ...table, columns: [classes] },
    order.filter((row) => split.codes[row] === test).subarray(0, TESTED),
  );
  const said = only.columns[0] as CategoryColumn;
  const labels = Uint8Array.from({ length: only.rows }, (_, i) => Number(i < WRONG * only.rows));
  const others = classes.levels.length - 1;
  const codes = said.codes.map((code, i) =>
    labels[i] === 1 ? (code + 1 + random.below(others)) % (others + 1) : code,
  );
  return {
    train: pick(
      { ...table, columns: [classes] },
      order.filter((row) => split.codes[row] !== test),
    ),
    test: { ...only, columns: [{ ...said, codes }] },
    labels,
  };
}

export const mnistMislabelled: Experiment = {
  id: "mnist-mislabelled",
  about: "Digits whose stated class is wrong: pictures like any other, strange given their class",
  protocol:
    "MNIST's training pictures train, with their classes as the context. Of 4,000 test pictures a tenth states another class than the " +
    "one it shows (the only thing that was planted; pictures and classes are real). Without the context nothing can be found: 0.5.",
  published: [],
  contenders: (epochs) =>
    withAndWithout("given the class", "class unknown", ["class"], { epochs: epochs ?? 1, fewestSteps: 1, filters: 8 }),
  async open() {
    const { dataset, table } = await loadPictures("mnist");
    return {
      checksum: dataset.source.files.map(({ sha256 }) => sha256.slice(0, 16)).join(),
      split: (seed) => mislabelled(table, seed),
    };
  },
  measure: measureRanking,
};

/** Of the series, which lines of earlier runs are known by. */
const CHECKSUM = "a600f06d88e34995d63a0885b816bbcda1473f43be2043c512f22563805d7adb";

/** Trained until then: three months without a window. */
const TRAINED_UNTIL = Date.UTC(2014, 9, 1) / 1000;

export const taxiContext: Experiment = {
  id: "taxi-context",
  about:
    "Taxi passengers in New York: few at noon and many at four in the morning are strange, though few and many are not",
  protocol:
    "NAB's nyc_taxi, half-hours. July to September 2014 train; October to January test. An anomaly is a half-hour inside one of NAB's " +
    "windows, which reach days around each event, so that most of their half-hours are normal: areas are far below 1 for anybody.",
  published: [],
  contenders: (epochs) => [
    ...withAndWithout(
      "given the time of day and week",
      "time as a column",
      ["timestamp"],
      epochs === undefined ? {} : { epochs, fewestSteps: 1 },
    ),
    { name: "nearest neighbours, time as a column", detector: "knn", parameters: {}, isControl: true },
  ],
  async open() {
    const { table, labels } = await readSeries(nab, "nyc_taxi");
    const at = table.columns.find(({ name }) => name === "timestamp") as { values: Float64Array };
    const rows = Array.from({ length: table.rows }, (_, i) => i);
    const test = rows.filter((row) => at.values[row]! >= TRAINED_UNTIL);
    const parts = {
      train: pick(
        table,
        rows.filter((row) => at.values[row]! < TRAINED_UNTIL),
      ),
      test: pick(table, test),
      labels: Uint8Array.from(test, (row) => labels[row]!),
    };
    return { checksum: CHECKSUM, split: () => parts };
  },
  measure: measureRanking,
};
