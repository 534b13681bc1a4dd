// GANDI, "the discriminator at its best" (after E. Karavani 2017, github.com/ehudkr/gandi, who asked in one dimension when the
// discriminator of an ordinary GAN tells anomalies from normal rows). The GAN of gan.ts is trained once, and its discriminator is
// kept at steps on the way, the first of them close together. A criterion that knows no anomaly picks those that score
// (gandi/criteria.ts), and how their logits are read is in gandi/reading.ts.
//
// PICK, TOGETHER and the reading were chosen by mean AUROC on sets of ADBench (half of the normal rows of at most 8,000 rows train):
// ten with two seeds (breastw, cardio, ionosphere, mammography, pima, satellite, shuttle, thyroid, vowels, wdbc), then twelve
// more with one (annthyroid, cardiotocography, fault, glass, letter, pageblocks, pendigits, satimage-2, stamps, vertebral, wilt,
// yeast). On the ten and on the twelve: doubt of the last discriminator 0.29 and 0.42, worse than guessing, as far from all rows it
// says "real" as often as not; unusual to the last 0.73 and 0.52, to the best by the criterion 0.74 and 0.54, to twelve of them
// 0.84 and 0.63, to all 24 0.84 and 0.62; to the best of 24 by the labels 0.87 and 0.74. Of twelve together no criterion is clearly
// above another. With the players of 2017 (the ten, one seed) doubt had 0.59 at the last step and 0.63 with twelve together, unusual 0.72
// and 0.81.

import { neg } from "../graph/ops/arithmetic.js";
import { withId } from "../tensor/errors.js";
import { defineDetector, type Learned, type LearningSite, type RowShape } from "./define.js";
import type { GanNetworks } from "./gan/game.js";
import { codeOf, encodingOf, ganOf, trainingParameters } from "./gan/training.js";
import { highest, valuesOf } from "./gandi/choose.js";
import { type Criterion, type CriterionId, criteria, criterionIds } from "./gandi/criteria.js";
import { withPlayersOf2017 } from "./gandi/players.js";
import { readings, scoreOf } from "./gandi/reading.js";
import { logitOf, type Snapshot, snapshotsOf } from "./gandi/snapshots.js";
import { choice, int, type Values } from "./parameters.js";
import { type Trained, trainNetworks } from "./trained.js";

const PICK: CriterionId = "real-against-made";
const TOGETHER = 12;

const parameters = {
  ...trainingParameters,
  players: choice(["gan", "gandi"], {
    fallback: "gan",
    doc: "gandi: networks, noise, Adam and minibatches of 12 of Karavani 2017, whatever the parameters above say (code: 1; it took 200,001 steps)",
  }),
  snapshots: int({ fallback: 24, doc: "discriminators that are kept on the way, the last one among them" }),
  pick: choice(criterionIds, {
    fallback: PICK,
    doc: "the criterion, which knows no anomaly, by which the discriminators that score are picked",
  }),
  together: int({
    fallback: TOGETHER,
    doc: "how many of the best by the criterion score together; all where there are fewer (last and 12: the last half)",
  }),
  score: choice(readings, {
    fallback: "unusual",
    doc: "what is strange: rows whose logits are far from those of held-out rows, or rows that are doubted, -logit as published",
  }),
};

type Given = Values<typeof parameters>;

/** Their spacing grows along the run like the root of the steps: the k-th of n is at (k/n)^1.5 of it. */
const DENSER = 1.5;

/** Steps after which discriminators are kept. @public tests look at them */
export function marksOf(snapshots: number, steps: number): number[] {
  const wanted = Array.from({ length: snapshots }, (_, k) => Math.round(steps * ((k + 1) / snapshots) ** DENSER));
  return [...new Set(wanted.map((step) => Math.max(1, step)))].filter((step) => step <= steps);
}

/** Criteria that need the generator of the same step. */
const needGenerator: readonly string[] = [
  "loss-equilibrium",
  "fit",
  "real-against-generated",
] satisfies Given["pick"][];

/** What the parameters mean for the game, whose noise is one number where the players are those of 2017. */
const playedBy = (p: Given): Given =>
  p.players === "gan" ? p : { ...p, variant: "sound", loss: "cross-entropy", code: p.code || 1 };

function gameOf(p: Given, shape: RowShape): ReturnType<typeof ganOf> {
  const played = playedBy(p);
  const game = ganOf(played, shape, 1);
  return p.players === "gan" ? game : withPlayersOf2017(game, codeOf(played, shape), shape);
}

/** The game, with the last discriminator's doubt as score. @public tests and benches step through it */
export function recipeOf(p: Given, shape: RowShape): Trained<GanNetworks> {
  return {
    ...gameOf(p, shape),
    score: (networks, x) => neg(logitOf({ networks }, x, shape)),
    keep: {
      networks: needGenerator.includes(p.pick) ? ["discriminator", "generator"] : ["discriminator"],
      marks: (count) => marksOf(p.snapshots, count),
    },
  };
}

async function learn(p: Given, site: LearningSite): Promise<Learned> {
  const recipe = recipeOf(p, site);
  // labels that pick weights, for published tables, leave nothing to pick
  const { networks, kept, facts } = await trainNetworks(recipe, site.oracle ? site : { ...site, select: "last" });
  const hasKept = site.oracle === undefined && kept.length > 0;
  const snapshots = await snapshotsOf(hasKept ? kept : [{ step: Number(facts.steps), networks }], {
    site,
    random: site.random.at("criteria"),
    code: codeOf(playedBy(p), site),
    kind: p.variant === "published" ? "cross-entropy" : playedBy(p).loss,
    reading: p.score,
    generates: needGenerator.includes(p.pick),
  });
  const criterion = withId<Criterion>("gandi.pick", p.pick, criteria);
  const values = valuesOf(
    criterion,
    snapshots.map(({ seen }) => seen),
  );
  const picked = highest(values, p.together).map((place) => snapshots[place]!);
  return {
    score: (x) =>
      scoreOf(
        p.score,
        picked.map((each) => ({ logit: logitOf(each, x, site), standard: each.standard })),
      ),
    facts: { ...facts, ...factsOf(snapshots, values, picked) },
    notes: site.oracle ? [] : [noteOn(p, site)],
  };
}

const stepsOf = (snapshots: readonly Snapshot[]): string => snapshots.map(({ step }) => step).join(", ");

const factsOf = (
  snapshots: readonly Snapshot[],
  values: readonly (number | undefined)[],
  picked: readonly Snapshot[],
): Learned["facts"] => ({
  pickedSteps: stepsOf(picked),
  snapshotSteps: stepsOf(snapshots),
  criterionValues: values.map((value) => (value === undefined ? "none" : value.toPrecision(4))).join(", "),
});

const noteOn = ({ pick }: Given, { heldOut }: LearningSite): string =>
  heldOut.count > 0
    ? `discriminators were picked by "${pick}" over held-out rows, which calibrate the p-values too`
    : `discriminators were picked by "${pick}" over the training rows, as none are held out`;

/**
 * `select` is not looked at: which weights score is what `pick` says. Where no rows are held out, criteria see training rows.
 */
export const gandi = defineDetector({
  id: "gandi",
  about: "The discriminator of a GAN as it was at its best, by a criterion that knows no anomaly.",
  paper: "after E. Karavani 2017, GANDI, github.com/ehudkr/gandi",
  conditional: true,
  parameters,
  encoding: (p) => encodingOf(p),
  learn,
});
