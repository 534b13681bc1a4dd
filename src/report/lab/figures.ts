// The figures of a run, in the order in which they are read: those that its records allow.
import type { LabRun } from "../../lab/records.js";
import type { Figure } from "../figures/frame.js";
import { ppFigure, qqFigure } from "./agreement.js";
import { cdfFigure, densitiesOverSteps, pdfFigure } from "./distributions.js";
import { heatMap } from "./heat-map.js";
import type { LabFigure } from "./parts.js";
import { fieldOverSteps, latest, scatterFigure } from "./plane.js";
import { aucByShift, aucOverSteps, rocFan } from "./ranking.js";
import { look, type Seen, type TrueAnomaly } from "./seen.js";
import { sweetSpot } from "./sweet-spot.js";
import { wordsOfTest } from "./tests-of-fit.js";
import { confidenceOverSteps, fitFigure, lossesFigure } from "./training.js";
import { truthFigure } from "./truth.js";

export interface Choice {
  /** Of the figures that show one moment: the last measured step up to this one. Default: the last of all. */
  readonly step?: number;
  /** The anomaly drawn beside the densities. Default: the one that is hardest to overlook and still overlaps. */
  readonly anomaly?: string;
}

/** Every figure of a run, as a specification. The moving picture is made by ./player.js. */
export const labFigures = (run: LabRun, choice: Choice = {}): Figure[] => figuresFor(look(run), choice);

export function figuresFor(seen: Seen, { step: upTo = Number.POSITIVE_INFINITY, anomaly }: Choice): LabFigure[] {
  const line = latest(seen.generated, upTo);
  const step = seen.steps.findLast((each) => each <= upTo) ?? 0;
  const beside = seen.truth.anomalies.find(({ name }) => name === anomaly) ?? telling(seen.truth.anomalies);
  const main = mainTest(seen.tests);
  const perSide = (draw: (side: Seen["sides"][number], mode: Seen["modes"][number]) => LabFigure | undefined) =>
    seen.sides.flatMap((side) => seen.modes.map((mode) => draw(side, mode)));
  return [
    seen.truth.dims === 1 ? truthFigure(seen) : scatterFigure(seen, undefined),
    ...(line
      ? [
          pdfFigure(seen, line, beside),
          cdfFigure(seen, line),
          qqFigure(seen, line),
          ppFigure(seen, line),
          scatterFigure(seen, line),
        ]
      : []),
    densitiesOverSteps(seen),
    lossesFigure(seen),
    ...seen.tests.map((test) =>
      fitFigure(seen, test, wordsOfTest(test).about, "linear", test === main ? undefined : "The other tests of fit"),
    ),
    ...seen.tests.map((test) =>
      fitFigure(seen, test, wordsOfTest(test).about, "logarithmic", "Tests of fit over a logarithmic axis of steps"),
    ),
    fieldOverSteps(seen),
    ...perSide((side, mode) => rocFan(seen, side, mode, upTo)),
    ...perSide((side, mode) => aucOverSteps(seen, side, mode, "linear")),
    ...perSide((side, mode) => aucOverSteps(seen, side, mode, "logarithmic")),
    aucByShift(seen, step),
    ...seen.sides.map((side) => confidenceOverSteps(seen, side)),
    ...seen.tests.flatMap((test) =>
      seen.modes.map((mode) =>
        heatMap(
          seen,
          mode,
          test,
          wordsOfTest(test).better,
          test === main ? undefined : "Heat maps by the other tests of fit",
        ),
      ),
    ),
    sweetSpot(seen),
  ].filter((figure) => figure !== undefined);
}

/** Of all anomalies the one whose ceiling is nearest to 0.92: far enough to be seen, near enough to overlap. */
const telling = (anomalies: readonly TrueAnomaly[]): TrueAnomaly | undefined =>
  anomalies.toSorted(
    (a, b) => Math.abs(a.ceiling - 0.92) - Math.abs(b.ceiling - 0.92) || (b.shift ?? 0) - (a.shift ?? 0),
  )[0];

/** The test that is shown first. */
const mainTest = (tests: readonly string[]): string | undefined => (tests.includes("KS_s") ? "KS_s" : tests[0]);
