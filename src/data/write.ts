// Scored rows to a file: the table as it came, and beside each row its score, p-value and label. Scores go into a table on
// disk as they come; DuckDB then joins it to the source by position and writes, so memory does not grow with the rows.

import { createReadStream } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Overwrite, replaceWhole } from "../disk/atomic.js";
import { scratchFolder } from "../disk/scratch.js";
import { OddityError } from "../tensor/errors.js";
import { append, float32, uint8 } from "./append.js";
import { quoteName, quoteText, rowsOf } from "./database.js";
import type { Relation } from "./relation.js";
import type { Source } from "./source.js";

/** Scores, p-values and labels of some rows that follow each other. */
export interface Scored {
  readonly score: Float32Array;
  readonly pValue: Float32Array;
  readonly label: Uint8Array;
}

interface Target {
  readonly copy: string;
  /** Which reading of the source fits: text formats keep each value as it was written. */
  readonly from: "verbatim" | "original";
}

const targets: readonly (readonly [ending: RegExp, target: Target])[] = [
  [/\.csv$/i, { copy: "FORMAT csv, HEADER", from: "verbatim" }],
  [/\.csv\.gz$/i, { copy: "FORMAT csv, HEADER, COMPRESSION gzip", from: "verbatim" }],
  [/\.tsv$/i, { copy: "FORMAT csv, HEADER, DELIMITER '\t'", from: "verbatim" }],
  [/\.parquet$/i, { copy: "FORMAT parquet", from: "original" }],
  [/\.(ndjson|jsonl)$/i, { copy: "FORMAT json", from: "original" }],
];

/** The format that a path's ending names; checked before any work begins. */
export function targetOf(out: string): Target {
  const found = targets.find(([ending]) => ending.test(out));
  if (found) return found[1];
  throw new OddityError(
    { place: out, expected: "a name that ends in .csv, .csv.gz, .tsv, .parquet, .ndjson or .jsonl", got: `"${out}"` },
    { usage: true },
  );
}

/** The names of the three new columns: `score`, or `score_1` and so on where the table has one already. */
export function scoreNames(columns: readonly string[]): { score: string; pValue: string; label: string } {
  const taken = new Set(columns.map((name) => name.toLowerCase()));
  const free = (name: string): string => {
    let candidate = name;
    for (let n = 1; taken.has(candidate); n++) candidate = `${name}_${n}`;
    return candidate;
  };
  return { score: free("score"), pValue: free("p_value"), label: free("label") };
}

/**
 * Writes all columns of the source and the scores, rows in input order.
 * @param out a path, or "-" for CSV on standard output
 * @param scores one score for every row, in order
 * @throws OddityError when the path exists (without `force`), cannot be written, or the disk is full; nothing is left behind
 */
export async function writeScored(
  source: Source,
  scores: AsyncIterable<Scored>,
  out: string,
  options: Overwrite & { readonly stdout?: Writable } = {},
): Promise<{ readonly rows: number }> {
  if (out !== "-") {
    const target = targetOf(out);
    let rows = 0;
    await replaceWhole(out, options, async (beside, folder) => {
      rows = await copyScored(source, scores, beside, folder, target);
    });
    return { rows };
  }
  const scratch = await scratchFolder(join(tmpdir(), "oddity-"));
  try {
    const beside = join(scratch.path, "scored.csv");
    const rows = await copyScored(source, scores, beside, scratch.path, targetOf(beside));
    await pipeline(createReadStream(beside), options.stdout ?? process.stdout, { end: options.stdout !== undefined });
    return { rows };
  } finally {
    await scratch.remove();
  }
}

async function copyScored(
  source: Source,
  scores: AsyncIterable<Scored>,
  path: string,
  folder: string,
  { copy, from }: Target,
): Promise<number> {
  const { database, relation } = source.origin;
  const connection = await database.connect();
  try {
    await connection.run(`ATTACH ${quoteText(join(folder, "scores.duckdb"))} AS scored`);
    await connection.run("CREATE TABLE scored.rows (score FLOAT, p_value FLOAT, label UTINYINT)");
    const appender = await connection.createAppender("rows", "main", "scored");
    let rows = 0;
    for await (const { score, pValue, label } of scores) {
      append(appender, [float32(score), float32(pValue), uint8(label)], score.length);
      rows += score.length;
    }
    appender.closeSync();
    const [count] = await rowsOf(connection, `SELECT count(*) AS rows FROM ${relation.verbatim}`);
    if (Number(count?.rows) !== rows)
      throw new Error(`internal: ${rows} scores for ${String(count?.rows)} rows of ${source.place}`);
    const table = from === "verbatim" ? relation.verbatim : await relation.original();
    await connection.run(`COPY (${joined(relation, table)}) TO ${quoteText(path)} (${copy})`);
    return rows;
  } finally {
    // On a full disk this fails as well, and must not hide the first failure.
    await connection.run("DETACH DATABASE IF EXISTS scored").catch(() => undefined);
    connection.closeSync();
  }
}

function joined(relation: Relation, table: string): string {
  const names = relation.columns.map((column) => column.name);
  const { score, pValue, label } = scoreNames(names);
  const added = [
    `b.score AS ${quoteName(score)}`,
    `b.p_value AS ${quoteName(pValue)}`,
    `b.label AS ${quoteName(label)}`,
  ];
  return `SELECT ${[...names.map((name) => `a.${quoteName(name)}`), ...added].join(", ")}
    FROM ${table} a POSITIONAL JOIN scored.rows b`;
}
