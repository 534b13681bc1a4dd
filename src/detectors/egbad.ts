// EGBAD (Zenati, Foo, Lecouat, Manek, Chandrasekhar 2018, arXiv 1802.06222): a BiGAN whose discriminator judges pairs
// of a row and its code, (x, E(x)) against (G(z), z). A row that the generator cannot rebuild from its code, or whose
// pair the discriminator does not believe, is strange.
//
// `variant: "published"` is the KDD Cup 99 network of the authors' code: raw inputs, fixed widths, batches of 50, Adam
// 1e-5, averaged weights. The default scales its inputs, follows the width of the data, lets a larger rate fall, and adds
// the squared error of G(E(x)) to the losses of both, without which the encoder learns to rebuild only by the way.

import { scalings } from "../encode/encoding.js";
import type { Node } from "../graph/node.js";
import { add, mul } from "../graph/ops/arithmetic.js";
import { concat, slice } from "../graph/ops/cut.js";
import { sqrt } from "../graph/ops/exponential.js";
import { squeeze } from "../graph/ops/shape.js";
import { dense, dropout, leakyRelu, relu } from "../nn/layers.js";
import { binaryCrossEntropy, crossEntropyOf, distanceL1, distanceSquared, meanSquare } from "../nn/losses.js";
import { type Noise, network, sequential } from "../nn/network.js";
import { adam } from "../nn/optimisers.js";
import { constantRate, cosine } from "../nn/schedules.js";
import type { BoundNetworks } from "../train/program.js";
import { defineDetector } from "./define.js";
import { choice, int, real, type Values } from "./parameters.js";
import { epochs, learnByTraining, type Trained } from "./trained.js";

interface Widths {
  readonly code: number;
  readonly encoder: readonly number[];
  readonly generator: readonly number[];
  readonly judge: number;
}

/** Layers of section "KDD" of the paper's table and code. */
const published: Widths = { code: 32, encoder: [64], generator: [64, 128], judge: 128 };

/** Hidden layers about as wide as the rows, within reason. */
function widthsFor(columns: number, wanted: number): Widths {
  const code = wanted > 0 ? wanted : Math.min(32, Math.max(1, Math.round(columns / 4)));
  const wide = Math.min(256, Math.max(32, 2 ** Math.round(Math.log2(columns))));
  return { code, encoder: [wide], generator: [Math.max(32, wide / 2), wide], judge: Math.max(64, wide) };
}

const SLOPE = 0.1;
const DROP = 0.2;

function networksOf(columns: number, { code, encoder, generator, judge }: Widths) {
  const leaky = (from: number, to: number, drop: boolean) => [
    dense(from, to),
    leakyRelu(SLOPE),
    ...(drop ? [dropout(DROP)] : []),
  ];
  const chain = (from: number, widths: readonly number[], activation: typeof relu) =>
    widths.flatMap((to, i) => [dense(widths[i - 1] ?? from, to), activation]);
  return {
    encoder: sequential(...chain(columns, encoder, leakyRelu(SLOPE)), dense(encoder.at(-1) ?? columns, code)),
    generator: sequential(...chain(code, generator, relu), dense(generator.at(-1) ?? code, columns)),
    discriminator: network(
      {
        x: sequential(...leaky(columns, judge, true)),
        z: sequential(...leaky(code, judge, true)),
        joint: sequential(...leaky(2 * judge, judge, true)),
        logit: dense(judge, 1),
      },
      (parts, x: Node, z: Node) => {
        const features = parts.joint(concat([parts.x(x), parts.z(z)], 1));
        return { features, logit: squeeze(parts.logit(features), { axes: [1] }) };
      },
    ),
  };
}

type Networks = ReturnType<typeof networksOf>;

/** Logits of the real pairs and of as many generated ones, judged in one pass. */
function judged(n: BoundNetworks<Networks>, x: Node, noise: Noise, code: number): { real: Node; fake: Node } {
  const batch = x.shape[0] as number;
  const z = noise.normal([batch, code]);
  const { logit } = n.discriminator(concat([x, n.generator(z)], 0), concat([n.encoder(x), z], 0));
  return {
    real: slice(logit, { axis: 0, start: 0, end: batch }),
    fake: slice(logit, { axis: 0, start: batch, end: 2 * batch }),
  };
}

