// oddity inspect: what a model file is. Nothing is run.

import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { parseRule } from "../decide/rules.js";
import { fromMetadata, type Header } from "../detectors/header.js";
import type { PictureEncoding } from "../encode/encoding.js";
import { readOnnx } from "../graph/onnx/read.js";
import { count, counted, number, pictureWords } from "../report/format.js";
import { firstLine, OddityError } from "../tensor/errors.js";
import { type Everywhere, withEverywhere } from "./options.js";
import { pairs, print, printJson, textTable } from "./print.js";
import { ruleInWords } from "./rule-words.js";
import { trainedOn } from "./trained-on.js";

export const command = new Command("inspect").argument("<model>", "a model file");
withEverywhere(command).action(inspect);

async function inspect(path: string, options: Everywhere): Promise<void> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const got = cause.code === "ENOENT" ? "nothing there" : firstLine(cause);
    throw new OddityError({ place: path, expected: "a model file", got }, { cause, usage: true });
  });
  const metadata = fromMetadata(bytes, path);
  const { header } = metadata;
  const calibration = metadata.points ?? metadata.calibration;
  const threshold = header.window?.threshold ?? header.threshold;
  const { opsets, operators, constants, inputs, outputs } = readOnnx(bytes);
  const graph = { bytes: bytes.length, opsets, operators, constants, inputs, outputs };
  if (options.json) return printJson({ ...header, calibrationRows: calibration.length, graph });
  print(
    pairs([
      ["detector", header.detector],
      ["written by", `oddity ${header.version}, model format ${header.format}`],
      ["seed", String(header.seed)],
      ...(header.encoding.picture ? [["pictures", pictureTreatment(header.encoding.picture)] as const] : []),
      ...(header.window ? [["windows over", windowInWords(header.window)] as const] : []),
      [header.window ? "windows" : "rows", trainedOn(header)],
      ["training", valuesOf(header.training)],
      ["rule", `flags scores from ${threshold.toPrecision(6)} on, ${ruleInWords(parseRule(header.rule))}`],
      [
        "p-values",
        `from ${counted(calibration.length, header.window ? "point of held-out windows" : "calibration row", header.window ? "points of held-out windows" : "calibration rows")}, so none below ${number(1 / (calibration.length + 1), 2)}`,
      ],
      ["file", `${count(bytes.length)} bytes, ${count(constants)} numbers in constants`],
      [
        "opsets",
        Object.entries(opsets)
          .map(([domain, version]) => `${domain || "ai.onnx"} ${version}`)
          .join(", "),
      ],
      ["operators", valuesOf(Object.fromEntries(Object.entries(operators).sort(([, a], [, b]) => b - a)))],
      ["outputs", outputs.map(({ name, dtype }) => `${name} ${dtype ?? ""}`.trim()).join(", ")],
    ]),
  );
  for (const note of header.notes) print(`note: ${note}`);
  print("\nparameters");
  print(pairs(Object.entries(header.parameters).map(([name, value]) => [`  ${name}`, String(value)])));
  const { columns, condition = [], picture, scaling } = header.encoding;
  if (picture && condition.length === 0) return;
  print(`\n${counted(columns.length + condition.length, "column")}, scaling ${scaling}`);
  print(
    textTable(
      [{ title: "  name" }, { title: "kind" }, { title: "treatment" }],
      [...columns, ...condition].map((column) => [
        `  ${column.name}`,
        column.kind,
        `${treatment(column)}${condition.includes(column) ? "; the context, not judged itself" : ""}`,
      ]),
    ),
  );
}

const pictureTreatment = (picture: PictureEncoding): string =>
  [
    pictureWords(picture),
    picture.resized ? `others are brought to this size (${picture.resized})` : "others are refused",
    ...(picture.recoloured ? [`${picture.channels === 1 ? "colour" : "grey"} is converted`] : []),
  ].join("; ");

const windowInWords = ({
  length,
  step,
  relative,
  points,
  channels,
  time,
  calendar,
  ends,
}: NonNullable<Header["window"]>): string =>
  [
    `${counted(length, "row")} of ${counted(channels.length, "channel")} (${channels.slice(0, 4).join(", ")}${channels.length > 4 ? ", …" : ""})`,
    `one every ${step === 1 ? "row" : `${step} rows`}`,
    ...(time === undefined ? [] : [`in the order of ${time}`]),
    ...(relative === "none" ? [] : [`relative to their ${relative}${relative === "last" ? " value" : ""}`]),
    ...(calendar ? ["with the time of day and week"] : []),
    ...(ends.length > 0 ? [`with ${ends.join(", ")} of the last row`] : []),
    points === "last"
      ? "a row has the score of the window that ends at it"
      : `a row has the ${points === "max" ? "largest" : "mean"} score of its windows`,
  ].join("; ");

const valuesOf = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${typeof value === "number" ? number(value) : value}`)
    .join(", ");

function treatment(column: Header["encoding"]["columns"][number]): string {
  switch (column.kind) {
    case "category": {
      const some = column.levels.slice(0, 4).map((level) => (level === "" ? "(missing)" : level));
      const more = column.levels.length > some.length ? ", …" : "";
      return `one-hot of ${counted(column.levels.length, "level")} (${some.join(", ")}${more})${column.unseen ? " and one for others" : ""}; usually ${column.usual || "missing"}`;
    }
    case "constant":
      return `always ${column.value === null ? "missing" : number(column.value)}; 1 where it differs`;
    case "date":
      return `time, hour and weekday; missing becomes ${new Date(column.fill * 1000).toISOString()}${column.indicator ? ", with an indicator" : ""}`;
    case "number":
      return `(x - ${number(column.shift)}) × ${number(column.factor)}; missing becomes ${number(column.fill)}${column.indicator ? ", with an indicator" : ""}`;
  }
}
