// Figure of AUC by fit: measured steps ordered by a test of fit, anomalies by shift.
import type { FitTest } from "../../lab/fit/define.js";
import type { Mode } from "../../lab/records.js";
import { frame } from "../figures/frame.js";
import { count } from "../format.js";
import { palette } from "../palette.js";
import { fileName, type LabFigure } from "./parts.js";
import { modeWords, type Seen, shown, thin } from "./seen.js";

const badness: Readonly<Record<FitTest["better"], (fit: number) => number>> = {
  lower: (fit) => fit,
  higher: (fit) => -fit,
  half: (fit) => Math.abs(fit - 0.5),
};

const mostRows = 90;

/** Cells are drawn in steps of this much, so that equal neighbours are one shape. */
const shade = 0.02;

/** Steps by how well the generator fitted, anomalies by shift, and AUC as colour. */
export function heatMap(
  seen: Seen,
  mode: Mode,
  test: string,
  better: FitTest["better"],
  fold?: string,
): LabFigure | undefined {
  const byStep = new Map(seen.fits.map(({ step, tests }) => [step, tests[test]]));
  const rows = seen.steps
    .flatMap((step) => {
      const fit = byStep.get(step);
      return fit === undefined || !Number.isFinite(fit) ? [] : [{ step, fit }];
    })
    .sort((a, b) => badness[better](a.fit) - badness[better](b.fit));
  if (rows.length < 2) return undefined;
  const drawn = thin(rows, mostRows);
  const cells = seen.names.flatMap((name) => {
    const merged: { anomaly: string; from: number; to: number; auc: number }[] = [];
    for (const [row, { step }] of drawn.entries()) {
      const auc = seen.at(mode, name, step)?.auc;
      if (auc === undefined) continue;
      const rounded = Math.round(auc / shade) * shade;
      const before = merged.at(-1);
      if (before && before.auc === rounded && before.to === row) merged[merged.length - 1] = { ...before, to: row + 1 };
      else merged.push({ anomaly: shown(name), from: row, to: row + 1, auc: rounded });
    }
    return merged;
  });
  cells.sort((a, b) => a.auc - b.auc); // one shape a colour in the file
  const labels = thin([...drawn.keys()], Math.min(drawn.length, 9));
  const texts = Object.fromEntries(labels.map((row) => [row + 0.5, drawn[row]!.fit.toPrecision(3).replace(/^-/, "−")]));
  return {
    section: "discriminator",
    ...(fold ? { fold } : {}),
    name: `heatmap-${fileName(test)}-${mode}`,
    caption:
      `Every row is a measured step, the best fit by ${test} on top and the worst below${rows.length > drawn.length ? ` (${drawn.length} of ${count(rows.length)} steps)` : ""}; every column an anomaly; the colour is its AUC. ` +
      "If a good fit made a good detector, columns would grow paler downward.",
    alt: `Heat map of AUC, ${drawn.length} steps ordered by ${test} by ${seen.names.length} anomalies`,
    spec: {
      ...frame,
      height: 300,
      title: `AUC by fit (${test}) and anomaly, ${modeWords[mode]}`,
      data: { values: cells },
      mark: { type: "rect", strokeWidth: 0 },
      encoding: {
        x: {
          field: "anomaly",
          type: "nominal",
          title: "anomaly",
          scale: { domain: seen.names.map(shown), paddingInner: 0.02 },
          axis: { labelAngle: seen.names.length > 10 ? -50 : 0, ticks: false, domain: false },
        },
        y: {
          field: "from",
          type: "quantitative",
          title: `${test}, best on top`,
          scale: { domain: [0, drawn.length], reverse: true, nice: false },
          axis: {
            values: labels.map((row) => row + 0.5),
            labelExpr: `${JSON.stringify(texts)}[datum.value]`,
            grid: false,
          },
        },
        y2: { field: "to" },
        color: {
          field: "auc",
          type: "quantitative",
          scale: { domain: [0, 1], scheme: "greenblue" },
          legend: {
            orient: "right",
            title: "AUC",
            gradientLength: 200,
            titleFontSize: 11,
            titleColor: palette.muted.light,
            values: [0, 0.5, 1],
          },
        },
      },
    },
  };
}
