// Data sets that are collections of series, each with points labelled as strange.

import { OddityError, unknownName } from "../../tensor/errors.js";
import type { Table } from "../table.js";
import type { SetFile } from "./define.js";
import { type FindOptions, locateFile } from "./find.js";

export interface LabelledSeries {
  /** Rows in the order of time. */
  readonly table: Table;
  /** 1 for each point inside a labelled stretch. */
  readonly labels: Uint8Array<ArrayBuffer>;
  /** "train" or "test" for each row, where the set has parts: two series, one behind the other. */
  readonly splits?: readonly string[];
}

export interface SeriesSet {
  readonly kind: "series";
  readonly id: string;
  readonly about: string;
  readonly source: {
    readonly licence: string;
    readonly cite: string;
    readonly files: readonly SetFile[];
    readonly home: string;
  };
  /** Over all series. */
  readonly facts: { readonly series: number; readonly rows: number; readonly anomalies: number };
  readonly members: readonly string[];
  /** The files of one series. */
  filesOf(member: string): readonly SetFile[];
  /** @param paths where they lie, in that order */
  read(member: string, paths: readonly string[]): Promise<LabelledSeries>;
}

export const defineSeriesSet = (set: Omit<SeriesSet, "kind">): SeriesSet => ({ kind: "series", ...set });

/** The member of that name, in any case of letters; of names in folders the last part is enough. */
export function memberOf({ id, members }: SeriesSet, wanted: string): string {
  const name = wanted.toLowerCase();
  const found =
    members.find((member) => member.toLowerCase() === name) ??
    members.find((member) => member.toLowerCase().endsWith(`/${name}`));
  if (found !== undefined) return found;
  throw unknownName(`data set ${id}`, wanted, members);
}

/** @throws OddityError when there is no such series, or a file of it is not found or damaged */
export async function loadSeries(
  set: SeriesSet,
  wanted: string,
  options: FindOptions = {},
): Promise<LabelledSeries & { readonly member: string }> {
  const member = memberOf(set, wanted);
  const paths: string[] = [];
  for (const file of set.filesOf(member)) paths.push(await locateFile(set.id, file, options, set.source.home));
  const series = await set.read(member, paths);
  if (series.labels.length === series.table.rows) return { member, ...series };
  throw new OddityError({
    place: `data set ${set.id}: ${member}`,
    expected: `${series.labels.length} rows`,
    got: String(series.table.rows),
  });
}
