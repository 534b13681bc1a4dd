// DATA of the command line, opened: a file as the options describe it, or a data set with what is known about it.

import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { LabelValues } from "../data/labels.js";
import type { Selected } from "../data/read.js";
import { type Labelled, readLabelled } from "../data/read-table.js";
import { assignRoles } from "../data/roles.js";
import { locate } from "../data/sets/find.js";
import { tableSets } from "../data/sets/index.js";
import { openSource, type Source } from "../data/source.js";
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
  readonly labelValues: LabelValues;
}

/** A file of the name wins over a data set of that id. The caller closes `source`. */
export async function openInput(place: string, options: ColumnOptions = {}): Promise<Input> {
  const isFile = place === "-" || (await stat(place).catch(() => undefined))?.isDirectory() === false;
  const dataset = isFile ? undefined : tableSets.find(({ id }) => id === place.toLowerCase());
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

/** The whole input in memory, for learning. */
export const readRows = ({ source, labelValues, ...input }: Input): Promise<Labelled> =>
  readLabelled(source, input, { ...labelValues, categorical: input.categorical });

/** "kdd98" is more likely a data set misspelt than a file without an ending. */
function refuseNearMiss(place: string): void {
  if (/[./*?[]/.test(place)) return;
  const near = nearest(
    place,
    tableSets.map(({ id }) => id),
  );
  if (near === undefined) return;
  throw new OddityError(
    { place, expected: "a file or a data set", got: "neither", hint: `did you mean "${near}"?` },
    { usage: true },
  );
}
