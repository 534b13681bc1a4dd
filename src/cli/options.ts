// Options that several verbs share, each declared once, and the types they are parsed to.

import { type Command, InvalidArgumentError, Option } from "commander";
import { selections } from "../detectors/define.js";
import type { Device } from "../runtime/runtime.js";

export interface Everywhere {
  readonly json?: true;
  readonly quiet?: true;
}

/** Of every verb; added last, so that help ends with them. */
export const withEverywhere = (command: Command): Command =>
  command
    .option("--json", "print the result as JSON")
    .option("-q, --quiet", "no progress on stderr")
    .option("--debug", "on failure, show where in the program");

export interface ColumnOptions {
  readonly label?: string;
  readonly normal?: readonly string[];
  readonly anomalous?: readonly string[];
  readonly drop?: readonly string[];
  readonly categorical?: readonly string[];
}

export const DATA =
  "a file, a folder of pictures, a glob in quotes, - for standard input, or the id of a data set (oddity data list)";

export interface PictureLimit {
  readonly pixelsLimit?: number;
}

/** How pictures are read for learning. Afterwards the model says it. */
export interface PictureChoices extends PictureLimit {
  readonly size?: { readonly height: number; readonly width: number };
  readonly grey?: true;
  readonly colour?: true;
  readonly fit?: "stretch" | "cover" | "contain";
  readonly flip?: true;
}

const PIXELS_LIMIT = "leave out picture files with more pixels (default: 64 million)";

export const withPictureLimit = (command: Command): Command =>
  command.option("--pixels-limit <count>", PIXELS_LIMIT, wholeFrom(1));

export const withPictures = (command: Command): Command =>
  withPictureLimit(
    command
      .option(
        "--size <size>",
        "of pictures: HEIGHTxWIDTH, or one number for both (default: their own, up to 64x64 pixels)",
        size,
      )
      .option("--grey", "take all pictures for grey (default: where they all are)")
      .addOption(new Option("--colour", "take all pictures for colour").conflicts("grey"))
      .addOption(
        new Option("--fit <how>", "how pictures of another shape come to the size (default: stretch)").choices([
          "stretch",
          "cover",
          "contain",
        ]),
      )
      .option("--flip", "train on the mirror images of pictures as well"),
  );

/** "64", "480x640" */
function size(text: string): { height: number; width: number } {
  const [, height, width = height] = /^(\d{1,5})(?:[x×](\d{1,5}))?$/i.exec(text) ?? [];
  if (Number(height) > 0 && Number(width) > 0) return { height: Number(height), width: Number(width) };
  throw new InvalidArgumentError("It must be HEIGHTxWIDTH in pixels, as in 64x96, or one number for both.");
}

export const withLabels = (command: Command): Command =>
  command
    .option("--label <column>", "column that tells normal rows from anomalies")
    .option("--normal <value...>", "its values that mean normal; all others are anomalies")
    .option("--anomalous <value...>", "its values that mean anomaly; all others are normal");

export const withColumns = (command: Command): Command =>
  withLabels(command)
    .option("--drop <column...>", "leave these columns out")
    .option("--categorical <column...>", "read these columns as categories, numbers too");

export interface MachineOptions {
  readonly device: Device;
  readonly threads?: number;
}

export const withMachine = (command: Command): Command =>
  command
    .addOption(new Option("--device <device>", "where to compute").choices(["cpu", "webgpu"]).default("cpu"))
    .option("--threads <count>", "threads inside one operator (default: by the size of the work)", wholeFrom(1));

export interface LearnOptions {
  /** What is used where none is named depends on the data. */
  readonly detector?: string;
  readonly set?: readonly string[];
  readonly condition?: readonly string[];
  readonly knownAnomalies?: string;
  readonly target?: string;
  readonly layers?: readonly string[];
  readonly select?: (typeof selections)[number];
  readonly seed: number;
  readonly rule?: string;
}

/** What `detect` uses where nobody chose, by measurement: docs/results.md, "The default of detect". */
export const DEFAULT_DETECTOR = "auto";
/** The same for pictures: docs/results.md, "A folder of pictures". */
export const DEFAULT_FOR_PICTURES = "knn";
export const DEFAULT_SEED = 1;

export const withLearning = (command: Command): Command =>
  command
    .option(
      "-d, --detector <id>",
      `which detector (oddity detectors; default: ${DEFAULT_DETECTOR}, for pictures ${DEFAULT_FOR_PICTURES})`,
    )
    .option("--set <name=value>", "a parameter of the detector; may be repeated (oddity detectors ID)", gather)
    .option(
      "--condition <column...>",
      "judge each row in the context of these columns, which are not judged themselves",
    )
    .option("--known-anomalies <file|count>", KNOWN)
    .option("--target <model>", "an ONNX file of your own, whose hidden activations are watched (-d a3)")
    .option(
      "--layers <names>",
      "its values or nodes to watch, with commas between them (default: its activations)",
      names,
    )
    .addOption(
      new Option(
        "--select <weights>",
        "which weights of a training score: the last, or the best on held-out rows",
      ).choices(selections),
    )
    .option("--seed <number>", "every random number comes from it", wholeFrom(0), DEFAULT_SEED);

const KNOWN = "rows to tell the detector as anomalies: a file with the same columns, or how many of the labelled ones";

export const RULE = "what is flagged: false-alarms=RATE, quantile=Q, contamination=SHARE or benjamini-hochberg=RATE";

const names = (text: string): string[] =>
  text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

const gather = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** Parses a whole number from `least` on. */
export const wholeFrom =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} on.`);
  };

/** Parses whole numbers from 0 on, with commas between them. */
export const seedList = (text: string): number[] => text.split(",").map((part) => wholeFrom(0)(part));

/** Parses a number strictly between 0 and 1. */
export function share(text: string): number {
  const value = Number(text);
  if (value > 0 && value < 1) return value;
  throw new InvalidArgumentError("It must be a number above 0 and below 1.");
}