const parameters = {
  variant: choice(["sound", "published"], {
    fallback: "sound",
    doc: "published: the KDD Cup 99 network and schedule of the authors' code",
  }),
  epochs: int({ min: 0, fallback: 10, doc: "passes over the training rows; 0 scores with untrained networks" }),
  fewestSteps: int({ min: 0, fallback: 2000, doc: "steps at least, however few the rows (sound variant)" }),
  batch: int({ fallback: 128, doc: "rows in a minibatch (published: 50)" }),
  code: int({
    min: 0,
    fallback: 0,
    doc: "length of the code z; 0: about a quarter of the features, at most 32 (published: 32)",
  }),
  rate: real({ fallback: 1e-3, doc: "Adam step size (published: 1e-5)" }),
  average: real({ max: 1, fallback: 0.999, doc: "decay of the averaged weights that score (published: 0.9999)" }),
  residual: real({ fallback: 10, doc: "weight of the squared error of G(E(x)) in the losses of both (published: 0)" }),
  weight: real({
    max: 1,
    fallback: 0.1,
    doc: "share w of the discriminator in the score, (1 - w)·reconstruction + w·discriminator",
  }),
  degree: int({ max: 2, fallback: 2, doc: "norm of the reconstruction error, 1 or 2 (published: 1)" }),
  term: choice(["cross-entropy", "features"], {
    fallback: "cross-entropy",
    doc: "discriminator's part of the score",
  }),
  scaling: choice(scalings, { fallback: "standard", doc: "scaling of numbers (published: none)" }),
};

/** The game, its schedule and its score, for rows of this width. @public the benches step through it */
export function recipeOf(p: Values<typeof parameters>, width: number): Trained<Networks> {
  const isPublished = p.variant === "published";
  const widths = isPublished ? published : widthsFor(width, p.code);
  const residual = isPublished ? 0 : p.residual;
  return {
    networks: networksOf(width, widths),
    turns: [
      {
        moves: ["discriminator"],
        stream: "first",
        losses: (n, x, noise) => {
          const { real: yes, fake } = judged(n, x, noise, widths.code);
          return { real: binaryCrossEntropy(yes, 1), fake: binaryCrossEntropy(fake, 0) };
        },
      },
      {
        // the generator's loss does not reach the encoder nor the other way round: one turn, one sum
        moves: ["generator", "encoder"],
        stream: "second",
        losses: (n, x, noise) => {
          const { real: yes, fake } = judged(n, x, noise, widths.code);
          const fooling = { generator: binaryCrossEntropy(fake, 1), encoder: binaryCrossEntropy(yes, 0) };
          if (residual === 0) return fooling;
          return { ...fooling, residual: mul(meanSquare(n.generator(n.encoder(x)), x), residual) };
        },
      },
    ],
    optimiser: adam({
      rate: isPublished ? 1e-5 : p.rate,
      beta1: 0.5,
      schedule: isPublished ? constantRate : cosine(),
    }),
    average: isPublished ? 0.9999 : p.average,
    batch: isPublished ? 50 : p.batch,
    steps: (rows, batch) => {
      const wanted = p.epochs === 0 ? 0 : epochs(p.epochs)(rows, batch);
      return isPublished || wanted === 0 ? wanted : Math.max(p.fewestSteps, wanted);
    },
    score: (n, x) => {
      const code = n.encoder(x);
      const rebuilt = n.generator(code);
      const fake = n.discriminator(rebuilt, code);
      const doubt =
        p.term === "features"
          ? distanceL1(n.discriminator(x, code).features, fake.features)
          : crossEntropyOf(fake.logit, 1);
      const distance = p.degree === 2 && !isPublished ? sqrt(distanceSquared(x, rebuilt)) : distanceL1(x, rebuilt);
      return add(mul(distance, 1 - p.weight), mul(doubt, p.weight));
    },
  };
}

export const egbad = defineDetector({
  id: "egbad",
  about: "BiGAN: a discriminator judges pairs of rows and codes; strange rows are rebuilt badly and believed little.",
  paper: "Zenati et al. 2018, Efficient GAN-Based Anomaly Detection, arXiv 1802.06222",
  parameters,
  encoding: ({ variant, scaling }) => (variant === "published" ? { scaling: "none", unseen: false } : { scaling }),
  learn: (p, site) => learnByTraining(recipeOf(p, site.width), site),
});
