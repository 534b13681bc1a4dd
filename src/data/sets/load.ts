// A data set ready for work: features, labels, and the facts checked.

import { OddityError } from "../../tensor/errors.js";
import { labelsFrom } from "../labels.js";
import type { Kind } from "../read.js";
import { openSource } from "../source.js";
import type { Table } from "../table.js";
import type { TableSet } from "./define.js";
import { type FindOptions, locate } from "./find.js";
import { tableSetOf } from "./index.js";

export interface Loaded {
  readonly dataset: TableSet;
  readonly features: Table;
  /** 1 = anomaly, 0 = normal. */
  readonly labels: Uint8Array;
}

/** @throws OddityError when the set is unknown, not found, damaged, or not what its facts say */
export async function loadDataset(id: string, options: FindOptions = {}): Promise<Loaded> {
  const dataset = tableSetOf(id);
  const path = await locate(dataset, options);
  const source = await openSource(path, dataset.header ? { header: dataset.header } : {});
  try {
    const kinds = Object.fromEntries((dataset.categorical ?? []).map((name): [string, Kind] => [name, "category"]));
    const table = await source.read({ kinds });
    const { column, ...values } = dataset.label;
    const features = { rows: table.rows, columns: table.columns.filter(({ name }) => name !== column) };
    const labels = labelsFrom(table.columns.find(({ name }) => name === column)!, values);
    const found = {
      rows: features.rows,
      columns: features.columns.length,
      anomalies: labels.reduce((sum, label) => sum + label, 0),
    };
    for (const fact of ["rows", "columns", "anomalies"] as const)
      if (found[fact] !== dataset.facts[fact])
        throw new OddityError({ place: path, expected: `${dataset.facts[fact]} ${fact}`, got: String(found[fact]) });
    return { dataset, features, labels };
  } finally {
    await source.close();
  }
}
