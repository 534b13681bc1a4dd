// The strangest rows and their reasons, as data and as a table on the terminal.

import type { Table } from "../data/table.js";
import type { Model } from "../detectors/model.js";
import { type Cell, cellAt, type Reason, reasonsOf } from "../explain/reasons.js";
import type { Region } from "../explain/region.js";
import { cell, number, percent } from "../report/format.js";
import { regionInWords } from "./pictures/region-words.js";
import { textTable } from "./print.js";

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
  readonly values: Readonly<Record<string, Cell>>;
  readonly reasons: readonly Reason[];
}

/** Places of the largest scores, largest first; of equal ones the earlier row first. */
export function topPlaces(scores: Float32Array, most: number): number[] {
  const order = Uint32Array.from(scores.keys());
  return Array.from(order.sort((a, b) => scores[b]! - scores[a]! || a - b).subarray(0, most));
}

export interface Known {
  /** Row number and scores of each row of the table. */
  readonly row: (i: number) => number;
  readonly score: (i: number) => number;
  readonly pValue: (i: number) => number;
  readonly truth?: (i: number) => string;
}

export async function explainRows(model: Model, table: Table, known: Known): Promise<Strange[]> {
  const reasons = await reasonsOf(model, table);
  return reasons.map((own, i) => ({
    row: known.row(i),
    score: known.score(i),
    pValue: known.pValue(i),
    ...(known.truth ? { truth: known.truth(i) } : {}),
    values: Object.fromEntries(table.columns.map((column) => [column.name, cellAt(column, i)])),
    reasons: own,
  }));
}

const REASONS = 3;

export function strangeTable(rows: readonly Strange[]): string {
  const isTrueKnown = rows.some(({ truth }) => truth !== undefined);
  const arePictures = rows.some(({ picture }) => picture !== undefined);
  return textTable(
    [
      arePictures ? { title: "picture" } : { title: "row", right: true },
      { title: "score", right: true },
      { title: "p-value", right: true },
      ...(isTrueKnown ? [{ title: "truth" }] : []),
      { title: arePictures ? "hottest" : "why" },
    ],
    rows.map(({ row, picture, region, score, pValue, truth, reasons }) => [
      picture ?? String(row),
      steady(score),
      pValue.toPrecision(2),
      ...(isTrueKnown ? [truth ?? ""] : []),
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
