// Figures of how well the discriminator ranks: ROC curves at a step, AUC over the steps, and AUC of every anomaly.
import type { Mode } from "../../lab/records.js";
import { frame, type Layer } from "../figures/frame.js";
import { count } from "../format.js";
import { palette } from "../palette.js";
import {
  type LabFigure,
  lineColours,
  manyColours,
  onScale,
  type StepScale,
  shareAxis,
  stepAxis,
  stepWords,
} from "./parts.js";
import { meanAuc, modeWords, REACH, runningMedian, type Seen, type Side, shown, thin } from "./seen.js";

/** More points are not seen apart on a figure's width. */
const mostSteps = 320;

const asPercent = (auc: number): string => `${(100 * auc).toFixed(1)} %`;

/** The last step up to `step` at which curves were kept. */
const curveStep = (seen: Seen, mode: Mode, step: number): number | undefined =>
  seen.names
    .flatMap((name) => seen.of(mode, name))
    .filter((line) => line.roc && line.step <= step)
    .reduce<number | undefined>((latest, line) => Math.max(latest ?? 0, line.step), undefined);

/** A fan of curves, one for each anomaly of a side. */
export function rocFan(seen: Seen, side: Side, mode: Mode, upTo: number): LabFigure | undefined {
  const step = curveStep(seen, mode, upTo);
  if (step === undefined) return undefined;
  const lines = side.anomalies.flatMap(({ name, colour }) => {
    const line = seen.at(mode, name, step);
    return line?.roc ? [{ name: `${shown(name)}: ${asPercent(line.auc)}`, colour, roc: line.roc, auc: line.auc }] : [];
  });
  if (lines.length === 0) return undefined;
  const axes = {
    x: { ...shareAxis("x", "true rows flagged"), axis: { tickCount: 5, format: "~%", grid: true } },
    y: { ...shareAxis("y", "anomalies found"), axis: { tickCount: 5, format: "~%" } },
    order: { field: "order", type: "quantitative" },
  } as const;
  return {
    section: "discriminator",
    name: `roc-${side.id}-${mode}`,
    caption:
      `The share of anomalies found against the share of true rows flagged with them, at ${stepWords(step)}, for each anomaly; beside its name, its AUC. ` +
      "The dashed diagonal is guessing. A curve that crosses it ranks some anomalies as more normal than the normal rows.",
    alt: `ROC curves at ${stepWords(step)}, AUC: ${lines.map(({ name }) => name).join("; ")}`,
    spec: {
      ...frame,
      height: 300,
      title: `ROC, ${side.words}, ${modeWords[mode]}`,
      layer: [
        {
          data: { values: [0, 1].map((at) => ({ x: at, y: at, order: at })) },
          mark: { type: "line", color: palette.ink.light, strokeWidth: 1, strokeDash: [4, 3] },
          encoding: axes,
        },
        {
          data: {
            values: lines.flatMap(({ name, roc }) =>
              thin(roc, 120).map(([x, y], order) => ({ x, y, order, series: name })),
            ),
          },
          mark: { type: "line", strokeWidth: 1.75 },
          encoding: { ...axes, color: manyColours(lines, "anomaly: AUC") },
        },
      ],
    },
  };
}

/** One line for each anomaly of a side, with what no score of single rows can exceed. */
export function aucOverSteps(seen: Seen, side: Side, mode: Mode, scale: StepScale): LabFigure | undefined {
  const list = side.anomalies.map(({ name, colour, truth }) => ({
    name: shown(name),
    colour,
    truth,
    lines: onScale(seen.of(mode, name), scale),
  }));
  const steps = thin(
    [...new Set(list.flatMap(({ lines }) => lines.map(({ step }) => step)))].sort((a, b) => a - b),
    mostSteps,
  );
  if (steps.length === 0) return undefined;
  const kept = new Set(steps);
  const values = list.flatMap(({ name, lines }) =>
    lines.filter(({ step }) => kept.has(step)).map(({ step, auc }) => ({ step, auc, series: name })),
  );
  const isDense = scale === "linear" && steps.length > 60; // at the beginning, measured steps lie far apart
  const medians = isDense
    ? list.flatMap(({ name, lines }) => {
        const own = lines.filter(({ step }) => kept.has(step));
        const smooth = runningMedian(
          own.map(({ auc }) => auc),
          REACH,
        );
        return own.map(({ step }, i) => ({ step, auc: smooth[i]!, series: name }));
      })
    : [];
  const ends = [steps[0]!, steps.at(-1)!];
  const bounds = (kind: "ceiling" | "twoSided") =>
    list.flatMap(({ name, truth }) => ends.map((step) => ({ step, auc: truth[kind], series: name })));
  const color = manyColours(list);
  const bound = (kind: "ceiling" | "twoSided", strokeDash: number[]): Layer => ({
    data: { values: bounds(kind) },
    mark: { type: "line", strokeWidth: 0.9, strokeDash, opacity: 0.8 },
    encoding: { x: stepAxis(scale), y: shareAxis("auc", "AUC"), color },
  });
  const omitted =
    seen.steps.length > mostSteps ? ` Of ${count(seen.steps.length)} measured steps ${mostSteps} are drawn.` : "";
  return {
    section: "discriminator",
    ...(scale === "logarithmic" ? { fold: "AUC over a logarithmic axis of steps" } : {}),
    name: `auc-${side.id}-${mode}${scale === "logarithmic" ? "-logx" : ""}`,
    caption:
      `AUC of each anomaly over the training${scale === "logarithmic" ? ", on a logarithmic axis, which shows the beginning" : ""}. The thin dashed line of the same colour is the most any score of single rows can reach, ` +
      `the dotted one the most a score can reach that knows normal rows alone; 0.5 is guessing, and below it anomalies pass as more normal than the normal rows.${isDense ? ` The pale lines are every measured step, the strong ones the median of ${2 * REACH + 1} of them.` : ""}${omitted}`,
    alt: `AUC over ${count(ends[1]!)} steps of ${list.map(({ name }) => name).join(", ")}; at the end ${list.map(({ name, lines }) => `${name}: ${lines.at(-1)?.auc.toFixed(2) ?? "none"}`).join(", ")}`,
    spec: {
      ...frame,
      height: 240,
      title: `AUC over steps, ${side.words}, ${modeWords[mode]}`,
      layer: [
        bound("ceiling", [5, 3]),
        bound("twoSided", [1, 3]),
        {
          data: { values },
          mark: {
            type: "line",
            ...(isDense ? { strokeWidth: 0.7, strokeOpacity: 0.35 } : { strokeWidth: steps.length > 60 ? 1 : 1.4 }),
            ...(steps.length === 1 ? { point: true } : {}),
          },
          encoding: { x: stepAxis(scale), y: shareAxis("auc", "AUC"), color },
        },
        ...(isDense
          ? [
              {
                data: { values: medians },
                mark: { type: "line" as const, strokeWidth: 1.8 },
                encoding: { x: stepAxis(scale), y: shareAxis("auc", "AUC"), color },
              },
            ]
          : []),
      ],
    },
  };
}

