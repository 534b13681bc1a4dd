// What every figure shares: its parts, its size, its type and its axes.
import type { Config, TopLevelSpec } from "vega-lite";
import { palette } from "../palette.js";

export interface Figure {
  /** File name without ending. */
  readonly name: string;
  /** How to read it, in sentences. */
  readonly caption: string;
  /** What it shows, for who cannot see it. */
  readonly alt: string;
  readonly spec: TopLevelSpec;
}

/** One layer of a layered specification. */
export type Layer = Extract<TopLevelSpec, { layer: unknown }>["layer"][number];

/** In CSS pixels, the width with all labels. Small enough to stay legible on a phone, where a figure is as wide as the screen. */
const width = 460;
const height = 220;

export const fontStack = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

const text = { font: fontStack, fontSize: 12 };
const axis = {
  labelFont: fontStack,
  labelFontSize: 11,
  labelColor: palette.muted.light,
  titleFont: fontStack,
  titleFontSize: 12,
  titleFontWeight: "normal",
  titleColor: palette.muted.light,
  titlePadding: 6,
  domainColor: palette.line.light,
  tickColor: palette.line.light,
  gridColor: palette.line.light,
} as const;

const config: Config = {
  aria: false, // the page describes the figure as a whole
  background: palette.page.light,
  padding: 8,
  font: fontStack,
  view: { stroke: null },
  title: {
    font: fontStack,
    fontSize: 14,
    fontWeight: 600,
    color: palette.ink.light,
    anchor: "start",
    frame: "group",
    offset: 12,
  },
  axis,
  axisX: { grid: false, tickSize: 4, labelFlush: false },
  axisY: { domain: false, ticks: false, labelPadding: 6 },
  legend: {
    orient: "top",
    title: null,
    labelFont: fontStack,
    labelFontSize: 12,
    labelColor: palette.ink.light,
    symbolStrokeWidth: 2,
    symbolSize: 90,
    offset: 4,
  },
  text: { ...text, color: palette.ink.light },
};

/** 1500 as 1.5k, 0.00002 as 2e-5: for axes that may span decades. */
export const decadeLabels =
  "datum.value === 0 ? '0' : abs(datum.value) >= 1e3 ? format(datum.value, '~s')" +
  " : abs(datum.value) < 1e-3 ? format(datum.value, '.0e') : format(datum.value, '~g')";

export const frame = {
  $schema: "https://vega.github.io/schema/vega-lite/v6.json",
  width,
  height,
  autosize: { type: "fit-x", contains: "padding" },
  config,
} as const;
