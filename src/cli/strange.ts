// The strangest rows and their reasons, as data and as a table on the terminal.

import type { Model } from "../detectors/model.js";
import { type Cell, cellAt, type Reason, reasonsOf } from "../explain/reasons.js";
import type { Region } from "../explain/region.js";
import { cell, number, percent } from "../report/format.js";
import { regionInWords } from "./pictures/region-words.js";
import { textTable } from "./print.js";
import type { ToExplain } from "./series.js";

export interface Strange {
  /** Counted from 1, the first row below the header. */
  readonly row: number;
  /** The file of a picture, as the scores name it. */
  readonly picture?: string;
  /** Where a picture is hottest, in pixels of the model's size. */
  readonly region?: Region;
  readonly score: number;
  readonly pValue: number;
  readonly truth?: string;
  /** The rows of the window behind the score. */
  readonly window?: { readonly first: number; readonly last: number };
  readonly values: Readonly<Record<string, Cell>>;
  readonly reasons: readonly Reason[];
}

/**
 * Places of the largest scores, largest first; of equal ones the earlier row first.
 * @param apart of places nearer to each other than this only the first: in a series one event lifts the scores of all rows near it
 */
export function topPlaces(scores: Float32Array, most: number, apart = 1): number[] {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
  const chosen: number[] = [];
  for (const place of order) {
    if (chosen.length === most) break;
    if (apart === 1 || chosen.every((other) => Math.abs(other - place) >= apart)) chosen.push(place);
  }
  return chosen;
}

export interface Known {
  /** Row number of a place in the table that the rows are from. */
  readonly number: (place: number) => number;
  /** Place and scores of each row. */
  readonly place: (i: number) => number;
  readonly score: (i: number) => number;
  readonly pValue: (i: number) => number;
  readonly truth?: (i: number) => string;
}

export async function explainRows(model: Model, { rows, own, spans }: ToExplain, known: Known): Promise<Strange[]> {
  const reasons = await reasonsOf(model, rows);
  return reasons.map((found, i) => ({
    row: known.number(known.place(i)),
    score: known.score(i),
    pValue: known.pValue(i),
    ...(known.truth ? { truth: known.truth(i) } : {}),
    ...(spans ? { window: { first: known.number(spans[i]![0]), last: known.number(spans[i]![1]) } } : {}),
    values: Object.fromEntries(own.columns.map((column) => [column.name, cellAt(column, i)])),
    reasons: found,
  }));
}

const REASONS = 3;

export function strangeTable(rows: readonly Strange[]): string {
  const isTrueKnown = rows.some(({ truth }) => truth !== undefined);
  const areWindows = rows.some(({ window }) => window !== undefined);
  const arePictures = rows.some(({ picture }) => picture !== undefined);
  return textTable(
    [
      arePictures ? { title: "picture" } : { title: "row", right: true },
      { title: "score", right: true },
      { title: "p-value", right: true },
      ...(isTrueKnown ? [{ title: "truth" }] : []),
      ...(areWindows ? [{ title: "window" }] : []),
      { title: arePictures ? "hottest" : "why" },
    ],
    rows.map(({ row, picture, region, score, pValue, truth, window, reasons }) => [
      picture ?? String(row),
      steady(score),
      pValue.toPrecision(2),
      ...(isTrueKnown ? [truth ?? ""] : []),
      ...(areWindows ? [window ? `${window.first} to ${window.last}` : ""] : []),
      arePictures
        ? region
          ? regionInWords(region)
          : "nowhere"
        : reasons.slice(0, REASONS).filter(isWorthTelling).map(reasonText).join("; ") || "no single column",
    ]),
  );
}

/** Four significant digits, zeros at the end kept, so that scores line up. */
const steady = (score: number): string =>
  Math.abs(score) >= 1e-3 && Math.abs(score) < 1e4 ? score.toPrecision(4) : number(score);

/** What rounds to 0 % is no reason. */
export const isWorthTelling = ({ share }: Reason): boolean => share >= 0.005;

const reasonText = ({ column, share, value, typical }: Reason): string =>
  `${percent(Math.round(share * 100) / 100)} ${column} = ${short(value)} (usually ${short(typical)})`;

const short = (value: Cell): string => (typeof value === "number" ? number(value) : cell(value));
