// Figures of several runs: AUC by setting, and AUC over the steps with a band over the seeds.
import type { Mode } from "../../lab/records.js";
import { frame, type Layer } from "../figures/frame.js";
import { palette, series } from "../palette.js";
import { rampOf } from "./colours.js";
import { deviation, type Group, overSeeds, publishedAuc } from "./groups.js";
import { fileName, type LabFigure, lineColours, manyColours, shareAxis, stepAxis } from "./parts.js";
import { mean, meanAuc, modeWords, REACH, runningMedian, shown, thin } from "./seen.js";

const mostSteps = 200;

/** More measured steps than this are drawn as the median of each and REACH to either side. */
const DENSE = 60;

interface Band {
  readonly step: number;
  readonly auc: number;
  readonly low: number;
  readonly high: number;
  readonly series: string;
}

const clamp = (x: number): number => Math.min(1, Math.max(0, x));

/** Mean and deviation at every step that most of the lines have, as running medians where steps are many. */
function bandOf(lines: readonly (readonly { step: number; auc: number }[])[], name: string): Band[] {
  const bySteps = new Map<number, number[]>();
  for (const line of lines)
    for (const { step, auc } of line) {
      const list = bySteps.get(step);
      if (list) list.push(auc);
      else bySteps.set(step, [auc]);
    }
  const full = [...bySteps].filter(([, values]) => values.length > lines.length / 2).sort((a, b) => a[0] - b[0]);
  const bands = full.map(([step, values]): Band => {
    const [auc, spread] = [mean(values), deviation(values) ?? 0];
    return { step, auc, low: clamp(auc - spread), high: clamp(auc + spread), series: name };
  });
  if (bands.length <= DENSE) return bands;
  const smooth = (kind: "auc" | "low" | "high") =>
    runningMedian(
      bands.map((band) => band[kind]),
      REACH,
    );
  const [aucs, lows, highs] = [smooth("auc"), smooth("low"), smooth("high")];
  const medians = bands.map((band, i) => ({ ...band, auc: aucs[i]!, low: lows[i]!, high: highs[i]! }));
  return thin(medians, mostSteps);
}

const bandLayers = (bands: readonly Band[], color: NonNullable<Layer["encoding"]>["color"], title: string): Layer[] =>
  [
    {
      data: { values: [...bands] },
      mark: { type: "area", fillOpacity: 0.16 },
      encoding: {
        x: stepAxis(),
        y: shareAxis("low", title),
        y2: { field: "high" },
        fill: color,
      },
    },
    {
      data: { values: [...bands] },
      mark: {
        type: "line",
        strokeWidth: 1.5,
        ...(new Set(bands.map(({ step }) => step)).size === 1 ? { point: true } : {}),
      },
      encoding: { x: stepAxis(), y: shareAxis("auc", title), stroke: color },
    },
  ] as Layer[];

const coloursOf = (groups: readonly Group[]): { name: string; colour: string }[] => {
  const many = groups.length > series.length ? rampOf(groups.length) : series;
  return groups.map(({ setting }, i) => ({ name: setting, colour: many[i]! }));
};

const seedWords = (groups: readonly Group[]): string =>
  (groups.some(({ runs }) => runs.some(({ steps }) => steps.length > DENSE))
    ? ` Lines are the median of ${2 * REACH + 1} measured steps.`
    : "") + bandWords(groups);

const bandWords = (groups: readonly Group[]): string =>
  groups.some(({ runs }) => runs.length > 1)
    ? " The band is one deviation over seeds to either side."
    : " There is one seed, so no band.";

