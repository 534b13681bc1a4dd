// What `fit` and `detect` share: the chosen detector, the rows that train it, and training with progress.

import { pictureSize, type Table } from "../data/table.js";
import { parseRule, type Rule, rules } from "../decide/rules.js";
import type { AnyDetector, Extras } from "../detectors/define.js";
import type { FitOptions } from "../detectors/fit.js";
import { detectorById } from "../detectors/list.js";
import type { Model } from "../detectors/model.js";
import { parseText } from "../detectors/parameters.js";
import { AbortedError } from "../detectors/trained.js";
import { endSessions } from "../host/node.js";
import { count, counted, duration, pictureWords } from "../report/format.js";
import { OddityError } from "../tensor/errors.js";
import type { Progress } from "../train/loop.js";
import { Stopped } from "./failure.js";
import { endBy, stoppable } from "./interrupt.js";
import {
  DEFAULT_DETECTOR,
  DEFAULT_FOR_PICTURES,
  type LearnOptions,
  type MachineOptions,
  type PictureChoices,
} from "./options.js";
import type { Narrator } from "./progress.js";
import { readTarget } from "./target.js";

/**
 * The detector with its parameters checked.
 * @param isNormal whether only rows labelled as normal train
 */
export function chosenDetector(
  { detector, set = [] }: LearnOptions,
  { isPictures = false, isNormal = false }: { isPictures?: boolean; isNormal?: boolean } = {},
): AnyDetector {
  const given = set.map((text): [string, unknown] => {
    const place = text.indexOf("=");
    if (place > 0) return [text.slice(0, place).trim(), parseText(text.slice(place + 1).trim())];
    throw new OddityError({ place: "--set", expected: "name=value", got: `"${text}"` }, { usage: true });
  });
  const id = detector ?? (isPictures ? DEFAULT_FOR_PICTURES : DEFAULT_DETECTOR);
  const known = id === "auto" && isNormal ? { training: "normal" } : {};
  return detectorById(id, { ...known, ...Object.fromEntries(given) });
}

/** The rule of `--rule`, and whether a model file can hold it. */
export function chosenRule(text: string | undefined): { rule?: Rule; isFixed: boolean } {
  if (text === undefined) return { isFixed: true };
  const rule = parseRule(text);
  return { rule, isFixed: isFixed(rule) };
}

const isFixed = ({ id }: Rule): boolean => rules.some((each) => each.id === id && "threshold" in each);

/** Nothing is strange where nothing differs. */
function requireVariety({ columns, pictures }: Table, name: string): void {
  const varies = (values: ArrayLike<number>): boolean =>
    Array.prototype.some.call(values, (value) => !Object.is(value, values[0]));
  if (pictures) {
    const size = pictureSize(pictures);
    if (pictures.pixels.some((value, i) => value !== pictures.pixels[i % size])) return;
    throw new OddityError({
      place: name,
      expected: "different pictures to train on",
      got: "one picture, or equal ones",
    });
  }
  if (columns.some((column) => varies(column.kind === "category" ? column.codes : column.values))) return;
  throw new OddityError({
    place: name,
    expected: "at least one column with different values in the rows to train on",
    got: "the same values in every row",
  });
}

function amount({ rows, columns, pictures }: Table): string {
  if (!pictures) return `${counted(rows, "row")} of ${counted(columns.length, "column")}`;
  return `${counted(rows, "picture")} of ${pictureWords(pictures)}`;
}

export interface Learning {
  readonly model: Model;
  readonly seconds: number;
  readonly history: readonly Progress[];
}

/** @param onStop the sentence for a run that Ctrl-C ended, given the steps done */
export async function learn(
  detector: AnyDetector,
  { name, rows }: { name: string; rows: Table },
  options: LearnOptions & MachineOptions & PictureChoices,
  extra: Pick<FitOptions & Extras, "rule" | "checkpoint" | "anomalies" | "window">,
  narrate: Narrator,
  onStop: (step: number) => string,
): Promise<Learning> {
  requireVariety(rows, name);
  const target = await readTarget(options);
  const known = extra.anomalies ? ` and ${counted(extra.anomalies.rows, "known anomaly", "known anomalies")}` : "";
  narrate.say(`training ${detector.id} on ${amount(rows)}${known}, seed ${options.seed}`);
  endBy(endSessions);
  const history: Progress[] = [];
  const began = performance.now();
  try {
    const model = await stoppable(
      (signal) =>
        detector.fit(rows, {
          seed: options.seed,
          device: options.device,
          ...(options.threads === undefined ? {} : { threads: options.threads }),
          ...(options.condition ? { condition: options.condition } : {}),
          ...(options.select ? { select: options.select } : {}),
          ...(options.flip ? { mirrored: true } : {}),
          ...(target ? { target } : {}),
          ...extra,
          signal,
          onProgress(progress) {
            history.push(progress);
            narrate.training(progress);
          },
        }),
      () => narrate.say("stopping after this chunk of steps; Ctrl-C again stops at once"),
    );
    const seconds = (performance.now() - began) / 1000;
    const { steps } = model.header.training;
    narrate.say(`trained in ${duration(seconds)}${typeof steps === "number" ? `, ${count(steps)} steps` : ""}`);
    for (const note of model.header.notes) narrate.say(`note: ${note}`);
    return { model, seconds, history };
  } catch (error) {
    narrate.done();
    // an abort may also come while rows are encoded, before there is a step to go on from
    if (error instanceof Error && error.name === "AbortError")
      throw new Stopped(onStop(error instanceof AbortedError ? error.step : 0));
    throw error;
  }
}
