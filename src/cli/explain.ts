// oddity explain: which columns make rows strange, or which parts of pictures.

import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import type { PicturesRead } from "../data/pictures/options.js";
import { pick, type Table } from "../data/table.js";
import type { Model } from "../detectors/model.js";
import { writeAtomic } from "../disk/atomic.js";
import { counted } from "../report/format.js";
import { heatScale } from "../report/heat.js";
import { OddityError } from "../tensor/errors.js";
import { checkFolder, writeFolder } from "./folder.js";
import { openFor } from "./input.js";
import { openModel } from "./open-model.js";
import {
  DATA,
  type Everywhere,
  type MachineOptions,
  type PictureLimit,
  wholeFrom,
  withEverywhere,
  withMachine,
  withPictureLimit,
} from "./options.js";
import { fileName } from "./pictures/files.js";
import { shortNames, skippedLines } from "./pictures/input.js";
import { besideEachOther, heatPicture, shownOf } from "./pictures/shown.js";
import { print, printJson } from "./print.js";
import { toExplain } from "./series.js";
import { explainRows, type Strange, strangeTable, topPlaces } from "./strange.js";
import { joined, scoredBatches } from "./stream.js";

interface Options extends Everywhere, MachineOptions, PictureLimit {
  readonly out?: string;
  readonly force?: true;
  readonly rows?: readonly number[];
  readonly top: number;
}

export const command = new Command("explain")
  .argument("<model>", "a model file")
  .argument("<data>", DATA)
  .option("--rows <numbers>", "these rows, as in 1,5,9; row 1 is the first below the header", rowNumbers)
  .option("--top <count>", "the strangest rows", wholeFrom(1), 10)
  .option("-o, --out <folder>", "of pictures: original, reconstruction and heat map of each, as one PNG file")
  .option("--force", "write over the files in the folder");
withEverywhere(withMachine(withPictureLimit(command)))
  .action(explain)
  .addHelpText(
    "after",
    `
A column's percentage is its part in the lift: the score less the score with
that column at its usual value (the median, or the commonest category, of the
rows that trained the model).

A model of windows (oddity fit --window) explains the window behind a row's score:
value[-3] is the column value, three rows before the last row of that window.
Of rows nearer to each other than a window only the strangest is listed.

Of a picture, the hottest region is the box around the hottest pixel and what
touches it with half its heat: width×height at left,top, in pixels of the model's
size, with the part of the picture's heat that lies in it.`,
  );

async function explain(path: string, data: string, options: Options): Promise<void> {
  const { out, force = false } = options;
  if (out !== undefined) await checkFolder(out, force);
  const { model } = await openModel(path, options);
  const input = await openFor(model, data, options);
  try {
    if (input.pictures) return await explainPictures(model, input.pictures, path, data, options);
    if (out !== undefined)
      throw new OddityError(
        { place: "--out", expected: "a model of pictures with it", got: "one of tables" },
        { usage: true },
      );
    const wanted = options.rows ?? (await strangestRows());
    const found = new Map<number, Strange>();
    let first = 0;
    for await (const { table, score, pValue, from } of scoredBatches(model, input)) {
      const here = wanted.filter((row) => row > first && row <= first + table.rows).map((row) => row - 1 - first);
      const before = first;
      first += table.rows;
      if (here.length === 0) continue;
      const explained = await explainRows(model, toExplain(model, table, here, from), {
        number: (place) => before + place + 1,
        place: (i) => here[i]!,
        score: (i) => score[here[i]!]!,
        pValue: (i) => pValue[here[i]!]!,
      });
      for (const row of explained) found.set(row.row, row);
    }
    refuseMissing(wanted, first);
    const rows = wanted.map((row) => found.get(row)!);
    if (options.json) printJson({ model: path, data, rows });
    else print(strangeTable(rows));
  } finally {
    await input.source.close();
    await model.close();
  }

  async function strangestRows(): Promise<number[]> {
    const scores: Float32Array[] = [];
    for await (const { score } of scoredBatches(model, input)) scores.push(score);
    return topPlaces(joined(scores), options.top, model.header.window?.length).map((place) => place + 1);
  }
}

function refuseMissing(wanted: readonly number[], last: number): void {
  const missing = wanted.find((row) => row > last);
  if (missing === undefined) return;
  throw new OddityError(
    { place: "--rows", expected: `row numbers up to ${last}, the last row`, got: String(missing) },
    { usage: true },
  );
}

async function explainPictures(
  model: Model,
  { table, skipped }: PicturesRead,
  path: string,
  data: string,
  { rows: asked, top, out, json }: Options,
): Promise<void> {
  for (const line of skippedLines(skipped)) process.stderr.write(`${line}\n`);
  const { score, pValue } = await model.run(table);
  const wanted = asked ?? topPlaces(score, top).map((place) => place + 1);
  refuseMissing(wanted, table.rows);
  const places = wanted.map((row) => row - 1);
  const shown = await shownOf(model, pick(table, places));
  const names = table.pictures?.names && shortNames(table.pictures.names, data);
  const rows = places.map((place, i): Strange => {
    const { region } = shown[i]!;
    const picture = names?.[place] ?? `#${place + 1}`;
    const facts = { row: place + 1, picture, score: score[place]!, pValue: pValue[place]! };
    return { ...facts, ...(region ? { region } : {}), values: {}, reasons: [] };
  });
  if (out !== undefined) {
    const scale = heatScale(shown.map(({ heat }) => heat));
    await writeFolder(out, /^$/, async (made) => {
      for (const [i, each] of shown.entries()) {
        const panels = [each.original, ...(each.rebuilt ? [each.rebuilt] : []), heatPicture(each, scale)];
        const file = join(made, `${fileName(i, shown.length, rows[i]!.picture!)}.png`);
        await writeAtomic(file, await besideEachOther(panels));
      }
    });
  }
  if (json) {
    const told = rows.map(({ values: _, reasons: __, ...row }) => row);
    printJson({
      model: path,
      data,
      size: sizeOf(table),
      rows: told,
      skipped,
      ...(out === undefined ? {} : { folder: out }),
    });
    return;
  }
  print(strangeTable(rows));
  if (out !== undefined) print(`\n${counted(rows.length, "picture")} in ${out}`);
}

const sizeOf = ({ pictures }: Table) => ({ height: pictures!.height, width: pictures!.width });

function rowNumbers(text: string): number[] {
  const numbers = text.split(",").map(Number);
  if (numbers.every((row) => Number.isSafeInteger(row) && row >= 1)) return [...new Set(numbers)];
  throw new InvalidArgumentError("It must be row numbers from 1 on, as in 1,5,9.");
}
