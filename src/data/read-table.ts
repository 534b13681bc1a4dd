// A file as features and labels in memory, for whoever has room for all of its rows.

import { OddityError } from "../tensor/errors.js";
import { type LabelValues, labelsFrom } from "./labels.js";
import type { Kind } from "./read.js";
import { assignRoles, type RoleOptions, type Roles, withoutIdentifiers } from "./roles.js";
import { openSource, type Source, type SourceOptions } from "./source.js";
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
    const label = labelColumn === undefined ? {} : { label: labelColumn };
    return await readLabelled(source, assignRoles(source.columns, { ...label, ...options }), options);
  } finally {
    await source.close();
  }
}

/** The same from a source that is open, its columns sorted by role. */
export async function readLabelled(
  source: Source,
  { features, label }: Roles,
  { categorical, ...values }: LabelValues & Pick<RoleOptions, "categorical">,
): Promise<Labelled> {
  const kinds = Object.fromEntries(features.map(({ name, kind }): [string, Kind] => [name, kind]));
  const select = [...features.map(({ name }) => name), ...(label === undefined ? [] : [label])];
  const all = await source.read({ select, kinds });
  const column = all.columns.find(({ name }) => name === label);
  const kept = { rows: all.rows, columns: all.columns.filter((each) => each !== column) };
  const { table, notes } = withoutIdentifiers(kept, categorical);
  if (table.columns.length === 0)
    throw new OddityError({
      place: source.place,
      expected: "at least one column to learn from",
      got: "none",
      ...(notes[0] === undefined ? {} : { hint: notes[0] }),
    });
  return { table, ...(column ? { labels: labelsFrom(column, values) } : {}), notes };
}
