// The strangest rows with their reasons, or the strangest pictures with their heat.

import type { Table } from "../data/table.js";
import type { Model, Scored } from "../detectors/model.js";
import { type Pictured, pictured } from "./pictures/files.js";
import { shortNames } from "./pictures/input.js";
import { toExplain } from "./series.js";
import { explainRows, type Strange, topPlaces } from "./strange.js";

export interface Wanted {
  /** What the user called the source. */
  readonly data: string;
  readonly most: number;
  /** The number of a row, counted from 1. */
  readonly row: (place: number) => number;
}

export async function singledOut(
  model: Model,
  table: Table,
  scored: Scored & { readonly labels: Uint8Array | undefined },
  { data, most, row }: Wanted,
): Promise<{ readonly strangest: readonly Strange[]; readonly shown: Pictured | undefined }> {
  const { score, pValue, labels, from } = scored;
  const truth = labels && ((place: number) => (labels[place] === 1 ? "anomaly" : "normal"));
  if (table.pictures) {
    const { names } = table.pictures;
    const short = names && shortNames(names, data);
    const name = (place: number): string => short?.[place] ?? `#${row(place)}`;
    const shown = await pictured(model, table, { scored, row, name, truth }, most);
    return { strangest: shown.strangest, shown };
  }
  const places = topPlaces(score, most, model.header.window?.length);
  const strangest = await explainRows(model, toExplain(model, table, places, from), {
    number: row,
    place: (i) => places[i]!,
    score: (i) => score[places[i]!]!,
    pValue: (i) => pValue[places[i]!]!,
    ...(truth ? { truth: (i: number) => truth(places[i]!) } : {}),
  });
  return { strangest, shown: undefined };
}
