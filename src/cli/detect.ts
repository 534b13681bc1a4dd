// oddity detect: the main job. Reads a table or pictures, fits a detector, scores every row, explains the strangest, and leaves a folder.

import { Command, Option } from "commander";
import { pick } from "../data/table.js";
import { pValues } from "../decide/conformal.js";
import { decide, parseRule, printRule, type Rule } from "../decide/rules.js";
import type { Scored } from "../detectors/model.js";
import { count, counted, duration } from "../report/format.js";
import { checkCheckpoint, commandLine } from "./checkpoint.js";
import { printResult, tell, total, writeResult } from "./detect-result.js";
import { checkFolder } from "./folder.js";
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
  RULE,
  wholeFrom,
  withColumns,
  withEverywhere,
  withLearning,
  withMachine,
  withPictures,
} from "./options.js";
import { type Parts, partsOf } from "./parts.js";
import { masksFor, skippedLines } from "./pictures/input.js";
import { pixelQuality } from "./pictures/judged.js";
import { narrator } from "./progress.js";
import { qualityOf } from "./quality.js";
import type { Findings } from "./report-data.js";
import { ruleInWords } from "./rule-words.js";
import { checkSeries, runModel, type SeriesChoices, seriesToLearn, windowOf, withSeries } from "./series.js";
import { singledOut } from "./singled-out.js";
import { checkWatched } from "./target.js";

interface Options extends Everywhere, ColumnOptions, LearnOptions, MachineOptions, PictureChoices, SeriesChoices {
  readonly out?: string;
  readonly format: "csv" | "parquet" | "ndjson";
  readonly top: number;
  readonly force?: true;
  readonly resume?: true;
}

export const command = new Command("detect").argument("<data>", DATA);
withLearning(command)
  .option("-o, --out <folder>", "where the results go (default: oddity-NAME)")
  .addOption(
    new Option("--format <format>", "of the scored table").choices(["csv", "parquet", "ndjson"]).default("csv"),
  )
  .option("--rule <rule>", `${RULE} (default: false-alarms=0.01)`)
  .option("--top <count>", "how many of the strangest rows or pictures to explain", wholeFrom(1), 20)
  .option("--resume", "go on from the checkpoint of a run that was stopped, where there is one")
  .option("--force", "write over the results in the folder");
withEverywhere(withMachine(withPictures(withSeries(withColumns(command)))))
  .action(detect)
  .addHelpText(
    "after",
    `
The folder gets scores.csv (the table with score, p_value and label),
report.html with figures/, model.onnx (for oddity score, or any ONNX runtime),
config.json and metrics.jsonl. On Ctrl-C the state of the training is kept in
OUT.checkpoint; the same command with --resume goes on. Without labels every row
trains. Where labels are known (--label, the y of an .npz file, a data set), only
normal rows train, all rows are scored, and the report says how well scores and
labels agree.

With --window the rows are moments of a series. A detector then learns windows of
so many rows, and a row's score comes from the windows that hold it. What is held
out for p-values is blocks of the series. Of rows nearer to each other than a
window only the strangest is listed.

DATA may be a folder of pictures; strangest/ then has the strangest with their
heat maps. Folders in it are classes ("good" and such names are normal, --normal
names others), train/ and test/ are parts, ground_truth/ has masks.`,
  );

