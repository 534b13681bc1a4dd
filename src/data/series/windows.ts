// Windows over a series: each is a row, with a column for each channel and each place in the window, `value[-2]`, `value[-1]`,
// `value[0]` counted back from its last row. So every detector of tables is one of series.
//
// Rows are what windows count, not time: a jump in time is not seen (`seriesOf` notes it). A missing value stays missing in
// every window that holds it, and the encoding does with it what it does in any table.

import { OddityError } from "../../tensor/errors.js";
import { type Column, pick, type Table } from "../table.js";
import { type Window, type WindowOptions, windowFor } from "./window.js";

/** What windows take from a table, in the order of time. */
export interface Series {
  readonly window: Window;
  readonly rows: number;
  /** The row of the table that stands at each place; absent where the table is in order. */
  readonly order?: Uint32Array;
  readonly channels: readonly Float64Array[];
  readonly time?: Float64Array;
  readonly ends: readonly Column[];
  readonly notes: readonly string[];
}

/** @throws OddityError for fewer rows than a window has, a missing column, or a missing time */
export function seriesOf(table: Table, window: Window): Series {
  const column = (name: string): Column => {
    const found = table.columns.find((each) => each.name === name);
    if (found) return found;
    throw new OddityError({
      place: `column "${name}"`,
      expected: "the columns of the windows",
      got: "a table without it",
    });
  };
  const numbers = (name: string): Float64Array => {
    const found = column(name);
    if (found.kind !== "category") return found.values;
    throw new OddityError({ place: `column "${name}"`, expected: "numbers", got: "text" });
  };
  if (table.rows < window.length)
    throw new OddityError({
      place: "rows",
      expected: `at least ${window.length}, the length of a window`,
      got: String(table.rows),
    });
  const unordered = window.time === undefined ? undefined : numbers(window.time);
  const order = unordered && orderOf(unordered, window.time!);
  const inOrder = (values: Float64Array): Float64Array =>
    order ? Float64Array.from(order, (row) => values[row]!) : values;
  const time = unordered && inOrder(unordered);
  const ends = window.ends.map(column);
  return {
    window,
    rows: table.rows,
    channels: window.channels.map((name) => inOrder(numbers(name))),
    ends: order ? pick({ rows: table.rows, columns: ends }, order).columns : ends,
    ...(order ? { order } : {}),
    ...(time ? { time } : {}),
    notes: [...(order ? ["rows were not in the order of time; windows are"] : []), ...(time ? jumpsOf(time) : [])],
  };
}

/** Rows by rising time, equal times as they stand; undefined where they are in that order. */
function orderOf(time: Float64Array, name: string): Uint32Array | undefined {
  const gap = time.findIndex(Number.isNaN);
  if (gap >= 0)
    throw new OddityError({
      place: `time column ${name}`,
      expected: "a time in every row",
      got: `none in row ${gap + 1}`,
    });
  if (time.every((value, i) => i === 0 || value >= time[i - 1]!)) return undefined;
  return Uint32Array.from(time.keys()).sort((a, b) => time[a]! - time[b]! || a - b);
}

function jumpsOf(time: Float64Array): string[] {
  const steps = Float64Array.from(time.subarray(1), (value, i) => value - time[i]!);
  const usual = steps.slice().sort()[steps.length >> 1]!;
  const jumps = steps.filter((step) => step > 1.5 * usual).length;
  if (jumps === 0) return [];
  return [`time jumps ahead at ${jumps} place${jumps === 1 ? "" : "s"}; windows count rows, and reach across`];
}

/** First places of all windows: every `step` rows, and the one that ends with the series. At least one. */
export function windowStarts({ rows, length, step }: { rows: number; length: number; step: number }): Uint32Array {
  const last = rows - length;
  const count = Math.ceil(last / step) + 1;
  return Uint32Array.from({ length: count }, (_, i) => Math.min(i * step, last));
}

/** The windows that begin at the given places, one row for each. */
export function cutWindows({ window, channels, time, ends }: Series, starts: ArrayLike<number>): Table {
  const { length, relative, calendar } = window;
  const count = starts.length;
  const columns: Column[] = channels.flatMap((values, c) => {
    const bases = relative === "none" ? undefined : basesOf(values, starts, window);
    return Array.from({ length }, (_, place): Column => {
      const own = new Float64Array(count);
      for (let i = 0; i < count; i++) own[i] = values[starts[i]! + place]! - (bases ? bases[i]! : 0);
      return { kind: "number", name: lagName(window.channels[c]!, place - length + 1), values: own };
    });
  });
  const last = Uint32Array.from({ length: count }, (_, i) => starts[i]! + length - 1);
  if (calendar && time) columns.push(...calendarOf(window.time!, time, last));
  columns.push(...pick({ rows: count, columns: ends }, last).columns);
  return { rows: count, columns };
}

/** "value[-3]": the channel `value`, three rows before the window's last. */
const lagName = (channel: string, lag: number): string => `${channel}[${lag === 0 ? "0" : lag}]`;

/** What each window's values are relative to: among those that are there, their mean or the last; NaN where none is. */
function basesOf(values: Float64Array, starts: ArrayLike<number>, { length, relative }: Window): Float64Array {
  return Float64Array.from({ length: starts.length }, (_, i) => {
    const present = values.subarray(starts[i]!, starts[i]! + length).filter((value) => !Number.isNaN(value));
    if (present.length === 0) return Number.NaN;
    return relative === "last" ? present.at(-1)! : present.reduce((sum, value) => sum + value, 0) / present.length;
  });
}

const DAY = 86_400;

function calendarOf(name: string, time: Float64Array, places: Uint32Array): Column[] {
  const wave = (what: string, period: number, of: (angle: number) => number): Column => ({
    kind: "number",
    name: `${name} ${what}`,
    values: Float64Array.from(places, (place) => of((2 * Math.PI * (time[place]! % period)) / period)),
  });
  return [
    wave("day sin", DAY, Math.sin),
    wave("day cos", DAY, Math.cos),
    wave("week sin", 7 * DAY, Math.sin),
    wave("week cos", 7 * DAY, Math.cos),
  ];
}

export interface Windows {
  /** One row for each window. */
  readonly table: Table;
  /** Place of each window's first row, in the order of time. */
  readonly starts: Uint32Array;
  readonly window: Window;
  /** What to know of the series: columns left out, jumps in time. */
  readonly notes: readonly string[];
}

/**
 * All windows of a series. Windows of n rows over c channels are a table of n·c columns, and hold every value up to n times:
 * a larger `step` needs less memory.
 * @throws OddityError as `windowFor` and `seriesOf` do
 */
export function windowsOf(table: Table, options: WindowOptions): Windows {
  const { window, notes } = windowFor(table, options);
  const series = seriesOf(table, window);
  const starts = windowStarts({ rows: series.rows, ...window });
  return { table: cutWindows(series, starts), starts, window, notes: [...notes, ...series.notes] };
}
