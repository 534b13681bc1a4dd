// Series for `fit` and for models: windows to learn from, blocks of them held out, and scores of windows brought to points.

import { type BlockParts, blocksApart, pointsInBlocks, runsOf, someBlocks } from "../data/series/blocks.js";
import { overPoints } from "../data/series/points.js";
import { type Window, type WindowOptions, windowFor } from "../data/series/window.js";
import { cutWindows, type Series, seriesOf, windowStarts } from "../data/series/windows.js";
import type { Table } from "../data/table.js";
import { OddityError } from "../tensor/errors.js";
import type { Random } from "../tensor/random.js";

/** What `fit` is told of a series. */
export interface FitWindow extends WindowOptions {
  /** 1 for each row that is known to be strange: no window that holds it trains, scales or calibrates. */
  readonly without?: Uint8Array;
}

/** Windows that train and windows that are held out, and those that calibrate. */
export interface SeriesParts {
  readonly window: Window;
  readonly train: Table;
  readonly heldOut: Table;
  readonly notes: string[];
  /** About `most` windows, in whole blocks; and from their scores those of the points inside. */
  calibrating(most: number, random: Random): { readonly table: Table; points(scores: Float32Array): Float32Array };
}

/** @param share of the points that are held out, in blocks */
export function seriesParts(
  table: Table,
  { without, ...options }: FitWindow,
  { condition, share, random }: { condition: readonly string[]; share: number; random: Random },
): SeriesParts {
  const { window, notes } = windowFor(table, options, condition);
  const series = seriesOf(table, window);
  const starts = usable(series, without);
  const parts = blocksApart(starts, { rows: series.rows, length: window.length, share, random });
  const at = (places: Uint32Array): Uint32Array => places.map((place) => starts[place]!);
  const heldOut = joined(parts.blocks);
  return {
    window,
    train: cutWindows(series, at(parts.train)),
    heldOut: cutWindows(series, at(heldOut)),
    notes: [...notes, ...series.notes, ...notesOn(parts, share, window)],
    calibrating(most, from) {
      const pool = parts.blocks.length > 0 ? parts.blocks : runsOf(parts.train, window.length);
      const blocks = someBlocks(pool, most, window.length, from);
      return {
        table: cutWindows(series, at(joined(blocks))),
        points(scores) {
          let end = 0;
          const scored = blocks.map((block) => {
            const first = end;
            end += block.length;
            return { starts: at(block), scores: scores.subarray(first, end) };
          });
          return pointsInBlocks(scored, series.rows, window);
        },
      };
    },
  };
}

function joined(blocks: readonly Uint32Array[]): Uint32Array {
  const whole = new Uint32Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const block of blocks) {
    whole.set(block, end);
    end += block.length;
  }
  return whole;
}

/** First places of the windows without a row known to be strange. */
function usable({ rows, order, window }: Series, without: Uint8Array | undefined): Uint32Array {
  const starts = windowStarts({ rows, ...window });
  if (without === undefined) return starts;
  if (without.length !== rows)
    throw new OddityError({ place: "without", expected: `${rows} values, one for each row`, got: `${without.length}` });
  const strange = order ? Uint8Array.from(order, (row) => without[row]!) : without;
  const kept = starts.filter((start) => !strange.subarray(start, start + window.length).includes(1));
  if (kept.length > 0) return kept;
  throw new OddityError({
    place: "rows",
    expected: `${window.length} rows one after the other that are not known to be strange`,
    got: "none",
    hint: "take shorter windows",
  });
}

const notesOn = ({ blocks }: BlockParts, share: number, { length }: Window): string[] =>
  blocks.length > 0
    ? []
    : [
        `p-values come from training windows, so they are smaller than they should be${share > 0 ? `: the series is too short for held-out blocks with windows of ${length}` : ""}`,
      ];

/** Numbers in windows that are cut at once. */
const CUT_NUMBERS = 2 ** 22;

export interface PointsScored {
  readonly score: Float32Array;
  /** Where the window begins that made each row's score: a place in the order of time. */
  readonly from: Uint32Array;
}

/**
 * Scores of the rows of a table, in its order.
 * @param scoreOf scores windows
 */
export async function scoreSeries(
  table: Table,
  window: Window,
  scoreOf: (windows: Table) => Promise<Float32Array>,
): Promise<PointsScored> {
  const series = seriesOf(table, window);
  const starts = windowStarts({ rows: series.rows, ...window });
  const scores = new Float32Array(starts.length);
  const batch = Math.max(1, Math.floor(CUT_NUMBERS / (window.length * window.channels.length)));
  for (let first = 0; first < starts.length; first += batch)
    scores.set(await scoreOf(cutWindows(series, starts.subarray(first, first + batch))), first);
  const { score, from } = overPoints(scores, starts, { rows: series.rows, length: window.length, by: window.points });
  const firsts = from.map((place) => starts[place]!);
  const { order } = series;
  if (order === undefined) return { score, from: firsts };
  const back = { score: new Float32Array(series.rows), from: new Uint32Array(series.rows) };
  for (const [place, row] of order.entries()) {
    back.score[row] = score[place]!;
    back.from[row] = firsts[place]!;
  }
  return back;
}

/** Windows of a table, and the rows of the table that each begins and ends with. */
export interface WindowsAt {
  /** What `Model.explain` takes. */
  readonly windows: Table;
  readonly spans: readonly (readonly [first: number, last: number])[];
}

/** @param starts places in the order of time */
export function windowsAt(table: Table, window: Window, starts: ArrayLike<number>): WindowsAt {
  const series = seriesOf(table, window);
  const row = (place: number): number => series.order?.[place] ?? place;
  const spans = Array.from(starts, (start) => [row(start), row(start + window.length - 1)] as const);
  return { windows: cutWindows(series, starts), spans };
}
