// When the discriminator was at its best, and what criteria that know no anomaly would have picked.
import { decadeLabels, type Layer } from "../figures/frame.js";
import { palette } from "../palette.js";
import { type LabFigure, lineColours, panels, panelWidth, rangeOf, stepAxis, stepWords } from "./parts.js";
import { meanAucRows, modeColours } from "./ranking.js";
import { highest, meanAuc, modeWords, type Seen, shown, thin } from "./seen.js";
import { mostPoints } from "./training.js";

/** What each criterion picks: the step of its highest value, and the mean AUC there, for each way of asking. */
export interface Pick {
  readonly id: string;
  readonly step: number;
  readonly auc: Readonly<Partial<Record<"pure" | "single", number>>>;
}

export function picks(seen: Seen): Pick[] {
  const means = new Map(
    seen.modes.map((mode) => [mode, new Map(meanAuc(seen, mode).map(({ step, auc }) => [step, auc]))]),
  );
  return seen.criterionIds.flatMap((id) => {
    const best = highest(seen.criteria, ({ values }) => values[id] ?? Number.NaN);
    if (best === undefined) return [];
    const auc = Object.fromEntries(
      [...means].flatMap(([mode, byStep]) => {
        const value = byStep.get(best.step);
        return value === undefined ? [] : [[mode, value]];
      }),
    );
    return [{ id, step: best.step, auc }];
  });
}

/** The sweet spot: mean AUC over the steps, and under it every criterion with the step it picks. */
export function sweetSpot(seen: Seen): LabFigure | undefined {
  const rows = meanAucRows(seen);
  if (rows.length === 0) return undefined;
  const chosen = picks(seen);
  const mode = seen.modes.includes("single") ? "single" : seen.modes[0]!;
  const best = highest(meanAuc(seen, mode), ({ auc }) => auc)!;
  const last = Math.max(...rows.map(({ step }) => step));
  const x = { ...stepAxis(), scale: { domain: [0, last] as [number, number], nice: false } } as const;
  const marks = (steps: readonly number[], color: string): Layer => ({
    data: { values: steps.map((step) => ({ step })) },
    mark: { type: "rule", strokeWidth: 1, strokeDash: [3, 2], color },
    encoding: { x },
  });
  const axis = { labels: false, ticks: false, grid: false, title: null } as const;
  const picked = ({ id, step }: Pick): number => seen.criteria.find((line) => line.step === step)!.values[id]!;
  const criterion = (id: string, isLast: boolean) => {
    const values = thin(
      seen.criteria.flatMap((line) =>
        Number.isFinite(line.values[id]) ? [{ step: line.step, value: line.values[id]! }] : [],
      ),
      mostPoints,
    );
    const pick = chosen.find((each) => each.id === id)!;
    const auc = pick.auc[mode];
    const top = Math.max(...values.map(({ value }) => value), picked(pick));
    const [from, to] = rangeOf(values.map(({ value }) => value)).domain;
    return {
      width: panelWidth,
      height: 52,
      title: {
        text: `${shown(id)}: picks ${stepWords(pick.step)}${auc === undefined ? "" : `, mean AUC ${auc.toFixed(3)}`}`,
        fontSize: 11,
        fontWeight: "normal" as const,
        offset: 4,
        color: palette.ink.light,
      },
      layer: [
        {
          data: { values },
          mark: {
            type: "line" as const,
            strokeWidth: 1.2,
            color: palette.normal.light,
            clip: true,
            point: values.length === 1,
          },
          encoding: {
            x: isLast ? x : { ...x, axis },
            y: {
              field: "value",
              type: "quantitative" as const,
              title: null,
              scale: { domain: [from, Math.max(to, top)] as [number, number], zero: false, nice: true },
              axis: { tickCount: 2, labelExpr: decadeLabels },
            },
          },
        },
        marks([pick.step], palette.strange.light),
        {
          data: { values: [{ step: pick.step, value: picked(pick) }] },
          mark: {
            type: "point" as const,
            filled: true,
            size: 45,
            color: palette.strange.light,
            opacity: 1,
          },
          encoding: { x: isLast ? x : { ...x, axis }, y: { field: "value", type: "quantitative" as const } },
        },
      ],
    };
  };
  return {
    section: "best",
    name: "sweet-spot",
    caption:
      `Above: AUC averaged over all anomalies; the dashed line marks the step where it was best for ${modeWords[mode]}, ${stepWords(best.step)} with ${best.auc.toFixed(3)}. ` +
      `${chosen.length > 0 ? "Below: what can be computed without knowing any anomaly, higher being better; the dot marks the step each would pick, and its title says what the mean AUC was there." : "No criterion was computed."}`,
    alt: `Mean AUC over steps, best ${best.auc.toFixed(3)} at ${stepWords(best.step)}; ${chosen.map(({ id, step }) => `${id} picks ${stepWords(step)}`).join("; ")}`,
    spec: {
      ...panels,
      title: "When it was at its best",
      spacing: 10,
      resolve: { scale: { x: "shared" } },
      vconcat: [
        {
          width: panelWidth,
          height: 150,
          layer: [
            marks([best.step], palette.ink.light),
            {
              data: { values: rows },
              mark: { type: "line", strokeWidth: 1.5, point: rows.length <= 2 },
              encoding: {
                x: chosen.length === 0 ? x : { ...x, axis },
                y: {
                  field: "auc",
                  type: "quantitative",
                  title: "mean AUC",
                  scale: { zero: false },
                  axis: { tickCount: 5, format: ".2f" },
                },
                color: lineColours(modeColours(seen), 3),
              },
            },
          ],
        },
        ...chosen.map(({ id }, i) => criterion(id, i === chosen.length - 1)),
      ],
    } as LabFigure["spec"],
  };
}
