// Lines of several kinds (NDJSON) as one Parquet file: a column for every field that occurs on any line, empty where a line has
// none. Fields of an object get columns of their own, `confusion.found`; lists stay lists. Text stays text, dates and all.

import { copyFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBListType, DuckDBStructType, type DuckDBType, DuckDBTypeId } from "@duckdb/node-api";
import { type Overwrite, replaceWhole } from "../disk/atomic.js";
import { readLines } from "../disk/lines.js";
import { firstLine, OddityError } from "../tensor/errors.js";
import { openDatabase, quoteName, quotePath, quoteText, quoteTypes } from "./database.js";

/**
 * A last line that was cut short is left out.
 * @throws OddityError for a damaged line, for no line at all, and for a target that cannot be written
 */
export async function linesToParquet(lines: string, parquet: string, overwrite: Overwrite = {}): Promise<void> {
  const names = new Set<string>();
  const { lines: found, cutAt } = await readLines(lines, (line) => {
    for (const name of Object.keys(line)) names.add(name);
  });
  if (names.size === 0)
    throw new OddityError({ place: lines, expected: "lines with fields", got: `${found.length} lines without any` });
  await replaceWhole(parquet, overwrite, async (beside, folder) => {
    const whole = cutAt === undefined ? lines : join(folder, "whole.jsonl");
    if (cutAt !== undefined) {
      await copyFile(lines, whole);
      await truncate(whole, cutAt);
    }
    await copy(lines, whole, names, beside, folder);
  });
}

async function copy(
  place: string,
  path: string,
  names: ReadonlySet<string>,
  parquet: string,
  scratch: string,
): Promise<void> {
  const database = await openDatabase(scratch);
  const connection = await database.connect();
  try {
    const from = `${quotePath(path)}, format = 'newline_delimited'`;
    // all lines are looked at, and many names in an object are still names, no keys of a map
    const infer = "sample_size = -1, map_inference_threshold = -1";
    const seen = await connection.runAndReadAll(`SELECT * FROM read_json(${from}, ${infer}) LIMIT 0`).catch((cause) => {
      throw new OddityError({ place, expected: "lines that fit into columns", got: firstLine(cause) }, { cause });
    });
    const columns = seen.columnNames().map((name, i) => ({ name, type: seen.columnType(i) }));
    const leaves = columns.flatMap(({ name, type }) => leavesOf([name], type));
    const flat = leaves.map((leaf) => leaf.join("."));
    // DuckDB does not tell names apart by their case, and gives the second of two a name that no line has
    const strange = columns.find(({ name }) => !names.has(name)) !== undefined;
    if (strange || new Set(flat.map((name) => name.toLowerCase())).size < flat.length)
      throw new OddityError({
        place,
        expected: "fields whose names differ in more than upper and lower case",
        got: [...names].map((name) => `"${name}"`).join(", "),
      });
    const types = quoteTypes(columns.map(({ name, type }) => [name, plain(type)]));
    const select = leaves.map((leaf, i) => `${leaf.map(quoteName).join(".")} AS ${quoteName(flat[i]!)}`);
    await connection.run(
      `COPY (SELECT ${select.join(", ")} FROM read_json(${from}, columns = ${types})) TO ${quoteText(parquet)} (FORMAT parquet)`,
    );
  } finally {
    connection.closeSync();
    database.closeSync();
  }
}

/** The ways from a column down to what is no object. */
const leavesOf = (way: readonly string[], type: DuckDBType): (readonly string[])[] =>
  type instanceof DuckDBStructType
    ? type.entryNames.flatMap((name, i) => leavesOf([...way, name], type.entryTypes[i]!))
    : [way];

const whole = new Set<DuckDBTypeId>([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
]);
const real = new Set<DuckDBTypeId>([
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
]);

/** DuckDB's name of a type that a number, text, list or object of JSON has; what is mixed is text. */
function plain(type: DuckDBType): string {
  if (type instanceof DuckDBListType) return `${plain(type.valueType)}[]`;
  if (type instanceof DuckDBStructType)
    return `STRUCT(${type.entryNames.map((name, i) => `${quoteName(name)} ${plain(type.entryTypes[i]!)}`).join(", ")})`;
  if (type.typeId === DuckDBTypeId.BOOLEAN) return "BOOLEAN";
  if (whole.has(type.typeId)) return "BIGINT";
  return real.has(type.typeId) ? "DOUBLE" : "VARCHAR";
}
