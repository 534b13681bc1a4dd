// The moving picture as data: one frame for each measured step, each a choice of paths. Of one dimension it is the confidence
// over x with both densities behind it, of two the confidence over the square with the rows in it.
import { palette } from "../palette.js";
import { LEVELS, levelColours, roles } from "./colours.js";
import { between, evenly, type Spot, smoothed } from "./densities.js";
import { gridOf, quantilesOf } from "./distributions.js";
import { coarser, latest, sideOf, stripes } from "./plane.js";
import { type Seen, thin } from "./seen.js";

/** How one of the moving paths is painted. */
export interface Pen {
  readonly stroke?: string;
  readonly width?: number;
  readonly fill?: string;
  readonly opacity?: number;
  readonly dash?: string;
  /** Ends of lines, and points, which are lines of no length. */
  readonly round?: true;
}

export interface Frame {
  readonly step: number;
  /** For each pen the place of its path in the list of all paths; the first path of all is empty. */
  readonly paths: readonly number[];
}

/** In CSS pixels: the box that is drawn in, with its scales. */
export interface Stage {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly yTitle: string;
}

export interface Moving {
  readonly stage: Stage;
  /** Behind what moves: markup-free paths that stay. */
  readonly still: readonly { readonly pen: Pen; readonly path: string }[];
  readonly pens: readonly Pen[];
  readonly paths: readonly string[];
  readonly frames: readonly Frame[];
  readonly legend: readonly { readonly text: string; readonly colour: string }[];
  readonly caption: string;
  readonly alt: string;
}

/** @returns nothing of runs that left no confidence */
export const moving = (seen: Seen, mostFrames = 120): Moving | undefined =>
  seen.truth.dims === 1 ? movingLine(seen, mostFrames) : movingSquare(seen, mostFrames);

/** Every path once. */
function library() {
  const paths = [""];
  const places = new Map([["", 0]]);
  return {
    paths,
    place(path: string): number {
      const known = places.get(path);
      if (known !== undefined) return known;
      places.set(path, paths.length);
      return paths.push(path) - 1;
    },
  };
}

const rounded = (x: number): string => String(Math.round(x * 10) / 10);

