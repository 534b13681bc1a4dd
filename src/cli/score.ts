// oddity score: rows of any number through a saved model, in constant memory.

import { Command } from "commander";
import { targetOf, writeScored } from "../data/write.js";
import type { Scored } from "../detectors/model.js";
import { checkTarget } from "../disk/atomic.js";
import { count, counted, duration } from "../report/format.js";
import { OddityError } from "../tensor/errors.js";
import { nounOf, openFor } from "./input.js";
import { openModel } from "./open-model.js";
import {
  DATA,
  type Everywhere,
  type MachineOptions,
  type PictureLimit,
  RULE,
  withEverywhere,
  withMachine,
  withPictureLimit,
} from "./options.js";
import { skippedLines, unused } from "./pictures/input.js";
import { print, printJson } from "./print.js";
import { type Narrator, narrator } from "./progress.js";
import { decidedTogether, scoredBatches } from "./stream.js";

interface Options extends Everywhere, MachineOptions, PictureLimit {
  readonly out: string;
  readonly rule?: string;
  readonly force?: true;
}

export const command = new Command("score")
  .argument("<model>", "a model file")
  .argument("<data>", DATA)
  .option("-o, --out <file>", "ends in .csv, .csv.gz, .tsv, .parquet or .ndjson; - is CSV on stdout", "-")
  .option("--rule <rule>", `${RULE} (default: the model's own)`)
  .option("--force", "replace the file if there is one");
withEverywhere(withMachine(withPictureLimit(command)))
  .action(score)
  .addHelpText(
    "after",
    `
Every column of DATA comes back, with three more: score (higher is stranger),
p_value (share of normal rows that score as high) and label (1 = flagged).
Memory does not grow with the rows, except with --rule contamination or
benjamini-hochberg, which look at all scores at once: 9 bytes for each row.
Pictures are held in memory, in the size of the model; so is a series, which a
model of windows (oddity fit --window) cuts into windows by itself.`,
  );

async function score(path: string, data: string, options: Options): Promise<void> {
  const { out, force = false } = options;
  if (out !== "-") {
    targetOf(out);
    await checkTarget(out, { force });
  } else if (options.json) {
    const hint = "name a file with --out; stdout then has the summary";
    throw new OddityError(
      { place: "--json", expected: "--out FILE with it", got: "scores on stdout", hint },
      { usage: true },
    );
  }
  const { model, together } = await openModel(path, options);
  const input = await openFor(model, data, options);
  const { source, name } = input;
  const noun = nounOf(input);
  const narrate = narrator(options);
  const skipped = input.pictures?.skipped ?? [];
  for (const line of skippedLines(skipped)) narrate.warn(line);
  try {
    const began = performance.now();
    const tally = { flagged: 0 };
    const scored = counting(scoredBatches(model, input), narrate);
    const labelled = together === undefined ? scored : decidedTogether(model, scored, together);
    const { rows } = await writeScored(source, flagsCounted(labelled, tally), out, { force });
    const seconds = (performance.now() - began) / 1000;
    const rowsPerSecond = Math.round(rows / seconds);
    narrate.say(`${counted(rows, noun)} of ${name} in ${duration(seconds)}, ${count(rowsPerSecond)} ${noun}s/s`);
    if (options.json)
      printJson({
        out,
        rows,
        ...(input.pictures ? { skipped } : {}),
        flagged: tally.flagged,
        rule: options.rule ?? model.header.rule,
        seconds,
        rowsPerSecond,
      });
    else if (out !== "-") print(`${out}: ${counted(rows, noun)}, ${count(tally.flagged)} flagged${unused(skipped)}`);
  } finally {
    narrate.done();
    await source.close();
    await model.close();
  }
}

async function* counting<T extends Scored>(batches: AsyncIterable<T>, narrate: Narrator): AsyncGenerator<T> {
  let rows = 0;
  for await (const batch of batches) {
    rows += batch.score.length;
    narrate.rows(rows);
    yield batch;
  }
}

async function* flagsCounted(batches: AsyncIterable<Scored>, tally: { flagged: number }): AsyncGenerator<Scored> {
  for await (const batch of batches) {
    for (const flag of batch.label) tally.flagged += flag;
    yield batch;
  }
}
