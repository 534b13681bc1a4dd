// Two figures of how far generated rows agree with the truth: quantiles against quantiles, probabilities against probabilities.
import type { GeneratedLine } from "../../lab/records.js";
import { frame } from "../figures/frame.js";
import { palette } from "../palette.js";
import { roles } from "./colours.js";
import { between, quantileOn, type Spot } from "./densities.js";
import { gridOf, quantilesOf } from "./distributions.js";
import { type LabFigure, stepWords } from "./parts.js";
import { type Seen, thin } from "./seen.js";

interface Against {
  readonly name: string;
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly caption: string;
  readonly spots: readonly Spot[];
  readonly ends: readonly [number, number];
}

/** Points beside the line on which all would lie if nothing differed. */
function against({ name, title, x, y, caption, spots, ends }: Against): LabFigure {
  const axis = (field: string, words: string) =>
    ({
      field,
      type: "quantitative",
      title: words,
      scale: { zero: false, nice: false },
      axis: { tickCount: 6 },
    }) as const;
  return {
    section: "generator",
    ...{ name, caption },
    alt: `${title}: ${spots.length} points beside the diagonal`,
    spec: {
      ...frame,
      title,
      layer: [
        {
          data: { values: ends.map((end) => ({ x: end, y: end })) },
          mark: { type: "line", color: palette.ink.light, strokeDash: [4, 3], strokeWidth: 1 },
          encoding: { x: axis("x", x), y: axis("y", y) },
        },
        {
          data: { values: [...spots] },
          mark: { type: "point", filled: true, size: 14, color: roles.generated, opacity: 0.75 },
          encoding: { x: axis("x", x), y: axis("y", y) },
        },
      ],
    },
  };
}

export function qqFigure(seen: Seen, line: GeneratedLine): LabFigure | undefined {
  const [grid, quantiles] = [gridOf(seen), quantilesOf(line)];
  if (!grid || !quantiles) return undefined;
  const last = quantiles.length - 1;
  const spots = thin(quantiles.map((y, i) => ({ x: quantileOn(i / last, grid.x, grid.cdf), y })).slice(1, -1), 130);
  const xs = spots.map(({ x }) => x);
  return against({
    name: "qq",
    title: `QQ plot, ${stepWords(line.step)}`,
    x: "quantile of the true distribution",
    y: "quantile of generated rows",
    caption:
      "Quantiles against quantiles: each point is one share of the rows: how far up the true distribution reaches it, and how far the generated rows do. On the dashed line both agree; " +
      "points above it are too high, a flat stretch means that rows crowd there, and the ends show the tails.",
    spots,
    ends: [Math.min(...xs), Math.max(...xs)],
  });
}

export function ppFigure(seen: Seen, line: GeneratedLine): LabFigure | undefined {
  const [grid, quantiles] = [gridOf(seen), quantilesOf(line)];
  if (!grid || !quantiles) return undefined;
  const last = quantiles.length - 1;
  return against({
    name: "pp",
    title: `PP plot, ${stepWords(line.step)}`,
    x: "share of true rows below x",
    y: "share of generated rows below x",
    caption:
      "Probabilities against probabilities: the two distribution functions against each other, over all x. On the dashed line both agree; unlike quantiles, which show the tails, this shows the middle, " +
      "where most rows are.",
    spots: thin(
      quantiles.map((x, i) => ({ x: between(x, grid.x, grid.cdf), y: i / last })),
      130,
    ),
    ends: [0, 1],
  });
}
