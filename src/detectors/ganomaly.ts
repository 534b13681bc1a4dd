// GANomaly (Akcay, Atapour-Abarghouei, Breckon 2018, arXiv 1805.06725): an encoder, a decoder and a second encoder, which
// learn to rebuild normal rows so that a discriminator cannot tell them apart. Strange rows are rebuilt badly, and the
// code of what was rebuilt is far from their own.
//
// `variant: "published"` is the authors' code at any size of pictures: 64 filters, a code of 100, Adam 2e-4 at a constant
// rate, and the mean square between the codes as the score. Four things of that code are options or left out. Batch
// normalisation never left training mode, so that scores depended on the rows beside them: `statistics: "batch"`. The
// adversarial loss was cross-entropy until August 2019: `adversarial: "cross-entropy"`. The paper's score is an L1
// distance: `score: "latent-l1"`. A discriminator whose loss fell under 1e-5 was started anew, and digits were scaled to
// -0.42 to 2.82, which tanh cannot give: neither is done here. Scores are not stretched to 0..1 over the test set, which
// changes no ranking.
//
// The default lets the rate fall to zero, and its score is the error of the row and that of the code, each in units of its
// mean over the last batches of training; the code counts more, as it told more of Fashion-MNIST's classes 0, 3 and 7.
// Fit option `select: "held-out"` picks weights by the mean |x - x̂| of held-out rows.

import { scalings } from "../encode/encoding.js";
import type { Node } from "../graph/node.js";
import { add, mul } from "../graph/ops/arithmetic.js";
import {
  binaryCrossEntropy,
  distanceL1,
  meanAbsolute,
  meanAbsoluteByRow,
  meanSquare,
  meanSquareByRow,
} from "../nn/losses.js";
import { adam } from "../nn/optimisers.js";
import { constantRate, cosine } from "../nn/schedules.js";
import { defineDetector, type RowShape } from "./define.js";
import {
  type Networks,
  pictureNetworks,
  publishedWidths,
  type Remade,
  tableNetworks,
  widthsFor,
} from "./ganomaly/networks.js";
import { choice, int, real, type Values } from "./parameters.js";
import { contextOf, judgedOf } from "./row.js";
import { epochs, learnByTraining, type Trained } from "./trained.js";

const scores = ["by-variant", "combined", "latent-l2", "latent-l1", "reconstruction"] as const;

const parameters = {
  variant: choice(["sound", "published"], {
    fallback: "sound",
    doc: "published: the networks and the schedule of the authors' code",
  }),
  epochs: int({ min: 0, fallback: 15, doc: "passes over the training rows; 0 scores with untrained networks" }),
  fewestSteps: int({ min: 0, fallback: 2000, doc: "steps at least, however few the rows (sound variant)" }),
  batch: int({ fallback: 64, doc: "rows in a minibatch" }),
  filters: int({
    min: 0,
    fallback: 0,
    doc: "pictures: channels of the first convolution; 0: 32 (published: 64)",
  }),
  code: int({
    min: 0,
    fallback: 0,
    doc: "length of the codes; 0: 100 for pictures, for tables about a quarter of the features, at most 32 (published: 32)",
  }),
  rate: real({ fallback: 0, doc: "Adam step size; 0: 2e-4 for pictures, 1e-3 for tables (published: 2e-4)" }),
  adversarial: choice(["features", "cross-entropy"], {
    fallback: "features",
    doc: "generator's adversarial loss: distance of the discriminator's features, or its verdict (code before August 2019)",
  }),
  contextual: real({ fallback: 50, doc: "weight of mean |x - x̂| in the generator's loss" }),
  latent: real({ fallback: 1, doc: "weight of the mean squared distance of the codes in the generator's loss" }),
  score: choice(scores, {
    fallback: "by-variant",
    doc: "by-variant: combined where sound, latent-l2 (mean square between the codes) where published; latent-l1: the paper's",
  }),
  weight: real({ max: 1, fallback: 0.8, doc: "share of the codes' distance in the combined score" }),
  statistics: choice(["running", "batch"], {
    fallback: "running",
    doc: "pictures: batch normalisation scores by running statistics; batch: by those of the rows scored together, as the authors' code",
  }),
  scaling: choice(scalings, { fallback: "standard", doc: "scaling of numbers (published: minmax)" }),
};

