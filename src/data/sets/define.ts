// What a data set is: where it comes from, on what terms, and facts about it that are checked when it is read.

import type { PictureOptions } from "../pictures/options.js";
import type { Table } from "../table.js";
import type { SeriesSet } from "./series.js";

export interface SetFile {
  /** Path below each data folder. */
  readonly file: string;
  readonly sha256: string;
  /** The official address of exactly these bytes; absent where there is none, because they come in an archive. */
  readonly url?: string;
  /** The same without gzip, as it comes out of that archive. */
  readonly unpacked?: { readonly file: string; readonly sha256: string };
}

interface Terms {
  readonly licence: string;
  readonly cite: string;
}

interface About {
  readonly id: string;
  readonly about: string;
}

/** Where a set comes from. */
interface Source<File> extends Terms {
  readonly files: readonly File[];
  /** The data set's own page, or where else its files are to be had. */
  readonly home: string;
}

export interface TableFile extends SetFile {
  /** The table in it, where it is an archive (.zip, .tar.xz). */
  readonly member?: string;
  /** The part of the set that it holds; all files of a set have one, or there is one file and it has none. */
  readonly part?: Part;
}

export type Part = "train" | "test";

/** Rows, and how many of them are anomalies: all together, and of each group where the set has groups. */
export interface Counts {
  readonly rows: number;
  readonly anomalies: number;
  readonly groups?: Readonly<Record<string, number>>;
}

/** A table: columns, one of which is the label. */
export interface TableSet extends About {
  readonly kind: "table";
  readonly source: Source<TableFile>;
  /** `columns` counts features: neither the label nor those of `drop`. `parts` is there where the files have parts. */
  readonly facts: Counts & { readonly columns: number; readonly parts?: Readonly<Record<Part, Counts>> };
  /** Column names, label included, for files that carry none. */
  readonly header?: readonly string[];
  readonly label: {
    readonly column: string;
    readonly normal?: readonly string[];
    readonly anomalous?: readonly string[];
  };
  /** Kinds of anomalies: the values of the label that belong to each. Every anomaly belongs to one. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  /** Columns of numbers that stand for categories. */
  readonly categorical?: readonly string[];
  /** Columns that nothing should learn from: they name the row, or give its label away. */
  readonly drop?: readonly string[];
}

/** Pictures of classes. Which class is the anomalous one is an experiment's choice. */
export interface PictureSet extends About {
  readonly kind: "pictures";
  readonly source: Source<SetFile>;
  readonly facts: {
    readonly rows: number;
    /** As read unless another size is asked for. */
    readonly height: number;
    readonly width: number;
    readonly channels: 1 | 3;
    /** For each part of column `split`, or for `all` where there is no such column: the pictures of each class, in the order of the classes. */
    readonly counts: Readonly<Record<string, readonly number[]>>;
  };
  /** Classes that are normal, where the set itself says so. */
  readonly normal?: readonly string[];
  /**
   * @param paths where the files lie, in the order of `source.files`
   * @returns `pictures`, and columns `class`, `split` where the set has parts, `mask` where it has masks
   */
  read(paths: readonly string[], options: PictureOptions): Promise<Table>;
}

export type Dataset = TableSet | PictureSet | SeriesSet;

/** The facts of one set, as a value; `index.ts` lists them. */
export const defineDataset = (dataset: Omit<TableSet, "kind">): TableSet => ({ kind: "table", ...dataset });

/** The same for pictures. */
export const definePictureSet = (dataset: Omit<PictureSet, "kind">): PictureSet => ({ kind: "pictures", ...dataset });
