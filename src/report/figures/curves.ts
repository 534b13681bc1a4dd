// Figures of ranking against known labels: ROC, and precision against recall.
import { percent } from "../format.js";
import { palette } from "../palette.js";
import type { Point } from "../report.js";
import { type Figure, frame, type Layer } from "./frame.js";

const unit = {
  type: "quantitative",
  scale: { domain: [0, 1] as [number, number] },
  axis: { tickCount: 5, format: "~%" },
} as const;

/** False alarms (x) against detections (y), both shares, with the diagonal of a score that knows nothing. */
export function rocCurve(points: readonly Point[]): Figure {
  return {
    name: "roc",
    caption:
      "Moving the threshold from strict to lenient: the share of anomalies found against the share of normal rows flagged with them. " +
      "The further the curve reaches into the upper left corner the better; the dashed diagonal is guessing.",
    alt: "ROC curve: share of anomalies found against share of normal rows flagged",
    spec: curve("ROC curve", points, {
      x: "normal rows flagged",
      y: "anomalies found",
      interpolate: "linear",
      reference: [
        { x: 0, y: 0 },
        { x: 1, y: 1 },
      ],
    }),
  };
}

/** Recall (x) against precision (y), both shares, with the precision of flagging rows blindly. */
export function precisionRecallCurve(points: readonly Point[], prevalence: number | undefined): Figure {
  const blind =
    prevalence === undefined ? "" : ` The dashed line, ${percent(prevalence)}, is the precision of flagging blindly.`;
  return {
    name: "precision-recall",
    caption: `How many of the flagged rows are anomalies, for every share of the anomalies one wants to find.${blind}`,
    alt: "Precision against recall",
    spec: curve("Precision and recall", points, {
      x: "recall: anomalies found",
      y: "precision: flagged rightly",
      interpolate: "step-before",
      reference:
        prevalence === undefined
          ? []
          : [
              { x: 0, y: prevalence },
              { x: 1, y: prevalence },
            ],
    }),
  };
}

interface CurveParts {
  readonly x: string;
  readonly y: string;
  readonly interpolate: "linear" | "step-before";
  readonly reference: readonly Point[];
}

interface LineMark {
  readonly color: string;
  readonly strokeWidth: number;
  readonly strokeDash?: number[];
  readonly interpolate?: "linear" | "step-before";
}

function curve(title: string, points: readonly Point[], parts: CurveParts): Figure["spec"] {
  const encoding = {
    x: { ...unit, field: "x", title: parts.x },
    y: { ...unit, field: "y", title: parts.y },
    order: { field: "order", type: "quantitative" },
  } as const;
  const line = (data: readonly Point[], mark: LineMark): Layer => ({
    data: { values: data.map((point, order) => ({ ...point, order })) },
    mark: { type: "line", ...mark },
    encoding,
  });
  return {
    ...frame,
    title,
    layer: [
      line(parts.reference, { color: palette.ink.light, strokeWidth: 1, strokeDash: [4, 3] }),
      line(thinned(points), { color: palette.normal.light, strokeWidth: 2, interpolate: parts.interpolate }),
    ],
  };
}

/** Drops points too near the last kept one to be seen apart; both ends stay. */
export function thinned(points: readonly Point[], apart = 0.002): Point[] {
  const kept: Point[] = [];
  points.forEach((point, i) => {
    const last = kept.at(-1);
    const visible = !last || Math.abs(point.x - last.x) >= apart || Math.abs(point.y - last.y) >= apart;
    if (visible || i === points.length - 1) kept.push({ x: point.x, y: point.y });
  });
  return kept;
}
