// Skip-GANomaly (Akcay, Atapour-Abarghouei, Breckon 2019, arXiv 1901.08954): a U-Net rebuilds pictures so that a
// discriminator cannot tell them apart. Strange pictures are rebuilt badly, and the discriminator's features see it.
//
// `variant: "published"` is the authors' code: 64 filters, Adam 2e-4 at a constant rate, score 0.9·mean square of the
// pictures + 0.1·mean square of the features. The distance of the features, which the generator lowers, stands in the
// discriminator's loss too, as in that code; `discriminator: "plain"` leaves it out. The code never left training mode
// when scoring (`statistics: "batch"`) and stretched scores to 0..1 over the test set, which changes no ranking and is not
// done here. Noise that it adds to pictures in training was never filled: `noise` 0. A discriminator whose loss fell under
// 1e-5 was started anew; that is not done here.
//
// The default has half the filters, and takes both parts of the score alike, each in units of its mean over the last
// batches of training. The rate stays constant: the skips of a U-Net that settles copy every picture. Fit option
// `select: "held-out"` picks weights by the mean |x - x̂| of held-out pictures.

import { GraphError, type Node } from "../graph/node.js";
import { add, mul } from "../graph/ops/arithmetic.js";
import { reshape } from "../graph/ops/shape.js";
import { known } from "../graph/shapes.js";
import { conv } from "../nn/conv-layers.js";
import { pictureEncoder } from "../nn/dcgan.js";
import { normal } from "../nn/initialise.js";
import { binaryCrossEntropy, meanAbsolute, meanAbsoluteByRow, meanSquare, meanSquareByRow } from "../nn/losses.js";
import { type Network, type Noise, network } from "../nn/network.js";
import { adam } from "../nn/optimisers.js";
import { typicalUnit } from "../nn/typical-units.js";
import { uNet } from "../nn/unet.js";
import type { BoundNetworks } from "../train/program.js";
import { defineDetector, type RowShape } from "./define.js";
import type { Judged } from "./ganomaly/networks.js";
import { choice, int, real, type Values } from "./parameters.js";
import { judgedOf } from "./row.js";
import { epochs, learnByTraining, type Trained } from "./trained.js";

const parameters = {
  variant: choice(["sound", "published"], {
    fallback: "sound",
    doc: "published: the networks, the losses and the schedule of the authors' code",
  }),
  epochs: int({ min: 0, fallback: 15, doc: "passes over the training rows; 0 scores with untrained networks" }),
  fewestSteps: int({ min: 0, fallback: 2000, doc: "steps at least, however few the rows (sound variant)" }),
  batch: int({ fallback: 64, doc: "pictures in a minibatch" }),
  filters: int({ min: 0, fallback: 0, doc: "channels of the first convolution; 0: 32 (published: 64)" }),
  code: int({ fallback: 100, doc: "length of the discriminator's features" }),
  rate: real({ fallback: 2e-4, doc: "Adam step size" }),
  contextual: real({ fallback: 50, doc: "weight of mean |x - x̂| in the generator's loss" }),
  latent: real({ fallback: 1, doc: "weight of the mean squared distance of the features in the generator's loss" }),
  discriminator: choice(["with-features", "plain"], {
    fallback: "with-features",
    doc: "discriminator's loss; with-features: it lowers the distance of the features too, as the authors' code",
  }),
  noise: real({
    max: 10,
    fallback: 0,
    doc: "deviation of normal noise on the pictures while training, which range from -1 to 1",
  }),
  weight: real({ max: 1, fallback: 0.5, doc: "share of the features' distance in the score (published: 0.1)" }),
  statistics: choice(["running", "batch"], {
    fallback: "running",
    doc: "batch normalisation scores by running statistics; batch: by those of the pictures scored together, as the authors' code",
  }),
};

type Parameters = Values<typeof parameters>;

/** What the discriminator says of pictures and of what was made of them. */
interface Compared {
  readonly real: Judged;
  readonly fake: Judged;
  /** Mean over a row of (x - x̂)² and of (f(x) - f(x̂))², f32[batch]; when scoring, in units of what is usual in training. */
  readonly terms: { readonly picture: Node; readonly features: Node };
}

/** A type, as interfaces have no index signature. */
type Networks = {
  readonly generator: Network;
  readonly discriminator: Network<readonly [x: Node, rebuilt: Node], Compared>;
};

