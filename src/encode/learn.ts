// Learns an encoding from training rows.

import type { CategoryColumn, Column, Pictures, Table } from "../data/table.js";
import type {
  CategoryEncoding,
  ColumnEncoding,
  ConstantEncoding,
  DateEncoding,
  Encoding,
  NumberEncoding,
  PictureEncoding,
  Scaling,
} from "./encoding.js";

export interface EncodingOptions {
  readonly scaling: Scaling;
  /**
   * A feature for text that no training row had. Off only to rebuild published networks: then every level of the file
   * has its own feature, those of rows that do not train included.
   */
  readonly unseen?: boolean;
  /** Columns that are the context a row is judged in, and are not judged themselves. */
  readonly condition?: readonly string[];
}

/** Rarer levels than these share the "unseen" feature. */
const MOST_LEVELS = 256;
const KNOTS = 33;
/** Numbers beyond ± this count as infinite: differences of the rest cannot overflow. */
const FAR = 1e300;

export const learnEncoding = (table: Table, options: EncodingOptions): Encoding =>
  inOrder(
    table.columns.filter((column) => isUsed(column, table, options)).map((column) => learnColumn(column, options)),
    table,
    options,
  );

/** `learnEncoding` column by column, with `turn` awaited after each. */
export async function learnEncodingInTurns(
  table: Table,
  options: EncodingOptions,
  turn: () => Promise<void>,
): Promise<Encoding> {
  const columns: ColumnEncoding[] = [];
  for (const column of table.columns.filter((each) => isUsed(each, table, options))) {
    columns.push(learnColumn(column, options));
    await turn();
  }
  return inOrder(columns, table, options);
}

/** Columns beside pictures are what is known of them, not what they show: only a condition is used. */
const isUsed = ({ name }: Column, { pictures }: Table, { condition = [] }: EncodingOptions): boolean =>
  pictures === undefined || condition.includes(name);

const order: readonly ColumnEncoding["kind"][] = ["number", "constant", "date", "category"];

function inOrder(
  columns: readonly ColumnEncoding[],
  { pictures }: Table,
  { scaling, condition = [] }: EncodingOptions,
): Encoding {
  // published networks see raw numbers in their place, constant or not
  const sorted = columns.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  const isContext = ({ name }: ColumnEncoding): boolean => condition.includes(name);
  const context = sorted
    .filter(isContext)
    .map((column) => (column.kind === "date" ? { ...column, cyclic: true } : column));
  return {
    scaling,
    columns: sorted.filter((column) => !isContext(column)),
    ...(pictures ? { picture: pictureEncoding(pictures) } : {}),
    ...(condition.length > 0 ? { condition: context } : {}),
  };
}

const pictureEncoding = ({ height, width, channels, resized, recoloured }: Pictures): PictureEncoding => ({
  height,
  width,
  channels,
  ...(resized ? { resized } : {}),
  ...(recoloured ? { recoloured } : {}),
});

function learnColumn(column: Column, { scaling, unseen = true }: EncodingOptions): ColumnEncoding {
  return column.kind === "category" ? learnCategory(column, unseen) : learnNumber(column, scaling);
}

function learnNumber(
  column: Exclude<Column, CategoryColumn>,
  scaling: Scaling,
): NumberEncoding | ConstantEncoding | DateEncoding {
  const present = column.values.filter((x) => Math.abs(x) <= FAR).sort();
  const indicator = column.values.some((x) => Number.isNaN(x));
  const [low, high] = [present[0], present.at(-1)];
  if (low === undefined || high === undefined) return { kind: "constant", name: column.name, value: null };
  if (low === high && !indicator && scaling !== "none") return { kind: "constant", name: column.name, value: low };
  const { name, kind } = column;
  const fill = quantileOf(present, 0.5);
  return {
    kind,
    name,
    fill,
    indicator,
    ...scaleOf(present, kind === "date" && scaling === "none" ? "standard" : scaling),
  };
}

function scaleOf(sorted: Float64Array, scaling: Scaling): { shift: number; factor: number; knots?: readonly number[] } {
  const [low, high] = [sorted[0]!, sorted.at(-1)!];
  const range = high - low;
  const inverse = (width: number): number => (width > 0 && Number.isFinite(1 / width) ? 1 / width : 1);
  switch (scaling) {
    case "none":
      return { shift: 0, factor: 1 };
    case "minmax":
      return { shift: low, factor: inverse(range) };
    case "standard": {
      const mean = sorted.reduce((sum, x) => sum + x / sorted.length, 0);
      // in units of the range, so that squares neither overflow nor vanish
      const variance = sorted.reduce((sum, x) => sum + ((x - mean) / range) ** 2 / sorted.length, 0);
      return { shift: mean, factor: inverse(range * Math.sqrt(variance)) };
    }
    case "robust": {
      // a column that is mostly one value has no interquartile range: its whole range stands in
      const spread = quantileOf(sorted, 0.75) - quantileOf(sorted, 0.25);
      return { shift: quantileOf(sorted, 0.5), factor: inverse(spread > 0 ? spread : range) };
    }
    case "quantile": {
      const all = Array.from({ length: KNOTS }, (_, i) => quantileOf(sorted, i / (KNOTS - 1)));
      return { shift: low, factor: inverse(range), knots: all };
    }
  }
}

/** Linear interpolation between order statistics, at position (n - 1)·q. */
function quantileOf(sorted: Float64Array, q: number): number {
  const position = (sorted.length - 1) * q;
  const below = Math.floor(position);
  const [a, b] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!];
  return a + (b - a) * (position - below);
}

function learnCategory({ name, codes, levels }: CategoryColumn, unseen: boolean): CategoryEncoding {
  const counts = new Array<number>(levels.length + 1).fill(0);
  for (const code of codes) counts[code < 0 ? levels.length : code]!++;
  const found = [...levels, ""]
    .map((level, i) => ({ level, count: counts[i]! }))
    .filter(({ level, count }) => count > 0 || (!unseen && level !== ""))
    .sort((a, b) => b.count - a.count || (a.level < b.level ? -1 : 1));
  const kept = found.slice(0, MOST_LEVELS).map(({ level }) => level);
  return { kind: "category", name, levels: kept.sort(), unseen, usual: found[0]?.level ?? "" };
}
