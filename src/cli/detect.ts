// oddity detect: the main job. Reads a table, fits a detector, scores every row, explains the strangest, and leaves a folder.

import { join, resolve } from "node:path";
import { Command, Option } from "commander";
import type { Labelled } from "../data/read-table.js";
import { pick, type Table } from "../data/table.js";
import { writeScored } from "../data/write.js";
import { pValues } from "../decide/conformal.js";
import { decide, parseRule, printRule, type Rule } from "../decide/rules.js";
import type { Model } from "../detectors/model.js";
import { writeAtomic } from "../disk/atomic.js";
import { version } from "../host/version.js";
import { count, counted, duration } from "../report/format.js";
import { checkCheckpoint, commandLine } from "./checkpoint.js";
import { checkFolder, writeFolder } from "./folder.js";
import { type Input, openInput, readRows } from "./input.js";
import { chosenDetector, chosenRule, type Learning, learn, trainingRows } from "./learn.js";
import { metricTable } from "./metric-table.js";
import {
  type ColumnOptions,
  DATA,
  type Everywhere,
  type LearnOptions,
  type MachineOptions,
  RULE,
  wholeFrom,
  withColumns,
  withEverywhere,
  withLearning,
  withMachine,
} from "./options.js";
import { print, printJson } from "./print.js";
import { narrator } from "./progress.js";
import { qualityOf } from "./quality.js";
import { type Findings, reportOf, writeReportTo } from "./report-data.js";
import { ruleInWords } from "./rule-words.js";
import { explainRows, strangeTable, topPlaces } from "./strange.js";

