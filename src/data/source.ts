// The one way in for tables: CSV, TSV, JSON, NDJSON, Parquet, .npy, .npz, gzip of any of them, globs, and standard input.

import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { scratchFolder } from "../disk/scratch.js";
import { firstLine, OddityError, unknownName } from "../tensor/errors.js";
import { csvRelation } from "./csv.js";
import { openDatabase, quoteName, rowsOf } from "./database.js";
import { plainFiles } from "./files.js";
import { type Kind, kindOf, type Selected, tablesOf } from "./read.js";
import { jsonRelation, numpyRelation, parquetRelation, type Relation } from "./relation.js";
import type { Table } from "./table.js";

export interface SourceOptions {
  /** Column names for text files that carry none. */
  readonly header?: readonly string[];
  /** Where "-" reads from. */
  readonly stdin?: Readable;
}

/** Which columns, and as what. A column that cannot be read as the asked kind is refused with the first value that does not fit. */
export interface Want {
  /** In this order; all columns where absent. */
  readonly select?: readonly string[];
  /** Kinds that differ from the found ones. */
  readonly kinds?: Readonly<Record<string, Kind>>;
}

export interface Source {
  /** What the user called it. */
  readonly place: string;
  readonly columns: readonly Selected[];
  /** The column that is known to be the label (`y` of an .npz file). */
  readonly labelColumn?: string;
  /** The whole table; missing numbers are NaN, infinities stay. */
  read(want?: Want): Promise<Table>;
  /** Tables of `rows` rows in input order, in constant memory. Codes of a category hold within one table. */
  batches(rows: number, want?: Want): AsyncIterable<Table>;
  /** For the writer: the database and the FROM-expressions of the table as it came. */
  readonly origin: { readonly database: DuckDBInstance; readonly relation: Relation };
  /** Lets go of the database and of spooled files. */
  close(): Promise<void>;
}

/**
 * @param path a file, a glob, or "-" for standard input
 * @throws OddityError when there is nothing to read, or not a table
 */
export async function openSource(path: string, options: SourceOptions = {}): Promise<Source> {
  const place = path === "-" ? "standard input" : path;
  const scratch = await scratchFolder(join(tmpdir(), "oddity-"));
  const database = await openDatabase(scratch.path);
  const close = async () => {
    database.closeSync();
    await scratch.remove();
  };
  try {
    const connection = await database.connect();
    const files = await plainFiles(path, scratch.path, connection, options.stdin ?? process.stdin);
    const relation = await relationOf(connection, place, files, options.header);
    const columns = relation.columns.map(({ name, type }) => ({ name, kind: kindOf(type) }));
    const [some] = await rowsOf(connection, `SELECT 1 AS one FROM ${relation.verbatim} LIMIT 1`).catch(
      async (cause) => {
        throw (await relation.explain?.()) ?? unreadable(place, cause);
      },
    );
    if (!some) throw new OddityError({ place, expected: "rows", got: "column names and nothing below them" });
    const batches = (rows: number, want: Want = {}) => select(database, relation, place, rows, want);
    return {
      place,
      columns,
      ...(relation.label === undefined ? {} : { labelColumn: relation.label }),
      batches,
      async read(want) {
        for await (const table of batches(Number.MAX_SAFE_INTEGER, want)) return table;
        throw new OddityError({ place, expected: "rows", got: "none" });
      },
      origin: { database, relation },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function relationOf(
  connection: DuckDBConnection,
  place: string,
  files: Awaited<ReturnType<typeof plainFiles>>,
  header: readonly string[] | undefined,
): Promise<Relation> {
  const format = files[0]!.format;
  if (format === "text") return csvRelation(connection, files, header);
  if (header)
    throw new OddityError(
      { place, expected: "column names only for text files", got: `names for ${format}` },
      { usage: true },
    );
  if (format === "json") return jsonRelation(connection, files);
  if (format === "parquet") return parquetRelation(connection, files);
  if (files.length === 1) return numpyRelation(connection, files[0]!);
  throw new OddityError({ place, expected: "one NumPy file", got: String(files.length) }, { usage: true });
}

async function* select(
  database: DuckDBInstance,
  relation: Relation,
  place: string,
  rows: number,
  { select, kinds = {} }: Want,
): AsyncGenerator<Table> {
  const known = relation.columns.map((column) => column.name);
  const names = select ?? known;
  for (const name of [...names, ...Object.keys(kinds)])
    if (!known.includes(name)) throw unknownName(`${place}: column`, name, known);
  const wanted = names.map((name) => {
    const { type } = relation.columns.find((column) => column.name === name)!;
    const found = kindOf(type);
    const kind = kinds[name] ?? found;
    if (kind !== found && kind !== "category" && found !== "category")
      throw new OddityError({
        place: `${place}: column ${name}`,
        expected: `a ${kind} column`,
        got: `a ${found} column`,
      });
    return { name, kind, type: relation.text === undefined ? type : typeFor(kind, type) };
  });
  const types = new Map(wanted.map(({ name, type }) => [name, type]));
  const connection = await database.connect();
  try {
    yield* tablesOf(connection, relation.scan(types), wanted, rows);
  } catch (cause) {
    throw (
      (await relation.explain?.()) ?? (await misfit(connection, relation, place, wanted)) ?? unreadable(place, cause)
    );
  } finally {
    connection.closeSync();
  }
}

/** The type as which a text reader should deliver a column: whole numbers as DOUBLE, since a fraction may come later. */
function typeFor(kind: Kind, found: string): string {
  if (kind === "category") return "VARCHAR";
  if (kind === "date") return kindOf(found) === "date" ? found : "TIMESTAMP";
  return found === "BOOLEAN" ? found : "DOUBLE";
}

/** The first value that is no number or no date, as an error. */
async function misfit(
  connection: DuckDBConnection,
  relation: Relation,
  place: string,
  wanted: readonly (Selected & { type: string })[],
): Promise<OddityError | undefined> {
  const from = relation.text ?? relation.verbatim;
  for (const { name, kind, type } of wanted) {
    if (kind === "category") continue;
    const target = relation.text !== undefined ? type : kind === "number" ? "DOUBLE" : "TIMESTAMP";
    const [row] = await rowsOf(
      connection,
      `SELECT place, value FROM (SELECT row_number() OVER () AS place, CAST(${quoteName(name)} AS VARCHAR) AS value FROM ${from})
       WHERE value IS NOT NULL AND TRY_CAST(value AS ${target}) IS NULL LIMIT 1`,
    ).catch(() => []);
    if (row)
      return new OddityError({
        place: `${place}: column ${name}, row ${row.place}`,
        expected: `a ${type === "BOOLEAN" ? "true or false" : kind}`,
        got: `"${row.value}"`,
        hint: "leave the cell empty if the value is missing, or treat the column as categorical",
      });
  }
  return undefined;
}

const unreadable = (place: string, cause: unknown) =>
  new OddityError({ place, expected: "a readable table", got: firstLine(cause) }, { cause });
