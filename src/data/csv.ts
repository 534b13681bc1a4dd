// Text tables (CSV, TSV and kin): DuckDB's sniffer finds delimiter and quotes once, every later read is told them. What the
// sniffer would forgive in silence (skipped lines, renamed columns, a ragged file taken for one wide column) is refused here.

import type { DuckDBConnection } from "@duckdb/node-api";
import { firstLine, OddityError } from "../tensor/errors.js";
import { type Cell, quoteList, quotePath, quotePaths, quoteText, quoteTypes, rowsOf } from "./database.js";
import { firstBytes, type PlainFile } from "./files.js";
import { asNumber, exactTypes, type Relation, type TypedColumn } from "./relation.js";

/** Texts that mean "missing" in a number or date column, and in a category as well. */
const missing: readonly string[] = ["", "NA", "N/A", "NaN", "nan", "NULL", "null", "?"];

interface Dialect {
  readonly delimiter: string;
  /** The options that fix how lines are cut, header aside. */
  readonly options: string;
  readonly hasHeader: boolean;
  /** Values in a line. */
  readonly width: number;
}

/** @param header names for files that carry none */
export async function csvRelation(
  connection: DuckDBConnection,
  files: readonly PlainFile[],
  header?: readonly string[],
): Promise<Relation> {
  const paths = quotePaths(files.map((file) => file.path));
  const dialect = await sniff(connection, files[0]!, header !== undefined);
  if (header !== undefined && header.length !== dialect.width)
    throw new OddityError({
      place: files[0]!.name,
      expected: `${header.length} columns, as many as names were given`,
      got: String(dialect.width),
    });
  const named = header === undefined ? `header = ${dialect.hasHeader}` : `header = false, names = ${quoteList(header)}`;
  if (header === undefined && dialect.hasHeader) await checkHeaders(connection, files, dialect);
  const common = `${paths}, ${dialect.options}`;

  const described = await rowsOf(
    connection,
    `DESCRIBE SELECT * FROM read_csv(${common}, ${named}, nullstr = ${quoteList(missing)})`,
  ).catch(async (cause) => {
    throw (await ragged(connection, files, dialect)) ?? unreadable(files[0]!.name, cause);
  });
  const columns = described.map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
  const typed = (types: (column: TypedColumn) => string, nulls: readonly string[]) =>
    `read_csv(${common}, auto_detect = false, header = ${header === undefined && dialect.hasHeader}, nullstr = ${quoteList(nulls)}, ` +
    `columns = ${quoteTypes(columns.map((column) => [column.name, types(column)]))})`;
  const text = typed(() => "VARCHAR", missing);
  const scan = (types: ReadonlyMap<string, string>) => typed(({ name }) => types.get(name) ?? "VARCHAR", missing);
  const found = await numbersAmongTexts(connection, columns, text);
  return {
    columns: found,
    scan,
    text,
    verbatim: typed(() => "VARCHAR", [""]),
    original: async () => scan(await exactTypes(connection, found, text)),
    explain: () => ragged(connection, files, dialect),
  };
}

/** Finds how lines are cut; a file in which no cut fits every line is refused with the first line that differs. */
async function sniff(connection: DuckDBConnection, file: PlainFile, named: boolean): Promise<Dialect> {
  const line = new TextDecoder().decode(await firstBytes(file.path, file.name)).split(/\r?\n/, 1)[0]!;
  const likely = likelyDelimiter(line);
  const isTsv = /\.tsv(\.gz)?$/i.test(file.name);
  const given = `skip = 0, comment = ''${isTsv ? `, delim = '\t'` : ""}${named ? ", header = false" : ""}`;
  const found = await rowsOf(
    connection,
    `SELECT Delimiter, Quote, Escape, HasHeader, len(Columns) AS width, DateFormat, TimestampFormat
     FROM sniff_csv(${quotePath(file.path)}, ${given}, nullstr = ${quoteList(missing)})`,
  ).catch((cause) => ({ cause }));
  const dialectOf = (delimiter: string, row: Record<string, Cell>): Dialect => {
    // A file without quotes in its first 20,000 lines may still hold one further down.
    const or = (cell: Cell | undefined) => (!cell || cell === "(empty)" ? '"' : String(cell));
    const format = (option: string, cell: Cell | undefined) => (cell ? `, ${option} = ${quoteText(String(cell))}` : "");
    return {
      delimiter,
      hasHeader: row.HasHeader === true,
      width: Number(row.width),
      options:
        `delim = ${quoteText(delimiter)}, quote = ${quoteText(or(row.Quote))}, escape = ${quoteText(or(row.Escape))}, ` +
        `skip = 0, comment = ''${format("dateformat", row.DateFormat)}${format("timestampformat", row.TimestampFormat)}`,
    };
  };
  if (Array.isArray(found) && (Number(found[0]!.width) > 1 || likely === undefined))
    return dialectOf(String(found[0]!.Delimiter), found[0]!);
  const delimiter = isTsv ? "\t" : (likely ?? ",");
  const fallback = dialectOf(delimiter, { HasHeader: !named, width: line.split(delimiter).length });
  const fault = await ragged(connection, [file], fallback);
  if (fault) throw fault;
  if (Array.isArray(found)) return dialectOf(String(found[0]!.Delimiter), found[0]!);
  throw unreadable(file.name, found.cause);
}

