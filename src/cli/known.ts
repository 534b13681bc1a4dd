// --known-anomalies: rows that a semi-supervised detector is told to be anomalies, from a file of them or drawn from labels.

import { stat } from "node:fs/promises";
import { type Labelled, readLabelled } from "../data/read-table.js";
import { openSource } from "../data/source.js";
import { pick, type Table } from "../data/table.js";
import type { AnyDetector } from "../detectors/define.js";
import { detectors } from "../detectors/list.js";
import { OddityError } from "../tensor/errors.js";
import { Random } from "../tensor/random.js";
import { type Input, openInput } from "./input.js";
import { anomalousPlaces } from "./parts.js";

const OPTION = "--known-anomalies";

export interface Known {
  readonly anomalies: Table;
  /** Places of those that were drawn from the data. */
  readonly told: readonly number[];
}

/** @throws OddityError where the detector takes none: labels must not leak into the others */
export function checkKnown({ id, extras }: AnyDetector, given: string | undefined): void {
  if (given === undefined || extras.includes("anomalies")) return;
  const able = detectors.filter((each) => each.extras.includes("anomalies")).map((each) => each.id);
  throw new OddityError(
    {
      place: OPTION,
      expected: "a detector that learns from known anomalies",
      got: id,
      hint: `these do: ${able.join(", ")}`,
    },
    { usage: true },
  );
}

/** @param given a path, or a number as text */
export async function knownAnomalies(given: string, input: Input, rows: Labelled, seed: number): Promise<Known> {
  const isCount = /^\d+$/.test(given) && (await stat(given).catch(() => undefined)) === undefined;
  return isCount ? drawn(Number(given), rows, seed) : { anomalies: await readKnown(given, input), told: [] };
}

/** The first so many of a shuffle that depends on the seed alone: more of them are these and others. */
function drawn(count: number, rows: Labelled, seed: number): Known {
  const { table, labels } = rows;
  if (labels === undefined)
    throw new OddityError(
      {
        place: OPTION,
        expected: "labels to draw from",
        got: "none",
        hint: "say --label COLUMN, or name a file of known anomalies",
      },
      { usage: true },
    );
  const places = anomalousPlaces(rows);
  if (count === 0 || count > places.length)
    throw new OddityError(
      { place: OPTION, expected: `1 to ${places.length}, the labelled anomalies there are`, got: String(count) },
      { usage: true },
    );
  const told = Array.from(
    new Random(seed).at("known anomalies").permutation(places.length).subarray(0, count),
    (i) => places[i]!,
  );
  return { anomalies: pick(table, told), told };
}

/** A table with the columns that train, each read as the kind it has there; pictures brought to the size they have there. */
async function readKnown(place: string, input: Input): Promise<Table> {
  const { pictures } = input.pictures?.table ?? {};
  if (pictures) {
    const { height, width, channels } = pictures;
    const choices = {
      size: { height, width },
      ...(channels === 1 ? { grey: true as const } : { colour: true as const }),
    };
    const known = await openInput(place, choices);
    await known.source.close();
    if (known.pictures) return { ...known.pictures.table, columns: [] };
    throw new OddityError({ place, expected: "pictures, as in the data", got: "a table" }, { usage: true });
  }
  const source = await openSource(place);
  try {
    const names = source.columns.map(({ name }) => name);
    const missing = input.features.find(({ name }) => !names.includes(name));
    if (missing !== undefined)
      throw new OddityError({ place, expected: "the columns of the data", got: `no column "${missing.name}"` });
    // what looks like an identifier in a few rows may be none: all columns stay
    const categorical = input.features.map(({ name }) => name);
    return (await readLabelled(source, { features: input.features }, { categorical })).table;
  } finally {
    await source.close();
  }
}
