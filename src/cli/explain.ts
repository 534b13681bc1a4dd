// oddity explain: which columns make rows strange.

import { Command, InvalidArgumentError } from "commander";
import { pick } from "../data/table.js";
import { OddityError } from "../tensor/errors.js";
import { openInput } from "./input.js";
import { openModel } from "./open-model.js";
import { DATA, type Everywhere, type MachineOptions, wholeFrom, withEverywhere, withMachine } from "./options.js";
import { print, printJson } from "./print.js";
import { explainRows, type Strange, strangeTable, topPlaces } from "./strange.js";
import { joined, scoredBatches } from "./stream.js";

interface Options extends Everywhere, MachineOptions {
  readonly rows?: readonly number[];
  readonly top: number;
}

export const command = new Command("explain")
  .argument("<model>", "a model file")
  .argument("<data>", DATA)
  .option("--rows <numbers>", "these rows, as in 1,5,9; row 1 is the first below the header", rowNumbers)
  .option("--top <count>", "the strangest rows", wholeFrom(1), 10);
withEverywhere(withMachine(command))
  .action(explain)
  .addHelpText(
    "after",
    `
A column's percentage is its part in the lift: the score less the score with
that column at its usual value (the median, or the commonest category, of the
rows that trained the model).`,
  );

async function explain(path: string, data: string, options: Options): Promise<void> {
  const { model } = await openModel(path, options);
  const { source } = await openInput(data);
  try {
    const wanted = options.rows ?? (await strangestRows());
    const found = new Map<number, Strange>();
    let first = 0;
    for await (const { table, score, pValue } of scoredBatches(model, source)) {
      const here = wanted.filter((row) => row > first && row <= first + table.rows).map((row) => row - 1 - first);
      const before = first;
      first += table.rows;
      if (here.length === 0) continue;
      const explained = await explainRows(model, pick(table, here), {
        row: (i) => before + here[i]! + 1,
        score: (i) => score[here[i]!]!,
        pValue: (i) => pValue[here[i]!]!,
      });
      for (const row of explained) found.set(row.row, row);
    }
    const missing = wanted.find((row) => !found.has(row));
    if (missing !== undefined)
      throw new OddityError(
        { place: "--rows", expected: `row numbers up to ${first}, the last row`, got: String(missing) },
        { usage: true },
      );
    const rows = wanted.map((row) => found.get(row)!);
    if (options.json) printJson({ model: path, data, rows });
    else print(strangeTable(rows));
  } finally {
    await source.close();
    await model.close();
  }

  async function strangestRows(): Promise<number[]> {
    const scores: Float32Array[] = [];
    for await (const { score } of scoredBatches(model, source)) scores.push(score);
    return topPlaces(joined(scores), options.top).map((place) => place + 1);
  }
}

function rowNumbers(text: string): number[] {
  const numbers = text.split(",").map(Number);
  if (numbers.every((row) => Number.isSafeInteger(row) && row >= 1)) return [...new Set(numbers)];
  throw new InvalidArgumentError("It must be row numbers from 1 on, as in 1,5,9.");
}