/** AUC of each anomaly by setting: a point for the mean over seeds, a bar for their deviation. */
export function aucByAnomaly(groups: readonly Group[], mode: Mode): LabFigure | undefined {
  const names = [...new Set(groups.flatMap(({ runs }) => runs.flatMap((seen) => seen.names)))];
  const values = groups.flatMap((group) =>
    names.flatMap((anomaly) => {
      const seeds = overSeeds(group, mode, anomaly, "quarter");
      if (seeds.length === 0) return [];
      const [auc, spread] = [mean(seeds), deviation(seeds) ?? 0];
      return [
        { anomaly: shown(anomaly), auc, low: clamp(auc - spread), high: clamp(auc + spread), series: group.setting },
      ];
    }),
  );
  if (values.length === 0) return undefined;
  const truths = new Map(
    groups.flatMap(({ runs }) => runs.flatMap(({ truth }) => truth.anomalies.map((each) => [each.name, each]))),
  );
  const ticks = (kind: "ceiling" | "twoSided", strokeDash: number[]): Layer => ({
    data: { values: names.map((name) => ({ anomaly: shown(name), auc: truths.get(name)![kind] })) },
    mark: { type: "line", interpolate: "step", strokeWidth: 1, strokeDash, color: palette.muted.light },
    encoding: { x: { field: "anomaly", type: "nominal", sort: null }, y: shareAxis("auc", "AUC") },
  });
  const publishedSpots = groups.flatMap((group) =>
    names.flatMap((name) => {
      const auc = publishedAuc(group, mode, name);
      return auc === undefined ? [] : [{ anomaly: shown(name), auc }];
    }),
  );
  const x = {
    field: "anomaly",
    type: "nominal",
    title: "anomaly",
    sort: null,
    scale: { domain: names.map(shown) },
    axis: { labelAngle: names.length > 10 ? -50 : 0, grid: false },
  } as const;
  const offset = {
    field: "series",
    type: "nominal",
    scale: { domain: groups.map(({ setting }) => setting), paddingOuter: 0.3 },
  } as const;
  const color = lineColours(coloursOf(groups), 4);
  return {
    section: "best",
    name: `auc-by-anomaly-${mode}`,
    caption:
      `AUC of each anomaly as the mean over the last quarter of the runs, asked of ${modeWords[mode]}; the bar is one deviation over seeds to either side. ` +
      `Dashed: the ceiling of any score of single rows; dotted: that of a score that knows normal rows alone.${publishedSpots.length > 0 ? " Crosses are the published numbers." : ""}`,
    alt: `AUC by anomaly and setting, ${modeWords[mode]}: ${values.map(({ anomaly, auc, series: setting }) => `${setting} ${anomaly} ${auc.toFixed(2)}`).join("; ")}`,
    spec: {
      ...frame,
      height: 260,
      title: `AUC by anomaly and setting, ${modeWords[mode]}`,
      layer: [
        ticks("ceiling", [5, 3]),
        ticks("twoSided", [1, 3]),
        {
          data: { values },
          mark: { type: "rule", strokeWidth: 1.5 },
          encoding: { x, xOffset: offset, y: shareAxis("low", "AUC"), y2: { field: "high" }, color },
        },
        {
          data: { values },
          mark: { type: "point", filled: true, size: 30, opacity: 1 },
          encoding: { x, xOffset: offset, y: shareAxis("auc", "AUC"), color },
        },
        {
          data: { values: publishedSpots },
          mark: { type: "point", shape: "cross", size: 40, filled: true, opacity: 1, color: palette.ink.light },
          encoding: { x, y: shareAxis("auc", "AUC") },
        },
      ],
    },
  };
}

/** AUC averaged over all anomalies, one line and band a setting. */
export function meanBySetting(groups: readonly Group[], mode: Mode): LabFigure | undefined {
  const bands = groups.flatMap((group) =>
    bandOf(
      group.runs.map((seen) => meanAuc(seen, mode)),
      group.setting,
    ),
  );
  if (bands.length === 0) return undefined;
  return {
    section: "best",
    name: `mean-auc-${mode}`,
    caption: `AUC averaged over all anomalies, over the training of each setting, asked of ${modeWords[mode]}.${seedWords(groups)}`,
    alt: `Mean AUC over steps of ${groups.map(({ setting }) => setting).join(", ")}`,
    spec: {
      ...frame,
      height: 240,
      title: `Mean AUC over steps, ${modeWords[mode]}`,
      layer: bandLayers(bands, lineColours(coloursOf(groups), 4), "mean AUC"),
    },
  };
}

/** For each side of a setting one line and band for every anomaly. */
export function bandsBySide(group: Group, mode: Mode): LabFigure[] {
  const first = group.runs[0]!;
  return first.sides.flatMap((side) => {
    const list = side.anomalies.map(({ name, colour }) => ({ name: shown(name), colour, raw: name }));
    const bands = list.flatMap(({ name, raw }) =>
      bandOf(
        group.runs.map((seen) => seen.of(mode, raw)),
        name,
      ),
    );
    if (bands.length === 0) return [];
    return [
      {
        section: "best" as const,
        fold: `AUC over the steps, ${group.setting}`,
        name: fileName(`auc-${group.setting}-${side.id}-${mode}`),
        caption: `AUC of each anomaly over the training, mean over ${group.runs.length === 1 ? "one seed" : `${group.runs.length} seeds`}.${seedWords([group])}`,
        alt: `AUC over steps of ${list.map(({ name }) => name).join(", ")}, mean over seeds`,
        spec: {
          ...frame,
          height: 240,
          title: `${group.setting}: ${side.words}, ${modeWords[mode]}`,
          layer: bandLayers(bands, manyColours(list), "AUC"),
        },
      },
    ];
  });
}
