// Which rows train, and which are reported on: where labels are known, never the same.

import type { Labelled } from "../data/read-table.js";
import { pick, type Table } from "../data/table.js";
import { OddityError } from "../tensor/errors.js";
import { Random } from "../tensor/random.js";

export interface Parts {
  readonly train: Table;
  /** Places of the rows that are reported on, rising. */
  readonly judged: Uint32Array;
  readonly note: string;
}

/** Of the normal rows this share is kept from training where nothing else says how good the detector is. */
const KEPT = 1 / 3;

/** Everything that may train: of the part "train" where there is one, of the normal rows where labels are known. */
export const trainingRows = (rows: Labelled): Table => pick(rows.table, trainingPlaces(rows));

/**
 * @param told places of anomalies that the detector was told of: what is said of it is said of other rows
 * @param isWhole whether no row may be missing among those that train, as in a series
 */
export function partsOf(
  rows: Labelled,
  seed: number,
  { told = [], isWhole = false }: { told?: readonly number[]; isWhole?: boolean } = {},
): Parts {
  const parts = untold(rows, seed, isWhole);
  if (told.length === 0) return parts;
  const known = new Set(told);
  return {
    ...parts,
    judged: parts.judged.filter((row) => !known.has(row)),
    note: `${parts.note} ${told.length} of the labelled anomalies were told to the detector, and are left out of what is said here.`,
  };
}

function untold(rows: Labelled, seed: number, isWhole: boolean): Parts {
  const { table, labels } = rows;
  const all = Uint32Array.from({ length: table.rows }, (_, row) => row);
  const splits = splitOf(rows);
  if (splits) {
    const judged = all.filter((row) => !isTraining(splits[row]));
    const note = `${table.pictures ? "Pictures" : "Rows"} of the part "train" trained the detector${labels ? ", those of them that are normal" : ""}; what is said here is of the others.`;
    if (judged.length > 0) return { train: trainingRows(rows), judged, note };
  }
  const train = trainingPlaces(rows);
  if (labels === undefined)
    return {
      train: table,
      judged: all,
      note: `Every ${table.pictures ? "picture" : "row"} trained the detector, strange ones among them: p-values compare with held-out ${table.pictures ? "pictures" : "rows"} of this very ${table.pictures ? "collection" : "table"}, and become larger the more of those are strange.`,
    };
  const kept = new Set(new Random(seed).at("test part").sample(train.length, Math.floor(train.length * KEPT)));
  const noun = table.pictures ? "pictures" : "rows";
  if (isWhole || !labels.includes(1) || kept.size === 0)
    return {
      train: pick(table, train),
      judged: all,
      note: `Only ${noun} labelled as normal trained the detector. They are scored as well, so that figures are better than on ${noun} it has never seen.`,
    };
  const places = new Set(train.filter((_, i) => !kept.has(i)));
  return {
    train: pick(table, [...places]),
    judged: all.filter((row) => !places.has(row)),
    note: `${places.size} of the ${train.length} normal ${noun} trained the detector. What is said here is of the others, which it has never seen; "oddity fit" trains on all of them.`,
  };
}

/** Labelled anomalies of the part that trains. */
export const anomalousPlaces = (rows: Labelled): Uint32Array =>
  inTraining(rows).filter((row) => rows.labels?.[row] === 1);

/** Rows of the part "train" where there are parts, else all. */
function inTraining(rows: Labelled): Uint32Array {
  const splits = splitOf(rows);
  return Uint32Array.from({ length: rows.table.rows }, (_, row) => row).filter(
    (row) => splits === undefined || isTraining(splits[row]),
  );
}

function trainingPlaces(rows: Labelled): Uint32Array {
  const places = inTraining(rows).filter((row) => rows.labels?.[row] !== 1);
  if (places.length > 0) return places;
  throw new OddityError({ place: "rows", expected: 'normal rows in the part "train"', got: "none" });
}

const isTraining = (split: string | undefined): boolean => split === "train";

/** The part of each row or picture; undefined where there are no parts, or none to train on. */
export const splitOf = ({ splits }: Labelled): Labelled["splits"] => (splits?.some(isTraining) ? splits : undefined);
