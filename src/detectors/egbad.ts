// EGBAD (Zenati, Foo, Lecouat, Manek, Chandrasekhar 2018, arXiv 1802.06222): a BiGAN whose discriminator judges pairs
// of a row and its code, (x, E(x)) against (G(z), z). A row that the generator cannot rebuild from its code, or whose
// pair the discriminator does not believe, is strange.
//
// `variant: "published"` is the authors' code: for tables its KDD Cup 99 network (raw inputs, fixed widths, batches of
// 50, averaged weights), for pictures its MNIST network (batches of 100), both with Adam 1e-5. The default scales its
// inputs, follows the size of the data, lets a larger rate fall, and adds the squared error of G(E(x)) to the losses of
// both, without which the encoder learns to rebuild only by the way. `loss`, `residualIn` and `term` are also what
// the survey of Di Mattia et al. 2019 (arXiv 1906.11632) compares.

import { scalings } from "../encode/encoding.js";
import type { Node } from "../graph/node.js";
import { add, mul, square, sub } from "../graph/ops/arithmetic.js";
import { concat, slice } from "../graph/ops/cut.js";
import { detach } from "../graph/ops/detach.js";
import { sqrt } from "../graph/ops/exponential.js";
import { mean } from "../graph/ops/reduce.js";
import { glorotUniform, normal } from "../nn/initialise.js";
import {
  binaryCrossEntropy,
  crossEntropyOf,
  distanceL1,
  distanceSquared,
  meanAbsolute,
  meanSquare,
  meanSquareByRow,
} from "../nn/losses.js";
import type { Noise } from "../nn/network.js";
import { adam } from "../nn/optimisers.js";
import { constantRate, cosine } from "../nn/schedules.js";
import type { BoundNetworks, Turn } from "../train/program.js";
import { defineDetector, type RowShape } from "./define.js";
import { besideContext, type Networks, type Opinion } from "./egbad/pairs.js";
import { pictureNetworks } from "./egbad/pictures.js";
import { publishedWidths, tableNetworks, widthsFor } from "./egbad/tables.js";
import { choice, int, real, type Values } from "./parameters.js";
import { judgedOf } from "./row.js";
import { epochs, learnByTraining, type Trained } from "./trained.js";

const parameters = {
  variant: choice(["sound", "published"], {
    fallback: "sound",
    doc: "published: network and schedule of the authors' code, for tables that of KDD Cup 99, for pictures that of MNIST",
  }),
  epochs: int({ min: 0, fallback: 10, doc: "passes over the training rows; 0 scores with untrained networks" }),
  fewestSteps: int({ min: 0, fallback: 2000, doc: "steps at least, however few the rows (sound variant)" }),
  batch: int({ fallback: 128, doc: "rows in a minibatch (published: 50; pictures 100)" }),
  code: int({
    min: 0,
    fallback: 0,
    doc: "length of the code z; 0: about a quarter of the features, at most 32 (published: 32; pictures 200)",
  }),
  filters: int({
    fallback: 8,
    doc: "channels of the first convolution, for pictures; all widths grow with it (published: 32)",
  }),
  firstActivation: choice(["leaky", "none"], {
    fallback: "leaky",
    doc: "what follows the encoder's first convolution, for pictures (none: the authors' code when the survey was written)",
  }),
  rate: real({ fallback: 1e-3, doc: "Adam step size (published: 1e-5)" }),
  average: real({
    max: 1,
    fallback: 0,
    doc: "decay of the averaged weights that score; 0: 0.999 for tables, no average for pictures (published: 0.9999; pictures 0.999)",
  }),
  loss: choice(["cross-entropy", "features"], {
    fallback: "cross-entropy",
    doc: "what the generator lowers: disbelief in its pairs, or the distance of their mean features from the real ones",
  }),
  residual: real({
    fallback: 10,
    doc: "weight of the squared error of G(E(x)) in the losses of both (residualIn: both)",
  }),
  residualIn: choice(["variant", "none", "encoder", "both"], {
    fallback: "variant",
    doc: "losses with an error of G(E(x)); encoder: its mean absolute error, as in the survey; variant: both if sound, else none",
  }),
  weight: real({
    max: 1,
    fallback: 0.1,
    doc: "share w of the discriminator in the score, (1 - w)·reconstruction + w·discriminator",
  }),
  degree: int({
    min: 0,
    max: 2,
    fallback: 0,
    doc: "norm of the errors in the score, 1 or 2; 0: 2 if sound, 1 if published",
  }),
  term: choice(["cross-entropy", "features", "paper"], {
    fallback: "cross-entropy",
    doc: "discriminator's part of the score: cross-entropy of the rebuilt row with the code (the authors' code), of the row itself (paper), or the distance between their features",
  }),
  scaling: choice(scalings, { fallback: "standard", doc: "scaling of numbers (published: none)" }),
};

