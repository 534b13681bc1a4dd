// Figure of the truth: the density of normal rows and of every anomaly.
import { frame } from "../figures/frame.js";
import { palette } from "../palette.js";
import { roles } from "./colours.js";
import type { Spot } from "./densities.js";
import { area, gridOf, numeric } from "./distributions.js";
import type { LabFigure } from "./parts.js";
import { type Seen, shown, thin } from "./seen.js";

/** All of what is true: the normal rows and every anomaly. */
export function truthFigure(seen: Seen): LabFigure | undefined {
  const grid = gridOf(seen);
  if (!grid) return undefined;
  const lines = seen.sides.flatMap(({ anomalies }) =>
    anomalies.flatMap(({ name, colour, truth: { pdf } }) =>
      pdf
        ? thin(
            grid.x.map((x, i) => ({ x, y: pdf[i]!, name, colour })),
            200,
          )
        : [],
    ),
  );
  const peaks = seen.sides.flatMap(({ anomalies }) =>
    anomalies.flatMap(({ name, truth: { pdf } }) => {
      if (!pdf) return [];
      const top = pdf.indexOf(Math.max(...pdf));
      return [{ x: grid.x[top]!, y: pdf[top]!, label: shown(name) }];
    }),
  );
  const top = Math.max(...grid.pdf, ...peaks.map(({ y }) => y));
  return {
    section: "truth",
    name: "truth",
    caption:
      "The density of the normal rows, shaded, and of each kind of anomaly, as lines; the farther an anomaly is, the darker its line (on a dark page: the lighter). " +
      "Where a line runs above the shade, a row is likelier an anomaly than normal; where both are high, no score can tell them apart.",
    alt: `Density of the true distribution and of ${seen.names.length} anomalies: ${seen.names.map(shown).join(", ")}`,
    spec: {
      ...frame,
      title: "What is normal, and what is strange",
      layer: [
        area(
          grid.x.map((x, i) => ({ x, y: grid.pdf[i]! })),
          roles.real,
          0.28,
        ),
        {
          data: { values: lines },
          mark: { type: "line", strokeWidth: 1.25 },
          encoding: {
            x: { field: "x", ...numeric("x") },
            y: {
              field: "y",
              type: "quantitative",
              title: "density",
              scale: { domain: [0, top * 1.12], nice: false },
              axis: { tickCount: 5 },
            },
            detail: { field: "name", type: "nominal" },
            color: { field: "colour", type: "nominal", scale: null },
          },
        },
        {
          data: { values: spaced(peaks, grid.x) },
          mark: { type: "text", dy: -6, fontSize: 10, color: palette.muted.light },
          encoding: {
            x: { field: "x", type: "quantitative" },
            y: { field: "y", type: "quantitative" },
            text: { field: "label", type: "nominal" },
          },
        },
      ],
    },
  };
}

/** Labels that are far enough from each other to be read, the farthest anomalies first. */
function spaced<T extends Spot>(labels: readonly T[], x: readonly number[]): T[] {
  const apart = (x.at(-1)! - x[0]!) / 22;
  const kept: T[] = [];
  for (const label of labels.toReversed())
    if (kept.every((other) => Math.abs(other.x - label.x) >= apart)) kept.push(label);
  return kept;
}
