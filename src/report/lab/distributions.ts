// Figures of one dimension: what is true, and what the generator makes of it. The generated rows are known by their quantiles.
import type { GeneratedLine } from "../../lab/records.js";
import type { Layer } from "../figures/frame.js";
import { frame } from "../figures/frame.js";
import { count, number } from "../format.js";
import { palette } from "../palette.js";
import { roles } from "./colours.js";
import { between, binned, evenly, type Spot, smoothed } from "./densities.js";
import { byStep, type LabFigure, lineColours, panels, stepWords } from "./parts.js";
import { type Seen, shown, type TrueAnomaly, thin } from "./seen.js";

/** The true distribution on its grid, which runs of one dimension have. */
export interface Grid {
  readonly x: readonly number[];
  readonly pdf: readonly number[];
  readonly cdf: readonly number[];
}

export function gridOf({ truth: { dims, x, pdf, cdf } }: Seen): Grid | undefined {
  return dims === 1 && x && pdf && cdf && x.length > 1 ? { x, pdf, cdf } : undefined;
}

export const quantilesOf = ({ quantiles }: GeneratedLine): readonly number[] | undefined =>
  quantiles && quantiles.length > 1 && quantiles.every(Number.isFinite) ? quantiles : undefined;

const twoNames = { real: "true", generated: "generated" } as const;
const both = [
  { name: twoNames.real, colour: roles.real },
  { name: twoNames.generated, colour: roles.generated },
];

export const numeric = (title: string | null, domain?: readonly [number, number]) =>
  ({
    type: "quantitative",
    title,
    scale: domain
      ? { domain: [domain[0], domain[1]] as [number, number], nice: false as const, clamp: true as const }
      : { zero: false as const },
    axis: { tickCount: 6, grid: false },
  }) as const;

export const area = (spots: readonly Spot[], color: string, fillOpacity: number): Layer => ({
  data: { values: thin(spots, 200) },
  mark: { type: "area", color, fillOpacity, clip: true },
  encoding: { x: { field: "x", type: "quantitative" }, y: { field: "y", type: "quantitative", stack: null } },
});

/** Where something is to be seen: of the true density, of the anomaly and of nearly all generated rows. */
function window(grid: Grid, anomaly: TrueAnomaly | undefined, lines: readonly (readonly number[])[]): [number, number] {
  const top = Math.max(...grid.pdf) / 1000;
  const places = grid.x.filter((_, i) => grid.pdf[i]! > top || (anomaly?.pdf?.[i] ?? 0) > top);
  const ends = [
    ...[places[0] ?? grid.x[0]!, places.at(-1) ?? grid.x.at(-1)!],
    ...lines.flatMap((quantiles) => [0.01, 0.99].map((p) => quantiles[Math.round(p * (quantiles.length - 1))]!)),
  ];
  return [Math.max(grid.x[0]!, Math.min(...ends)), Math.min(grid.x.at(-1)!, Math.max(...ends))];
}

/** Up to the highest there is, but not so far that a collapsed generator flattens the truth. */
const heightOf = (grid: Grid, spots: readonly Spot[]): number =>
  1.08 * Math.min(2.5 * Math.max(...grid.pdf), Math.max(...grid.pdf, ...spots.map(({ y }) => y)));

const densityLines = (grid: Grid, quantiles: readonly number[], range: readonly [number, number]) => {
  const at = evenly(range, 160);
  return [
    ...at.map((x) => ({ x, y: between(x, grid.x, grid.pdf), series: twoNames.real })),
    ...smoothed(quantiles, at).map((spot) => ({ ...spot, series: twoNames.generated })),
  ];
};

export function pdfFigure(seen: Seen, line: GeneratedLine, anomaly: TrueAnomaly | undefined): LabFigure | undefined {
  const [grid, quantiles] = [gridOf(seen), quantilesOf(line)];
  if (!grid || !quantiles) return undefined;
  const range = window(grid, anomaly, [quantiles]);
  const lines = densityLines(grid, quantiles, range);
  const bars = binned(quantiles, range, 60).filter(({ density }) => density > 0);
  const top = heightOf(grid, [...lines, ...(anomaly?.pdf ?? []).map((y, i) => ({ x: grid.x[i]!, y }))]);
  const isCut = [...lines.map(({ y }) => y), ...bars.map(({ density }) => density)].some((y) => y > top);
  const x = numeric("x", range);
  const y = {
    type: "quantitative",
    title: "density",
    scale: { domain: [0, top] as [number, number], nice: false },
    axis: { tickCount: 5 },
  } as const;
  const shade = anomaly?.pdf
    ? [
        area(
          grid.x
            .map((at, i) => ({ x: at, y: anomaly.pdf![i]! }))
            .filter((spot) => spot.x >= range[0] && spot.x <= range[1]),
          roles.anomaly,
          0.25,
        ),
      ]
    : [];
  return {
    section: "generator",
    name: "pdf",
    caption:
      `Densities at ${stepWords(line.step)}: the true one, and that of generated rows as bars and as a smooth line. The better the generator, the more the two lines agree.` +
      `${anomaly ? ` The shaded hill is the anomaly ${shown(anomaly.name)}, which neither player has ever seen.` : ""}` +
      `${isCut ? " What reaches the upper edge is higher than the figure." : ""}`,
    alt: `Density of true and generated rows at ${stepWords(line.step)}`,
    spec: {
      ...frame,
      title: `True and generated density, ${stepWords(line.step)}`,
      layer: [
        ...shade,
        {
          data: { values: bars },
          mark: { type: "bar", color: roles.generated, fillOpacity: 0.22, binSpacing: 0, clip: true },
          encoding: {
            x: { ...x, field: "from", bin: "binned" },
            x2: { field: "to" },
            y: { ...y, field: "density", stack: null },
          },
        },
        {
          data: { values: lines },
          mark: { type: "line", strokeWidth: 2, clip: true },
          encoding: { x: { ...x, field: "x" }, y: { ...y, field: "y" }, color: lineColours(both, 2) },
        },
      ],
    },
  };
}

