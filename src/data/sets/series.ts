// Data sets that are collections of series, each with points labelled as strange.

import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scratchFolder } from "../../disk/scratch.js";
import { nearest, OddityError } from "../../tensor/errors.js";
import { openSource, type Source } from "../source.js";
import type { Column, Table } from "../table.js";
import type { SetFile } from "./define.js";
import { type FindOptions, locateFile } from "./find.js";
import { PART_COLUMN } from "./open.js";

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
  const near = nearest(name, [...members, ...members.map((member) => member.split("/").at(-1)!)]);
  const hint = near === undefined ? `"oddity data info ${id}" lists them` : `did you mean "${id}/${near}"?`;
  throw new OddityError(
    { place: `data set ${id}`, expected: `one of its ${members.length} series`, got: `"${wanted}"`, hint },
    { usage: true },
  );
}

/** @throws OddityError when there is no such series, or a file of it is not found or damaged */
export async function readSeries(
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

/** The column of labels in what `openSeries` opens: 0 and 1. */
export const LABEL_COLUMN = "anomaly";

/**
 * One series as a table like any other: its columns, the label, and column `split` where the set has parts. The caller closes it.
 * @throws OddityError as `readSeries` does
 */
export async function openSeries(set: SeriesSet, wanted: string): Promise<{ source: Source; hasParts: boolean }> {
  const { member, table, labels, splits } = await readSeries(set, wanted);
  const scratch = await scratchFolder(join(tmpdir(), "oddity-"));
  try {
    const path = join(scratch.path, "series.csv");
    const names = [...table.columns.map(({ name }) => name), LABEL_COLUMN, ...(splits ? [PART_COLUMN] : [])];
    const lines = Array.from(labels, (label, row) =>
      [...table.columns.map((column) => textAt(column, row)), label, ...(splits ? [splits[row]] : [])].join(","),
    );
    await writeFile(path, `${[names.join(","), ...lines].join("\n")}\n`);
    const source = await openSource(path);
    const close = async () => {
      await source.close();
      await scratch.remove();
    };
    return { source: { ...source, place: `${set.id}/${member}`, close }, hasParts: splits !== undefined };
  } catch (error) {
    await scratch.remove();
    throw error;
  }
}

function textAt(column: Column, row: number): string {
  if (column.kind === "category") return column.levels[column.codes[row]!] ?? "";
  const value = column.values[row]!;
  if (Number.isNaN(value)) return "";
  return column.kind === "date" ? new Date(value * 1000).toISOString().replace("T", " ").slice(0, 19) : String(value);
}
