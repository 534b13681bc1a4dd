// Made tables of which one knows what is normal and what is not.

import type { Column, Table } from "../../src/data/table.js";
import { Random } from "../../src/tensor/random.js";

export const numbers = (name: string, values: ArrayLike<number>): Column => ({
  kind: "number",
  name,
  values: Float64Array.from(values),
});

/** An empty text is a missing value. */
export function texts(name: string, values: readonly string[]): Column {
  const levels = [...new Set(values)].filter((value) => value !== "");
  return { kind: "category", name, levels, codes: Int32Array.from(values, (value) => levels.indexOf(value)) };
}

export const tableOfColumns = (...columns: Column[]): Table => {
  const [first] = columns;
  return { rows: first?.kind === "category" ? first.codes.length : (first?.values.length ?? 0), columns };
};

/** The table with one column replaced. */
export const withColumn = (table: Table, column: Column): Table => ({
  rows: table.rows,
  columns: table.columns.map((each) => (each.name === column.name ? column : each)),
});

export const columnOf = (table: Table, name: string): Column => table.columns.find((each) => each.name === name)!;

export const valuesOf = (table: Table, name: string): Float64Array => {
  const column = columnOf(table, name);
  if (column.kind === "category") throw new Error(`${name} is text`);
  return column.values;
};

/** Three numbers, two of them close to a line, all far from 0 in units of their own. */
function threeNumbers(rows: number, random: Random): [Float64Array, Float64Array, Float64Array] {
  const heat = Float64Array.from({ length: rows }, () => 20 + 2 * random.normal());
  const pressure = heat.map((x) => 1000 + 30 * (x - 20) + 10 * random.normal());
  const flow = Float64Array.from({ length: rows }, () => 0.5 + 0.05 * random.normal());
  return [heat, pressure, flow];
}

/** Normal rows of numbers and of text that goes with them. */
export function normalRows(rows: number, seed: number): Table {
  const random = new Random(seed);
  const [heat, pressure, flow] = threeNumbers(rows, random);
  const mode = Array.from(heat, (x) => (x > 20 ? "fast" : "slow"));
  const valve = Array.from(heat, () => (random.uniform() < 0.8 ? "open" : "shut"));
  return tableOfColumns(
    numbers("heat", heat),
    numbers("pressure", pressure),
    numbers("flow", flow),
    texts("mode", mode),
    texts("valve", valve),
  );
}

/** Rows that no normal row is like: every number 6 to 9 deviations off, and text that was never seen. */
export function strangeRows(rows: number, seed: number): Table {
  const random = new Random(seed).at("strange");
  const off = (centre: number, deviation: number): Float64Array =>
    Float64Array.from(
      { length: rows },
      () => centre + (random.uniform() < 0.5 ? -1 : 1) * deviation * (6 + 3 * random.uniform()),
    );
  return tableOfColumns(
    numbers("heat", off(20, 2)),
    numbers("pressure", off(1000, 60)),
    numbers("flow", off(0.5, 0.05)),
    texts("mode", new Array<string>(rows).fill("reverse")),
    texts("valve", new Array<string>(rows).fill("stuck")),
  );
}

export const onlyNumbers = (table: Table): Table => ({
  rows: table.rows,
  columns: table.columns.filter(({ kind }) => kind === "number"),
});

/** The rows of the first, then those of the second; both have the same columns. */
export function stack(first: Table, second: Table): Table {
  const columns = first.columns.map((column): Column => {
    const other = columnOf(second, column.name);
    if (column.kind !== "category" && other.kind !== "category")
      return { ...column, values: Float64Array.from([...column.values, ...other.values]) };
    return texts(column.name, [...textsOf(column), ...textsOf(other)]);
  });
  return { rows: first.rows + second.rows, columns };
}

export function textsOf(column: Column): string[] {
  if (column.kind !== "category") throw new Error(`${column.name} is not text`);
  return Array.from(column.codes, (code) => column.levels[code] ?? "");
}
