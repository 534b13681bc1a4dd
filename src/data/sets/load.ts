// A data set ready for work: features, labels, what else is known of each row, and the facts checked.

import { OddityError } from "../../tensor/errors.js";
import { labelsFrom } from "../labels.js";
import { textsOf } from "../pictures/columns.js";
import type { Kind } from "../read.js";
import type { Column, Table } from "../table.js";
import type { Counts, Part, TableSet } from "./define.js";
import type { FindOptions } from "./find.js";
import { tableSetOf } from "./index.js";
import { hasParts, openSet, PART_COLUMN } from "./open.js";

export interface Loaded {
  readonly dataset: TableSet;
  readonly features: Table;
  /** 1 = anomaly, 0 = normal. */
  readonly labels: Uint8Array;
  /** The kind of anomaly that each row is, "" where it is normal; absent where the set tells no kinds apart. */
  readonly groups?: readonly string[];
  /** The part that each row belongs to; absent where there are none. */
  readonly splits?: readonly Part[];
  /** Stands for the exact content of the files. */
  readonly checksum: string;
}

/**
 * @param of an id, or a set that is in no list
 * @throws OddityError when the set is unknown, not found, damaged, or not what its facts say
 */
export async function loadDataset(of: string | TableSet, options: FindOptions = {}): Promise<Loaded> {
  const dataset = typeof of === "string" ? tableSetOf(of) : of;
  const source = await openSet(dataset, options);
  try {
    const { column, ...values } = dataset.label;
    const known = [column, ...(hasParts(dataset) ? [PART_COLUMN] : [])];
    const dropped = dataset.drop ?? [];
    const select = source.columns.map(({ name }) => name).filter((name) => !dropped.includes(name));
    const kinds = Object.fromEntries((dataset.categorical ?? []).map((name): [string, Kind] => [name, "category"]));
    const table = await source.read({ select, kinds });
    const named = (name: string) => table.columns.find((each) => each.name === name)!;
    const features = { rows: table.rows, columns: table.columns.filter(({ name }) => !known.includes(name)) };
    const labels = labelsFrom(named(column), values);
    const { files } = dataset.source;
    const loaded: Loaded = {
      ...{ dataset, features, labels },
      ...(dataset.groups ? { groups: groupsOf(dataset, named(column), labels) } : {}),
      ...(hasParts(dataset) ? { splits: textsOf(named(PART_COLUMN)) as Part[] } : {}),
      checksum: files.length === 1 ? files[0]!.sha256 : files.map(({ sha256 }) => sha256.slice(0, 16)).join(),
    };
    checkFacts(loaded);
    return loaded;
  } finally {
    await source.close();
  }
}

function groupsOf({ id, groups = {} }: TableSet, label: Column, labels: Uint8Array): string[] {
  const groupOf = new Map(Object.entries(groups).flatMap(([group, values]) => values.map((value) => [value, group])));
  return textsOf(label).map((value, row) => {
    if (labels[row] === 0) return "";
    const group = groupOf.get(value!);
    if (group !== undefined) return group;
    throw new OddityError({
      place: `data set ${id}: label "${value}"`,
      expected: `to belong to one of ${Object.keys(groups).join(", ")}`,
      got: "none of them",
    });
  });
}

function checkFacts({ dataset: { id, facts }, ...loaded }: Loaded): void {
  const check = (what: string, expected: number, got: number) => {
    if (got !== expected)
      throw new OddityError({ place: `data set ${id}`, expected: `${expected} ${what}`, got: String(got) });
  };
  check("columns", facts.columns, loaded.features.columns.length);
  for (const [part, counts] of [["", facts] as const, ...Object.entries(facts.parts ?? {})]) {
    const of = part === "" ? "" : `, part ${part}`;
    const found = countsOf(loaded, part);
    check(`rows${of}`, counts.rows, found.rows);
    check(`anomalies${of}`, counts.anomalies, found.anomalies);
    for (const group of Object.keys({ ...counts.groups, ...found.groups }))
      check(`anomalies of group ${group}${of}`, counts.groups?.[group] ?? 0, found.groups?.[group] ?? 0);
  }
}

/** @param part all of them where empty */
function countsOf({ labels, groups, splits }: Omit<Loaded, "dataset">, part: string): Counts {
  const of: Record<string, number> = {};
  let [rows, anomalies] = [0, 0];
  for (const [row, label] of labels.entries()) {
    if (part !== "" && splits?.[row] !== part) continue;
    rows++;
    anomalies += label;
    if (groups && label === 1) of[groups[row]!] = (of[groups[row]!] ?? 0) + 1;
  }
  return { rows, anomalies, groups: of };
}
