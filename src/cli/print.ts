// Results on stdout: lines, tables with aligned columns, or JSON.

export const print = (text = ""): void => void process.stdout.write(`${text}\n`);

/** NaN and infinities, which JSON lacks, become null. */
export const printJson = (value: unknown): void => print(JSON.stringify(value, undefined, 2));

export interface TextColumn {
  readonly title: string;
  readonly right?: boolean;
}

/** Rows of a table; the last column is cut at the width of the terminal, or not at all where there is none. */
export function textTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, j) => Math.max(title.length, ...rows.map((row) => (row[j] ?? "").length)));
  const line = (cells: readonly string[]): string =>
    cut(cells.map((cell, j) => (columns[j]!.right ? cell.padStart(widths[j]!) : cell.padEnd(widths[j]!))).join("  "));
  return [line(columns.map(({ title }) => title)), ...rows.map(line)].join("\n");
}

/** "name  value" with the values in one column. */
export function pairs(entries: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${value}`.trimEnd()).join("\n");
}

function cut(line: string): string {
  const room = process.stdout.isTTY ? process.stdout.columns : Number.POSITIVE_INFINITY;
  const trimmed = line.trimEnd();
  return trimmed.length <= room ? trimmed : `${trimmed.slice(0, room - 1)}…`;
}