export function cdfFigure(seen: Seen, line: GeneratedLine): LabFigure | undefined {
  const [grid, quantiles] = [gridOf(seen), quantilesOf(line)];
  if (!grid || !quantiles) return undefined;
  const range = window(grid, undefined, [quantiles]);
  const steps = quantiles.map((x, i) => ({ x, y: i / (quantiles.length - 1) }));
  const values = [
    ...evenly(range, 160).map((x) => ({ x, y: between(x, grid.x, grid.cdf), series: twoNames.real })),
    ...[
      { x: range[0], y: 0 },
      ...steps.filter(({ x }) => x >= range[0] && x <= range[1]),
      { x: range[1], y: steps.findLast(({ x }) => x <= range[1])?.y ?? 0 },
    ].map((spot) => ({ ...spot, series: twoNames.generated })),
  ].map((spot, order) => ({ ...spot, order }));
  const gap = Math.max(...steps.map(({ x, y }) => Math.abs(y - between(x, grid.x, grid.cdf))));
  return {
    section: "generator",
    name: "cdf",
    caption:
      `The share of rows below x at ${stepWords(line.step)}, of true and of generated rows. The largest distance between the two lines, here about ${number(gap, 2)}, ` +
      "is the Kolmogorov–Smirnov statistic.",
    alt: `Distribution functions of true and generated rows at ${stepWords(line.step)}, at most ${number(gap, 2)} apart`,
    spec: {
      ...frame,
      title: `Distribution functions, ${stepWords(line.step)}`,
      data: { values },
      mark: { type: "line", strokeWidth: 2, clip: true },
      encoding: {
        x: { field: "x", ...numeric("x", range) },
        y: {
          field: "y",
          type: "quantitative",
          title: "share of rows below x",
          scale: { domain: [-0.05, 1.05], nice: false },
          axis: { values: [0, 0.25, 0.5, 0.75, 1], format: ".2f" },
        },
        order: { field: "order", type: "quantitative" },
        color: lineColours(both, 2),
      },
    },
  };
}

/** The densities at several plotted steps, beginning and end among them. */
export function densitiesOverSteps(seen: Seen): LabFigure | undefined {
  const grid = gridOf(seen);
  const lines = thin(
    seen.generated.filter((line) => quantilesOf(line)),
    9,
  );
  if (!grid || lines.length < 2) return undefined;
  const range = window(
    grid,
    undefined,
    lines.map((line) => quantilesOf(line)!),
  );
  const drawn = lines.map((line) => ({ step: line.step, spots: densityLines(grid, quantilesOf(line)!, range) }));
  const top = heightOf(
    grid,
    drawn.flatMap(({ spots }) => spots),
  );
  const values = drawn.flatMap(({ step, spots }) => spots.map((spot) => ({ ...spot, y: Math.min(spot.y, top), step })));
  const fieldAxis = { labelFontSize: 10, tickCount: 3 } as const;
  return {
    section: "generator",
    name: "pdf-over-steps",
    caption:
      `The same densities at ${lines.length} moments of the training, from ${stepWords(lines[0]!.step)} to ${stepWords(lines.at(-1)!.step)}. ` +
      "The generated rows wander towards the true ones; that they stay there is not said.",
    alt: `Small figures of true and generated density at the steps ${lines.map(({ step }) => count(step)).join(", ")}`,
    spec: {
      ...panels,
      title: "How the generated rows came to lie",
      data: { values },
      ...byStep,
      spec: {
        width: 118,
        height: 70,
        mark: { type: "line", strokeWidth: 1.5, clip: true },
        encoding: {
          x: { field: "x", ...numeric(null, range), axis: { ...fieldAxis, grid: false } },
          y: {
            field: "y",
            type: "quantitative",
            title: null,
            scale: { domain: [0, top], nice: false },
            axis: fieldAxis,
          },
          color: lineColours(both, 2),
        },
      },
    },
  };
}
