// A file as features and labels in memory, for whoever has room for all of its rows.

import { OddityError } from "../tensor/errors.js";
import { type LabelValues, labelsFrom } from "./labels.js";
import { textsOf } from "./pictures/columns.js";
import type { Kind } from "./read.js";
import { assignRoles, type RoleOptions, type Roles, withoutIdentifiers } from "./roles.js";
import { openSource, type Source, type SourceOptions } from "./source.js";
import type { Table } from "./table.js";

export interface Labelled {
  /** Features only. */
  readonly table: Table;
  /** 1 = anomaly, 0 = normal; absent where nothing is a label. */
  readonly labels?: Uint8Array;
  /** The part of a data set that each row belongs to ("train", …); absent where it has none. */
  readonly splits?: readonly (string | undefined)[];
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

/** The same from a source that is open, its columns sorted by role; `split` is the column that says which part a row belongs to. */
export async function readLabelled(
  source: Source,
  { features, label, split }: Roles & { readonly split?: string },
  { categorical, ...values }: LabelValues & Pick<RoleOptions, "categorical">,
): Promise<Labelled> {
  const kinds = Object.fromEntries(features.map(({ name, kind }): [string, Kind] => [name, kind]));
  const known = [label, split].filter((name) => name !== undefined);
  const all = await source.read({ select: [...features.map(({ name }) => name), ...known], kinds });
  const named = (wanted: string | undefined) => all.columns.find(({ name }) => name === wanted);
  const kept = { rows: all.rows, columns: all.columns.filter(({ name }) => !known.includes(name)) };
  const { table, notes } = withoutIdentifiers(kept, categorical);
  if (table.columns.length === 0)
    throw new OddityError({
      place: source.place,
      expected: "at least one column to learn from",
      got: "none",
      ...(notes[0] === undefined ? {} : { hint: notes[0] }),
    });
  const column = named(label);
  return {
    table,
    ...(column ? { labels: labelsFrom(column, values) } : {}),
    ...(split === undefined ? {} : { splits: textsOf(named(split)) }),
    notes,
  };
}
