// oddity evaluate: a saved model against known labels.

import { join, resolve } from "node:path";
import { Command } from "commander";
import { labelsFrom } from "../data/labels.js";
import { textsOf } from "../data/pictures/columns.js";
import type { Labelled } from "../data/read-table.js";
import { pick, type Table } from "../data/table.js";
import { pValues } from "../decide/conformal.js";
import { contamination, decide, parseRule, printRule, threshold } from "../decide/rules.js";
import type { Model } from "../detectors/model.js";
import { writeAtomic } from "../disk/atomic.js";
import { count, counted } from "../report/format.js";
import { OddityError } from "../tensor/errors.js";
import { checkFolder, writeFolder } from "./folder.js";
import { type Input, nounOf, openFor, readRows } from "./input.js";
import { metricTable } from "./metric-table.js";
import { openModel } from "./open-model.js";
import {
  type ColumnOptions,
  DATA,
  DEFAULT_SEED,
  type Everywhere,
  type MachineOptions,
  type PictureLimit,
  RULE,
  share,
  wholeFrom,
  withEverywhere,
  withLabels,
  withMachine,
  withPictureLimit,
} from "./options.js";
import { splitOf } from "./parts.js";
import { masksFor, skippedLines } from "./pictures/input.js";
import { pixelQuality } from "./pictures/judged.js";
import { print, printJson } from "./print.js";
import { narrator } from "./progress.js";
import { qualityOf } from "./quality.js";
import { reportOf, writeReportTo } from "./report-data.js";
import { ruleInWords } from "./rule-words.js";
import { INTERVALS } from "./series.js";
import { singledOut } from "./singled-out.js";
import { wantFor } from "./stream.js";

interface Options extends Everywhere, ColumnOptions, MachineOptions, PictureLimit {
  readonly rule?: string;
  readonly topShare?: number;
  readonly seed: number;
  readonly out?: string;
  readonly force?: true;
}

export const command = new Command("evaluate").argument("<model>", "a model file").argument("<data>", DATA);
withLabels(command)
  .option("--rule <rule>", `${RULE} (default: the model's own)`)
  .option(
    "--top-share <share>",
    "flag this share of the rows, the strangest; the same as --rule contamination=SHARE",
    share,
  )
  .option("--seed <number>", "of the resamples behind the intervals", wholeFrom(0), DEFAULT_SEED)
  .option("-o, --out <folder>", "write report.html with figures, and metrics.json")
  .option("--force", "write over the results in the folder");
withEverywhere(withMachine(withPictureLimit(command)))
  .action(evaluate)
  .addHelpText(
    "after",
    `
The intervals are 95 % bootstrap intervals; "chance" is what a score without any
information gets. Rows that trained the model flatter it: evaluate on others
where there are any.`,
  );

const STRANGEST = 20;

