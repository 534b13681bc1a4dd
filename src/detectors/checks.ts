// What a fit refuses before it begins: rows, and options that the detector does not take.

import type { Table } from "../data/table.js";
import { OddityError, unknownName } from "../tensor/errors.js";
import type { Extra, Extras } from "./define.js";

interface Taken {
  readonly id: string;
  readonly conditional: boolean;
  readonly takes?: "pictures";
  readonly extras: readonly Extra[];
}

interface Given extends Extras {
  readonly condition?: readonly string[];
  readonly window?: object;
  readonly oracle?: object;
}

/** @throws OddityError */
export function checkFit(detector: Taken, table: Table, given: Given): void {
  checkTable(table);
  checkKind(detector, table);
  checkCondition(detector, table, given.condition ?? []);
  checkExtras(detector, table, given);
  checkWindow(given);
}

function checkTable({ rows, columns, pictures }: Table): void {
  if (rows === 0) throw new OddityError({ place: "rows", expected: "at least one row to train on", got: "none" });
  if (columns.length === 0 && pictures === undefined)
    throw new OddityError({ place: "columns", expected: "at least one column", got: "none" });
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined)
    throw new OddityError({ place: "columns", expected: "each name once", got: `"${twice}" twice` });
}

function checkKind({ id, takes }: Taken, { pictures }: Table): void {
  if (takes === "pictures" && pictures === undefined)
    throw new OddityError(
      { place: id, expected: "pictures", got: "a table", hint: "ganomaly and autoencoder take tables too" },
      { usage: true },
    );
}

function checkCondition({ id, conditional }: Taken, { columns, pictures }: Table, names: readonly string[]): void {
  if (names.length === 0) return;
  const place = "condition";
  if (!conditional)
    throw new OddityError(
      { place, expected: "a detector that judges rows in a context", got: id, hint: "gan, egbad and ganomaly do" },
      { usage: true },
    );
  const known = columns.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw unknownName("condition column", unknown, known);
  if (pictures === undefined && known.every((name) => names.includes(name)))
    throw new OddityError({ place, expected: "columns besides the condition", got: "none" }, { usage: true });
}

function checkWindow({ window, anomalies, oracle }: Given): void {
  if (window === undefined) return;
  const given = anomalies ? "known anomalies" : oracle ? "labelled rows that pick the weights" : undefined;
  if (given !== undefined)
    throw new OddityError({ place: "window", expected: "a series and nothing beside it", got: given }, { usage: true });
}

function checkExtras({ id, extras }: Taken, table: Table, given: Extras): void {
  for (const extra of ["anomalies", "target"] as const)
    if (given[extra] !== undefined && !extras.includes(extra))
      throw new OddityError(
        { place: extra, expected: `a detector that takes ${extraWords[extra]}`, got: id, hint: extraHints[extra] },
        { usage: true },
      );
  const { anomalies, target } = given;
  if (target !== undefined) checkNumbers(table);
  if (anomalies === undefined) return;
  const place = "anomalies";
  if (anomalies.rows === 0) throw new OddityError({ place, expected: "at least one known anomaly", got: "none" });
  const there = anomalies.columns.map(({ name }) => name);
  const missing = table.columns.find(({ name }) => !there.includes(name));
  if (missing !== undefined)
    throw new OddityError({ place, expected: `the columns of the other rows`, got: `no column "${missing.name}"` });
  if ((table.pictures === undefined) !== (anomalies.pictures === undefined))
    throw new OddityError({ place, expected: table.pictures ? "pictures" : "a table", got: "the other" });
}

/** A given model takes rows as they stand: nothing tells how it would write text, times and gaps as numbers. */
function checkNumbers({ columns, pictures }: Table): void {
  if (pictures !== undefined) return;
  for (const column of columns) {
    const hasGaps = column.kind === "number" && column.values.some(Number.isNaN);
    if (column.kind === "number" && !hasGaps) continue;
    throw new OddityError({
      place: `column "${column.name}"`,
      expected: "a number in every row, as the model to watch takes it",
      got: hasGaps ? "missing values" : column.kind === "date" ? "times" : "text",
      hint: "write the columns as the model was trained on them, or leave out what it does not take (--drop)",
    });
  }
}

const extraWords: Readonly<Record<Extra, string>> = {
  anomalies: "known anomalies",
  target: "a model to watch",
};
const extraHints: Readonly<Record<Extra, string>> = {
  anomalies: "devnet, deep-sad and a3 do",
  target: "a3 does",
};
