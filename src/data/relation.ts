// A table as DuckDB sees it: columns with their types, and FROM-expressions that read it. One maker for each format.

import { readFile } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { firstLine, OddityError } from "../tensor/errors.js";
import { append, float64, int64 } from "./append.js";
import { quoteName, quotePaths, quoteTypes, rowsOf } from "./database.js";
import type { PlainFile } from "./files.js";
import { type NpyArray, parseNpy, parseNpz } from "./npy.js";
import { kindOf } from "./read.js";

export interface TypedColumn {
  readonly name: string;
  /** DuckDB's name for the type: BIGINT, VARCHAR, TIMESTAMP, … */
  readonly type: string;
}

export interface Relation {
  readonly columns: readonly TypedColumn[];
  /** Known to be the label, not a feature. */
  readonly label?: string;
  /** Reads the named columns as these types; the types of the others are of no concern. */
  scan(types: ReadonlyMap<string, string>): string;
  /** Every column as text, markers of missing values as NULL; undefined where columns have fixed types. */
  readonly text?: string;
  /** As it stands in the file, for writing to text again. */
  readonly verbatim: string;
  /** With types that hold every value, for writing to a typed format. */
  original(): Promise<string>;
  /** Why a read failed, when the shape of the file is the reason. */
  explain?(): Promise<OddityError | undefined>;
}

const described = async (
  connection: DuckDBConnection,
  from: string,
  place: string,
): Promise<readonly TypedColumn[]> => {
  const rows = await rowsOf(connection, `DESCRIBE SELECT * FROM ${from}`).catch((cause) => {
    throw new OddityError({ place, expected: "a whole file of its kind", got: firstLine(cause) }, { cause });
  });
  return rows.map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
};

export async function parquetRelation(connection: DuckDBConnection, files: readonly PlainFile[]): Promise<Relation> {
  const from = `read_parquet(${quotePaths(files.map((file) => file.path))})`;
  return {
    columns: await described(connection, from, files[0]!.name),
    scan: () => from,
    verbatim: from,
    original: async () => from,
  };
}

/** The number that a text is, or NULL. A text such as 007 is a code and no number. */
export const asNumber = (column: string): string =>
  `CASE WHEN ${column} NOT SIMILAR TO '-?0[0-9].*' THEN TRY_CAST(${column} AS DOUBLE) END`;

/**
 * Types that hold every value of a table of text, where the found ones come from its first rows only: whole numbers become DOUBLE when
 * fractions follow, and what does not fit at all stays text.
 */
export async function exactTypes(
  connection: DuckDBConnection,
  columns: readonly TypedColumn[],
  text: string,
): Promise<ReadonlyMap<string, string>> {
  const simple = columns.filter(({ type }) => kindOf(type) !== "category");
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  if (simple.length === 0) return types;
  const all = (condition: string, column: string) =>
    `coalesce(bool_and(${condition}) FILTER (${column} IS NOT NULL), true)`;
  const [row] = await rowsOf(
    connection,
    `SELECT ${simple
      .map(({ name, type }, j) => {
        const column = quoteName(name);
        const double = asNumber(column);
        const exact = `TRY_CAST(${column} AS ${type})`;
        const fits = /INT/.test(type) ? `${double} IS NOT NULL AND ${exact} = ${double}` : `${exact} IS NOT NULL`;
        return `${all(`coalesce(${fits}, false)`, column)} AS fits_${j}, ${all(`${double} IS NOT NULL`, column)} AS double_${j}`;
      })
      .join(", ")} FROM ${text}`,
  );
  for (const [j, { name }] of simple.entries())
    if (row?.[`fits_${j}`] !== true) types.set(name, row?.[`double_${j}`] === true ? "DOUBLE" : "VARCHAR");
  return types;
}

/** JSON (an array of objects) and NDJSON. Nested values are categories by their text. */
export async function jsonRelation(connection: DuckDBConnection, files: readonly PlainFile[]): Promise<Relation> {
  const paths = quotePaths(files.map((file) => file.path));
  const columns = await described(connection, `read_json(${paths})`, files[0]!.name);
  const typed = (types: ReadonlyMap<string, string>) =>
    `read_json(${paths}, columns = ${quoteTypes(columns.map(({ name }) => [name, types.get(name) ?? "VARCHAR"]))})`;
  const text = typed(new Map());
  return {
    columns,
    scan: typed,
    text,
    verbatim: text,
    original: async () => typed(await exactTypes(connection, columns, text)),
  };
}

/** NumPy arrays, copied into a table: `X` (or the only array) as x0, x1, …; `y` as the label. */
export async function numpyRelation(connection: DuckDBConnection, file: PlainFile): Promise<Relation> {
  const bytes = await readFile(file.path);
  const arrays = file.format === "npy" ? new Map([["X", parseNpy(bytes, file.name)]]) : parseNpz(bytes, file.name);
  const features = arrays.get("X") ?? (arrays.size === 1 ? [...arrays.values()][0] : undefined);
  if (!features)
    throw new OddityError({
      place: file.name,
      expected: 'an array "X", and "y" where rows are labelled',
      got: [...arrays.keys()].map((name) => `"${name}"`).join(", ") || "no array",
    });
  const [rows, width] = [features.shape[0] ?? 1, features.shape[1] ?? 1];
  if (features.shape.length > 2)
    throw new OddityError({
      place: file.name,
      expected: "1 or 2 axes",
      got: `${features.shape.length} axes (${features.shape.join("×")})`,
    });
  const labels = arrays.get("y");
  if (labels && labels.values.length !== rows)
    throw new OddityError({
      place: file.name,
      expected: `as many labels as rows, ${rows}`,
      got: String(labels.values.length),
    });

  const columns = Array.from({ length: width }, (_, j) => arrayColumn(`x${j}`, features, j, width));
  if (labels) columns.push(arrayColumn("y", labels, 0, 1));
  await connection.run(
    `CREATE TABLE arrays (${columns.map(({ name, type }) => `${quoteName(name)} ${type}`).join(", ")})`,
  );
  const appender = await connection.createAppender("arrays");
  append(
    appender,
    columns.map((column) => column.values),
    rows,
  );
  appender.closeSync();
  return {
    columns,
    ...(labels ? { label: "y" } : {}),
    scan: () => "arrays",
    verbatim: "arrays",
    original: async () => "arrays",
  };
}

function arrayColumn(name: string, { values, whole }: NpyArray, j: number, width: number) {
  const column = Float64Array.from({ length: values.length / width }, (_, i) => values[i * width + j]!);
  return whole ? { name, type: "BIGINT", values: int64(column) } : { name, type: "DOUBLE", values: float64(column) };
}
