// What detect leaves and says: the folder with its files, the terminal, JSON.

import { join, resolve } from "node:path";
import type { Skipped } from "../data/pictures/options.js";
import { writeScored } from "../data/write.js";
import { printRule } from "../decide/rules.js";
import type { Scored } from "../detectors/model.js";
import { writeAtomic } from "../disk/atomic.js";
import { version } from "../host/version.js";
import { count, counted, duration } from "../report/format.js";
import { writeFolder } from "./folder.js";
import type { Input, Noun } from "./input.js";
import type { Learning } from "./learn.js";
import { metricTable } from "./metric-table.js";
import { type Pictured, writeStrangest } from "./pictures/files.js";
import { unused } from "./pictures/input.js";
import { print, printJson } from "./print.js";
import { type Findings, reportOf, writeReportTo } from "./report-data.js";
import { ruleInWords } from "./rule-words.js";
import { strangeTable } from "./strange.js";

export interface Outcome {
  readonly found: Findings;
  /** Of every row that was read, those that trained included. */
  readonly all: Scored;
  readonly shown: Pictured | undefined;
  readonly input: Input;
  readonly format: string;
  readonly learning: Learning;
}

export const total = (labels: Uint8Array): number => labels.reduce((sum, label) => sum + label, 0);

/** @returns names of what lies in the folder */
export async function writeResult(
  folder: string,
  { found, all, shown, input, format, learning: { history, seconds } }: Outcome,
): Promise<string[]> {
  const { model } = found;
  const scores = `scores.${format}`;
  await writeFolder(folder, /^(scores\.(csv|parquet|ndjson)|strangest)$/, async (made) => {
    await writeScored(input.source, asyncOf([all]), join(made, scores));
    if (shown) await writeStrangest(join(made, "strangest"), shown);
    await model.save(join(made, "model.onnx"));
    await writeAtomic(join(made, "config.json"), `${JSON.stringify(configOf(found, input), undefined, 2)}\n`);
    const lines = [...history.map((progress) => ({ kind: "training", ...progress })), summaryOf(found, seconds)];
    await writeAtomic(join(made, "metrics.jsonl"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    await writeReportTo(made, reportOf(found));
  });
  const names = [scores, "report.html", "figures", "model.onnx", "config.json", "metrics.jsonl"];
  return shown ? [...names, "strangest"] : names;
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
  ...(model.header.encoding.picture ? { picture: model.header.encoding.picture } : {}),
  seed: model.header.seed,
  rule: printRule(rule),
});

const summaryOf = ({ flags, quality }: Findings, seconds: number) => ({
  kind: "result",
  rows: flags.length,
  flagged: total(flags),
  fitSeconds: seconds,
  ...(quality ? { metrics: quality.lines } : {}),
});

export interface Result extends Findings {
  readonly data: string;
  readonly noun: Noun;
  readonly skipped: readonly Skipped[];
  readonly folder: string;
  readonly names: readonly string[];
}

export function printResult({
  data,
  noun,
  skipped,
  folder,
  names,
  model,
  rule,
  flags,
  strangest,
  quality,
  notes,
  seconds,
}: Result): void {
  printJson({
    data,
    detector: model.header.detector,
    seed: model.header.seed,
    rows: flags.length,
    ...(noun === "picture" ? { skipped } : {}),
    flagged: total(flags),
    rule: printRule(rule),
    threshold: model.threshold,
    strangest,
    ...(quality ? { metrics: quality.lines } : {}),
    notes,
    files: names.map((name) => join(folder, name)),
    seconds,
  });
}

export function tell({ noun, skipped, folder, names, rule, flags, strangest, quality, seconds }: Result): void {
  const flagged = total(flags);
  print();
  print(
    `${count(flagged)} of ${counted(flags.length, noun)} flagged ${ruleInWords(rule)}${unused(skipped)}. The strangest:`,
  );
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
