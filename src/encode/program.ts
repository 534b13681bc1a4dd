// An encoding as a graph: one input per raw column, [batch, 1], named as the column (see `inputName`): f64 for numbers and
// dates (NaN is missing; dates are seconds since 1970), text for categories ("" is missing); pictures are one input
// "picture" u8[batch, height, width, channels]. Output: x f32[batch, features + condition].

import { pictureSize, type Table } from "../data/table.js";
import type { Node } from "../graph/node.js";
import { constant, input } from "../graph/op.js";
import { add, div, maximum, minimum, mul, sub } from "../graph/ops/arithmetic.js";
import { cast } from "../graph/ops/cast.js";
import { equal, isMissing, not } from "../graph/ops/comparison.js";
import { concat, slice } from "../graph/ops/cut.js";
import { cos, sin } from "../graph/ops/exponential.js";
import { oneHot } from "../graph/ops/ml.js";
import { floor } from "../graph/ops/piecewise.js";
import { sum } from "../graph/ops/reduce.js";
import { reshape, transpose } from "../graph/ops/shape.js";
import { where } from "../graph/ops/where.js";
import type { Feeds } from "../runtime/runtime.js";
import { OddityError } from "../tensor/errors.js";
import { type Tensor, tensor } from "../tensor/tensor.js";
import {
  CLIP,
  type ColumnEncoding,
  type ConstantEncoding,
  columnsOf,
  type DateEncoding,
  type Encoding,
  type NumberEncoding,
  type PictureEncoding,
  type Scaling,
} from "./encoding.js";

export interface EncodingProgram {
  readonly inputs: readonly Node[];
  readonly x: Node;
}

/** Names that a model's graph needs for itself. */
const PICTURE = "picture";
const reserved = new Set(["x", "score", "p_value", "label", "threshold", "heat_map", "reconstruction", PICTURE]);
const RAW = "raw:";

/** The input of a column: its name, with "raw:" before it where the graph has another use for that name. */
const inputName = (column: string): string =>
  reserved.has(column) || column.startsWith(RAW) ? `${RAW}${column}` : column;

export function encodingProgram({ columns, scaling, picture, condition = [] }: Encoding): EncodingProgram {
  const groups = [columns, condition]
    .filter((group) => group.length > 0)
    .map((group) => columnFeatures(group, scaling));
  const seen = picture && pictureFeatures(picture);
  const parts = [...(seen ? [seen] : []), ...groups];
  return {
    inputs: parts.flatMap(({ inputs }) => inputs),
    x: concat(
      parts.map(({ x }) => x),
      1,
    ),
  };
}

function pictureFeatures({ height, width, channels }: PictureEncoding): EncodingProgram {
  const raw = input(PICTURE, "u8", ["batch", height, width, channels]);
  const scaled = sub(mul(cast(raw, { to: "f32" }), 1 / 127.5), 1);
  const planes = channels === 1 ? scaled : transpose(scaled, { order: [0, 3, 1, 2] });
  return { inputs: [raw], x: reshape(planes, { shape: ["batch", channels * height * width] }) };
}

function columnFeatures(columns: readonly ColumnEncoding[], scaling: Scaling): EncodingProgram {
  const inputs = columns.map(({ name, kind }) =>
    input(inputName(name), kind === "category" ? "string" : "f64", ["batch", 1]),
  );
  const of = <K extends ColumnEncoding["kind"]>(kind: K) =>
    columns.flatMap((column, i) =>
      column.kind === kind ? [{ column: column as Extract<ColumnEncoding, { kind: K }>, raw: inputs[i]! }] : [],
    );
  const numbers = of("number");
  const constants = of("constant");
  const parts = [
    ...(numbers.length > 0 ? [numberFeatures(numbers, scaling === "none")] : []),
    ...(constants.length > 0 ? [constantFeatures(constants)] : []),
    ...of("date").map(({ column, raw }) => dateFeatures(column, raw)),
    ...of("category").map(({ column, raw }) => {
      const flags = oneHot(raw, { levels: column.levels });
      return column.unseen ? concat([flags, sub(1, sum(flags, { axes: [1], keep: true }))], 1) : flags;
    }),
  ];
  return { inputs, x: concat(parts, 1) };
}

const clip = (node: Node, low: number, high: number): Node => minimum(maximum(node, low), high);

const f64 = (values: readonly number[]): Node => constant(tensor("f64", [values.length], Float64Array.from(values)));

/** All numbers at once, [batch, n]; where one has an indicator, it follows its number. */
function numberFeatures(list: readonly { column: NumberEncoding; raw: Node }[], raw: boolean): Node {
  const columns = list.map(({ column }) => column);
  const together = concat(
    list.map((each) => each.raw),
    1,
  );
  const missing = isMissing(together);
  const filled = where(missing, f64(columns.map(({ fill }) => fill)), together);
  const shifted = mul(sub(filled, f64(columns.map(({ shift }) => shift))), f64(columns.map(({ factor }) => factor)));
  // raw numbers only must not overflow when they are squared
  const limit = raw ? 1e18 : CLIP;
  const scaled = cast(clip(shifted, -limit, limit), { to: "f32" });
  if (!columns.some(({ indicator, knots }) => indicator || knots)) return scaled;
  const column = (node: Node, i: number): Node => slice(node, { axis: 1, start: i, end: i + 1 });
  return concat(
    columns.flatMap(({ indicator, knots }, i) => [
      knots ? quantileFeature(column(filled, i), column(shifted, i), knots) : column(scaled, i),
      ...(indicator ? [cast(column(missing, i), { to: "f32" })] : []),
    ]),
    1,
  );
}