type Parameters = Values<typeof parameters>;

function networksOf(p: Parameters, shape: RowShape): Networks {
  const isPublished = p.variant === "published";
  const { picture, features, condition } = shape;
  if (picture === undefined) {
    const chosen = isPublished
      ? { ...publishedWidths, code: p.code > 0 ? p.code : publishedWidths.code }
      : widthsFor(features, p.code);
    return tableNetworks(shape, chosen);
  }
  const filters = p.filters > 0 ? p.filters : isPublished ? 64 : 32;
  return pictureNetworks({ picture, filters, condition, statistics: p.statistics }, p.code > 0 ? p.code : 100);
}

function scoreOf(p: Parameters, x: Node, { code, rebuilt, again, terms }: Remade): Node {
  const kind = p.score !== "by-variant" ? p.score : p.variant === "published" ? "latent-l2" : "combined";
  const scores = {
    "latent-l2": () => meanSquareByRow(code, again),
    "latent-l1": () => distanceL1(code, again),
    reconstruction: () => meanSquareByRow(x, rebuilt),
    combined: () => add(mul(terms.reconstruction, 1 - p.weight), mul(terms.latent, p.weight)),
  };
  return scores[kind]();
}

/** The game, its schedule and its score. @public the benches step through it */
export function recipeOf(p: Parameters, shape: RowShape): Trained<Networks> {
  const isPublished = p.variant === "published";
  const usualRate = isPublished || shape.picture !== undefined ? 2e-4 : 1e-3;
  return {
    networks: networksOf(p, shape),
    // both gradients are taken before either moves, as in the authors' code
    simultaneous: true,
    turns: [
      {
        moves: ["generator"],
        losses: (n, row) => {
          const [x, context] = [judgedOf(row, shape), contextOf(row, shape)];
          const { code, rebuilt, again } = n.generator(x, context);
          const judged = n.discriminator(rebuilt, context);
          return {
            adversarial:
              p.adversarial === "features"
                ? meanSquare(n.discriminator(x, context).features, judged.features)
                : binaryCrossEntropy(judged.logit, 1),
            contextual: mul(meanAbsolute(x, rebuilt), p.contextual),
            latent: mul(meanSquare(code, again), p.latent),
          };
        },
      },
      {
        moves: ["discriminator"],
        losses: (n, row) => {
          const [x, context] = [judgedOf(row, shape), contextOf(row, shape)];
          const real = n.discriminator(x, context);
          const fake = n.discriminator(n.generator(x, context).rebuilt, context);
          return {
            real: mul(binaryCrossEntropy(real.logit, 1), 0.5),
            fake: mul(binaryCrossEntropy(fake.logit, 0), 0.5),
          };
        },
      },
    ],
    optimiser: adam({
      rate: p.rate > 0 ? p.rate : usualRate,
      beta1: 0.5,
      schedule: isPublished ? constantRate : cosine(),
    }),
    batch: p.batch,
    steps: (rows, batch) => {
      const wanted = p.epochs === 0 ? 0 : epochs(p.epochs)(rows, batch);
      return isPublished || wanted === 0 ? wanted : Math.max(p.fewestSteps, wanted);
    },
    score: (n, row) => {
      const x = judgedOf(row, shape);
      const remade = n.generator(x, contextOf(row, shape));
      return { score: scoreOf(p, x, remade), rebuilt: remade.rebuilt };
    },
    criterion: (n, row) => {
      const x = judgedOf(row, shape);
      return meanAbsoluteByRow(x, n.generator(x, contextOf(row, shape)).rebuilt);
    },
  };
}

export const ganomaly = defineDetector({
  id: "ganomaly",
  about: "Encodes rows, rebuilds them and encodes them again; strange rows are rebuilt badly and their codes differ.",
  paper: "Akcay, Atapour-Abarghouei, Breckon 2018, GANomaly, arXiv 1805.06725",
  conditional: true,
  parameters,
  encoding: ({ variant, scaling }) => (variant === "published" ? { scaling: "minmax", unseen: false } : { scaling }),
  learn: (p, site) => learnByTraining(recipeOf(p, site), site),
});
