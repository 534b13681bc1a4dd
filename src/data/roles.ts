// Which columns are features and which one is the label. Nothing is a label unless the user or the file says so.

import { unknownName } from "../tensor/errors.js";
import type { Selected } from "./read.js";
import type { Column, Table } from "./table.js";

/** A text column with more levels than this is taken for names or free text, not for a category. */
export const MOST_LEVELS = 1000;

export interface RoleOptions {
  readonly label?: string;
  readonly drop?: readonly string[];
  /** Read these as categories whatever they look like, and keep them however many levels they have. */
  readonly categorical?: readonly string[];
}

export interface Roles {
  /** With the kind in which each should be read. */
  readonly features: readonly Selected[];
  readonly label?: string;
}

/** Sorts columns by their role. @throws OddityError for a name that is no column */
export function assignRoles(
  columns: readonly Selected[],
  { label, drop = [], categorical = [] }: RoleOptions = {},
): Roles {
  const names = columns.map((column) => column.name);
  const check = (role: string, asked: readonly string[]) => {
    for (const name of asked) if (!names.includes(name)) throw unknownName(role, name, names);
  };
  check("label", label === undefined ? [] : [label]);
  check("drop", drop);
  check("categorical", categorical);
  const features = columns
    .filter(({ name }) => name !== label && !drop.includes(name))
    .map(({ name, kind }) => ({ name, kind: categorical.includes(name) ? ("category" as const) : kind }));
  return { features, ...(label === undefined ? {} : { label }) };
}

/**
 * Leaves out category columns that cannot help: a level of its own in every row (an identifier), or more than `MOST_LEVELS`. Columns named in
 * `categorical` stay. Each column left out has a note that says why.
 */
export function withoutIdentifiers(
  table: Table,
  categorical: readonly string[] = [],
): { readonly table: Table; readonly notes: readonly string[] } {
  const notes: string[] = [];
  const keep = (column: Column): boolean => {
    if (column.kind !== "category" || categorical.includes(column.name)) return true;
    const levels = column.levels.length;
    const unique = table.rows > 1 && levels === table.rows;
    if (!unique && levels <= MOST_LEVELS) return true;
    const why = unique ? "has another text in every row" : `has ${levels} different texts`;
    notes.push(`column ${column.name} ${why} and is left out; as categorical it stays`);
    return false;
  };
  return { table: { rows: table.rows, columns: table.columns.filter(keep) }, notes };
}