/** Place among the quantiles, 0 to 1 inside the training range, and on beyond it in units of that range. */
function quantileFeature(x: Node, byRange: Node, knots: readonly number[]): Node {
  const segments = knots
    .slice(1)
    .flatMap((high, i) => (high > knots[i]! ? [{ low: knots[i]!, width: high - knots[i]! }] : []));
  const weights = knots.slice(1).map((_, i) => i);
  const places = segments.map(({ low }) => knots.lastIndexOf(low));
  const inside = clip(div(sub(x, f64(segments.map(({ low }) => low))), f64(segments.map(({ width }) => width))), 0, 1);
  // a jump over repeated knots counts for all the probability that lies on it
  const shares = places.map((place, i) => ((i === 0 ? place + 1 : place - places[i - 1]!) / weights.length) as number);
  const place = sum(mul(inside, f64(shares)), { axes: [1], keep: true });
  const beyond = add(minimum(byRange, 0), maximum(sub(byRange, 1), 0));
  return cast(clip(add(place, beyond), -CLIP, CLIP), { to: "f32" });
}

/** Stands for "missing" where values are compared; no measured number is this. */
const MISSING = -Number.MAX_VALUE;

function constantFeatures(list: readonly { column: ConstantEncoding; raw: Node }[]): Node {
  const together = concat(
    list.map(({ raw }) => raw),
    1,
  );
  const present = where(isMissing(together), MISSING, together);
  return cast(not(equal(present, f64(list.map(({ column }) => column.value ?? MISSING)))), { to: "f32" });
}

const DAY = 86_400;
/** Seconds; endless times have no time of day. */
const FAR = 1e15;

function dateFeatures(column: DateEncoding, raw: Node): Node {
  const number = numberFeatures([{ column: { ...column, kind: "number" }, raw }], false);
  const filled = clip(where(isMissing(raw), column.fill, raw), -FAR, FAR);
  const angle = (period: number): Node => {
    const turns = mul(filled, 1 / period);
    // whole turns are taken off while the numbers are still doubles: 1.7e9 seconds leave f32 no minutes
    return cast(mul(sub(turns, floor(turns)), 2 * Math.PI), { to: "f32" });
  };
  const [day, week] = [angle(DAY), angle(7 * DAY)];
  const missing = column.indicator ? [slice(number, { axis: 1, start: 1, end: 2 })] : [];
  const distance = column.cyclic ? [] : [slice(number, { axis: 1, start: 0, end: 1 })];
  return concat([...distance, sin(day), cos(day), sin(week), cos(week), ...missing], 1);
}

/** Feeds of an encoding for rows first to last - 1 of a table that holds its columns. */
export function feedsOf(encoding: Encoding, table: Table, first = 0, last = table.rows): Feeds {
  const columns = columnsOf(encoding).map((column) => [
    inputName(column.name),
    columnTensor(column, table, first, last),
  ]);
  const { picture } = encoding;
  return {
    ...(picture ? { [PICTURE]: pictureTensor(picture, table, first, last) } : {}),
    ...(Object.fromEntries(columns) as Feeds),
  };
}

const printPicture = ({ height, width, channels }: PictureEncoding): string =>
  `pictures of ${width} x ${height} pixels in ${channels === 1 ? "grey" : "colour"}`;

function pictureTensor(wanted: PictureEncoding, { pictures }: Table, first: number, last: number): Tensor {
  if (pictures === undefined)
    throw new OddityError({ place: "rows", expected: printPicture(wanted), got: "a table without pictures" });
  const { height, width, channels, pixels } = pictures;
  if (height !== wanted.height || width !== wanted.width || channels !== wanted.channels)
    throw new OddityError({
      place: "pictures",
      expected: printPicture(wanted),
      got: printPicture(pictures),
      hint: "read them in the size and colours of the model",
    });
  const size = pictureSize(pictures);
  return tensor("u8", [last - first, height, width, channels], pixels.slice(first * size, last * size));
}

function columnTensor({ name, kind }: ColumnEncoding, table: Table, first: number, last: number): Tensor {
  const column = table.columns.find((each) => each.name === name);
  if (column === undefined)
    throw new OddityError({
      place: `column "${name}"`,
      expected: "the columns the model was trained on",
      got: "a table without it",
    });
  if ((column.kind === "category") !== (kind === "category"))
    throw new OddityError({
      place: `column "${name}"`,
      expected: kind === "category" ? "text" : "numbers",
      got: column.kind === "category" ? "text" : "numbers",
    });
  const shape = [last - first, 1];
  if (column.kind !== "category") return tensor("f64", shape, column.values.slice(first, last));
  return tensor(
    "string",
    shape,
    Array.from(column.codes.subarray(first, last), (code) => column.levels[code] ?? ""),
  );
}