interface Options extends Everywhere, ColumnOptions, LearnOptions, MachineOptions {
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
  .option("--top <count>", "how many of the strangest rows to explain", wholeFrom(1), 20)
  .option("--resume", "go on from the checkpoint of a run that was stopped, where there is one")
  .option("--force", "write over the results in the folder");
withEverywhere(withMachine(withColumns(command)))
  .action(detect)
  .addHelpText(
    "after",
    `
The folder gets scores.csv (the table with score, p_value and label),
report.html with figures/, model.onnx (for oddity score, or any ONNX runtime),
config.json and metrics.jsonl. On Ctrl-C the state of the training is kept in
OUT.checkpoint; the same command with --resume goes on. Without labels every row trains. Where labels are
known (--label, the y of an .npz file, a data set), only normal rows train, all
rows are scored, and the report says how well scores and labels agree.`,
  );

async function detect(data: string, options: Options): Promise<void> {
  const { force = false, resume = false } = options;
  const detector = chosenDetector(options);
  const { rule: asked, isFixed } = chosenRule(options.rule);
  const folder = options.out ?? `oddity-${slug(data)}`;
  await checkFolder(folder, force);
  const checkpoint = `${folder}.checkpoint`;
  await checkCheckpoint(checkpoint, { resume, force });

  const narrate = narrator(options);
  const began = performance.now();
  const input = await openInput(data, options);
  try {
    const rows = await readRows(input);
    const { table, labels } = rows;
    const anomalies = labels?.reduce((sum, label) => sum + label, 0) ?? 0;
    narrate.say(
      `read ${counted(table.rows, "row")} of ${input.name} in ${duration(since(began))}` +
        (labels ? `; ${count(anomalies)} are labelled as anomalies` : ""),
    );
    for (const note of rows.notes) narrate.say(`note: ${note}`);
    const learning = await learn(
      detector,
      { name: input.name, rows: trainingRows(rows) },
      options,
      { ...(asked && isFixed ? { rule: asked } : {}), checkpoint: { path: checkpoint, resume } },
      narrate,
      (step) => `stopped after step ${step}; to go on: ${commandLine()}`,
    );
    const { model } = learning;
    const scoring = performance.now();
    const { score, pValue, label: own } = await model.run(table);
    narrate.say(`scored ${counted(table.rows, "row")} in ${duration(since(scoring))}`);
    const rule = asked ?? parseRule(model.header.rule);
    const flags = isFixed
      ? own
      : decide(rule, { scores: score, pValues: pValues(model.calibration, score), calibration: model.calibration });
    const quality =
      labels && anomalies > 0 ? qualityOf(score, labels, flags, ruleInWords(rule), options.seed) : undefined;
    const found: Findings = {
      title: `Strange rows in ${input.name}`,
      name: input.name,
      model,
      seconds: learning.seconds,
      rule,
      score,
      pValue,
      flags,
      ...(labels ? { labels } : {}),
      strangest: await strangest(model, table, { score, pValue }, labels, options.top),
      history: learning.history,
      ...(quality ? { quality } : {}),
      notes: notesOn(rows, asked, isFixed),
      modelFile: "model.onnx",
    };
    const names = await write(folder, found, input, options, learning);
    const result = { ...found, data, folder, names, threshold: model.header.threshold, seconds: since(began) };
    if (options.json) printResult(result);
    else tell(result);
    await model.close();
  } finally {
    narrate.done();
    await input.source.close();
  }
}

async function strangest(
  model: Model,
  table: Table,
  { score, pValue }: { score: Float32Array; pValue: Float32Array },
  labels: Uint8Array | undefined,
  most: number,
) {
  const places = topPlaces(score, most);
  return explainRows(model, pick(table, places), {
    row: (i) => places[i]! + 1,
    score: (i) => score[places[i]!]!,
    pValue: (i) => pValue[places[i]!]!,
    ...(labels ? { truth: (i: number) => (labels[places[i]!] === 1 ? "anomaly" : "normal") } : {}),
  });
}

/** What a reader must know to take the figures for what they are. */
function notesOn({ labels, notes }: Labelled, asked: Rule | undefined, isFixed: boolean): string[] {
  return [
    ...notes,
    labels
      ? "Only rows labelled as normal trained the detector. They are scored as well, so that figures are a little better than on rows it has never seen."
      : "Every row trained the detector, strange ones among them: p-values compare with held-out rows of this very table, and become larger the more of those are strange.",
    ...(asked && !isFixed
      ? [`The rule ${printRule(asked)} looks at all rows at once; the label in model.onnx is by false-alarms=0.01.`]
      : []),
  ];
}

/** @returns names of what lies in the folder */
async function write(
  folder: string,
  found: Findings,
  input: Input,
  options: Options,
  { history, seconds }: Learning,
): Promise<string[]> {
  const { model } = found;
  const scores = `scores.${options.format}`;
  await writeFolder(folder, /^scores\.(csv|parquet|ndjson)$/, async (made) => {
    const scored = [{ score: found.score, pValue: found.pValue, label: found.flags }];
    await writeScored(input.source, asyncOf(scored), join(made, scores));
    await model.save(join(made, "model.onnx"));
    await writeAtomic(join(made, "config.json"), `${JSON.stringify(configOf(found, input), undefined, 2)}\n`);
    const lines = [...history.map((progress) => ({ kind: "training", ...progress })), summaryOf(found, seconds)];
    await writeAtomic(join(made, "metrics.jsonl"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    await writeReportTo(made, reportOf(found));
  });
  return [scores, "report.html", "figures", "model.onnx", "config.json", "metrics.jsonl"];
}

/** What it takes to do the same again. */
const configOf = ({ model, rule }: Findings, { name, source, label, labelValues, categorical, dropped }: Input) => ({
  version,
  data: name,
  file: source.place,
  ...(label === undefined ? {} : { label, normal: labelValues.normal, anomalous: labelValues.anomalous }),
  drop: dropped,
  categorical,
  detector: model.header.detector,
  parameters: model.header.parameters,
  seed: model.header.seed,
  rule: printRule(rule),
});

const summaryOf = ({ flags, quality }: Findings, seconds: number) => ({
  kind: "result",
  rows: flags.length,
  flagged: flags.reduce((sum, flag) => sum + flag, 0),
  fitSeconds: seconds,
  ...(quality ? { metrics: quality.lines } : {}),
});

interface Result extends Findings {
  readonly data: string;
  readonly folder: string;
  readonly names: readonly string[];
}

function printResult({ data, folder, names, model, rule, flags, strangest, quality, notes, seconds }: Result): void {
  printJson({
    data,
    detector: model.header.detector,
    seed: model.header.seed,
    rows: flags.length,
    flagged: flags.reduce((sum, flag) => sum + flag, 0),
    rule: printRule(rule),
    threshold: model.header.threshold,
    strangest,
    ...(quality ? { metrics: quality.lines } : {}),
    notes,
    files: names.map((name) => join(folder, name)),
    seconds,
  });
}

function tell({ folder, names, rule, flags, strangest, quality, seconds }: Result): void {
  const flagged = flags.reduce((sum, flag) => sum + flag, 0);
  print();
  print(`${count(flagged)} of ${counted(flags.length, "row")} flagged ${ruleInWords(rule)}. The strangest:`);
  print();
  print(strangeTable(strangest));
  if (quality) {
    print();
    print(metricTable(quality.lines));
  }
  print();
  print(`${duration(seconds ?? 0)} in all; ${names.join(", ")} are in ${folder}`);
  print(`open ${resolve(folder, "report.html")}`);
}

async function* asyncOf<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const since = (began: number): number => (performance.now() - began) / 1000;

/** "data/log.2024.csv.gz" to "log.2024" */
const slug = (data: string): string =>
  data === "-"
    ? "stdin"
    : (data.split(/[/\\]/).at(-1) ?? data)
        .replace(/(\.(csv|tsv|txt|json|jsonl|ndjson|parquet|npz|npy|gz))+$/i, "")
        .replace(/[^\w.-]+/g, "-")
        .replace(/^[-.]+|-+$/g, "") || "result";
