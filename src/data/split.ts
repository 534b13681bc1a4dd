// Splits as values: each prints into a result's key, and with a seed gives the rows of both parts.

import { OddityError } from "../tensor/errors.js";
import type { Random } from "../tensor/random.js";

export interface Split {
  /** The split in words and numbers, for keys and reports. */
  readonly name: string;
  /** Indices of rows; no row is in both parts. */
  parts(labels: Uint8Array, random: Random): Parts;
}

export interface Parts {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/** Both classes are divided alike: `share` of each trains, its anomalies unlabelled among the rest. */
export const stratified = ({ share, most }: { share: number; most?: number }): Split => ({
  name: `stratified(${describe(share, most)})`,
  parts(labels, random) {
    const rows = subsample(labels.length, most, random);
    const normal = divide(ofClass(rows, labels, 0), share, random.at("normal"));
    const anomalous = divide(ofClass(rows, labels, 1), share, random.at("anomalous"));
    return {
      train: shuffled([...normal.train, ...anomalous.train], random.at("train")),
      test: shuffled([...normal.test, ...anomalous.test], random.at("test")),
    };
  },
});

/** One-class: `share` of the normal rows trains; the other normal rows and all anomalies are the test. */
export const normalsOnly = ({ share, most }: { share: number; most?: number }): Split => ({
  name: `normals-only(${describe(share, most)})`,
  parts(labels, random) {
    const rows = subsample(labels.length, most, random);
    const { train, test } = divide(ofClass(rows, labels, 0), share, random.at("normal"));
    return { train, test: shuffled([...test, ...ofClass(rows, labels, 1)], random.at("test")) };
  },
});

/**
 * One-class as in the code of ADBench and DTE (`data_generator.py`), with both of its defects: the rows that train are the
 * first ones in the order of the file, whatever that order is; and a set of fewer than `fewest` rows is drawn with
 * replacement up to so many, so that copies of one row stand in both parts. Places may repeat.
 */
export const firstNormals = ({ share, most, fewest }: { share: number; most: number; fewest: number }): Split => ({
  name: `first-normals(${describe(share, most)}, fewest=${fewest})`,
  parts(labels, random) {
    const rows =
      labels.length < fewest
        ? Uint32Array.from({ length: fewest }, () => random.below(labels.length))
        : Uint32Array.from(subsample(labels.length, most, random));
    const normal = ofClass(rows, labels, 0);
    const cut = Math.round(share * normal.length);
    return {
      train: Uint32Array.from(normal.slice(0, cut)),
      test: Uint32Array.from([...normal.slice(cut), ...ofClass(rows, labels, 1)]),
    };
  },
});

const describe = (share: number, most?: number) =>
  most === undefined ? `share=${share}` : `share=${share}, most=${most}`;

/** All rows, or `most` of them drawn without repeats. */
const subsample = (count: number, most: number | undefined, random: Random): ArrayLike<number> & Iterable<number> =>
  most === undefined || count <= most
    ? Array.from({ length: count }, (_, i) => i)
    : random.at("subsample").sample(count, most);

const ofClass = (rows: Iterable<number>, labels: Uint8Array, label: number): number[] =>
  Array.from(rows).filter((row) => labels[row] === label);

function divide(rows: readonly number[], share: number, random: Random): Parts {
  if (!(share > 0 && share < 1))
    throw new OddityError({ place: "share", expected: "a number between 0 and 1", got: String(share) });
  const order = shuffled(rows, random);
  const cut = Math.round(share * rows.length);
  return { train: order.subarray(0, cut), test: order.subarray(cut) };
}

const shuffled = (rows: readonly number[], random: Random): Uint32Array =>
  random.permutation(rows.length).map((place) => rows[place]!);
