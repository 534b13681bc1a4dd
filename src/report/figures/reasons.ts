// Figure of the reasons: which columns made the strangest rows strange.
import { percent } from "../format.js";
import { palette } from "../palette.js";
import type { StrangeRow } from "../report.js";
import { type Figure, frame } from "./frame.js";

const mostRows = 12;
const mostColumns = 8;
const longestName = 16;

/** A table of shares: the strangest rows downward, the columns that account for most across, darker for more. */
export function columnContributions(strangest: readonly StrangeRow[]): Figure {
  const rows = strangest.slice(0, mostRows);
  const totals = new Map<string, number>();
  for (const { reasons } of rows)
    for (const { column, share } of reasons) totals.set(column, (totals.get(column) ?? 0) + share);
  const columns = [...totals]
    .sort((a, b) => b[1] - a[1])
    .slice(0, mostColumns)
    .map(([column]) => column);
  const shares = rows.flatMap(({ row, reasons }) =>
    reasons
      .filter(({ column }) => columns.includes(column))
      .map(({ column, share }) => ({
        row: String(row),
        column,
        share,
        label: share >= 0.005 ? `${Math.round(share * 100)}` : "",
      })),
  );
  const encoding = {
    x: {
      field: "column",
      type: "nominal",
      title: null,
      scale: { domain: columns, paddingInner: 0.04 },
      axis: {
        orient: "top",
        labelAngle: -35,
        labelAlign: "left",
        labelLimit: 110,
        labelExpr: `length(datum.label) > ${longestName} ? slice(datum.label, 0, ${longestName - 1}) + '…' : datum.label`,
        domain: false,
        ticks: false,
      },
    },
    y: {
      field: "row",
      type: "nominal",
      title: "row",
      scale: { domain: rows.map(({ row }) => String(row)), paddingInner: 0.06 },
      axis: { grid: false },
    },
  } as const;
  return {
    name: "contributions",
    caption:
      `How much of a row's score each column accounts for, in per cent, for the ${rows.length} strangest rows and the columns that matter most to them. ` +
      "Rows with the same dark column are strange in the same way.",
    alt: `Table of shares: ${rows.map(({ row, reasons }) => `row ${row} mostly ${reasons[0]?.column ?? "no column"} (${percent(reasons[0]?.share ?? 0)})`).join("; ")}`,
    spec: {
      ...frame,
      height: 22 * rows.length,
      title: { text: "What made them strange", offset: 4 },
      data: { values: shares },
      layer: [
        {
          mark: { type: "rect", color: palette.normal.light, cornerRadius: 2 },
          encoding: {
            ...encoding,
            fillOpacity: {
              field: "share",
              type: "quantitative",
              scale: { domain: [0, 1], range: [0.06, 0.7], clamp: true },
              legend: null,
            },
          },
        },
        {
          mark: { type: "text", fontSize: 11, color: palette.ink.light },
          encoding: { ...encoding, text: { field: "label", type: "nominal" } },
        },
      ],
    },
  };
}
