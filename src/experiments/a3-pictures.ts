// A3 on pictures (Sperl et al. 2020): an autoencoder of some digits, and a classifier of all of them that is shown letters.

import { loadPictures } from "../data/sets/load-pictures.js";
import { type CategoryColumn, pick, type Table } from "../data/table.js";
import type { Target } from "../detectors/define.js";
import { Random } from "../tensor/random.js";
import { a3Contenders, a3Seeds, drawn, KINDS, measureTransfer } from "./a3.js";
import { digitClassifier } from "./a3-classifier.js";
import type { Experiment } from "./define.js";

/** Normal pictures that train, at most; an epoch of all 36,000 is minutes. */
const MOST_TRAINED = 6000;

const columnOf = ({ columns }: Table, name: string): CategoryColumn =>
  columns.find((column) => column.name === name) as CategoryColumn;

const alone = ({ rows, pictures }: Table): Table => ({ rows, columns: [], ...(pictures ? { pictures } : {}) });

async function digits() {
  const { dataset, table } = await loadPictures("mnist");
  const [classes, split] = [columnOf(table, "class"), columnOf(table, "split")];
  const rows = Array.from({ length: table.rows }, (_, i) => i);
  return {
    pictures: alone(table),
    classes,
    digit: (row: number) => Number(classes.levels[classes.codes[row]!]),
    train: rows.filter((row) => split.levels[split.codes[row]!] === "train"),
    test: rows.filter((row) => split.levels[split.codes[row]!] === "test"),
    checksum: dataset.source.files.map(({ sha256 }) => sha256.slice(0, 16)).join(),
  };
}

const NARROWED =
  "None of the labels picks weights or parameters; the last weights score. Narrowed: 6,000 normal pictures train instead of all; " +
  "A3 as published learns with Adam ";

interface Task {
  readonly normal: readonly number[];
  readonly known: readonly number[];
  readonly others: readonly number[];
}

const halves: Readonly<Record<string, Task>> = {
  "0-5 against 6-7": { normal: [0, 1, 2, 3, 4, 5], known: [6, 7], others: [8, 9] },
  "4-9 against 0-1": { normal: [4, 5, 6, 7, 8, 9], known: [0, 1], others: [2, 3] },
};

export const a3Mnist: Experiment = {
  id: "a3-mnist",
  about:
    "A3 on MNIST with none to 100 known pictures of strange digits, and other strange digits (experiments 1a to 1d)",
  protocol:
    "Six digits are normal; of two others some pictures are known; these two test against normal ones, and under 'transfer' two more " +
    `digits do. ${NARROWED}1e-3 for 60 epochs instead of 1e-5 for 60 longer ones, its target for 15 instead of 30, and has an alarm network of ` +
    "100-50-25-10 instead of 1000-500-200-75 (that of the authors' later code).",
  published: [],
  seeds: a3Seeds,
  tasks: Object.keys(halves),
  contenders: (epochs) =>
    a3Contenders(
      {
        published: { alarm: "small", rate: 1e-3, epochs: 60, targetEpochs: 15 },
        sound: { epochs: 60, targetEpochs: 15, fewestSteps: 0 },
        known: [5, 25, 100],
      },
      epochs,
    ),
  async open() {
    const { pictures, digit, train, test, checksum } = await digits();
    return {
      checksum,
      split(seed, task) {
        const { normal, known, others } = halves[task]!;
        const random = new Random(seed).at("a3-mnist", task);
        const are = (wanted: readonly number[]) => (row: number) => wanted.includes(digit(row));
        const tested = test.filter(are([...normal, ...known, ...others]));
        return {
          train: pick(pictures, drawn(train.filter(are(normal)), MOST_TRAINED, random.at("train"))),
          anomalies: pick(pictures, drawn(train.filter(are(known)), 100, random.at("known"))),
          test: pick(pictures, tested),
          labels: Uint8Array.from(tested, (row) =>
            are(normal)(row) ? KINDS.normal : are(known)(row) ? KINDS.own : KINDS.other,
          ),
        };
      },
    };
  },
  measure: measureTransfer,
};

const groups: Readonly<Record<string, readonly string[]>> = {
  "a-e known": ["a", "b", "c", "d", "e"],
  "v-z known": ["v", "w", "x", "y", "z"],
};
/** Drawings of the known letters that train; the others test. */
const TOLD = 50;
const MOST_TESTED = 2000;

/** Two pictures after one another, of one size. */
function joined(a: Table, b: Table): Table {
  const pixels = new Uint8Array(a.pictures!.pixels.length + b.pictures!.pixels.length);
  pixels.set(a.pictures!.pixels);
  pixels.set(b.pictures!.pixels, a.pictures!.pixels.length);
  const { height, width, channels } = a.pictures!;
  return { rows: a.rows + b.rows, columns: [], pictures: { height, width, channels, pixels } };
}

export const a3Letters: Experiment = {
  id: "a3-letters",
  about: "A3 watches a classifier of digits that is shown letters, none to 50 of them known (experiments 2a to 2d)",
  protocol:
    "Digits are normal; small Latin letters of Omniglot are strange (the publication has EMNIST's): a to e or v to z, of which there " +
    "are 100 drawings each. Up to 50 are known, the other 50 test against 2,000 digits; under 'transfer' the 100 of the other group do " +
    "too. One classifier of all ten digits is watched throughout, its dense layer of 128 alone; its accuracy is not what is measured. " +
    `${NARROWED}1e-4 for 20 epochs instead of 1e-5 for 60.`,
  published: [],
  seeds: a3Seeds,
  tasks: Object.keys(groups),
  contenders: (epochs) =>
    a3Contenders(
      { published: { rate: 1e-4, epochs: 20 }, sound: { epochs: 10, fewestSteps: 0 }, known: [5, 50] },
      epochs,
    )
      .filter(({ parameters }) => parameters.score !== "reconstruction")
      .map((contender) => (contender.detector === "a3" ? { ...contender, watches: true } : contender)),
  async open() {
    const { pictures, classes, train, test, checksum } = await digits();
    const { dataset, table } = await loadPictures("omniglot", { height: 28, width: 28 });
    const [letters, letter] = [alone(table), columnOf(table, "letter")];
    let target: Promise<Target> | undefined;
    const learn = (): Promise<Target> => {
      const shown = { ...classes, codes: Int32Array.from(train, (row) => classes.codes[row]!) };
      return digitClassifier(pick(pictures, train), shown, 2020);
    };
    return {
      checksum: `${checksum},${dataset.source.files[0]!.sha256.slice(0, 16)}`,
      async split(seed, task) {
        target ??= learn();
        const random = new Random(seed).at("a3-letters", task);
        const of = (group: readonly string[]): number[] =>
          Array.from(letter.codes.keys()).filter((row) => group.includes(letter.levels[letter.codes[row]!] ?? ""));
        const own = drawn(of(groups[task]!), 2 * TOLD, random.at("known"));
        const others = Object.keys(groups).flatMap((name) => (name === task ? [] : of(groups[name]!)));
        const tested = drawn(test, MOST_TESTED, random.at("test"));
        const strange = [...own.slice(TOLD), ...others];
        return {
          train: pick(pictures, drawn(train, MOST_TRAINED, random.at("train"))),
          anomalies: pick(letters, own.slice(0, TOLD)),
          test: joined(pick(pictures, tested), pick(letters, strange)),
          labels: Uint8Array.from([
            ...tested.map(() => KINDS.normal),
            ...strange.map((_, i) => (i < own.length - TOLD ? KINDS.own : KINDS.other)),
          ]),
          target: await target,
        };
      },
    };
  },
  measure: measureTransfer,
};
