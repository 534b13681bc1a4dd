// How raw columns become the numbers that networks see: plain data, learned on training rows only, and kept in the
// model's header. `encodingProgram` writes it as a graph; nothing else interprets it.

export const scalings = ["standard", "minmax", "robust", "quantile", "none"] as const;
export type Scaling = (typeof scalings)[number];

/** One raw number as features. A value v becomes clip((v - shift)·factor), or its place among quantiles. */
export interface NumberEncoding {
  readonly kind: "number";
  readonly name: string;
  readonly shift: number;
  readonly factor: number;
  /** What a missing value counts as: the median of the training rows. */
  readonly fill: number;
  /** A second feature, 1 where the value is missing; only where training rows had missing values. */
  readonly indicator: boolean;
  /** With scaling "quantile": rising values at equal steps of probability. */
  readonly knots?: readonly number[] | undefined;
}

/** One value in all training rows: the feature is 0 for that value and 1 for any other. */
export interface ConstantEncoding {
  readonly kind: "constant";
  readonly name: string;
  /** NaN is written as null. */
  readonly value: number | null;
}

/** A moment: its distance in time like a number, and sine and cosine of the time of day and of the week. */
export interface DateEncoding extends Omit<NumberEncoding, "kind"> {
  readonly kind: "date";
  /** Without the distance in time: as a context, only the time of day and of the week come back. */
  readonly cyclic?: boolean | undefined;
}

/** Text as one 0/1 feature for each level, and one more for everything else. */
export interface CategoryEncoding {
  readonly kind: "category";
  readonly name: string;
  /** Rising order; "" stands for a missing value where training rows had one. */
  readonly levels: readonly string[];
  /** Whether there is a feature for text that is no level. */
  readonly unseen: boolean;
  /** The commonest level: what is usual here. */
  readonly usual: string;
}

export type ColumnEncoding = NumberEncoding | ConstantEncoding | DateEncoding | CategoryEncoding;

/** Pictures of one size; a pixel v of 0 to 255 becomes v/127.5 - 1, in the order channel, row, column. */
export interface PictureEncoding {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** How pictures of another size are brought to this one, as those it was learned on were; where absent, they are refused. */
  readonly resized?: "stretch" | "cover" | "contain" | undefined;
  /** Whether grey pictures are taken for colour, or the other way round, as those it was learned on were. */
  readonly recoloured?: boolean | undefined;
}

export interface Encoding {
  readonly scaling: Scaling;
  /** Numbers first, then constants, dates and categories; features stand in this order. */
  readonly columns: readonly ColumnEncoding[];
  /** What stands before the columns. */
  readonly picture?: PictureEncoding | undefined;
  /** The context that a row is judged in: its features stand behind all others. */
  readonly condition?: readonly ColumnEncoding[] | undefined;
}

/** Numbers in a row: those judged, and those of the condition behind them. */
export interface Widths {
  readonly features: number;
  readonly condition: number;
}

export function widthsOf(encoding: Encoding): Widths {
  const { picture } = encoding;
  const pixels = picture ? picture.height * picture.width * picture.channels : 0;
  return {
    features: pixels + featuresOf(encoding).length,
    condition: featuresOf({ ...encoding, columns: encoding.condition ?? [] }).length,
  };
}

/** Every column that a model asks for. */
export const columnsOf = ({ columns, condition = [] }: Encoding): readonly ColumnEncoding[] => [
  ...columns,
  ...condition,
];

export interface Feature {
  readonly name: string;
  /** Place of its column in `encoding.columns`. */
  readonly column: number;
}

/** The features in order, each with the column it comes from. */
export function featuresOf({ columns }: Encoding): Feature[] {
  return columns.flatMap((column, place) => namesOf(column).map((name) => ({ name, column: place })));
}

function namesOf(column: ColumnEncoding): string[] {
  const { name } = column;
  switch (column.kind) {
    case "constant":
      return [`${name} differs`];
    case "category":
      return [...column.levels.map((level) => `${name}=${level}`), ...(column.unseen ? [`${name} unseen`] : [])];
    case "number":
      return [name, ...(column.indicator ? [`${name} missing`] : [])];
    case "date":
      return [
        ...(column.cyclic ? [] : [name]),
        ...dateWaves.map((wave) => `${name} ${wave}`),
        ...(column.indicator ? [`${name} missing`] : []),
      ];
  }
}

const dateWaves = ["day sin", "day cos", "week sin", "week cos"] as const;

/** Scaled numbers are kept within ±this, so that squares of them stay finite. */
export const CLIP = 1e6;
