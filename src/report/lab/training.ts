// Figures of the training: losses, tests of fit above them, and the mean confidence.
import { type DiscriminatorLossName, discriminatorLosses, type GeneratorLossName } from "../../lab/losses.js";
import type { LossLine } from "../../lab/records.js";
import { decadeLabels, frame, type Layer } from "../figures/frame.js";
import { count, number } from "../format.js";
import { palette } from "../palette.js";
import { roles } from "./colours.js";
import {
  fileName,
  type LabFigure,
  lineColours,
  manyColours,
  onScale,
  panels,
  panelWidth,
  rangeOf,
  type StepScale,
  shareAxis,
  stepAxis,
  stepWords,
} from "./parts.js";
import { mean, modeWords, type Seen, shown, thin } from "./seen.js";
import { wordsOfTest } from "./tests-of-fit.js";

export const mostPoints = 250;
const players = { discriminator: "discriminator", generator: "generator" } as const;
const colours = [
  { name: players.discriminator, colour: palette.normal.light },
  { name: players.generator, colour: palette.strange.light },
];

/** Values of the generator's losses where the discriminator says one half of everything. */
const generatorUninformed: Partial<Record<GeneratorLossName, number>> = {
  cross_entropy: Math.LN2,
  non_sat_heu: Math.LN2,
  minimax: -2 * Math.LN2,
  max_like: -1,
  least_squares: 0.5,
};

/** Losses where nothing can be told apart, of players whose losses have such a value. */
function uninformed(seen: Seen): { player: string; value: number }[] {
  const losses = seen.run.config.setting.losses;
  const name: DiscriminatorLossName = losses?.discriminator ?? "cross_entropy";
  const row = discriminatorLosses[name];
  const generator = generatorUninformed[losses?.generator ?? "cross_entropy"];
  return [
    ...("uninformed" in row ? [{ player: players.discriminator, value: row.uninformed }] : []),
    ...(generator === undefined ? [] : [{ player: players.generator, value: generator }]),
  ];
}

/** Means over stretches of steps that are equally wide on the axis. */
function lossRows(seen: Seen, scale: StepScale) {
  const kept = onScale(seen.run.losses, scale);
  const stretch = Math.ceil(kept.length / mostPoints);
  const [first, last] = [kept[0]?.step ?? 1, kept.at(-1)?.step ?? 1];
  const width = Math.log(Math.max(last / Math.max(first, 1), 2)) / mostPoints;
  const parts = new Map<number, LossLine[]>();
  kept.forEach((line, i) => {
    const place = Math.floor(scale === "linear" ? i / stretch : Math.log(line.step / first) / width);
    const part = parts.get(place);
    if (part) part.push(line);
    else parts.set(place, [line]);
  });
  const rows = [...parts.values()].flatMap((part) =>
    [players.discriminator, players.generator].flatMap((player) => {
      const value = mean(part.map((line) => line[player]).filter(Number.isFinite));
      return Number.isFinite(value) ? [{ step: part.at(-1)!.step, value, series: player }] : [];
    }),
  );
  return { rows, stretch };
}

const lossLayers = (seen: Seen, scale: StepScale): Layer[] => {
  const { rows } = lossRows(seen, scale);
  const { domain } = lossRange(seen, scale);
  const y = {
    field: "value",
    type: "quantitative",
    title: "loss",
    scale: { domain, nice: true },
    axis: { tickCount: 4 },
  } as const;
  return [
    {
      data: { values: uninformed(seen).map(({ player, value }) => ({ value, series: player })) },
      mark: { type: "rule", strokeDash: [4, 3], strokeWidth: 1.25 },
      encoding: { y, color: lineColours(colours, 2) },
    },
    {
      data: { values: rows },
      mark: { type: "line", strokeWidth: 1.3, clip: true, ...(rows.length <= 2 ? { point: true } : {}) },
      encoding: { x: stepAxis(scale), y, color: lineColours(colours, 2) },
    },
  ];
};

/** What is seen of the losses: of each player's, and of what they are without knowledge. A logarithmic axis shows the beginning. */
function lossRange(seen: Seen, scale: StepScale): ReturnType<typeof rangeOf> {
  const { rows } = lossRows(seen, scale);
  const own = [players.discriminator, players.generator].map((player) =>
    rangeOf(rows.filter((row) => row.series === player).map(({ value }) => value)),
  );
  const values = [...rows, ...uninformed(seen)].map(({ value }) => value);
  if (rows.length === 0) return rangeOf(values);
  if (scale === "logarithmic" || !own.some(({ isCut }) => isCut))
    return { domain: [Math.min(...values), Math.max(...values)], isCut: false };
  const ends = [...own.flatMap(({ domain }) => domain), ...uninformed(seen).map(({ value }) => value)];
  return { domain: [Math.min(...ends), Math.max(...ends)], isCut: true };
}

const cutWords = (isCut: boolean): string =>
  isCut ? " What lies far beyond most of the rest is cut off at the edge." : "";

const uninformedWords = (seen: Seen): string => {
  const list = uninformed(seen).map(({ player, value }) => `${number(value, 3)} of the ${player}`);
  return list.length === 0
    ? ""
    : ` Dashed, in the player's colour: the loss where true and generated rows cannot be told apart, ${list.join(" and ")}.`;
};

