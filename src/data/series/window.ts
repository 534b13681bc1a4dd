// How a series is seen through windows: what is asked for, and what it comes to for a table's columns. The latter is kept
// in a model's header, so that new series are cut in the same way.

import { OddityError, unknownName } from "../../tensor/errors.js";
import type { Column, Table } from "../table.js";

/** What a window's values are relative to. */
export const relatives = ["none", "mean", "last"] as const;

/** How the scores of the windows over a point become one: their mean, their largest, or that of the window which ends at it. */
export const pointRules = ["mean", "max", "last"] as const;

export interface WindowOptions {
  /** Rows in a window, at least 2. */
  readonly length: number;
  /** Rows from one window to the next, 1 to `length`; 1 when left out. */
  readonly step?: number;
  /** The column that orders the rows; the only column of dates when left out, or else the order of the table. */
  readonly time?: string;
  /** Adds where a window's last row stands in the day and in the week, as sines and cosines. */
  readonly calendar?: boolean;
  /**
   * Subtracts from each value the mean of its channel in the window, or its last value. "none" when left out: then a level
   * that was never seen is strange. Relative windows see shapes alone: for series whose level wanders and says nothing.
   */
  readonly relative?: (typeof relatives)[number];
  /** "mean" when left out. */
  readonly points?: (typeof pointRules)[number];
}

/** The same with nothing left out, for the columns of one table. */
export interface Window {
  readonly length: number;
  readonly step: number;
  readonly relative: (typeof relatives)[number];
  readonly points: (typeof pointRules)[number];
  /** Columns of numbers; each gives a window `length` values. */
  readonly channels: readonly string[];
  readonly time?: string | undefined;
  readonly calendar: boolean;
  /** Columns of any kind whose value in a window's last row stays as it is: the context of that window. */
  readonly ends: readonly string[];
}

/**
 * @param ends columns that are the context of a window, by their value in its last row
 * @throws OddityError for a length or step out of range, an unknown column, several columns of dates, or no channel
 */
export function windowFor(
  { columns, pictures }: Pick<Table, "columns" | "pictures">,
  { length, step = 1, time: asked, calendar = false, relative = "none", points = "mean" }: WindowOptions,
  ends: readonly string[] = [],
): { readonly window: Window; readonly notes: readonly string[] } {
  const refuse = (place: string, expected: string, got: string, hint?: string) => {
    throw new OddityError({ place, expected, got, ...(hint === undefined ? {} : { hint }) }, { usage: true });
  };
  if (pictures) refuse("window", "a table whose rows are moments", "pictures");
  if (!Number.isSafeInteger(length) || length < 2) refuse("window", "a whole number of rows from 2 on", `${length}`);
  if (!Number.isSafeInteger(step) || step < 1 || step > length)
    refuse("window step", `1 to ${length} rows, so that windows leave no row out`, `${step}`);
  const names = columns.map(({ name }) => name);
  for (const name of [...(asked === undefined ? [] : [asked]), ...ends])
    if (!names.includes(name)) throw unknownName(name === asked ? "time" : "condition column", name, names);
  const dates = columns.filter(({ kind, name }) => kind === "date" && !ends.includes(name)).map(({ name }) => name);
  if (asked === undefined && dates.length > 1)
    refuse(
      "time",
      "the name of one column of dates",
      dates.join(", "),
      "say which one orders the rows, drop the others",
    );
  const time = asked ?? dates[0] ?? columns.find(({ kind, name }) => kind === "date" && ends.includes(name))?.name;
  const timeKind = columns.find(({ name }) => name === time)?.kind;
  if (timeKind === "category") refuse("time", "a column of dates or numbers", `${time}, which is text`);
  if (calendar && timeKind !== "date")
    refuse("time of day and week", "a column of dates", time === undefined ? "none" : `${time}, a number`);
  const rest = columns.filter(({ name }) => name !== time && !ends.includes(name));
  const channels = rest.filter(({ kind }) => kind === "number").map(({ name }) => name);
  if (channels.length === 0) refuse("window", "at least one column of numbers", "none");
  const window = { length, step, relative, points, channels, ...(time === undefined ? {} : { time }), calendar, ends };
  return { window, notes: rest.flatMap((column) => noteOn(column, time !== undefined)) };
}

function noteOn(column: Column, isTimeKnown: boolean): string[] {
  const { name, kind } = column;
  if (kind !== "number") return [`column ${name} is no column of numbers, and no part of a window`];
  const { values } = column;
  const isCounting = !isTimeKnown && values.length > 2 && values.every((value, i) => i === 0 || value > values[i - 1]!);
  return isCounting ? [`column ${name} rises from row to row; if it is the time, name it as such`] : [];
}