/** The most frequent candidate in a line; undefined where there is none. */
function likelyDelimiter(line: string): string | undefined {
  const counts = [",", "\t", ";", "|"].map((mark) => ({ mark, count: line.split(mark).length - 1 }));
  counts.sort((a, b) => b.count - a.count);
  return counts[0]!.count > 0 ? counts[0]!.mark : undefined;
}

/** Column names must differ (upper and lower case aside, as in SQL) and be the same in every file of a glob. */
async function checkHeaders(
  connection: DuckDBConnection,
  files: readonly PlainFile[],
  dialect: Dialect,
): Promise<void> {
  let first: readonly string[] | undefined;
  for (const { path, name } of files) {
    const [row] = await rowsOf(
      connection,
      `SELECT * FROM read_csv(${quotePath(path)}, ${dialect.options}, header = false, all_varchar = true, ignore_errors = true) LIMIT 1`,
    );
    const names = Object.values(row ?? {}).map((cell) => String(cell ?? ""));
    const seen = new Map<string, string>();
    for (const column of names) {
      const twin = seen.get(column.toLowerCase());
      if (twin !== undefined && column !== "")
        throw new OddityError({
          place: name,
          expected: "column names that differ",
          got: twin === column ? `"${column}" twice` : `"${twin}" and "${column}"`,
          hint: "rename one of them (case does not count)",
        });
      seen.set(column.toLowerCase(), column);
    }
    first ??= names;
    if (names.join("\n") !== first.join("\n"))
      throw new OddityError({
        place: name,
        expected: `the columns of ${files[0]!.name}: ${first.join(", ")}`,
        got: names.join(", "),
      });
  }
}

/** The sniffer takes "inf" and "nan" for text; a text column of which every sampled value is a number is one of numbers. */
async function numbersAmongTexts(
  connection: DuckDBConnection,
  columns: readonly TypedColumn[],
  text: string,
): Promise<readonly TypedColumn[]> {
  const texts = columns.flatMap((column, j) => (column.type === "VARCHAR" ? [j] : []));
  if (texts.length === 0) return columns;
  const name = (j: number) => `#${j + 1}`;
  const [row] = await rowsOf(
    connection,
    `SELECT ${texts.map((j) => `bool_and(${asNumber(name(j))} IS NOT NULL) FILTER (${name(j)} IS NOT NULL) AS "${j}"`).join(", ")}
     FROM (SELECT * FROM ${text} LIMIT 20480)`,
  ).catch(() => []);
  return columns.map((column, j) => (row?.[String(j)] === true ? { ...column, type: "DOUBLE" } : column));
}

/** The first line whose width is wrong or whose bytes are not UTF-8, as an error; undefined where every line fits. */
async function ragged(
  connection: DuckDBConnection,
  files: readonly PlainFile[],
  dialect: Dialect,
): Promise<OddityError | undefined> {
  const { width } = dialect;
  const types = Array.from({ length: width }, (_, j) => [`c${j}`, "VARCHAR"] as const);
  await connection.run("DROP TABLE IF EXISTS reject_errors; DROP TABLE IF EXISTS reject_scans");
  await connection
    .run(
      `SELECT count(*) FROM read_csv(${quotePaths(files.map((file) => file.path))}, ${dialect.options}, header = false,
       auto_detect = false, columns = ${quoteTypes(types)}, store_rejects = true, rejects_limit = 1)`,
    )
    .catch(() => undefined);
  const [fault] = await rowsOf(
    connection,
    `SELECT file_path, line, csv_line, error_type, error_message FROM reject_errors JOIN reject_scans USING (scan_id, file_id)
     ORDER BY file_id, line LIMIT 1`,
  ).catch(() => []);
  if (!fault) return undefined;
  const place = `${files.find((file) => file.path === fault.file_path)?.name ?? files[0]!.name}, line ${fault.line}`;
  if (/ENCODING|UNICODE/i.test(String(fault.error_type)))
    return new OddityError({ place, expected: "text in UTF-8", got: "other bytes", hint: "save the file as UTF-8" });
  const found = /Found: (\d+)/.exec(String(fault.error_message))?.[1];
  const sample = String(fault.csv_line).slice(0, 80);
  return new OddityError({
    place,
    expected: `${width} values, as in the first line`,
    got: found === undefined ? `"${sample}" (${String(fault.error_type).toLowerCase()})` : `${found} in "${sample}"`,
    hint: 'quote values that hold the delimiter with "',
  });
}

const unreadable = (place: string, cause: unknown) =>
  new OddityError(
    { place, expected: "a table in CSV or TSV", got: `text that is none (${firstLine(cause)})` },
    { cause },
  );
