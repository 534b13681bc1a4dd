// Scoring a source in constant memory: the columns a model needs, in batches, the next one read while one is scored.

import { textsOf } from "../data/pictures/columns.js";
import type { Kind } from "../data/read.js";
import type { Source, Want } from "../data/source.js";
import type { Table } from "../data/table.js";
import { pValues } from "../decide/conformal.js";
import { decide, type Rule } from "../decide/rules.js";
import type { Header } from "../detectors/header.js";
import type { Model, Scored } from "../detectors/model.js";
import { columnsOf } from "../encode/encoding.js";
import { nearest, OddityError } from "../tensor/errors.js";
import type { Input } from "./input.js";
import { seriesIn } from "./series.js";

/** Rows read at once: 41 columns of them are 10 MB. */
const BATCH = 32_768;

/** What the windows of a model are cut from. */
function wantForWindows({ encoding, window }: Header, source: Source): Want & { readonly select: readonly string[] } {
  const { channels, time, ends } = window!;
  const select = [...new Set([...channels, ...(time === undefined ? [] : [time]), ...ends])];
  const found = new Map(source.columns.map(({ name, kind }) => [name, kind]));
  const kinds: Record<string, Kind> = {};
  for (const name of select) {
    const here = found.get(name);
    if (here === undefined) throw missingColumn(source, name);
    const end = encoding.condition?.find((column) => column.name === name)?.kind;
    if (channels.includes(name)) kinds[name] = "number";
    else if (end !== undefined && end !== "constant") kinds[name] = end;
    else if (here === "category" && name === time) kinds[name] = "date";
  }
  return { select, kinds };
}

/** What to read for a model: its columns, each as the kind it was trained on. @throws OddityError where one is missing */
export function wantFor({ header }: Model, source: Source): Want & { readonly select: readonly string[] } {
  if (header.window) return wantForWindows(header, source);
  const found = new Map(source.columns.map(({ name, kind }) => [name, kind]));
  const kinds: Record<string, Kind> = {};
  for (const { name, kind } of columnsOf(header.encoding)) {
    const here = found.get(name);
    if (here === undefined) throw missingColumn(source, name);
    // a column that never changed was a number or a date; which of the two is not kept
    kinds[name] = kind !== "constant" ? kind : here === "category" ? "number" : here;
  }
  return { select: columnsOf(header.encoding).map(({ name }) => name), kinds };
}

function missingColumn(source: Source, name: string): OddityError {
  const near = nearest(
    name,
    source.columns.map((column) => column.name),
  );
  return new OddityError({
    place: source.place,
    expected: `a column "${name}", which the model was trained on`,
    got: "a table without it",
    ...(near === undefined ? {} : { hint: `there is "${near}"` }),
  });
}

export interface ScoredRows extends Scored {
  readonly table: Table;
}

/** Scores batch by batch, in order; pictures, which are in memory already, and series, whose windows reach from row to row, at once. */
export async function* scoredBatches(model: Model, input: Input): AsyncGenerator<ScoredRows> {
  const { source, pictures, split } = input;
  if (model.header.window) {
    const want = wantFor(model, source);
    const table = await source.read({ ...want, select: [...want.select, ...(split === undefined ? [] : [split])] });
    const splits = split === undefined ? [] : textsOf(table.columns.find(({ name }) => name === split));
    for (const part of seriesIn(table, splits)) yield { table: part, ...(await model.run(part)) };
    return;
  }
  if (pictures) {
    yield { table: pictures.table, ...(await model.run(pictures.table)) };
    return;
  }
  const batches = source.batches(BATCH, wantFor(model, source))[Symbol.asyncIterator]();
  const read = (): Promise<IteratorResult<Table>> => {
    const next = batches.next();
    next.catch(() => undefined); // seen when it is awaited, after the batch before it
    return next;
  };
  try {
    let next = read();
    for (let batch = await next; !batch.done; batch = await next) {
      next = read();
      yield { table: batch.value, ...(await model.run(batch.value)) };
    }
  } finally {
    await batches.return?.();
  }
}

/**
 * The same with labels by a rule that needs all rows at once: scores and p-values are kept until the last row is scored,
 * 9 bytes for each row; the rows themselves are not.
 */
export async function* decidedTogether(
  model: Model,
  scored: AsyncIterable<Scored>,
  rule: Rule,
): AsyncGenerator<Scored> {
  const parts: Scored[] = [];
  for await (const { score, pValue, label } of scored) parts.push({ score, pValue, label });
  const scores = joined(parts.map(({ score }) => score));
  const label = decide(rule, { scores, pValues: pValues(model.calibration, scores), calibration: model.calibration });
  let place = 0;
  for (const { score, pValue } of parts) {
    yield { score, pValue, label: label.subarray(place, place + score.length) };
    place += score.length;
  }
}

export function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}