type Parameters = Values<typeof parameters>;

/** What differs between the two variants and between tables and pictures. */
interface Plan {
  readonly networks: Networks;
  readonly code: number;
  readonly batch: number;
  readonly rate: number;
  /** None: the weights themselves score. */
  readonly average: number | undefined;
  /** Whether the discriminator judges real and generated pairs in one pass: batch normalisation would mix them. */
  readonly together: boolean;
}

/** Batch normalisation as TensorFlow has it. */
const tensorFlow = { momentum: 0.01, epsilon: 1e-3 };

function planOf(p: Parameters, shape: RowShape): Plan {
  const isPublished = p.variant === "published";
  const own = isPublished ? { rate: 1e-5 } : { rate: p.rate, batch: p.batch };
  if (shape.picture === undefined) {
    const widths = isPublished ? publishedWidths : widthsFor(shape.width, p.code);
    const average = isPublished ? 0.9999 : p.average || 0.999;
    return { networks: tableNetworks(shape, widths), code: widths.code, batch: 50, average, together: true, ...own };
  }
  // half the root of the number of pixels
  const code = isPublished ? 200 : p.code || Math.max(2, Math.round(Math.sqrt(shape.features) / 2));
  const networks = pictureNetworks(shape, {
    code,
    filters: isPublished ? 32 : p.filters,
    start: isPublished ? normal(0.02) : glorotUniform,
    drop: isPublished ? 0.5 : 0.2,
    norm: isPublished ? tensorFlow : {},
    firstActivation: p.firstActivation === "leaky",
  });
  // the falling rate settles the weights, and an average over a short run would keep much of its start
  const average = isPublished ? 0.999 : p.average || undefined;
  return { networks, code, batch: 100, average, together: false, ...own };
}

/** What is asked for is made, and only once: no turn pays for pairs that it does not judge. */
function once(make: () => Opinion): () => Opinion {
  let made: Opinion | undefined;
  return () => (made ??= make());
}

interface Opinions {
  real(): Opinion;
  fake(): Opinion;
}

/** What the discriminator says of the real pairs, and of as many generated ones in the same contexts. */
function judged(n: BoundNetworks<Networks>, x: Node, noise: Noise, plan: Plan, shape: RowShape): Opinions {
  const batch = x.shape[0] as number;
  const z = noise.normal([batch, plan.code]);
  const made = () => besideContext(n.generator(besideContext(z, x, shape)), x, shape);
  if (!plan.together)
    return { real: once(() => n.discriminator(x, n.encoder(x))), fake: once(() => n.discriminator(made(), z)) };
  const { features, logit } = n.discriminator(concat([x, made()], 0), concat([n.encoder(x), z], 0));
  const cut = (start: number, end: number): Opinion => ({
    features: slice(features, { axis: 0, start, end }),
    logit: slice(logit, { axis: 0, start, end }),
  });
  return { real: () => cut(0, batch), fake: () => cut(batch, 2 * batch) };
}

/**
 * Feature matching (Salimans et al. 2016): the mean square, over the features, of the difference between their means in
 * real and in generated pairs. The survey names feature matching without a formula.
 */
function matching({ real, fake }: Record<keyof Opinions, Opinion>): Node {
  const centre = ({ features }: Opinion): Node => mean(features, { axes: [0] });
  return mean(square(sub(centre(fake), detach(centre(real)))), {});
}

