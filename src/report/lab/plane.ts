// Figures of two dimensions: true and generated points, and what the discriminator holds of every place of a square.
import type { FieldLine, GeneratedLine } from "../../lab/records.js";
import { frame } from "../figures/frame.js";
import { count } from "../format.js";
import { palette } from "../palette.js";
import { LEVELS, levelColours, roles } from "./colours.js";
import { byStep, type LabFigure, lineColours, panels, stepWords } from "./parts.js";
import { type Seen, thin } from "./seen.js";

type Points = readonly (readonly [number, number])[];

/** A run of cells of one level in one row of the square. */
export interface Stripe {
  readonly level: number;
  readonly row: number;
  readonly from: number;
  readonly to: number;
}

/** Neighbours of one level as one stripe; values outside 0 to 1 count as the nearer end. */
export function stripes(confidence: readonly number[], side: number): Stripe[] {
  const list: Stripe[] = [];
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const value = confidence[row * side + column] ?? 0.5;
      const level = Math.round(Math.min(1, Math.max(0, Number.isFinite(value) ? value : 0.5)) * (LEVELS - 1));
      const before = list.at(-1);
      if (before && before.row === row && before.level === level) list[list.length - 1] = { ...before, to: column + 1 };
      else list.push({ level, row, from: column, to: column + 1 });
    }
  return list;
}

export const sideOf = ({ side, confidence }: FieldLine): number => side ?? Math.round(Math.sqrt(confidence.length));

/** The values nearest to the middles of at most `most` cells a side. */
export function coarser(
  confidence: readonly number[],
  side: number,
  most: number,
): { confidence: number[]; side: number } {
  const kept = Math.min(side, most);
  const places = Array.from({ length: kept }, (_, i) => Math.floor(((i + 0.5) * side) / kept));
  return { side: kept, confidence: places.flatMap((row) => places.map((column) => confidence[row * side + column]!)) };
}

const both = [
  { name: "true", colour: roles.real },
  { name: "generated", colour: roles.generated },
];

const scatter = (points: Points, most: number, series: string) =>
  thin(points, most).map(([x, y]) => ({ x, y, series }));

export function scatterFigure(seen: Seen, line: GeneratedLine | undefined): LabFigure | undefined {
  const { points, domain } = seen.truth;
  if (points === undefined) return undefined;
  const axis = (field: string, range: readonly [number, number]) =>
    ({
      field,
      type: "quantitative",
      title: field,
      scale: { domain: [...range] as [number, number], nice: false, clamp: true },
      axis: { tickCount: 5, grid: false },
    }) as const;
  return {
    section: line ? "generator" : "truth",
    name: line ? "points" : "truth",
    caption: line
      ? `True rows and generated ones at ${stepWords(line.step)}. Where blue points have no orange ones among them, the generator leaves something out; where orange ones stand alone, it makes up what is not there.`
      : "Rows of the true distribution: all that the players are ever shown.",
    alt: line ? `True and generated points at ${stepWords(line.step)}` : "Points of the true distribution",
    spec: {
      ...frame,
      height: 400,
      title: line ? `True and generated rows, ${stepWords(line.step)}` : "What is normal",
      data: { values: [...scatter(points, 400, "true"), ...scatter(line?.points ?? [], 400, "generated")] },
      mark: { type: "square", size: 7, opacity: 0.6 },
      encoding: {
        x: axis("x", domain[0]!),
        y: axis("y", domain[1]!),
        color: {
          ...lineColours(line ? both : both.slice(0, 1), 2),
          legend: line ? { symbolType: "square", symbolOpacity: 1 } : null,
        },
      },
    },
  };
}

/** The latest of rising lines up to a step. */
export const latest = <T extends { readonly step: number }>(lines: readonly T[], step: number): T | undefined =>
  lines.findLast((line) => line.step <= step);

export function fieldOverSteps(seen: Seen): LabFigure | undefined {
  const { domain, points, dims } = seen.truth;
  if (dims !== 2) return undefined;
  const plotted = new Set(seen.generated.map(({ step }) => step));
  const withPoints = seen.fields.filter(({ step }) => plotted.has(step));
  const fields = thin(withPoints.length > 0 ? withPoints : seen.fields, 9);
  if (fields.length === 0) return undefined;
  const [[left, right], [low, high]] = [domain[0]!, domain[1]!];
  const cells = fields.flatMap(({ step, ...field }) => {
    const { confidence, side } = coarser(field.confidence, sideOf({ step, ...field }), 32);
    const [dx, dy] = [(right - left) / side, (high - low) / side];
    // a little over the neighbours, so that no seam is seen
    return stripes(confidence, side).map(({ level, row, from, to }) => ({
      ...{ step, level, colour: levelColours[level]! },
      ...{
        x: left + from * dx,
        x2: Math.min(right, left + (to + 0.06) * dx),
        y: low + row * dy,
        y2: Math.min(high, low + (row + 1.06) * dy),
      },
    }));
  });
  cells.sort((a, b) => a.level - b.level); // one shape a colour in the file
  const dots = fields
    .flatMap(({ step }) => [
      ...scatter(points ?? [], 90, "true").map((dot) => ({ ...dot, step })),
      ...scatter(latest(seen.generated, step)?.points ?? [], 90, "generated").map((dot) => ({ ...dot, step })),
    ])
    .filter(({ x, y }) => x >= left && x <= right && y >= low && y <= high);
  const axis = (range: readonly [number, number]) =>
    ({
      type: "quantitative",
      title: null,
      scale: { domain: [...range] as [number, number], nice: false },
      axis: { tickCount: 3, labelFontSize: 10, grid: false },
    }) as const;
  return {
    section: "discriminator",
    name: "field-over-steps",
    caption:
      `What the discriminator holds of each place, at ${fields.length} moments: blue where it believes rows to be real, orange where it believes them generated, pale (dark on a dark page) where it does not know; blue points are true rows, orange ones generated. ` +
      "Rows in an orange place are called strange. Far from all rows nobody has taught it anything, and any colour can stand there.",
    alt: `Small maps of the confidence at the steps ${fields.map(({ step }) => count(step)).join(", ")}`,
    spec: {
      ...panels,
      title: "What the discriminator holds of every place",
      data: { values: [...cells, ...dots] },
      ...byStep,
      spec: {
        width: 118,
        height: 118,
        layer: [
          {
            transform: [{ filter: "isValid(datum.colour)" }],
            mark: { type: "rect", strokeWidth: 0 },
            encoding: {
              x: { field: "x", ...axis([left, right]) },
              x2: { field: "x2" },
              y: { field: "y", ...axis([low, high]) },
              y2: { field: "y2" },
              color: { field: "colour", type: "nominal", scale: null },
            },
          },
          {
            transform: [{ filter: "isValid(datum.series)" }],
            mark: { type: "square", size: 5, opacity: 1, strokeWidth: 0 },
            encoding: {
              x: { field: "x", ...axis([left, right]) },
              y: { field: "y", ...axis([low, high]) },
              fill: { ...lineColours(both, 2), legend: { symbolType: "square", symbolOpacity: 1 } },
            },
          },
        ],
      },
    },
  };
}
