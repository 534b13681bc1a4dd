// Figures of the scores: their distribution with the threshold, and the p-values against evenness.
import { count, number } from "../format.js";
import { palette } from "../palette.js";
import type { Scores } from "../report.js";
import { decadeLabels, type Figure, frame, type Layer } from "./frame.js";
import { binsFor, countInto, decadeTicks } from "./histogram.js";

const kinds = { all: "rows", normal: "normal rows", strange: "anomalies" } as const;

/** Histogram of every row's score, by truth where it is known. Both axes stay legible when few rows are strange. */
export function scoreDistribution(scores: Scores): Figure {
  const { values, labels, threshold } = scores;
  const { edges, scale } = binsFor(values);
  const groups = labels
    ? [
        { kind: kinds.normal, values: values.filter((_, i) => labels[i] === 0) },
        { kind: kinds.strange, values: values.filter((_, i) => labels[i] !== 0) },
      ]
    : [{ kind: kinds.all, values }];
  const bins = groups.flatMap((group) =>
    countInto(edges, group.values).map((rows, i) => ({ from: edges[i]!, to: edges[i + 1]!, rows, kind: group.kind })),
  );
  const low = Math.min(edges[0]!, threshold ?? Infinity);
  const high = Math.max(edges.at(-1)!, threshold ?? -Infinity);
  const mostRows = Math.max(1, ...bins.map((bin) => bin.rows));
  const rightHalf = threshold !== undefined && bins.filter((bin) => bin.to <= threshold).length > bins.length / 2;
  const x = {
    type: "quantitative",
    title: "score, higher is stranger",
    scale: { ...scaleOf(scale), domain: [low, high] as [number, number], nice: false, zero: false },
    axis:
      scale.type === "symlog"
        ? { values: decadeTicks(low, high, scale.constant), labelExpr: decadeLabels, labelOverlap: true }
        : { tickCount: 6 },
  } as const;
  const colours = labels
    ? { domain: [kinds.normal, kinds.strange], range: [palette.normal.light, palette.strange.light] }
    : { domain: [kinds.all], range: [palette.normal.light] };
  return {
    name: "score-distribution",
    caption:
      `How many rows got which score${labels ? ", coloured by the known truth" : ""}. The count axis is logarithmic, so a bar half as high ` +
      `holds far fewer than half the rows, and a handful of strange rows stays visible.` +
      `${scale.type === "symlog" ? " The score axis is compressed towards its ends, because the tail is long." : ""}` +
      `${threshold === undefined ? "" : " Rows on the right of the dashed line are flagged."}`,
    alt:
      `Histogram of ${count(values.length)} scores from ${number(edges[0]!)} to ${number(edges.at(-1)!)}` +
      `${threshold === undefined ? "" : `, threshold at ${number(threshold)}`}`,
    spec: {
      ...frame,
      title: "Distribution of the scores",
      data: { values: bins.filter((bin) => bin.rows > 0) },
      layer: [
        {
          mark: { type: "bar", fillOpacity: labels ? 0.7 : 0.85, binSpacing: 1, minBandSize: 1 },
          encoding: {
            x: { ...x, field: "from", bin: "binned" },
            x2: { field: "to" },
            y: {
              field: "rows",
              type: "quantitative",
              stack: null,
              title: "rows",
              scale: { type: "symlog", constant: 1, domain: [0, mostRows], nice: false },
              axis: { values: countTicks(mostRows), labelExpr: decadeLabels },
            },
            color: { field: "kind", type: "nominal", scale: colours, legend: labels ? { offset: 20 } : null },
          },
        },
        ...(threshold === undefined ? [] : thresholdLayers(threshold, rightHalf, x)),
      ],
    },
  };
}

/** A dashed line at the threshold with its value beside it, on the side that has room. */
function thresholdLayers(threshold: number, rightHalf: boolean, x: { type: "quantitative" }): Layer[] {
  const data = { values: [{ threshold, label: `threshold ${number(threshold, 3)}` }] };
  const encoding = { x: { ...x, field: "threshold" } };
  const side = rightHalf ? ({ align: "right", dx: -5 } as const) : ({ align: "left", dx: 5 } as const);
  return [
    { data, mark: { type: "rule", color: palette.ink.light, strokeDash: [4, 3] }, encoding },
    {
      data,
      mark: { type: "text", ...side, y: -4, baseline: "bottom", fontSize: 11, color: palette.ink.light },
      encoding: { ...encoding, text: { field: "label", type: "nominal" } },
    },
  ];
}

const scaleOf = (scale: { type: "linear" | "symlog"; constant: number }) =>
  scale.type === "symlog" ? scale : ({ type: "linear" } as const);

/** 0, 1, 10, 100, … up to the greatest count. */
function countTicks(most: number): number[] {
  const ticks = [0];
  for (let tick = 1; tick <= most; tick *= 10) ticks.push(tick);
  return ticks;
}

const pValueBins = 20;

/** Histogram of the p-values; rows like the calibration rows would fill every bin alike. */
export function pValueHistogram(pValues: Float32Array): Figure {
  const edges = Array.from({ length: pValueBins + 1 }, (_, i) => i / pValueBins);
  const bins = countInto(edges, pValues).map((rows, i) => ({ from: edges[i]!, to: edges[i + 1]!, rows }));
  const even = pValues.length / pValueBins;
  return {
    name: "p-values",
    caption:
      "The p-value of a row is the share of held-out normal rows that are at least as strange. Normal rows alone would fill every bar up to the dashed line; " +
      "a surplus at the left is what the detector found, a slope elsewhere means that these rows differ from the held-out ones.",
    alt: `Histogram of ${count(pValues.length)} p-values in ${pValueBins} bins; ${count(bins[0]!.rows)} rows are in the lowest, ${count(Math.round(even))} would be expected`,
    spec: {
      ...frame,
      title: "p-values",
      data: { values: bins },
      layer: [
        {
          mark: { type: "bar", fillOpacity: 0.85, color: palette.normal.light, binSpacing: 1 },
          encoding: {
            x: {
              field: "from",
              bin: "binned",
              type: "quantitative",
              title: "p-value, lower is stranger",
              scale: { domain: [0, 1] },
              axis: { tickCount: 5 },
            },
            x2: { field: "to" },
            y: { field: "rows", type: "quantitative", title: "rows", axis: { tickCount: 5, labelExpr: decadeLabels } },
          },
        },
        {
          data: { values: [{ even }] },
          mark: { type: "rule", color: palette.ink.light, strokeDash: [4, 3] },
          encoding: { y: { field: "even", type: "quantitative" } },
        },
      ],
    },
  };
}
