// Category columns that stand beside pictures.

import { type CategoryColumn, type Column, type Pictures, pictureSize, type Table } from "../table.js";

/** A category column from texts; undefined is missing. Levels are in the order given, or that of first appearance. */
export function categoryOf(
  name: string,
  texts: readonly (string | undefined)[],
  levels: readonly string[] = [],
): CategoryColumn {
  const all = [...levels];
  const codeOf = new Map(all.map((level, code) => [level, code]));
  const codes = Int32Array.from(texts, (text) => {
    if (text === undefined || text === "") return -1;
    const known = codeOf.get(text);
    if (known !== undefined) return known;
    codeOf.set(text, all.length);
    return all.push(text) - 1;
  });
  return { kind: "category", name, codes, levels: all };
}

/** One table after another; all have pictures of one size and the same category columns. */
export function stacked(parts: readonly Table[]): Table {
  const [first] = parts;
  if (!first || parts.length === 1) return first ?? { rows: 0, columns: [] };
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const size = pictureSize(first.pictures!);
  const pixels = new Uint8Array(rows * size);
  let at = 0;
  for (const part of parts) {
    pixels.set(part.pictures!.pixels, at * size);
    at += part.rows;
  }
  const names = parts.flatMap(({ pictures }) => pictures!.names ?? []);
  const columns = first.columns.map(({ name }): Column => {
    const texts = parts.flatMap((part) => textsOf(part.columns.find((column) => column.name === name)));
    const levels = parts.flatMap((part) => levelsOf(part.columns.find((column) => column.name === name)));
    return categoryOf(name, texts, [...new Set(levels)]);
  });
  const pictures: Pictures = { ...first.pictures!, pixels, ...(names.length === rows ? { names } : {}) };
  return { rows, columns, pictures };
}

const levelsOf = (column: Column | undefined): readonly string[] => (column?.kind === "category" ? column.levels : []);

/** The texts of a category column; undefined where missing. */
export const textsOf = (column: Column | undefined): (string | undefined)[] =>
  column?.kind === "category" ? Array.from(column.codes, (code) => column.levels[code]) : [];
