// What the laboratory's figures share: their place on the page, axes of steps, and panels of half a figure's width.
import type { Figure } from "../figures/frame.js";
import { decadeLabels, frame } from "../figures/frame.js";
import { count } from "../format.js";
import { palette } from "../palette.js";

export type Section = "truth" | "generator" | "discriminator" | "best";

/** A figure, the section that shows it, and whether behind a fold. */
export interface LabFigure extends Figure {
  readonly section: Section;
  /** Words of the fold that holds it together with others of the same words. */
  readonly fold?: string;
}

export type StepScale = "linear" | "logarithmic";

/** Axis of steps; on a logarithmic one step 0 has no place. */
export const stepAxis = (scale: StepScale = "linear", title: string | null = "step") =>
  ({
    field: "step",
    type: "quantitative",
    title,
    scale:
      scale === "linear"
        ? { nice: false as const, zero: true as const }
        : { type: "log" as const, nice: false as const },
    axis:
      scale === "linear"
        ? { tickCount: 5, labelExpr: decadeLabels, grid: false }
        : {
            labelExpr: `indexof('125', format(datum.value, 'e')[0]) < 0 ? '' : ${decadeLabels}`,
            labelOverlap: true,
            grid: false,
          },
  }) as const;

/** Small multiples, one for each step of the data, three in a row. */
export const byStep = {
  facet: {
    field: "step",
    type: "ordinal",
    title: null,
    header: {
      labelExpr: "'step ' + format(datum.value, ',')",
      labelFontSize: 11,
      labelColor: palette.muted.light,
      labelPadding: 3,
    },
  },
  columns: 3,
  spacing: { row: 14, column: 16 },
} as const;

export const onScale = <T extends { readonly step: number }>(list: readonly T[], scale: StepScale): T[] =>
  list.filter(({ step }) => scale === "linear" || step > 0);

export const shareAxis = (field: string, title: string | null) =>
  ({
    field,
    type: "quantitative",
    title,
    scale: { domain: [0, 1] as [number, number], nice: false },
    axis: { tickCount: 5, format: ".1f" },
  }) as const;

interface Named {
  readonly name: string;
  readonly colour: string;
}

/** Lines in their colours, with a legend in so many columns above the figure. */
export const lineColours = (list: readonly Named[], columns: number) =>
  ({
    field: "series",
    type: "nominal",
    scale: { domain: list.map(({ name }) => name), range: list.map(({ colour }) => colour) },
    legend: { columns, symbolType: "stroke", symbolStrokeWidth: 2.5, labelFontSize: 11, labelLimit: 220, offset: 10 },
  }) as const;

/** The same with the legend beside the figure: of many lines, the last of the list on top, where far anomalies are. */
export const manyColours = (list: readonly Named[], title?: string) =>
  ({
    ...lineColours(list.toReversed(), 1),
    legend: {
      ...lineColours(list, 1).legend,
      orient: "right",
      labelLimit: 150,
      rowPadding: 3,
      ...(title ? { title, titleFontSize: 11, titleFontWeight: "normal", titleColor: palette.muted.light } : {}),
    },
  }) as const;

/** What several views of one figure share; a view's width is without its labels. */
export const panels = { $schema: frame.$schema, config: frame.config } as const;

/** Width of a panel whose vertical axis has labels and a title, so that the figure is as wide as the others. */
export const panelWidth = 365;

/** "step 200,000". */
export const stepWords = (step: number): string => `step ${count(step)}`;

/** An id as part of a file name. */
export const fileName = (text: string): string => text.replaceAll(/[^\w.-]+/g, "-");

/**
 * From and to of an axis. Where a few values lie far from all others, as at the beginning of a training, they are cut off: with q10
 * and q90 for the tenths at either end and r between them, what is beyond q10 - 5 r or q90 + 5 r.
 */
export function rangeOf(values: readonly number[]): { readonly domain: [number, number]; readonly isCut: boolean } {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const [least, low, high, most] = [at(0), at(0.1), at(0.9), at(1)];
  const between = high - low;
  const from = between > 0 && least < low - 5 * between ? low - 1.5 * between : least;
  const to = between > 0 && most > high + 5 * between ? high + 1.5 * between : most;
  const isCut = from > least || to < most;
  return { domain: to > from ? [from, to] : [from - 0.5, to + 0.5], isCut };
}
