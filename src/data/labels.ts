// A column to labels: 1 is an anomaly, 0 is normal.

import { OddityError, unknownName } from "../tensor/errors.js";
import type { CategoryColumn, Column } from "./table.js";

export interface LabelValues {
  /** Values that mean normal; every other value is an anomaly. */
  readonly normal?: readonly string[];
  /** Values that mean anomaly; every other value is normal. */
  readonly anomalous?: readonly string[];
}

/**
 * @returns 0 or 1 for each row. With `normal` or `anomalous`, by those values; with neither, the column must hold 0 and 1 (or false and true)
 * @throws OddityError for a missing label, a value that does not occur, or no normal row
 */
export function labelsFrom(column: Column, { normal, anomalous }: LabelValues = {}): Uint8Array<ArrayBuffer> {
  const place = `label column ${column.name}`;
  const texts = textsOf(column);
  const values = [...new Set(texts)];
  const gap = texts.indexOf("");
  if (gap >= 0) throw new OddityError({ place, expected: "a label in every row", got: `none in row ${gap + 1}` });
  const numeric = column.kind === "number";
  for (const value of [...(normal ?? []), ...(anomalous ?? [])])
    if (!values.includes(plain(value, numeric))) throw unknownName(place, value, values.slice(0, 50));

  const isNormal = new Set(normal?.map((value) => plain(value, numeric)));
  const isAnomalous = new Set(anomalous?.map((value) => plain(value, numeric)));
  for (const value of values) {
    const claims = Number(isNormal.has(value)) + Number(isAnomalous.has(value));
    if (claims === 2)
      throw new OddityError(
        { place, expected: "values that are normal or anomalous", got: `"${value}" as both` },
        { usage: true },
      );
    if (normal && anomalous && claims === 0)
      throw new OddityError(
        { place, expected: "every value named as normal or anomalous", got: `"${value}"` },
        { usage: true },
      );
  }
  const anomaly = (value: string): boolean => {
    if (normal) return !isNormal.has(value);
    if (anomalous) return isAnomalous.has(value);
    if (/^(0|1|false|true)$/i.test(value)) return value === "1" || value.toLowerCase() === "true";
    throw new OddityError(
      {
        place,
        expected: "0 and 1",
        got: `"${value}"`,
        hint: "say which values are normal, or which are anomalous",
      },
      { usage: true },
    );
  };
  const labelOf = new Map(values.map((value) => [value, anomaly(value) ? 1 : 0]));
  const labels = Uint8Array.from(texts, (value) => labelOf.get(value)!);
  if (!labels.includes(0)) throw new OddityError({ place, expected: "some normal rows", got: "anomalies alone" });
  return labels;
}

/**
 * The class that is meant by its name, in any case of letters, or by its place in the column's order ("3" and 3 are CIFAR-10's cat); a name
 * goes before a place.
 * @throws OddityError for an unknown class, with the known ones
 */
export function classNamed({ name: column, levels }: CategoryColumn, wanted: string | number): string {
  const name = String(wanted);
  const place = /^\d+$/.test(name) ? Number(name) : -1;
  const found =
    levels.find((level) => level === name) ??
    levels.find((level) => level.toLowerCase() === name.toLowerCase()) ??
    levels[place];
  if (found !== undefined) return found;
  throw unknownName(`column ${column}`, name, levels.slice(0, 50));
}

/** The values as texts, "" where missing. */
function textsOf(column: Column): string[] {
  if (column.kind === "category") return Array.from(column.codes, (code) => (code < 0 ? "" : column.levels[code]!));
  return Array.from(column.values, (value) => (Number.isNaN(value) ? "" : String(value)));
}

/** In a column of numbers "1.0" and "1" are one value. */
const plain = (value: string, numeric: boolean): string =>
  numeric && value.trim() !== "" && !Number.isNaN(Number(value)) ? String(Number(value)) : value;
