// AnoGAN (Schlegl, Seeböck, Waldstein, Schmidt-Erfurth, Langs 2017, arXiv 1703.05921): a GAN learns normal rows, and for
// each row to be judged the code is searched whose generated row is most like it. How badly the search ends is the score
//   (1 - λ)·|x - G(z)| + λ·|f(x) - f(G(z))|
// of the found code z, f being the discriminator's features. Training and new rows go the same way through the search.
//
// `variant: "published"` is the code of Zenati et al. 2018 (houssamzenati/Efficient-GAN-Anomaly-Detection; there is none
// by the authors): 500 steps from one drawn code, distances summed. The default starts at the generated row that is
// nearest, takes fewer and larger steps downhill on |x - G(z)| alone, which costs half as much, and has means in place of
// the sums, so that the two terms weigh alike whatever the sizes of pictures and features.

import type { Node } from "../graph/node.js";
import { add, mul, square, sub } from "../graph/ops/arithmetic.js";
import { sqrt } from "../graph/ops/exponential.js";
import { mean } from "../graph/ops/reduce.js";
import { crossEntropyOf, distanceL1, distanceSquared, meanAbsoluteByRow } from "../nn/losses.js";
import { adam } from "../nn/optimisers.js";
import { cosine, piecewise } from "../nn/schedules.js";
import type { BoundNetworks } from "../train/program.js";
import { defineDetector, type RowShape } from "./define.js";
import type { GanNetworks } from "./gan/game.js";
import { briefResidual, type Descent, type LossOf, search, startsOf } from "./gan/search.js";
import { encodingOf, ganOf, trainingParameters } from "./gan/training.js";
import { choice, int, real, type Values } from "./parameters.js";
import { type Parts, partsOf } from "./row.js";
import { learnByTraining, type Trained } from "./trained.js";

const PUBLISHED_STEPS = 500;
const SOUND_STEPS = 50;
/** Held-out rows that are scored for p-values. */
const MOST_CALIBRATING = 500;

const parameters = {
  ...trainingParameters,
  steps: int({
    min: 0,
    fallback: 0,
    doc: `steps of the search for each row, which is what scoring costs; 0: ${SOUND_STEPS} (published: ${PUBLISHED_STEPS})`,
  }),
  searchRate: real({
    fallback: 0.1,
    doc: "Adam step size of the search, falling along half a cosine (published: 0.01, falling in two jumps)",
  }),
  start: choice(["nearest", "drawn"], {
    fallback: "nearest",
    doc: "where searches start: at the codes of the nearest generated rows, or at codes that are drawn once (published)",
  }),
  candidates: int({ fallback: 256, doc: "generated rows among which the nearest is sought" }),
  restarts: int({ fallback: 1, doc: "searches for each row, each from a start of its own; the best counts" }),
  seek: choice(["residual", "score"], {
    fallback: "residual",
    doc: "what searches lower: |x - G(z)|, or the whole score at about twice the cost (published)",
  }),
  weight: real({ max: 1, fallback: 0.1, doc: "share λ of the discriminator in the score" }),
  term: choice(["features", "cross-entropy"], {
    fallback: "features",
    doc: "discriminator's part: distance of features, or cross-entropy of D(G(z)) against 1",
  }),
  degree: int({ max: 2, fallback: 1, doc: "norm of both distances, 1 or 2" }),
};

type Given = Values<typeof parameters>;

/** The distance of two batches of rows, a number for each row: summed as published, or the mean over the row. */
function distance({ variant, degree }: Given, a: Node, b: Node): Node {
  if (degree === 1) return variant === "published" ? distanceL1(a, b) : meanAbsoluteByRow(a, b);
  const scale = variant === "published" ? 1 : 1 / (a.shape[1] as number);
  // the root has no slope at 0
  return sqrt(add(mul(distanceSquared(a, b), scale), 1e-12));
}

/** Differences far below it count by their squares. */
const ROUNDING_OFF = 0.1;

