// Typed arrays into a DuckDB table, a vector (2048 rows) at a time.

import {
  BIGINT,
  DOUBLE,
  type DuckDBAppender,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  DuckDBVector,
  FLOAT,
  UTINYINT,
} from "@duckdb/node-api";

export interface Append {
  readonly type: DuckDBType;
  /** The value of one row; null is missing. */
  at(row: number): DuckDBValue;
}

/** NaN is missing. */
export const float64 = (values: ArrayLike<number>): Append => ({
  type: DOUBLE,
  at: (row) => numberOrNull(values[row]!),
});
export const float32 = (values: ArrayLike<number>): Append => ({
  type: FLOAT,
  at: (row) => numberOrNull(values[row]!),
});
export const uint8 = (values: ArrayLike<number>): Append => ({ type: UTINYINT, at: (row) => values[row]! });
export const int64 = (values: ArrayLike<number>): Append => ({ type: BIGINT, at: (row) => BigInt(values[row]!) });

const numberOrNull = (value: number) => (Number.isNaN(value) ? null : value);

/** Appends `rows` rows of the columns; their types must be the table's. */
export function append(appender: DuckDBAppender, columns: readonly Append[], rows: number): void {
  const types = columns.map((column) => column.type);
  const capacity = DuckDBVector.standardSize();
  for (let from = 0; from < rows; from += capacity) {
    const count = Math.min(capacity, rows - from);
    const chunk = DuckDBDataChunk.create(types, count);
    columns.forEach((column, j) => {
      const vector = chunk.getColumnVector(j);
      for (let i = 0; i < count; i++) vector.setItem(i, column.at(from + i));
      vector.flush();
    });
    appender.appendDataChunk(chunk);
  }
}