export function lossesFigure(seen: Seen): LabFigure | undefined {
  const { rows, stretch } = lossRows(seen, "linear");
  if (rows.length === 0) return undefined;
  return {
    section: "generator",
    name: "losses",
    caption:
      `What each player tries to lower.${stretch > 1 ? ` Each point is the mean of ${count(stretch)} records.` : ""}${cutWords(lossRange(seen, "linear").isCut)}${uninformedWords(seen)} ` +
      "Losses that rest there do not show who is good: both may be, or both may know nothing.",
    alt: `Losses of both players over ${count(rows.at(-1)!.step)} steps, at the end ${rows
      .slice(-2)
      .map(({ series, value }) => `${series} ${number(value, 3)}`)
      .join(", ")}`,
    spec: { ...frame, title: "Losses of both players", layer: lossLayers(seen, "linear") },
  };
}

/** A test of fit above both losses, on one axis of steps. */
export function fitFigure(
  seen: Seen,
  test: string,
  words: string,
  scale: StepScale,
  fold?: string,
): LabFigure | undefined {
  const all = onScale(seen.fits, scale).flatMap(({ step, tests }) => {
    const value = tests[test];
    return value === undefined || !Number.isFinite(value) ? [] : [{ step, value }];
  });
  if (all.length === 0) return undefined;
  const values = thin(all, mostPoints);
  const sizes = all.map(({ value }) => value);
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)];
  const logarithmic = low > 0 && high / low > 100 && high > 1; // p-values are shares: as powers of ten they would all look bad
  const range =
    scale === "logarithmic" || wordsOfTest(test).better === "higher"
      ? { domain: [low, high] as [number, number], isCut: false }
      : rangeOf(sizes);
  const isCut = (range.isCut && !logarithmic) || lossRange(seen, scale).isCut;
  const upper: Layer = {
    data: { values },
    mark: {
      type: "line",
      strokeWidth: 1.4,
      color: roles.confidence,
      clip: true,
      ...(values.length === 1 ? { point: true } : {}),
    },
    encoding: {
      x: { ...stepAxis(scale, null), axis: { labels: false, ticks: false, grid: false } },
      y: {
        field: "value",
        type: "quantitative",
        title: test,
        scale: logarithmic ? { type: "log", nice: false } : { domain: range.domain, nice: true, zero: low >= 0 },
        axis: logarithmic ? { tickCount: 4, labelExpr: decadeLabels, grid: false } : { tickCount: 4 },
      },
    },
  };
  const size = { width: panelWidth, height: 120 };
  return {
    section: "generator",
    ...(fold ? { fold } : {}),
    name: `fit-${fileName(test)}${scale === "logarithmic" ? "-logx" : ""}`,
    caption: `Above: ${words}${logarithmic ? " Its axis is logarithmic." : ""} Below: both losses, on the same steps.${cutWords(isCut)}${uninformedWords(seen)}`,
    alt: `${test} from ${number(all[0]!.value, 3)} at ${stepWords(all[0]!.step)} to ${number(all.at(-1)!.value, 3)} at ${stepWords(all.at(-1)!.step)}, above the losses`,
    spec: {
      ...panels,
      title: scale === "linear" ? `${test} above the losses` : `${test} over log steps`,
      spacing: 12,
      resolve: { scale: { x: "shared" } },
      vconcat: [
        { ...size, layer: [upper] },
        { ...size, layer: lossLayers(seen, scale) },
      ],
    } as LabFigure["spec"],
  };
}

/** Mean confidence of true rows and of each anomaly of a side. */
export function confidenceOverSteps(seen: Seen, side: Seen["sides"][number]): LabFigure | undefined {
  const mode = seen.modes.includes("single") ? "single" : seen.modes[0];
  if (mode === undefined) return undefined;
  const own = { name: "true rows", colour: roles.real };
  const list = side.anomalies.map(({ name, colour }) => ({
    name: shown(name),
    colour,
    lines: thin(seen.of(mode, name), mostPoints),
  }));
  const first = list[0]?.lines ?? [];
  const values = [
    ...first.map(({ step, realConfidence }) => ({ step, value: realConfidence, series: own.name })),
    ...list.flatMap(({ name, lines }) =>
      lines.map(({ step, confidence }) => ({ step, value: confidence, series: name })),
    ),
  ];
  if (values.length === 0) return undefined;
  return {
    section: "discriminator",
    fold: "Mean confidence over the steps",
    name: `confidence-${side.id}`,
    caption: `How sure the discriminator is, on average, that the rows of each anomaly are real, asked of ${modeWords[mode]}; the same of true rows is the line of its own colour. A detector wants the anomalies' lines below it.`,
    alt: `Mean confidence over steps of true rows and of ${list.map(({ name }) => name).join(", ")}`,
    spec: {
      ...frame,
      title: `Mean confidence, ${side.words}`,
      data: { values },
      mark: { type: "line", strokeWidth: 1.3, point: first.length === 1 },
      encoding: { x: stepAxis(), y: shareAxis("value", "mean confidence"), color: manyColours([own, ...list]) },
    },
  };
}
