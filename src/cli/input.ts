// DATA of the command line, opened: a file as the options describe it, or a data set with what is known about it.

import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { labelsFrom } from "../data/labels.js";
import type { Kind, Selected } from "../data/read.js";
import { assignRoles, withoutIdentifiers } from "../data/roles.js";
import { locate } from "../data/sets/find.js";
import { datasets } from "../data/sets/index.js";
import { openSource, type Source } from "../data/source.js";
import type { Table } from "../data/table.js";
import { nearest, OddityError } from "../tensor/errors.js";
import type { ColumnOptions } from "./options.js";

export interface Input {
  /** Short: a file name without folder, or the id of a data set. */
  readonly name: string;
  readonly source: Source;
  readonly features: readonly Selected[];
  readonly label?: string;
  readonly dropped: readonly string[];
  readonly categorical: readonly string[];
  readonly labelValues: { readonly normal?: readonly string[]; readonly anomalous?: readonly string[] };
}

/** A file of the name wins over a data set of that id. The caller closes `source`. */
export async function openInput(place: string, options: ColumnOptions = {}): Promise<Input> {
  const isFile = place === "-" || (await stat(place).catch(() => undefined)) !== undefined;
  const dataset = isFile ? undefined : datasets.find(({ id }) => id === place.toLowerCase());
  if (!isFile && dataset === undefined) refuseNearMiss(place);
  const source =
    dataset === undefined
      ? await openSource(place)
      : await openSource(await locate(dataset), dataset.header ? { header: dataset.header } : {});
  try {
    const label = options.label ?? dataset?.label.column ?? source.labelColumn;
    if (label === undefined && (options.normal ?? options.anomalous))
      throw new OddityError(
        { place: options.normal ? "--normal" : "--anomalous", expected: "--label COLUMN with it", got: "none" },
        { usage: true },
      );
    const categorical = [...(dataset?.categorical ?? []), ...(options.categorical ?? [])];
    const roles = assignRoles(source.columns, {
      ...(label === undefined ? {} : { label }),
      drop: options.drop ?? [],
      categorical,
    });
    const isAsked = options.normal !== undefined || options.anomalous !== undefined || options.label !== undefined;
    return {
      name: dataset?.id ?? (place === "-" ? "standard input" : basename(place)),
      source,
      ...roles,
      dropped: options.drop ?? [],
      categorical,
      labelValues: isAsked ? options : (dataset?.label ?? {}),
    };
  } catch (error) {
    await source.close();
    throw error;
  }
}

export interface Rows {
  /** Features only. */
  readonly table: Table;
  /** 1 = anomaly, 0 = normal; absent where nothing is a label. */
  readonly labels?: Uint8Array;
  /** What was left out, and why. */
  readonly notes: readonly string[];
}

/** The whole input in memory, for learning. */
export async function readRows({ source, features, label, categorical, labelValues }: Input): Promise<Rows> {
  const kinds = Object.fromEntries(features.map(({ name, kind }): [string, Kind] => [name, kind]));
  const all = await source.read({
    select: [...features.map(({ name }) => name), ...(label === undefined ? [] : [label])],
    kinds,
  });
  const column = all.columns.find(({ name }) => name === label);
  const { table, notes } = withoutIdentifiers(
    { rows: all.rows, columns: all.columns.filter((each) => each !== column) },
    categorical,
  );
  if (table.columns.length === 0)
    throw new OddityError({
      place: source.place,
      expected: "at least one column to learn from",
      got: "none",
      ...(notes[0] === undefined ? {} : { hint: notes[0] }),
    });
  return { table, ...(column ? { labels: labelsFrom(column, labelValues) } : {}), notes };
}

/** "kdd98" is more likely a data set misspelt than a file without an ending. */
function refuseNearMiss(place: string): void {
  if (/[./*?[]/.test(place)) return;
  const near = nearest(
    place,
    datasets.map(({ id }) => id),
  );
  if (near === undefined) return;
  throw new OddityError(
    { place, expected: "a file or a data set", got: "neither", hint: `did you mean "${near}"?` },
    { usage: true },
  );
}