/** Through the spots, which are in pixels. */
const polyline = (spots: readonly Spot[]): string =>
  spots.map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${rounded(x)} ${rounded(y)}`).join("");

export const toPixels = ({ width, height, left, top, x, y }: Stage) => ({
  x: (value: number): number => left + (width * (value - x[0])) / (x[1] - x[0]),
  y: (value: number): number => top + height * (1 - (value - y[0]) / (y[1] - y[0])),
});

function movingLine(seen: Seen, mostFrames: number): Moving | undefined {
  const grid = gridOf(seen);
  const fields = thin(
    seen.fields.filter(({ confidence }) => confidence.length === grid?.x.length),
    mostFrames,
  );
  if (!grid || fields.length === 0) return undefined;
  const stage: Stage = {
    width: 400,
    height: 220,
    left: 46,
    top: 30,
    x: seen.truth.domain[0]!,
    y: [0, 1],
    yTitle: "confidence",
  };
  const px = toPixels(stage);
  const base = stage.top + stage.height;
  const peak = Math.max(...grid.pdf);
  // the true density reaches six tenths of the height, and what is higher than the figure is cut
  const hill = (spots: readonly Spot[]): string => {
    const tops = spots.map(({ x, y }) => ({
      x: px.x(x),
      y: Math.max(stage.top, base - (0.6 * stage.height * y) / peak),
    }));
    return `${polyline([{ x: tops[0]!.x, y: base }, ...tops, { x: tops.at(-1)!.x, y: base }])}Z`;
  };
  const at = evenly(stage.x, 100);
  const { paths, place } = library();
  const curve = (values: readonly number[]): string =>
    values.length === 0 ? "" : polyline(at.map((x) => ({ x: px.x(x), y: px.y(between(x, grid.x, values)) })));
  const hills = new Map(
    seen.generated.map((line) => {
      const quantiles = quantilesOf(line);
      return [line.step, quantiles ? place(hill(smoothed(quantiles, evenly(stage.x, 140)))) : 0];
    }),
  );
  return {
    stage,
    still: [
      { pen: { fill: roles.real, opacity: 0.28 }, path: hill(at.map((x) => ({ x, y: between(x, grid.x, grid.pdf) }))) },
      { pen: { stroke: palette.muted.light, width: 0.8 }, path: `M${stage.left} ${rounded(px.y(0.5))}h${stage.width}` },
    ],
    pens: [
      { fill: roles.generated, opacity: 0.3 },
      { stroke: roles.anomaly, width: 1.2, dash: "4 3" },
      { stroke: roles.confidence, width: 2 },
    ],
    paths,
    frames: fields.map(({ step, confidence }) => ({
      step,
      paths: [
        hills.get(latest(seen.generated, step)?.step ?? -1) ?? 0,
        place(curve(stretched(confidence))),
        place(curve(confidence)),
      ],
    })),
    legend: [
      { text: "true", colour: roles.real },
      { text: "generated", colour: roles.generated },
      { text: "confidence", colour: roles.confidence },
      { text: "stretched", colour: roles.anomaly },
    ],
    caption:
      "The green line is how sure the discriminator is that a row at x is real (1: real, 0: generated, ½: it cannot tell), asked of single rows. Behind it the density of true rows and, as of the step last plotted, " +
      "that of generated ones, both on a scale of their own. The thin dashed line is the same confidence stretched to the whole height: late in a game it is nearly flat, but only its order counts for AUC. A detector needs the line high over the blue hill and low beside it; what it does where there are no rows at all is chance.",
    alt: `Confidence over x at ${fields.length} steps, with true and generated density`,
  };
}

/** From 0 at the least to 1 at the most; nothing of what is flat. */
function stretched(confidence: readonly number[]): number[] {
  const [low, high] = [Math.min(...confidence), Math.max(...confidence)];
  return high - low > 1e-4 ? confidence.map((value) => (value - low) / (high - low)) : [];
}

function movingSquare(seen: Seen, mostFrames: number): Moving | undefined {
  const fields = thin(seen.fields, mostFrames);
  const [across, up] = seen.truth.domain;
  if (fields.length === 0 || !across || !up) return undefined;
  const stage: Stage = { width: 320, height: 320, left: 46, top: 30, x: across, y: up, yTitle: "y" };
  const px = toPixels(stage);
  const { paths, place } = library();
  const side = Math.min(32, sideOf(fields[0]!));
  const cell = stage.width / side;
  const dots = (points: readonly (readonly [number, number])[]): string =>
    thin(points, 160)
      .filter(([x, y]) => x >= across[0] && x <= across[1] && y >= up[0] && y <= up[1])
      .map(([x, y]) => `M${rounded(px.x(x))} ${rounded(px.y(y))}h0`)
      .join("");
  const clouds = new Map(seen.generated.map((line) => [line.step, place(dots(line.points ?? []))]));
  const real = place(dots(seen.truth.points ?? []));
  const levelPaths = (confidence: readonly number[], of: number): number[] => {
    const parts = Array.from<string>({ length: LEVELS }).fill("");
    for (const { level, row, from, to } of stripes(coarser(confidence, of, side).confidence, side))
      parts[level] +=
        `M${rounded(stage.left + from * cell)} ${rounded(stage.top + stage.height - (row + 0.5) * cell)}h${rounded((to - from) * cell)}`;
    return parts.map(place);
  };
  return {
    stage,
    still: [],
    pens: [
      ...levelColours.map((stroke): Pen => ({ stroke, width: cell + 0.4 })),
      { stroke: roles.real, width: 3.4, round: true },
      { stroke: roles.generated, width: 3.4, round: true },
    ],
    paths,
    frames: fields.map((field) => ({
      step: field.step,
      paths: [
        ...levelPaths(field.confidence, sideOf(field)),
        real,
        clouds.get(latest(seen.generated, field.step)?.step ?? -1) ?? 0,
      ],
    })),
    legend: [
      { text: "true rows", colour: roles.real },
      { text: "generated rows", colour: roles.generated },
    ],
    caption:
      "What the discriminator holds of each place: the bluer, the surer it is that rows there are real, the more orange, the surer that they are generated; where it cannot tell, there is hardly a colour. " +
      "Points are true rows and, as of the step last plotted, generated ones. Rows in an orange place are called strange.",
    alt: `Confidence over the square at ${fields.length} steps, with true and generated rows`,
  };
}