/** The judge's last convolution has 3×3 weights over one place as published, of which 8 meet zeros only; else 1×1. */
function networksOf(p: Parameters, { picture }: RowShape): Networks {
  if (picture === undefined) throw new GraphError("internal: skip-ganomaly has pictures only");
  const isPublished = p.variant === "published";
  const { code, statistics } = p;
  const filters = p.filters > 0 ? p.filters : isPublished ? 64 : 32;
  const last = isPublished ? { kernel: 3, padding: 1 } : { kernel: 1 };
  const judge = network(
    {
      features: pictureEncoder({ picture, filters, statistics, to: code }),
      logit: conv({ from: code, to: 1, ...last, bias: false, start: normal(0.02) }),
    },
    (part, x: Node): Judged => {
      const features = part.features(x);
      const [batch] = features.shape as [number];
      const logit = part.logit(reshape(features, { shape: [batch, code, 1, 1] }));
      return { features, logit: reshape(logit, { shape: [batch] }) };
    },
  );
  return {
    generator: uNet({ picture, filters, statistics }),
    discriminator: network(
      { judge, picture: typicalUnit, features: typicalUnit },
      (part, x: Node, rebuilt: Node): Compared => {
        const [real, fake] = [part.judge(x), part.judge(rebuilt)];
        return {
          real,
          fake,
          terms: {
            picture: part.picture(meanSquareByRow(x, rebuilt)),
            features: part.features(meanSquareByRow(real.features, fake.features)),
          },
        };
      },
    ),
  };
}

/** The game, its schedule and its score. @public the benches step through it */
export function recipeOf(p: Parameters, shape: RowShape): Trained<Networks> {
  const isPublished = p.variant === "published";
  const { noise } = p;
  const weight = isPublished ? 0.1 : p.weight;
  const rebuild = (n: BoundNetworks<Networks>, x: Node, draw: Noise): Node =>
    n.generator(noise > 0 ? add(x, mul(draw.normal(known(x.shape)), noise)) : x);
  const distance = ({ real, fake }: Compared): Node => meanSquare(real.features, fake.features);
  return {
    networks: networksOf(p, shape),
    // both gradients are taken before either moves, as in the authors' code
    simultaneous: true,
    turns: [
      {
        moves: ["generator"],
        losses: (n, row, draw) => {
          const x = judgedOf(row, shape);
          const rebuilt = rebuild(n, x, draw);
          const compared = n.discriminator(x, rebuilt);
          return {
            adversarial: binaryCrossEntropy(compared.fake.logit, 1),
            contextual: mul(meanAbsolute(x, rebuilt), p.contextual),
            latent: mul(distance(compared), p.latent),
          };
        },
      },
      {
        moves: ["discriminator"],
        losses: (n, row, draw) => {
          const x = judgedOf(row, shape);
          const compared = n.discriminator(x, rebuild(n, x, draw));
          return {
            real: binaryCrossEntropy(compared.real.logit, 1),
            fake: binaryCrossEntropy(compared.fake.logit, 0),
            ...(p.discriminator === "with-features" ? { features: distance(compared) } : {}),
          };
        },
      },
    ],
    optimiser: adam({ rate: p.rate, beta1: 0.5 }),
    batch: p.batch,
    steps: (rows, batch) => {
      const wanted = p.epochs === 0 ? 0 : epochs(p.epochs)(rows, batch);
      return isPublished || wanted === 0 ? wanted : Math.max(p.fewestSteps, wanted);
    },
    score: (n, row) => {
      const x = judgedOf(row, shape);
      const rebuilt = n.generator(x);
      const { real, fake, terms } = n.discriminator(x, rebuilt);
      const [ofPicture, ofFeatures] = isPublished
        ? [meanSquareByRow(x, rebuilt), meanSquareByRow(real.features, fake.features)]
        : [terms.picture, terms.features];
      return { score: add(mul(ofPicture, 1 - weight), mul(ofFeatures, weight)), rebuilt };
    },
    criterion: (n, row) => {
      const x = judgedOf(row, shape);
      return meanAbsoluteByRow(x, n.generator(x));
    },
  };
}

export const skipGanomaly = defineDetector({
  id: "skip-ganomaly",
  about: "A U-Net rebuilds pictures against a discriminator; strange ones are rebuilt badly, and its features see it.",
  paper: "Akcay, Atapour-Abarghouei, Breckon 2019, Skip-GANomaly, arXiv 1901.08954",
  takes: "pictures",
  parameters,
  encoding: () => ({ scaling: "minmax" }),
  learn: (p, site) => learnByTraining(recipeOf(p, site), site),
});
