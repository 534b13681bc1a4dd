// Series on the command line: the options that say how windows are cut, which windows train, and the window behind a row's score.

import { type Command, Option } from "commander";
import type { Labelled } from "../data/read-table.js";
import { pointRules, relatives, type WindowOptions } from "../data/series/window.js";
import { pick, type Table } from "../data/table.js";
import type { Model, Scored } from "../detectors/model.js";
import { type FitWindow, windowsAt } from "../detectors/series.js";
import { OddityError } from "../tensor/errors.js";
import { wholeFrom } from "./options.js";
import { partsOf } from "./parts.js";

export interface SeriesChoices {
  readonly window?: number;
  readonly windowStep?: number;
  readonly windowRelative?: WindowOptions["relative"];
  readonly windowTime?: true;
  readonly time?: string;
  readonly points?: WindowOptions["points"];
}

/** How series are seen, for learning. Afterwards the model says it. */
export const withSeries = (command: Command): Command =>
  command
    .option("--window <rows>", "the rows are moments of a series: judge them by windows of so many rows", wholeFrom(2))
    .option("--window-step <rows>", "rows from one window to the next (default: 1)", wholeFrom(1))
    .addOption(
      new Option(
        "--window-relative <to>",
        "take the mean or the last value of each window off its values: for series whose level says nothing (default: none)",
      ).choices(relatives),
    )
    .option("--window-time", "add to each window the time of day and of the week at its end")
    .option("--time <column>", "the column that orders the rows (default: the only column of dates)")
    .addOption(
      new Option("--points <by>", "how the scores of the windows over a row become its score (default: mean)").choices(
        pointRules,
      ),
    );

/** @throws OddityError for options of windows without --window */
export function windowOf(options: SeriesChoices): WindowOptions | undefined {
  const { window: length, windowStep: step, windowRelative: relative, windowTime, time, points } = options;
  if (length !== undefined)
    return {
      length,
      ...(step === undefined ? {} : { step }),
      ...(relative === undefined ? {} : { relative }),
      ...(windowTime ? { calendar: true } : {}),
      ...(time === undefined ? {} : { time }),
      ...(points === undefined ? {} : { points }),
    };
  const given = {
    "--window-step": step,
    "--window-relative": relative,
    "--window-time": windowTime,
    "--time": time,
    "--points": points,
  };
  const [place] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
  if (place === undefined) return undefined;
  throw new OddityError({ place, expected: "--window ROWS with it", got: "none" }, { usage: true });
}

/** Of figures on series. */
export const INTERVALS =
  "The intervals take rows for independent; rows near each other in a series are not, and the intervals are wider than stated.";

/** What goes with rows that stand alone, not with windows over them. */
export function checkSeries({ knownAnomalies }: { readonly knownAnomalies?: string }): void {
  if (knownAnomalies === undefined) return;
  const hint = "windows that hold a labelled anomaly are left out of the training as it is";
  throw new OddityError(
    { place: "--known-anomalies", expected: "rows without --window", got: "both", hint },
    { usage: true },
  );
}

export interface SeriesToLearn {
  /** Rows one after the other, strange ones among them. */
  readonly train: Table;
  readonly window: FitWindow;
  readonly judged: Uint32Array;
  readonly note: string;
}

/** The part "train" where there is one, else all rows; no window that holds a labelled anomaly trains. */
export function seriesToLearn(rows: Labelled, window: WindowOptions, seed: number): SeriesToLearn {
  const { table, labels, splits } = rows;
  if (table.pictures)
    throw new OddityError(
      { place: "--window", expected: "a table whose rows are moments", got: "pictures" },
      { usage: true },
    );
  const { judged, note } = partsOf(rows, seed, { isWhole: true });
  const all = Array.from({ length: table.rows }, (_, row) => row);
  const places = splits?.includes("train") ? all.filter((row) => splits[row] === "train") : all;
  const without = labels && Uint8Array.from(places, (row) => labels[row]!);
  return {
    train: places.length < table.rows ? pick(table, places) : table,
    window: { ...window, ...(without?.includes(1) ? { without } : {}) },
    judged,
    note: labels ? `${note} No window that holds a labelled anomaly was among those that trained. ${INTERVALS}` : note,
  };
}

/** Rows that follow each other: no window reaches from one part of a data set into another. */
export function seriesIn(table: Table, splits: Labelled["splits"]): readonly Table[] {
  if (splits === undefined || splits.length === 0) return [table];
  const ends = splits.flatMap((split, row) =>
    row + 1 === splits.length || splits[row + 1] !== split ? [row + 1] : [],
  );
  return ends.map((end, i) => {
    const first = ends[i - 1] ?? 0;
    return pick(
      table,
      Uint32Array.from({ length: end - first }, (_, row) => first + row),
    );
  });
}

/** `model.run`, and of a series in parts each part for itself. */
export async function runModel(model: Model, { table, splits }: Pick<Labelled, "table" | "splits">): Promise<Scored> {
  if (model.header.window === undefined) return model.run(table);
  const whole = {
    score: new Float32Array(table.rows),
    pValue: new Float32Array(table.rows),
    label: new Uint8Array(table.rows),
  };
  const from = new Uint32Array(table.rows);
  let first = 0;
  for (const part of seriesIn(table, splits)) {
    const scored = await model.run(part);
    whole.score.set(scored.score, first);
    whole.pValue.set(scored.pValue, first);
    whole.label.set(scored.label, first);
    from.set(scored.from!, first);
    first += part.rows;
  }
  return { ...whole, from };
}

export interface ToExplain {
  /** What the model takes: the rows themselves, or a window for each. */
  readonly rows: Table;
  /** The rows as they came. */
  readonly own: Table;
  /** The first and the last row of the window behind each row's score, as places in the table. */
  readonly spans?: readonly (readonly [first: number, last: number])[];
}

/** @param from as `model.run` gave it for this table */
export function toExplain({ header }: Model, table: Table, places: readonly number[], from: Scored["from"]): ToExplain {
  const own = pick(table, places);
  if (header.window === undefined || from === undefined) return { rows: own, own };
  const starts = places.map((place) => from[place]!);
  const { windows, spans } = windowsAt(table, header.window, starts);
  return { rows: windows, own, spans };
}
