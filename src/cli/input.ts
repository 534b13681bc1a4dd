// DATA of the command line, opened: a file as the options describe it, pictures, or a data set with what is known about it.

import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { LabelValues } from "../data/labels.js";
import { labelsFrom } from "../data/labels.js";
import { textsOf } from "../data/pictures/columns.js";
import type { PicturesRead } from "../data/pictures/options.js";
import type { Selected } from "../data/read.js";
import { type Labelled, readLabelled } from "../data/read-table.js";
import { assignRoles } from "../data/roles.js";
import { datasets, seriesNamed } from "../data/sets/index.js";
import { hasParts, openSet, PART_COLUMN } from "../data/sets/open.js";
import { LABEL_COLUMN, openSeries } from "../data/sets/series.js";
import { openSource, type Source } from "../data/source.js";
import type { Model } from "../detectors/model.js";
import type { PictureEncoding } from "../encode/encoding.js";
import { pictureWords } from "../report/format.js";
import { nearest, OddityError } from "../tensor/errors.js";
import type { ColumnOptions, PictureChoices } from "./options.js";
import { isPictures, listed, readChosen, readingPlace, readingSet } from "./pictures/input.js";

export interface Input {
  /** Short: a file name without folder, or the id of a data set. */
  readonly name: string;
  /** Of pictures: what they are called, and what else is known of each. */
  readonly source: Source;
  readonly features: readonly Selected[];
  readonly label?: string;
  /** The column that says which part of a data set a row belongs to. */
  readonly split?: string;
  readonly dropped: readonly string[];
  readonly categorical: readonly string[];
  readonly labelValues: LabelValues;
  /** Where DATA is pictures: all of them, in memory. */
  readonly pictures?: PicturesRead;
}

export type Noun = "row" | "picture";

export const nounOf = ({ pictures }: Input): Noun => (pictures ? "picture" : "row");

type Options = ColumnOptions & PictureChoices & { readonly condition?: readonly string[] };

/**
 * A file of the name wins over a data set of that id. The caller closes `source`.
 * @param model the pictures that a model takes, where DATA is for one
 */
export async function openInput(place: string, options: Options = {}, model?: PictureEncoding): Promise<Input> {
  const isFile = place === "-" || (await stat(place).catch(() => undefined))?.isDirectory() === false;
  const series = isFile || (await stat(place).catch(() => undefined)) ? undefined : seriesNamed(place);
  const found = isFile ? undefined : datasets.find(({ id }) => id === place.toLowerCase());
  if (!isFile && found === undefined) await refuseNearMiss(place);
  const reading =
    found?.kind === "pictures"
      ? readingSet(found)
      : found === undefined && series === undefined && (await isPictures(place))
        ? readingPlace(place)
        : undefined;
  const pictures = reading && (await readChosen(place, reading, options, model));
  const dataset = found?.kind === "table" ? found : undefined;
  const opened = series && (await openSeries(series.set, series.member));
  const source =
    opened?.source ??
    (pictures ? await listed(place, pictures) : dataset ? await openSet(dataset) : await openSource(place));
  try {
    const label =
      options.label ??
      (opened ? LABEL_COLUMN : undefined) ??
      dataset?.label.column ??
      (pictures ? classLabel(pictures, options) : source.labelColumn);
    if (label === undefined && (options.normal ?? options.anomalous))
      throw new OddityError(
        { place: options.normal ? "--normal" : "--anomalous", expected: "--label COLUMN with it", got: "none" },
        { usage: true },
      );
    const categorical = [...(dataset?.categorical ?? []), ...(options.categorical ?? [])];
    const split = (dataset && hasParts(dataset)) || opened?.hasParts ? PART_COLUMN : undefined;
    const dropped = [...(dataset?.drop ?? []), ...(options.drop ?? [])];
    const roles = assignRoles(source.columns, {
      ...(label === undefined ? {} : { label }),
      drop: split === undefined ? dropped : [...dropped, split],
      categorical,
    });
    const byName = pictures && pictures.normal.length > 0 ? { normal: pictures.normal } : {};
    return {
      name: found?.id ?? opened?.source.place ?? (place === "-" ? "standard input" : basename(place)),
      source,
      ...roles,
      ...(split === undefined ? {} : { split }),
      dropped,
      categorical,
      labelValues:
        options.normal || options.anomalous ? options : options.label && !pictures ? {} : (dataset?.label ?? byName),
      ...(pictures ? { pictures } : {}),
    };
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** DATA for a model. @throws OddityError where one is of pictures and the other of columns */
export async function openFor({ header }: Model, place: string, options: Options = {}): Promise<Input> {
  const { picture } = header.encoding;
  const input = await openInput(place, options, picture);
  if ((picture === undefined) === (input.pictures === undefined)) return input;
  await input.source.close();
  throw new OddityError({
    place,
    expected: picture ? `pictures, ${pictureWords(picture)}` : "a table, which the model was trained on",
    got: picture ? "a table" : "pictures",
  });
}

/** Classes are labels where one of them is normal by its name, or where somebody says which is. */
function classLabel({ normal }: PicturesRead, options: ColumnOptions): string | undefined {
  return normal.length > 0 || options.normal || options.anomalous ? "class" : undefined;
}

/** The whole input in memory, for learning. */
export async function readRows({ source, labelValues, pictures, label, ...input }: Input): Promise<Labelled> {
  const named = label === undefined ? {} : { label };
  if (!pictures)
    return readLabelled(source, { ...input, ...named }, { ...labelValues, categorical: input.categorical });
  const { table, notes } = pictures;
  const column = table.columns.find(({ name }) => name === label);
  const splits = textsOf(table.columns.find(({ name }) => name === "split"));
  return {
    table,
    ...(column ? { labels: labelsFrom(column, labelValues) } : {}),
    ...(splits.length > 0 ? { splits } : {}),
    notes,
  };
}

/** "kdd98" is more likely a data set misspelt than a file without an ending. */
async function refuseNearMiss(place: string): Promise<void> {
  if (/[./*?[]/.test(place) || (await stat(place).catch(() => undefined))) return;
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
