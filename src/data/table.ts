// A table in memory: columns of equal length, each number, date or category, with one way to say "missing".

export interface NumberColumn {
  readonly kind: "number";
  readonly name: string;
  /** NaN where missing. Booleans are 0 and 1. */
  readonly values: Float64Array;
}

export interface DateColumn {
  readonly kind: "date";
  readonly name: string;
  /** Seconds since 1970-01-01T00:00Z, NaN where missing. */
  readonly values: Float64Array;
}

export interface CategoryColumn {
  readonly kind: "category";
  readonly name: string;
  /** Index into `levels`; -1 where missing. */
  readonly codes: Int32Array;
  /** Distinct texts, none of them empty. */
  readonly levels: readonly string[];
}

export type Column = NumberColumn | DateColumn | CategoryColumn;

/** Pictures of one size, one for each row. */
export interface Pictures {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** u8[rows, height, width, channels], row-major, 0 to 255. */
  readonly pixels: Uint8Array;
  /** What each is called in reports: a path, or its place in a file. */
  readonly names?: readonly string[];
  /** How some of them were brought to this size; absent where all had it. */
  readonly resized?: "stretch" | "cover" | "contain";
  /** Whether some were grey and became colour, or the other way round. */
  readonly recoloured?: boolean;
}

export interface Table {
  readonly rows: number;
  readonly columns: readonly Column[];
  readonly pictures?: Pictures;
}

/** The rows at the given places, in that order. */
export const pick = ({ columns, pictures }: Table, places: ArrayLike<number>): Table => ({
  rows: places.length,
  columns: columns.map((column) => pickFrom(column, places)),
  ...(pictures ? { pictures: pickPictures(pictures, places) } : {}),
});

/** Numbers in one picture. */
export const pictureSize = ({ height, width, channels }: Omit<Pictures, "pixels">): number => height * width * channels;

/** `pick` column by column, with `turn` awaited after each. */
export async function pickInTurns(table: Table, places: ArrayLike<number>, turn: () => Promise<void>): Promise<Table> {
  const columns: Column[] = [];
  for (const column of table.columns) {
    columns.push(pickFrom(column, places));
    await turn();
  }
  const { pictures } = table;
  return { rows: places.length, columns, ...(pictures ? { pictures: pickPictures(pictures, places) } : {}) };
}

function pickPictures(pictures: Pictures, places: ArrayLike<number>): Pictures {
  const size = pictureSize(pictures);
  const pixels = new Uint8Array(places.length * size);
  for (let i = 0; i < places.length; i++)
    pixels.set(pictures.pixels.subarray(places[i]! * size, (places[i]! + 1) * size), i * size);
  const { names } = pictures;
  return { ...pictures, pixels, ...(names ? { names: Array.from(places, (place) => names[place]!) } : {}) };
}

function pickFrom(column: Column, places: ArrayLike<number>): Column {
  const take = <A extends Float64Array | Int32Array>(from: A, into: A): A => {
    for (let i = 0; i < places.length; i++) into[i] = from[places[i]!]!;
    return into;
  };
  return column.kind === "category"
    ? { ...column, codes: take(column.codes, new Int32Array(places.length)) }
    : { ...column, values: take(column.values, new Float64Array(places.length)) };
}

/** A table from a row-major matrix; columns are named x0, x1, … unless names are given. */
export function tableOf(matrix: ArrayLike<number>, width: number, names?: readonly string[]): Table {
  const rows = width === 0 ? 0 : matrix.length / width;
  const columns = Array.from({ length: width }, (_, j): Column => {
    const values = new Float64Array(rows);
    for (let i = 0; i < rows; i++) values[i] = matrix[i * width + j]!;
    return { kind: "number", name: names?.[j] ?? `x${j}`, values };
  });
  return { rows, columns };
}