async function evaluate(path: string, data: string, options: Options): Promise<void> {
  const { out, force = false, seed } = options;
  if (options.rule !== undefined && options.topShare !== undefined)
    throw new OddityError({ place: "--top-share", expected: "no --rule beside it", got: "both" }, { usage: true });
  if (out !== undefined) await checkFolder(out, force);
  const top = options.topShare === undefined ? undefined : printRule(contamination(options.topShare));
  const ruleText = options.rule ?? top;
  const { model, together } = await openModel(path, {
    ...options,
    ...(ruleText === undefined ? {} : { rule: ruleText }),
  });
  const narrate = narrator(options);
  const input = await openFor(model, data, options);
  const noun = nounOf(input);
  for (const line of skippedLines(input.pictures?.skipped)) narrate.warn(line);
  try {
    const { table, labels, places } = input.pictures ? await readPictured(input) : await read(input, model);
    narrate.say(`read ${counted(table.rows, noun)} of ${input.name}`);
    const { score, pValue, label, from } = await model.run(table);
    const rule = together ?? parseRule(model.header.rule);
    const calibration = model.calibration;
    const flags = together ? decide(rule, { scores: score, pValues: pValues(calibration, score), calibration }) : label;
    narrate.say("resampling for intervals");
    const quality = qualityOf(score, labels, flags, { noun, flagged: ruleInWords(rule), seed });
    const pixels = input.pictures ? await pixelQuality(model, table, masksFor(model, options)) : undefined;
    if (pixels) quality.lines.splice(2, 0, pixels);
    if (out !== undefined) {
      const wanted = { data, most: STRANGEST, row: (place: number) => places[place]! + 1 };
      const { strangest, shown } = await singledOut(
        model,
        table,
        { score, pValue, label: flags, labels, ...(from ? { from } : {}) },
        wanted,
      );
      const report = reportOf({
        title: `${model.header.detector} on ${input.name}`,
        name: input.name,
        model,
        rule,
        score,
        pValue,
        flags,
        labels,
        strangest,
        ...(shown ? { gallery: shown.gallery } : {}),
        quality,
        notes: [
          `${noun === "row" ? "Rows" : "Pictures"} that trained the model flatter it.`,
          ...(model.header.window ? [INTERVALS] : []),
        ],
        modelFile: path,
      });
      await writeFolder(out, /^$/, async (made) => {
        await writeAtomic(join(made, "metrics.json"), `${JSON.stringify(quality.lines, undefined, 2)}\n`);
        await writeReportTo(made, report);
      });
    }
    const anomalies = labels.reduce((sum, each) => sum + each, 0);
    const flagged = flags.reduce((sum, each) => sum + each, 0);
    const limit = threshold(rule, calibration);
    if (options.json)
      printJson({
        model: path,
        data,
        rows: labels.length,
        anomalies,
        flagged,
        rule: printRule(rule),
        ...(limit === undefined ? {} : { threshold: limit }),
        metrics: quality.lines,
        ...(out === undefined ? {} : { folder: out }),
      });
    else {
      print(
        `${model.header.detector} on ${input.name}: ${counted(labels.length, noun)}, ${count(anomalies)} anomalous; ` +
          `${count(flagged)} flagged ${ruleInWords(rule)}`,
      );
      print();
      print(metricTable(quality.lines));
      if (out !== undefined) print(`\nopen ${resolve(out, "report.html")}`);
    }
  } finally {
    narrate.done();
    await input.source.close();
    await model.close();
  }
}

interface Known {
  readonly table: Table;
  readonly labels: Uint8Array;
  /** Where each row stands in DATA, counted from 0. */
  readonly places: readonly number[];
}

const unlabelled = (place: string, expected: string): OddityError =>
  new OddityError({ place, expected, got: "none" }, { usage: true });

async function readPictured(input: Input): Promise<Known> {
  const rows = await readRows(input);
  const { table, labels } = rows;
  if (labels === undefined) throw unlabelled(input.source.place, "--normal or --anomalous CLASS");
  return tested(table, labels, splitOf(rows));
}

async function read({ source, label, labelValues, split }: Input, model: Model): Promise<Known> {
  if (label === undefined) throw unlabelled(source.place, "--label COLUMN");
  const want = wantFor(model, source);
  const known = split === undefined ? [label] : [label, split];
  const table = await source.read({ ...want, select: [...new Set([...want.select, ...known])] });
  const labels = labelsFrom(table.columns.find(({ name }) => name === label)!, labelValues);
  const splits = split === undefined ? undefined : textsOf(table.columns.find(({ name }) => name === split));
  return tested(table, labels, splits);
}

/** Those that are not of the part "train". */
function tested(table: Table, labels: Uint8Array, splits: Labelled["splits"]): Known {
  const all = Array.from(labels.keys());
  const places = all.filter((row) => splits?.[row] !== "train");
  if (splits === undefined || places.length === 0) return { table, labels, places: all };
  return { table: pick(table, places), labels: Uint8Array.from(places, (place) => labels[place]!), places };
}
