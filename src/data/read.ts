// DuckDB's vectors to columns of a Table. The SQL does the work: numbers and dates arrive as DOUBLE with NaN for missing, texts
// with '' for missing, so that the loops here touch typed arrays and one Map per column, and no value becomes an object.

import type { DuckDBConnection, DuckDBVector } from "@duckdb/node-api";
import { quoteName } from "./database.js";
import type { Column, Table } from "./table.js";

export type Kind = Column["kind"];

/** The kind that a DuckDB type stands for. */
export function kindOf(type: string): Kind {
  if (/^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*|BOOLEAN)$/.test(type)) return "number";
  return /^(DATE|TIMESTAMP.*)$/.test(type) ? "date" : "category";
}

/** The expression that brings a column of some type into the shape of its kind. */
function expression(name: string, type: string, kind: Kind): string {
  const column = quoteName(name);
  if (kind === "number") return `coalesce(CAST(${column} AS DOUBLE), 'NaN'::DOUBLE)`;
  if (kind === "date")
    return `coalesce(epoch(${kindOf(type) === "date" ? column : `CAST(${column} AS TIMESTAMP)`}), 'NaN'::DOUBLE)`;
  const text = `CAST(${column} AS VARCHAR)`;
  // 3.0 and 3 are the same level, whichever format they come from.
  const even = /^(FLOAT|DOUBLE|DECIMAL)/.test(type)
    ? `CASE WHEN ${column} = trunc(${column}) AND abs(${column}) < 1e15 THEN CAST(CAST(${column} AS BIGINT) AS VARCHAR) ELSE ${text} END`
    : text;
  return `coalesce(${even}, '')`;
}

/** Grows one column as vectors come in. */
interface Builder {
  take(vector: DuckDBVector, from: number, count: number): void;
  finish(): Column;
}

function grown<A extends Float64Array | Int32Array>(array: A, length: number, make: (length: number) => A): A {
  if (length <= array.length) return array;
  const bigger = make(Math.max(length, 2 * array.length));
  bigger.set(array);
  return bigger;
}

function numbers(kind: "number" | "date", name: string, room: number): Builder {
  let values = new Float64Array(room);
  let length = 0;
  return {
    take(vector, from, count) {
      values = grown(values, length + count, (n) => new Float64Array(n));
      for (let i = from; i < from + count; i++) values[length++] = vector.getItem(i) as number;
    },
    finish: () => ({ kind, name, values: values.slice(0, length) }),
  };
}

function texts(name: string, room: number): Builder {
  let codes = new Int32Array(room);
  let length = 0;
  const levels: string[] = [];
  const codeOf = new Map<string, number>([["", -1]]);
  return {
    take(vector, from, count) {
      codes = grown(codes, length + count, (n) => new Int32Array(n));
      for (let i = from; i < from + count; i++) {
        const text = vector.getItem(i) as string;
        let code = codeOf.get(text);
        if (code === undefined) {
          code = levels.push(text) - 1;
          codeOf.set(text, code);
        }
        codes[length++] = code;
      }
    },
    finish: () => ({ kind: "category", name, codes: codes.slice(0, length), levels }),
  };
}

export interface Selected {
  readonly name: string;
  readonly kind: Kind;
}

/**
 * Tables of `size` rows (the last may be shorter), in order. Each has levels of its own, so that memory does not grow with the
 * number of rows.
 *
 * A streamed result that fails on the way ends without an error in the DuckDB binding, as if there were no more rows. So a last row that says
 * "whole" is added, and its absence is the failure.
 */
export async function* tablesOf(
  connection: DuckDBConnection,
  from: string,
  columns: readonly (Selected & { readonly type: string })[],
  size: number,
): AsyncGenerator<Table> {
  const items = columns.map(({ name, type, kind }) => expression(name, type, kind));
  const fillers = columns.map(({ kind }) => (kind === "category" ? "''" : "0::DOUBLE"));
  const result = await connection.stream(
    `SELECT ${[...items, "false"].join(", ")} FROM ${from} UNION ALL SELECT ${[...fillers, "true"].join(", ")}`,
  );
  const room = Math.min(size, 65536);
  const start = () =>
    columns.map(({ name, kind }) => (kind === "category" ? texts(name, room) : numbers(kind, name, room)));
  let builders = start();
  let rows = 0;
  const finish = (): Table => ({ rows, columns: builders.map((builder) => builder.finish()) });
  let whole = false;
  for await (const chunk of result) {
    whole = chunk.getColumnVector(columns.length).getItem(chunk.rowCount - 1) === true;
    const end = whole ? chunk.rowCount - 1 : chunk.rowCount;
    for (let at = 0; at < end; ) {
      const count = Math.min(end - at, size - rows);
      for (const [j, builder] of builders.entries()) builder.take(chunk.getColumnVector(j), at, count);
      at += count;
      rows += count;
      if (rows === size) {
        yield finish();
        builders = start();
        rows = 0;
      }
    }
  }
  if (!whole) {
    // The same work once more, for the error it ends with.
    await connection.run(`SELECT count(COLUMNS(*)) FROM (SELECT ${items.join(", ")} FROM ${from})`);
    throw new Error("internal: a streamed table ended early");
  }
  if (rows > 0) yield finish();
}
