// A data set of pictures ready for work, the facts checked.

import { OddityError } from "../../tensor/errors.js";
import { textsOf } from "../pictures/columns.js";
import type { PictureOptions } from "../pictures/options.js";
import { picturesOf } from "../pictures/transform.js";
import type { Table } from "../table.js";
import type { PictureSet } from "./define.js";
import { type FindOptions, locateFiles } from "./find.js";
import { pictureSetOf } from "./index.js";

export interface LoadedPictures {
  readonly dataset: PictureSet;
  /** `pictures`, and columns `class`, `split` where the set has parts, `mask` where it has masks. */
  readonly table: Table;
}

/** @throws OddityError when the set is unknown, not found, damaged, or not what its facts say */
export async function loadPictures(
  id: string,
  { download = false, ...options }: FindOptions & Omit<PictureOptions, "labels" | "strict"> = {},
): Promise<LoadedPictures> {
  const dataset = pictureSetOf(id);
  const table = await dataset.read(await locateFiles(dataset, { download }), options);
  checkFacts(dataset, table, options);
  return { dataset, table };
}

function checkFacts({ id, facts }: PictureSet, table: Table, asked: PictureOptions): void {
  const check = (what: string, expected: string, got: string) => {
    if (expected !== got) throw new OddityError({ place: `data set ${id}: ${what}`, expected, got });
  };
  check("rows", String(facts.rows), String(table.rows));
  const { height, width, channels } = picturesOf(table);
  if (asked.height === undefined && asked.mostArea === undefined)
    check("size", `${facts.width}×${facts.height}`, `${width}×${height}`);
  if (asked.colour === undefined) check("channels", String(facts.channels), String(channels));
  const found = countsOf(table);
  for (const [part, counts] of Object.entries(facts.counts))
    check(`pictures of each class, ${part}`, counts.join(", "), (found.get(part) ?? []).join(", "));
}

/** Part to the pictures of each class. */
function countsOf({ columns }: Table): ReadonlyMap<string, readonly number[]> {
  const classes = columns.find(({ name }) => name === "class");
  if (classes?.kind !== "category") return new Map();
  const splits = textsOf(columns.find(({ name }) => name === "split"));
  const counts = new Map<string, number[]>();
  for (const [row, code] of classes.codes.entries()) {
    const part = splits[row] ?? "all";
    const each = counts.get(part) ?? new Array<number>(classes.levels.length).fill(0);
    each[code]!++;
    counts.set(part, each);
  }
  return counts;
}
