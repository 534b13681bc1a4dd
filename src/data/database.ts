// DuckDB as the project uses it: bounded memory, nothing fetched, SQL text quoted in one place.

import { availableParallelism } from "node:os";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/** A database in memory that spills into `scratch` beyond 1 GB. Two to four threads leave room for the networks. */
export const openDatabase = (scratch: string): Promise<DuckDBInstance> =>
  DuckDBInstance.create(":memory:", {
    memory_limit: "1GB",
    threads: String(Math.min(4, availableParallelism())),
    temp_directory: scratch,
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** A path that is one file, whatever it is called: not a pattern of several. */
export const quotePath = (path: string): string => quoteText(path.replace(/[*?[]/g, "[$&]"));
export const quotePaths = (paths: readonly string[]): string => `[${paths.map(quotePath).join(", ")}]`;
export const quoteList = (texts: readonly string[]): string => `[${texts.map(quoteText).join(", ")}]`;

/** `{'a': 'DOUBLE', 'b': 'VARCHAR'}`, the form in which DuckDB's readers take columns and types. */
export const quoteTypes = (types: readonly (readonly [name: string, type: string])[]): string =>
  `{${types.map(([name, type]) => `${quoteText(name)}: ${quoteText(type)}`).join(", ")}}`;

export type Cell = string | number | boolean | null;

/** The rows of a small result as plain objects; whole numbers of 64 bits come as text. */
export async function rowsOf(connection: DuckDBConnection, sql: string): Promise<Record<string, Cell>[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRowObjectsJson() as Record<string, Cell>[];
}
