// oddity fit: train a detector, and save it as one ONNX file.

import { Command } from "commander";
import { parseRule } from "../decide/rules.js";
import { checkTarget } from "../disk/atomic.js";
import { counted } from "../report/format.js";
import { OddityError } from "../tensor/errors.js";
import { checkCheckpoint, commandLine } from "./checkpoint.js";
import { nounOf, openInput, readRows } from "./input.js";
import { checkKnown, knownAnomalies } from "./known.js";
import { chosenDetector, chosenRule, learn } from "./learn.js";
import {
  type ColumnOptions,
  DATA,
  type Everywhere,
  type LearnOptions,
  type MachineOptions,
  type PictureChoices,
  wholeFrom,
  withColumns,
  withEverywhere,
  withLearning,
  withMachine,
  withPictures,
} from "./options.js";
import { trainingRows } from "./parts.js";
import { skippedLines, unused } from "./pictures/input.js";
import { pairs, print, printJson } from "./print.js";
import { narrator } from "./progress.js";
import { ruleInWords } from "./rule-words.js";
import { checkSeries, type SeriesChoices, seriesToLearn, windowOf, withSeries } from "./series.js";
import { checkWatched } from "./target.js";
import { trainedOn } from "./trained-on.js";

interface Options extends Everywhere, ColumnOptions, LearnOptions, MachineOptions, PictureChoices, SeriesChoices {
  readonly out: string;
  readonly resume?: true;
  readonly checkpointEvery: number;
  readonly force?: true;
}

export const command = new Command("fit").argument("<data>", DATA);
withLearning(command)
  .option("-o, --out <file>", "where the model goes", "model.onnx")
  .option("--rule <rule>", "what the model's label means: false-alarms=RATE or quantile=Q (default: false-alarms=0.01)")
  .option("--resume", "go on from the checkpoint of a run that was stopped, where there is one")
  .option("--checkpoint-every <seconds>", "how often the state goes to OUT.checkpoint", wholeFrom(1), 30)
  .option("--force", "replace the model file and the checkpoint of an earlier run");
withEverywhere(withMachine(withPictures(withSeries(withColumns(command)))))
  .action(fit)
  .addHelpText(
    "after",
    `
Where labels are known, only normal rows train. Some rows are held out: their
scores make the p-values. Now and then, and on Ctrl-C, the state of the training
goes to OUT.checkpoint; the same command with --resume goes on from there, and
ends with the same model as a run that was never stopped.`,
  );

async function fit(data: string, options: Options): Promise<void> {
  const { out, force = false, resume = false } = options;
  const { rule, isFixed } = chosenRule(options.rule);
  const window = windowOf(options);
  if (!isFixed)
    throw new OddityError(
      {
        place: "--rule",
        expected: "false-alarms or quantile, which give a model a fixed threshold",
        got: String(options.rule),
        hint: "detect, score and evaluate take any rule",
      },
      { usage: true },
    );
  await checkTarget(out, { force });
  const checkpoint = `${out}.checkpoint`;
  await checkCheckpoint(checkpoint, { resume, force });

  if (options.detector !== undefined) chosenDetector(options); // what is misspelt is refused before anything is read
  const narrate = narrator(options);
  const input = await openInput(data, options);
  const detector = chosenDetector(options, {
    isPictures: input.pictures !== undefined,
    isNormal: input.label !== undefined,
  });
  checkKnown(detector, options.knownAnomalies);
  checkWatched(detector, options);
  const rows = await readRows(input).finally(() => input.source.close());
  narrate.say(`read ${counted(rows.table.rows, nounOf(input))} of ${input.name}`);
  for (const line of skippedLines(input.pictures?.skipped)) narrate.warn(line);
  for (const note of rows.notes) narrate.say(`note: ${note}`);
  const series = window && seriesToLearn(rows, window, options.seed);
  const train = series?.train ?? trainingRows(rows);
  if (series) checkSeries(options);
  const known = options.knownAnomalies && (await knownAnomalies(options.knownAnomalies, input, rows, options.seed));
  const { model, seconds } = await learn(
    detector,
    { name: input.name, rows: train },
    options,
    {
      ...(rule ? { rule } : {}),
      ...(known ? { anomalies: known.anomalies } : {}),
      ...(series ? { window: series.window } : {}),
      checkpoint: { path: checkpoint, resume, everySeconds: options.checkpointEvery },
    },
    narrate,
    (step) => `stopped after step ${step}; to go on: ${commandLine()}`,
  );
  await model.save(out, { force });
  const { header, calibration } = model;
  await model.close();
  const facts = {
    model: out,
    bytes: model.bytes.length,
    detector: header.detector,
    seed: header.seed,
    rows: { read: rows.table.rows, ...header.rows },
    columns: header.encoding.columns.length,
    ...(header.window ? { window: header.window } : {}),
    ...(input.pictures ? { picture: header.encoding.picture, skipped: input.pictures.skipped } : {}),
    rule: header.rule,
    threshold: model.threshold,
    calibrationRows: calibration.length,
    training: header.training,
    seconds: Number(seconds.toFixed(2)),
  };
  if (options.json) return printJson(facts);
  print(
    pairs([
      ["model", `${out} (${size(facts.bytes)})`],
      ["detector", `${header.detector}, seed ${header.seed}`],
      [header.window ? "windows" : `${nounOf(input)}s`, `${trainedOn(header)}${unused(input.pictures?.skipped)}`],
      ["flags", `scores from ${model.threshold.toPrecision(6)} on, ${ruleInWords(parseRule(header.rule))} `],
    ]),
  );
}

const size = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
