// Figure of the training: every loss over the steps.
import { count } from "../format.js";
import { series } from "../palette.js";
import type { LossRecord } from "../report.js";
import { decadeLabels, type Figure, frame } from "./frame.js";

const mostPoints = 200;

/** One line a loss; long trainings are drawn as means over equal stretches of steps. */
export function trainingLosses(records: readonly LossRecord[]): Figure {
  const stretch = Math.ceil(records.length / mostPoints);
  const points = stretches(records, stretch);
  const values = points.map((point) => point.value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const logarithmic = low > 0 && high / low > 50;
  const names = [...new Set(points.map((point) => point.loss))];
  const last = records.at(-1)?.step ?? 0;
  return {
    name: "training",
    caption:
      `The losses over ${count(last)} training steps${stretch > 1 ? `, each point the mean of ${count(stretch)} records` : ""}. ` +
      `A line that has levelled off has little left to learn; losses that play against each other need not fall, but should stay bounded.` +
      `${logarithmic ? " The loss axis is logarithmic." : ""}`,
    alt: `Line chart over ${count(last)} steps of: ${names.join(", ")}`,
    spec: {
      ...frame,
      title: "Training",
      data: { values: points },
      mark: { type: "line", strokeWidth: 1.75, ...(points.length === names.length ? { point: true } : {}) },
      encoding: {
        x: { field: "step", type: "quantitative", title: "step", axis: { tickCount: 5, labelExpr: decadeLabels } },
        y: {
          field: "value",
          type: "quantitative",
          title: "loss",
          scale: logarithmic ? { type: "log" } : { zero: false },
          axis: logarithmic ? { tickCount: 5, labelExpr: decadeLabels } : { tickCount: 5 },
        },
        color: { field: "loss", type: "nominal", scale: { domain: names, range: [...series] } },
        ...(names.length > series.length
          ? { strokeDash: { field: "loss", type: "nominal", scale: { domain: names } } }
          : {}),
      },
    },
  };
}

/** Means of every loss over `stretch` records at a time, at the last step of each. What is not finite is left out. */
function stretches(records: readonly LossRecord[], stretch: number) {
  const points: { step: number; loss: string; value: number }[] = [];
  for (let start = 0; start < records.length; start += stretch) {
    const part = records.slice(start, start + stretch);
    for (const loss of Object.keys(part[0]!).filter((name) => name !== "step")) {
      const seen = part.map((record) => record[loss]).filter((value) => value !== undefined && Number.isFinite(value));
      if (seen.length === 0) continue;
      const value = seen.reduce<number>((sum, next) => sum + next!, 0) / seen.length;
      points.push({ step: part.at(-1)!.step, loss, value });
    }
  }
  return points;
}
