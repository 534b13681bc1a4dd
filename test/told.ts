// Fits any detector: semi-supervised ones are told that a few rows made for it are anomalies.

import { type Column, pick, type Table } from "../src/data/table.js";
import type { AnyDetector } from "../src/detectors/define.js";
import type { FitOptions } from "../src/detectors/fit.js";
import type { Model } from "../src/detectors/model.js";

export const fitTold = (detector: AnyDetector, rows: Table, options: FitOptions): Promise<Model> =>
  detector.fit(rows, detector.extras.includes("anomalies") ? { ...options, anomalies: turnedOdd(rows) } : options);

const MOST = 12;

/** Some of the rows with every number 5 to 8 deviations off, every text another; pictures as their negatives. */
function turnedOdd(rows: Table): Table {
  const some = pick(
    rows,
    Array.from({ length: Math.max(1, Math.min(MOST, rows.rows)) }, (_, i) => i % Math.max(1, rows.rows)),
  );
  return {
    ...some,
    columns: some.columns.map((column, j) => odd(column, rows.columns[j]!)),
    ...(some.pictures
      ? { pictures: { ...some.pictures, pixels: some.pictures.pixels.map((pixel) => 255 - pixel) } }
      : {}),
  };
}

function odd(column: Column, whole: Column): Column {
  if (column.kind === "category" || whole.kind === "category")
    return { kind: "category", name: column.name, levels: ["odd"], codes: new Int32Array(lengthOf(column)) };
  const known = whole.values.filter(Number.isFinite);
  const mean = known.reduce((sum, x) => sum + x / known.length, 0);
  const deviation = Math.sqrt(known.reduce((sum, x) => sum + (x - mean) ** 2 / known.length, 0)) || 1;
  return { ...column, values: column.values.map((_, i) => mean + (i % 2 ? 1 : -1) * deviation * (5 + (i % 4))) };
}

const lengthOf = (column: Column): number => (column.kind === "category" ? column.codes : column.values).length;
