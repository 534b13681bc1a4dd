// What the commands know, as the plain data a report is made of; and the report written into a folder.

import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Rule } from "../decide/rules.js";
import type { Header } from "../detectors/header.js";
import { detectors } from "../detectors/list.js";
import type { Model } from "../detectors/model.js";
import { writeAtomic } from "../disk/atomic.js";
import type { PictureEncoding } from "../encode/encoding.js";
import { pictureWords } from "../report/format.js";
import type { DetectReport, Gallery } from "../report/report.js";
import type { Progress } from "../train/loop.js";
import type { Quality } from "./quality.js";
import { ruleInWords } from "./rule-words.js";
import { isWorthTelling, type Strange } from "./strange.js";

export interface Findings {
  readonly title: string;
  readonly name: string;
  readonly model: Model;
  readonly seconds?: number;
  readonly rule: Rule;
  /** Of all rows scored. */
  readonly score: Float32Array;
  readonly pValue: Float32Array;
  readonly flags: Uint8Array;
  readonly labels?: Uint8Array;
  readonly strangest: readonly Strange[];
  readonly gallery?: Gallery;
  readonly history?: readonly Progress[];
  readonly quality?: Quality;
  readonly notes: readonly string[];
  /** How the model file is called in the commands that the report shows. */
  readonly modelFile: string;
}

export function reportOf(found: Findings): DetectReport {
  const { model, rule, quality, history } = found;
  const { header } = model;
  const maker = detectors.find(({ id }) => id === header.detector);
  const { steps } = header.training;
  return {
    title: found.title,
    created: new Date().toISOString(),
    source: {
      name: found.name,
      rows: found.score.length,
      columns: header.encoding.columns.length,
      ...(header.encoding.picture ? { pictures: pictureWords(header.encoding.picture) } : {}),
    },
    detector: {
      id: header.detector,
      about: maker?.about ?? "",
      ...(maker ? { paper: maker.paper } : {}),
      parameters: header.parameters,
      seed: header.seed,
      trainedRows: header.rows.trained,
      ...(found.seconds === undefined ? {} : { seconds: found.seconds }),
      ...(typeof steps === "number" ? { steps } : {}),
    },
    rule: ruleInWords(rule),
    ...(rule.id === "false-alarms" ? { falseAlarmRate: rule.value } : {}),
    flagged: found.flags.reduce((sum, flag) => sum + flag, 0),
    scores: {
      values: found.score,
      pValues: found.pValue,
      calibrationRows: model.calibration.length,
      ...(found.labels ? { labels: found.labels } : {}),
      ...(rule.id === "false-alarms" || rule.id === "quantile" ? { threshold: model.threshold } : {}),
    },
    ...(found.gallery ? { gallery: found.gallery } : {}),
    strangest: found.strangest.map(({ reasons, region: _, window: __, picture, ...row }) => ({
      ...row,
      ...(picture === undefined ? {} : { name: picture }),
      values: { ...row.values },
      reasons: reasons
        .filter(isWorthTelling)
        .map(({ column, share, value, typical }) => ({ column, share, value, typical })),
    })),
    ...(history?.length ? { losses: history.map(({ step, losses }) => ({ step, ...losses })) } : {}),
    ...(quality ? { metrics: quality.lines, curves: quality.curves } : {}),
    usage: [
      {
        title: "On the command line",
        code: `oddity score ${found.modelFile} ${header.encoding.picture ? "pictures/" : "new.csv"} --out scored.csv`,
      },
      {
        title: `In Python, with onnxruntime${header.encoding.picture ? " and Pillow" : " alone"}`,
        code: header.encoding.picture
          ? pythonForPictures(header.encoding.picture, found.modelFile)
          : header.window
            ? pythonForSeries(header.window, found.modelFile)
            : python(model, found.modelFile),
      },
    ],
    notes: [...header.notes, ...found.notes],
  };
}

/** One picture through onnxruntime. */
const pythonForPictures = ({ height, width, channels }: PictureEncoding, file: string): string =>
  [
    "import numpy, onnxruntime",
    "from PIL import Image",
    `model = onnxruntime.InferenceSession(${JSON.stringify(file)})`,
    `picture = Image.open("new.png").convert("${channels === 1 ? "L" : "RGB"}").resize((${width}, ${height}), Image.BILINEAR)`,
    `feeds = {"picture": numpy.asarray(picture, numpy.uint8).reshape(1, ${height}, ${width}, ${channels})}`,
    "score, p_value, label = model.run(['score', 'p_value', 'label'], feeds)",
  ].join("\n");

/** All windows of a series through onnxruntime; the scores are of windows. */
function pythonForSeries(
  { length, channels, relative, calendar, time, ends }: NonNullable<Header["window"]>,
  file: string,
): string {
  const others = [...(calendar ? [`the time of day and week of ${time}`] : []), ...ends];
  const base = { none: undefined, mean: "numpy.nanmean(windows, axis=1, keepdims=True)", last: "windows[:, -1:]" }[
    relative
  ];
  return [
    "import numpy, onnxruntime, pandas",
    `model = onnxruntime.InferenceSession(${JSON.stringify(file)})`,
    `series = pandas.read_csv("new.csv")${time === undefined ? "" : `.sort_values(${JSON.stringify(time)})`}`,
    "feeds = {}",
    `for channel in ${JSON.stringify(channels)}:`,
    `    windows = numpy.lib.stride_tricks.sliding_window_view(series[channel].to_numpy(numpy.float64), ${length})`,
    ...(base === undefined ? [] : [`    windows = windows - ${base}`]),
    `    for place in range(${length}):`,
    `        feeds[f"{channel}[{place - ${length - 1}}]"] = numpy.ascontiguousarray(windows[:, place:place + 1])`,
    ...(others.length > 0 ? [`# of each window's last row as well: ${others.join(", ")}`] : []),
    "score, p_value, label = model.run(['score', 'p_value', 'label'], feeds)  # of windows",
  ].join("\n");
}

/** One row through onnxruntime. The columns shown are the model's own. */
function python({ header }: Model, file: string): string {
  const numbers = header.encoding.columns.filter(({ kind }) => kind !== "category").map(({ name }) => name);
  const texts = header.encoding.columns.filter(({ kind }) => kind === "category").map(({ name }) => name);
  const lines = [
    "import numpy, onnxruntime, pandas",
    `model = onnxruntime.InferenceSession(${JSON.stringify(file)})`,
    `rows = pandas.read_csv("new.csv")`,
    "feeds = {",
    "    i.name: rows[[i.name]].to_numpy(dtype=object if i.type == 'tensor(string)' else numpy.float64)",
    "    for i in model.get_inputs()",
    "}",
    "score, p_value, label = model.run(['score', 'p_value', 'label'], feeds)",
    `# numbers: ${shortened(numbers)}`,
    ...(texts.length > 0 ? [`# text: ${shortened(texts)}`] : []),
  ];
  return lines.join("\n");
}

const shortened = (names: readonly string[]): string =>
  names.length <= 8 ? names.join(", ") : `${names.slice(0, 8).join(", ")} and ${names.length - 8} more`;

/** `report.html` and `figures/` in the folder. @returns a note where some are missing */
export async function writeReportTo(folder: string, report: DetectReport): Promise<string | undefined> {
  const { writeReport } = await import("../report/write.js"); // half a second of drawing library, needed last
  const { missing } = await writeReport(report, async (name, content) => {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeAtomic(path, content);
  });
  return missing;
}
