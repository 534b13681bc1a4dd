// What a data set is: where it comes from, on what terms, and facts about it that are checked when it is read.

export interface Dataset {
  readonly id: string;
  readonly about: string;
  readonly source: {
    /** Path below each data folder. */
    readonly file: string;
    readonly sha256: string;
    readonly licence: string;
    readonly cite: string;
    /** The official address of exactly these bytes. */
    readonly url: string;
  };
  /** `columns` counts features, without the label. */
  readonly facts: { readonly rows: number; readonly columns: number; readonly anomalies: number };
  /** Column names, label included, for files that carry none. */
  readonly header?: readonly string[];
  readonly label: {
    readonly column: string;
    readonly normal?: readonly string[];
    readonly anomalous?: readonly string[];
  };
  /** Columns of numbers that stand for categories. */
  readonly categorical?: readonly string[];
}

/** The facts of one set, as a value; `index.ts` lists them. */
export const defineDataset = (dataset: Dataset): Dataset => dataset;
