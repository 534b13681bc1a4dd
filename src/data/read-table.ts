// A file as features and labels in one call, for whoever has room for all of its rows.

import { type LabelValues, labelsFrom } from "./labels.js";
import type { Kind } from "./read.js";
import { assignRoles, type RoleOptions, withoutIdentifiers } from "./roles.js";
import { openSource, type SourceOptions } from "./source.js";
import type { Table } from "./table.js";

export interface Labelled {
  /** Features only. */
  readonly table: Table;
  /** 1 = anomaly, 0 = normal; absent where nothing is a label. */
  readonly labels?: Uint8Array;
  /** Columns that were left out, and why. */
  readonly notes: readonly string[];
}

/**
 * @param path a file, a glob, or "-" for standard input
 * @throws OddityError where there is no table, a named column is not in it, or a label is missing
 */
export async function readTable(
  path: string,
  options: RoleOptions & LabelValues & SourceOptions = {},
): Promise<Labelled> {
  const source = await openSource(path, options);
  try {
    const { labelColumn } = source;
    const { features, label } = assignRoles(source.columns, {
      ...(labelColumn === undefined ? {} : { label: labelColumn }),
      ...options,
    });
    const kinds = Object.fromEntries(features.map(({ name, kind }): [string, Kind] => [name, kind]));
    const select = [...features.map(({ name }) => name), ...(label === undefined ? [] : [label])];
    const all = await source.read({ select, kinds });
    const column = all.columns.find(({ name }) => name === label);
    const kept = { rows: all.rows, columns: all.columns.filter((each) => each !== column) };
    return {
      ...withoutIdentifiers(kept, options.categorical),
      ...(column === undefined ? {} : { labels: labelsFrom(column, options) }),
    };
  } finally {
    await source.close();
  }
}