/** The game, its schedule and its score, for rows of this shape. @public the benches step through it */
export function recipeOf(p: Parameters, shape: RowShape): Trained<Networks> {
  const isPublished = p.variant === "published";
  const plan = planOf(p, shape);
  const residualIn = p.residualIn !== "variant" ? p.residualIn : isPublished ? "none" : "both";
  const degree = p.degree > 0 ? p.degree : isPublished ? 1 : 2;
  const rebuild = (n: BoundNetworks<Networks>, x: Node): Node => n.generator(besideContext(n.encoder(x), x, shape));
  const distance = (a: Node, b: Node): Node => (degree === 2 ? sqrt(distanceSquared(a, b)) : distanceL1(a, b));
  // the real pairs' features are targets only: no loss of the generator reaches the encoder, nor the other way round
  const fooling = {
    generator: ({ real, fake }: Opinions): Node => {
      const made = fake();
      return p.loss === "features" ? matching({ real: real(), fake: made }) : binaryCrossEntropy(made.logit, 1);
    },
    encoder: ({ real }: Opinions): Node => binaryCrossEntropy(real().logit, 0),
  };
  const residual = (n: BoundNetworks<Networks>, x: Node): Node =>
    residualIn === "encoder"
      ? meanAbsolute(rebuild(n, x), judgedOf(x, shape))
      : mul(meanSquare(rebuild(n, x), judgedOf(x, shape)), p.residual);
  const hasResidual = residualIn === "encoder" || (residualIn === "both" && p.residual > 0);
  /** One turn for these, with the sum of their losses. */
  const turnOf = (...moves: readonly (keyof typeof fooling)[]): Turn<Networks> => ({
    moves,
    stream: "second",
    losses: (n, x, noise) => {
      const opinions = judged(n, x, noise, plan, shape);
      return {
        ...Object.fromEntries(moves.map((name) => [name, fooling[name](opinions)])),
        ...(hasResidual && moves.includes("encoder") ? { residual: residual(n, x) } : {}),
      };
    },
  });
  return {
    networks: plan.networks,
    turns: [
      {
        moves: ["discriminator"],
        stream: "first",
        losses: (n, x, noise) => {
          const opinions = judged(n, x, noise, plan, shape);
          return {
            real: binaryCrossEntropy(opinions.real().logit, 1),
            fake: binaryCrossEntropy(opinions.fake().logit, 0),
          };
        },
      },
      // an error that counts for the encoder alone needs a turn of its own
      ...(residualIn === "encoder" ? [turnOf("generator"), turnOf("encoder")] : [turnOf("generator", "encoder")]),
    ],
    optimiser: adam({ rate: plan.rate, beta1: 0.5, schedule: isPublished ? constantRate : cosine() }),
    ...(plan.average === undefined ? {} : { average: plan.average }),
    batch: plan.batch,
    steps: (rows, batch) => {
      const wanted = p.epochs === 0 ? 0 : epochs(p.epochs)(rows, batch);
      return isPublished || wanted === 0 ? wanted : Math.max(p.fewestSteps, wanted);
    },
    score: (n, x) => {
      const code = n.encoder(x);
      const rebuilt = n.generator(besideContext(code, x, shape));
      const real = () => n.discriminator(x, code);
      const fake = () => n.discriminator(besideContext(rebuilt, x, shape), code);
      const doubts = {
        features: () => distance(real().features, fake().features),
        "cross-entropy": () => crossEntropyOf(fake().logit, 1),
        paper: () => crossEntropyOf(real().logit, 1),
      };
      const error = distance(judgedOf(x, shape), rebuilt);
      return { score: add(mul(error, 1 - p.weight), mul(doubts[p.term](), p.weight)), rebuilt };
    },
    criterion: (n, x) => meanSquareByRow(rebuild(n, x), judgedOf(x, shape)),
  };
}

/** With `select: "held-out"` the weights that rebuild held-out rows with the least mean squared error are kept. */
export const egbad = defineDetector({
  id: "egbad",
  about: "BiGAN: a discriminator judges pairs of rows and codes; strange rows are rebuilt badly and believed little.",
  paper: "Zenati et al. 2018, Efficient GAN-Based Anomaly Detection, arXiv 1802.06222",
  conditional: true,
  parameters,
  encoding: ({ variant, scaling }) => (variant === "published" ? { scaling: "none", unseen: false } : { scaling }),
  learn: (p, site) => learnByTraining(recipeOf(p, site), site),
});
