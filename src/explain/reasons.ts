// Why rows are strange: the columns whose value lifts the score above what it would be at their usual value.

import type { Column, Table } from "../data/table.js";
import { type Model, usualValue } from "../detectors/model.js";

/** Dates are ISO 8601; missing is null. */
export type Cell = string | number | null;

export interface Reason {
  readonly column: string;
  /** Its lift as a part of all lifts of the row, above 0 and at most 1. */
  readonly share: number;
  /** The score less the score with this column at its usual value. */
  readonly lift: number;
  readonly value: Cell;
  /** The median or the commonest category of the training rows. */
  readonly typical: Cell;
}

/** For each row its reasons, largest share first; none where no column lifts the score. */
export async function reasonsOf(model: Model, rows: Table): Promise<Reason[][]> {
  const { columns } = model.header.encoding;
  const lifts = await model.explain(rows);
  const found = columns.map(({ name }) => rows.columns.find((column) => column.name === name)!);
  return Array.from({ length: rows.rows }, (_, i) => {
    const own = columns
      .map((encoding, j) => ({ encoding, column: found[j]!, lift: lifts[i * columns.length + j]! }))
      .filter(({ lift }) => lift > 0)
      .sort((a, b) => b.lift - a.lift);
    const total = own.reduce((sum, { lift }) => sum + lift, 0);
    return own.map(({ encoding, column, lift }) => {
      const usual = usualValue(encoding);
      return {
        column: column.name,
        share: lift / total,
        lift,
        value: cellAt(column, i),
        typical: typeof usual === "string" ? usual || null : cellOf(column, usual),
      };
    });
  });
}

/** A table's value as a person reads it. */
export const cellAt = (column: Column, row: number): Cell =>
  column.kind === "category" ? (column.levels[column.codes[row]!] ?? null) : cellOf(column, column.values[row]!);

function cellOf({ kind }: Column, value: number): Cell {
  if (Number.isNaN(value)) return null;
  if (kind !== "date") return value;
  const moment = new Date(value * 1000);
  return Number.isNaN(moment.getTime()) ? value : moment.toISOString().replace(/T00:00:00\.000Z$|\.000Z$/, "");
}