/**
 * |x - G(z)| of codes for these rows, its edge at 0 rounded off: a search that jumps from one side of an edge to the other
 * ends a little elsewhere in each runtime.
 */
const roundedResidualOver =
  (n: BoundNetworks<GanNetworks>, { row, context }: Parts): LossOf =>
  (codes) => {
    const difference = sub(row, n.generator(codes, context));
    return mean(sqrt(add(square(difference), ROUNDING_OFF ** 2)), { axes: [1] });
  };

/** |x - G(z)| of codes for these rows. */
const residualOver =
  (p: Given, n: BoundNetworks<GanNetworks>, { row, context }: Parts): LossOf =>
  (codes) =>
    distance(p, row, n.generator(codes, context));

/** A(z) of codes for these rows, and nothing of the discriminator where it has no share. */
function scoreOver(p: Given, n: BoundNetworks<GanNetworks>, rows: Parts): LossOf {
  if (p.weight === 0) return residualOver(p, n, rows);
  const { row, context } = rows;
  const { features } = n.discriminator(row, context);
  return (codes) => {
    const rebuilt = n.generator(codes, context);
    const judged = n.discriminator(rebuilt, context);
    const doubt = p.term === "features" ? distance(p, features, judged.features) : crossEntropyOf(judged.logit, 1);
    return add(mul(distance(p, row, rebuilt), 1 - p.weight), mul(doubt, p.weight));
  };
}

/** The step sizes of the authors' code fall earlier for pictures. */
function descentOf({ variant, steps, searchRate }: Given, { picture }: RowShape): Descent {
  if (variant !== "published")
    return { steps: steps || SOUND_STEPS, optimiser: adam({ rate: searchRate, schedule: cosine() }) };
  const [first, second] = picture ? [200, 300] : [300, 400];
  const schedule = piecewise({ step: first!, factor: 0.1 }, { step: second!, factor: 0.05 });
  return { steps: steps || PUBLISHED_STEPS, optimiser: adam({ rate: 0.01, schedule }) };
}

/** Codes for a row's searches to start from: `count` nearest of `drawn`, or the first `count`. */
function startsFor({ variant, start, candidates, restarts }: Given, { condition }: RowShape) {
  const nearest = variant !== "published" && start === "nearest" && condition === 0;
  return { nearest, count: restarts, drawn: nearest ? Math.max(candidates, restarts) : restarts };
}

/** The game and the score. @public tests and benches step through it */
export function recipeOf(p: Given, shape: RowShape): Trained<GanNetworks> {
  const starts = startsFor(p, shape);
  const seeksScore = p.seek === "score" || p.variant === "published";
  return {
    ...ganOf(p, shape, starts.drawn),
    score: (n, x) => {
      const rows = partsOf(x, shape);
      const sought = seeksScore ? scoreOver(p, n, rows) : roundedResidualOver(n, rows);
      const code = search(startsOf(n, rows, starts), sought, descentOf(p, shape));
      return { score: scoreOver(p, n, rows)(code), rebuilt: n.generator(code, rows.context) };
    },
    criterion: (n, x) => briefResidual(n, partsOf(x, shape)),
    calibrating: MOST_CALIBRATING,
  };
}

/**
 * Where held-out rows pick the weights (`select: "held-out"`), the criterion is the mean residual |x - G(z)| after a
 * search of 10 steps: the whole search at each look would cost more than the training.
 */
export const anogan = defineDetector({
  id: "anogan",
  about: "GAN of normal rows; the code that generates a row is searched, and strange rows are matched badly.",
  paper:
    "Schlegl et al. 2017, Unsupervised Anomaly Detection with Generative Adversarial Networks to Guide Marker Discovery, arXiv 1703.05921",
  conditional: true,
  parameters,
  encoding: (p) => encodingOf(p),
  learn: (p, site) => learnByTraining(recipeOf(p, site), site),
});