async function detect(data: string, options: Options): Promise<void> {
  const { force = false, resume = false } = options;
  const { rule: asked, isFixed } = chosenRule(options.rule);
  const window = windowOf(options);
  const folder = options.out ?? `oddity-${slug(data)}`;
  await checkFolder(folder, force);
  const checkpoint = `${folder}.checkpoint`;
  await checkCheckpoint(checkpoint, { resume, force });
  if (options.detector !== undefined) chosenDetector(options); // what is misspelt is refused before anything is read

  const narrate = narrator(options);
  const began = performance.now();
  const input = await openInput(data, options);
  try {
    const detector = chosenDetector(options, {
      isPictures: input.pictures !== undefined,
      isNormal: input.label !== undefined,
    });
    checkKnown(detector, options.knownAnomalies);
    checkWatched(detector, options);
    const rows = await readRows(input);
    const { table } = rows;
    const noun = nounOf(input);
    narrate.say(
      `read ${counted(table.rows, noun)} of ${input.name} in ${duration(since(began))}` +
        (rows.labels ? `; ${count(total(rows.labels))} are labelled as anomalies` : ""),
    );
    for (const line of skippedLines(input.pictures?.skipped)) narrate.warn(line);
    for (const note of rows.notes) narrate.say(`note: ${note}`);
    if (window) checkSeries(options);
    const known = options.knownAnomalies && (await knownAnomalies(options.knownAnomalies, input, rows, options.seed));
    const series = window && seriesToLearn(rows, window, options.seed);
    const parts = series ?? partsOf(rows, options.seed, known ? { told: known.told } : {});
    const learning = await learn(
      detector,
      { name: input.name, rows: parts.train },
      options,
      {
        ...(asked && isFixed ? { rule: asked } : {}),
        ...(known ? { anomalies: known.anomalies } : {}),
        ...(series ? { window: series.window } : {}),
        checkpoint: { path: checkpoint, resume },
      },
      narrate,
      (step) => `stopped after step ${step}; to go on: ${commandLine()}`,
    );
    const { model } = learning;
    const scoring = performance.now();
    const { score, pValue, label: own, from } = await runModel(model, rows);
    narrate.say(`scored ${counted(table.rows, noun)} in ${duration(since(scoring))}`);
    const rule = asked ?? parseRule(model.header.rule);
    const flags = isFixed
      ? own
      : decide(rule, { scores: score, pValues: pValues(model.calibration, score), calibration: model.calibration });
    const all: Scored = { score, pValue, label: flags, ...(from ? { from } : {}) };
    const judged = only(all, rows.labels, parts);
    const { labels } = judged;
    const seen = parts.judged.length < table.rows ? pick(table, parts.judged) : table;
    const quality =
      labels?.includes(1) && labels.includes(0)
        ? qualityOf(judged.score, labels, judged.label, { noun, flagged: ruleInWords(rule), seed: options.seed })
        : undefined;
    const pixels = quality && input.pictures ? await pixelQuality(model, seen, masksFor(model, options)) : undefined;
    if (pixels) quality?.lines.splice(2, 0, pixels);
    const { strangest, shown } = await singledOut(model, seen, judged, {
      data,
      most: options.top,
      row: (place) => parts.judged[place]! + 1,
    });
    const found: Findings = {
      title: `Strange ${noun}s in ${input.name}`,
      name: input.name,
      model,
      seconds: learning.seconds,
      rule,
      score: judged.score,
      pValue: judged.pValue,
      flags: judged.label,
      ...(labels ? { labels } : {}),
      strangest,
      ...(shown ? { gallery: shown.gallery } : {}),
      history: learning.history,
      ...(quality ? { quality } : {}),
      notes: notesOn(rows.notes, parts, asked, isFixed),
      modelFile: "model.onnx",
    };
    const names = await writeResult(folder, { found, all, shown, input, format: options.format, learning });
    const skipped = input.pictures?.skipped ?? [];
    const result = { ...found, data, noun, skipped, folder, names, seconds: since(began) };
    if (options.json) printResult(result);
    else tell(result);
    await model.close();
  } finally {
    narrate.done();
    await input.source.close();
  }
}

/** What is reported on. */
function only({ score, pValue, label, from }: Scored, labels: Uint8Array | undefined, { judged }: Parts) {
  const of = <A extends Float32Array | Uint8Array | Uint32Array>(values: A, into: A): A => {
    for (const [i, place] of judged.entries()) into[i] = values[place]!;
    return into;
  };
  return {
    score: of(score, new Float32Array(judged.length)),
    pValue: of(pValue, new Float32Array(judged.length)),
    label: of(label, new Uint8Array(judged.length)),
    labels: labels && of(labels, new Uint8Array(judged.length)),
    ...(from ? { from: of(from, new Uint32Array(judged.length)) } : {}),
  };
}

/** What a reader must know to take the figures for what they are. */
function notesOn(notes: readonly string[], { note }: Parts, asked: Rule | undefined, isFixed: boolean): string[] {
  return [
    ...notes,
    note,
    ...(asked && !isFixed
      ? [`The rule ${printRule(asked)} looks at all rows at once; the label in model.onnx is by false-alarms=0.01.`]
      : []),
  ];
}

const since = (began: number): number => (performance.now() - began) / 1000;

/** "data/log.2024.csv.gz" to "log.2024" */
const slug = (data: string): string =>
  data === "-"
    ? "stdin"
    : (
        data
          .replace(/[/\\]+$/, "")
          .split(/[/\\]/)
          .at(-1) ?? data
      )
        .replace(/(\.(csv|tsv|txt|json|jsonl|ndjson|parquet|npz|npy|gz))+$/i, "")
        .replace(/[^\w.-]+/g, "-")
        .replace(/^[-.]+|-+$/g, "") || "result";