/** What AUC becomes with the distance of an anomaly, beside both ceilings, for shifts alone. */
export function aucByShift(seen: Seen, step: number): LabFigure | undefined {
  const shifts = seen.truth.anomalies.filter(({ shift, spread }) => shift !== undefined && (spread ?? 1) === 1);
  if (shifts.length < 3 || seen.modes.length === 0) return undefined;
  const sorted = shifts.toSorted((a, b) => a.shift! - b.shift!);
  const colours: Record<Mode, string> = { pure: palette.fourth.light, single: palette.third.light };
  const names = seen.modes.map((mode) => ({ name: modeWords[mode], colour: colours[mode] }));
  const axes = {
    x: {
      field: "shift",
      type: "quantitative",
      title: "shift of the anomaly, in scales of the true distribution",
      scale: { type: "symlog", constant: 1, nice: false },
      axis: {
        values: sorted.map(({ shift }) => shift!),
        labelExpr: "replace(toString(datum.value), '-', '−')",
        labelOverlap: true,
        grid: false,
      },
    },
    y: shareAxis("auc", "AUC"),
  } as const;
  const bound = (kind: "ceiling" | "twoSided", strokeDash: number[]): Layer => ({
    data: { values: sorted.map((anomaly) => ({ shift: anomaly.shift, auc: anomaly[kind] })) },
    mark: { type: "line", strokeWidth: 1, strokeDash, color: palette.muted.light },
    encoding: axes,
  });
  return {
    section: "discriminator",
    name: "auc-by-shift",
    caption:
      `AUC at ${stepWords(step)} against how far the anomaly is shifted. The dashed line is the most any score of single rows can reach, the dotted one the most a score can reach that knows normal rows alone. ` +
      `${seen.modes.includes("pure") && seen.modes.length > 1 ? "Points of pure batches above the dashed line are no skill: the batch gave the answer away." : ""}`,
    alt: `AUC against shift at ${stepWords(step)}`,
    spec: {
      ...frame,
      title: `AUC by distance, ${stepWords(step)}`,
      layer: [
        bound("ceiling", [5, 3]),
        bound("twoSided", [1, 3]),
        {
          data: {
            values: seen.modes.flatMap((mode) =>
              sorted.flatMap(({ name, shift }) => {
                const line = seen.at(mode, name, step);
                return line ? [{ shift, auc: line.auc, series: modeWords[mode] }] : [];
              }),
            ),
          },
          mark: { type: "line", strokeWidth: 1.5, point: { size: 32, filled: true } },
          encoding: { ...axes, color: { ...lineColours(names, 2) } },
        },
      ],
    },
  };
}

const logitWords = `${modeWords.pure}, logits`;

/** Average over all anomalies: of each way of asking, and of the logits of pure batches. */
export const meanAucRows = (seen: Seen): { step: number; auc: number; series: string }[] => [
  ...thin(hasLogits(seen) ? meanAuc(seen, "pure", ({ logitAuc }) => logitAuc) : [], mostSteps).map((each) => ({
    ...each,
    series: logitWords,
  })),
  ...seen.modes.flatMap((mode) =>
    thin(meanAuc(seen, mode), mostSteps).map((each) => ({ ...each, series: modeWords[mode] })),
  ),
];

export const modeColours = (seen: Seen): { name: string; colour: string }[] => [
  ...seen.modes.map((mode) => ({
    name: modeWords[mode],
    colour: mode === "pure" ? palette.fourth.light : palette.third.light,
  })),
  ...(hasLogits(seen) ? [{ name: logitWords, colour: palette.normal.light }] : []),
];

/** Whether pure batches were ranked by logits as well as by confidence. */
export const hasLogits = (seen: Seen): boolean =>
  seen.modes.includes("pure") &&
  seen.names.some((name) => seen.of("pure", name).some(({ logitAuc }) => logitAuc !== undefined));
