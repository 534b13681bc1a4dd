// ALAD (Zenati, Romain, Foo, Lecouat, Chandrasekhar 2018, arXiv 1812.02288): a BiGAN with two more discriminators, which
// judge pairs of a row and its reconstruction, (x, x) against (x, G(E(x))), and of a code and its own, (z, z) against
// (z, E(G(z))). A row whose two pairs look different to the first of them is strange.
//
// `variant: "published"` has the networks of the authors' code and its recipe: raw inputs (tables), Adam 1e-5 or 2e-4,
// averaged weights. The default scales its inputs, follows the size of the data, lets a larger rate fall, and adds the
// squared error of G(E(x)) to the losses.

import { scalings } from "../encode/encoding.js";
import type { Node } from "../graph/node.js";
import { add, mul } from "../graph/ops/arithmetic.js";
import { concat, slice } from "../graph/ops/cut.js";
import { sqrt } from "../graph/ops/exponential.js";
import { binaryCrossEntropy, crossEntropyOf, distanceL1, distanceSquared, meanSquare } from "../nn/losses.js";
import type { Bound, Noise } from "../nn/network.js";
import { adam } from "../nn/optimisers.js";
import { constantRate, cosine } from "../nn/schedules.js";
import type { BoundNetworks } from "../train/program.js";
import {
  type AladNetworks,
  type Judge,
  presets,
  type Switches,
  type TableWidths,
  tableNetworks,
  widthsFor,
} from "./alad/networks.js";
import { pictureNetworks } from "./alad/pictures.js";
import { defineDetector, type RowShape } from "./define.js";
import { choice, int, real, type Values } from "./parameters.js";
import { epochs, learnByTraining, type Trained } from "./trained.js";

const parameters = {
  variant: choice(["sound", "published"], {
    fallback: "sound",
    doc: "published: networks and recipe of the authors' code, for KDD Cup 99, Arrhythmia, CIFAR-10 and SVHN",
  }),
  preset: choice(["auto", "kdd", "arrhythmia"], {
    fallback: "auto",
    doc: "networks of the published variant for tables; auto: arrhythmia from 200 features on",
  }),
  epochs: int({ min: 0, fallback: 10, doc: "passes over the training rows; 0 scores with untrained networks" }),
  fewestSteps: int({ min: 0, fallback: 2000, doc: "steps at least, however few the rows (sound variant)" }),
  batch: int({ fallback: 64, doc: "rows in a minibatch (published: 50 for kdd, else 32)" }),
  code: int({
    min: 0,
    fallback: 0,
    doc: "length of the code z; 0: a quarter of a table's features, at most 32, or 32 for pictures (published: 32 for kdd, 64 for arrhythmia, 100)",
  }),
  filters: int({ min: 2, fallback: 16, doc: "channels after the first convolution of pictures (published: 128)" }),
  rate: real({ fallback: 1e-3, doc: "Adam step size (published: 1e-5 for tables, 2e-4 for pictures)" }),
  average: real({ max: 1, fallback: 0.9, doc: "decay of the averaged weights that score (published: 0.999)" }),
  residual: real({ fallback: 10, doc: "weight of the squared error of G(E(x)) in the losses (published: 0)" }),
  zz: choice(["on", "off"], { fallback: "on", doc: "the discriminator of codes and their reconstructions" }),
  spectral: choice(["auto", "on", "off"], {
    fallback: "auto",
    doc: "spectral normalisation of encoder and discriminators; auto: on for pictures, off for tables as in the authors' code",
  }),
  score: choice(["features", "logits", "l1", "l2"], {
    fallback: "features",
    doc: "distance of the two pairs' features, cross-entropy of the reconstructed pair, or distance of row and reconstruction",
  }),
  scaling: choice(scalings, { fallback: "standard", doc: "scaling of numbers (published: none)" }),
};

/** From this width on, tables get the published Arrhythmia network. */
const WIDE = 200;

type P = Values<typeof parameters>;
/** What the variant makes of the parameters for this data. */
interface Plan extends Switches {
  readonly networks: AladNetworks;
  readonly code: number;
  readonly batch: number;
  readonly rate: number;
  readonly residual: number;
}

function planOf(p: P, { features, picture }: RowShape): Plan {
  const isPublished = p.variant === "published";
  const switches = {
    published: isPublished,
    zz: p.zz === "on",
    spectral: p.spectral === "auto" ? picture !== undefined : p.spectral === "on",
  };
  const own = { ...switches, batch: p.batch, rate: p.rate, residual: p.residual };
  if (picture !== undefined) {
    const widths = isPublished
      ? { filters: 128, code: 100 }
      : { filters: 2 * Math.ceil(p.filters / 2), code: p.code || 32 };
    const networks = pictureNetworks(picture, widths, switches);
    return { ...own, networks, code: widths.code, ...(isPublished ? { batch: 32, rate: 2e-4, residual: 0 } : {}) };
  }
  const preset = p.preset === "auto" ? (features >= WIDE ? "arrhythmia" : "kdd") : p.preset;
  const widths: TableWidths = isPublished ? presets[preset] : widthsFor(features, p.code);
  const recipe = { batch: preset === "kdd" ? 50 : 32, rate: 1e-5, residual: 0 };
  const networks = tableNetworks(features, widths, switches);
  return { ...own, networks, code: widths.code, ...(isPublished ? recipe : {}) };
}

type Bounds = BoundNetworks<AladNetworks>;

/** Mean cross-entropy of real pairs against one target plus that of generated ones against the other. */
const opposed = (real: Node, fake: Node, target: 0 | 1): Node =>
  add(binaryCrossEntropy(real, target), binaryCrossEntropy(fake, 1 - target));

/** Logits of pairs (a, a) and (a, b), judged in one pass; the judges of such pairs have no batch normalisation. */
function pairsJudged(judge: Bound<Judge>, a: Node, b: Node): { real: Node; fake: Node } {
  const batch = a.shape[0] as number;
  const { logit } = judge(concat([a, a], 0), concat([a, b], 0));
  return {
    real: slice(logit, { axis: 0, start: 0, end: batch }),
    fake: slice(logit, { axis: 0, start: batch, end: 2 * batch }),
  };
}

/** A batch of rows and one of codes there and back. */
function cycles(n: Bounds, x: Node, noise: Noise, length: number) {
  const z = noise.normal([x.shape[0] as number, length]);
  const code = n.encoder(x);
  const made = n.generator(z);
  return { z, code, made, rebuilt: n.generator(code), recoded: n.zz && n.encoder(made) };
}

/** Loss of the discriminators: each lowers its own term, which no other one is in. */
function judging(n: Bounds, x: Node, noise: Noise, length: number): Record<string, Node> {
  const { z, code, made, rebuilt, recoded } = cycles(n, x, noise, length);
  const xx = pairsJudged(n.xx, x, rebuilt);
  const zz = n.zz && recoded && pairsJudged(n.zz, z, recoded);
  return {
    // real and generated rows apart, each with batch statistics of its own
    xz: opposed(n.xz(x, code).logit, n.xz(made, z).logit, 1),
    xx: opposed(xx.real, xx.fake, 1),
    ...(zz ? { zz: opposed(zz.real, zz.fake, 1) } : {}),
  };
}

/** Losses of generator and encoder: the first is the generator's alone, the second the encoder's, the rest are of both. */
function fooling(n: Bounds, x: Node, noise: Noise, { code: length, residual }: Plan): Record<string, Node> {
  const { z, code, made, rebuilt, recoded } = cycles(n, x, noise, length);
  return {
    generator: binaryCrossEntropy(n.xz(made, z).logit, 1),
    encoder: binaryCrossEntropy(n.xz(x, code).logit, 0),
    cycleX: opposed(n.xx(x, x).logit, n.xx(x, rebuilt).logit, 0),
    ...(n.zz && recoded ? { cycleZ: opposed(n.zz(z, z).logit, n.zz(z, recoded).logit, 0) } : {}),
    ...(residual === 0 ? {} : { residual: mul(meanSquare(rebuilt, x), residual) }),
  };
}

/** f32[batch]; section 4.3 of the paper and `run.py`. */
function scoreOf(n: Bounds, x: Node, rebuilt: Node, kind: P["score"]): Node {
  switch (kind) {
    case "features":
      return distanceL1(n.xx(x, x).features, n.xx(x, rebuilt).features);
    case "logits":
      return crossEntropyOf(n.xx(x, rebuilt).logit, 1);
    case "l1":
      return distanceL1(x, rebuilt);
    case "l2":
      return sqrt(distanceSquared(x, rebuilt));
  }
}

/**
 * The game, its schedule and its score. What picks weights without labels is the mean distance of features over held-out
 * rows, as the authors' early stopping has it. @public the benches step through it
 */
export function recipeOf(p: P, shape: RowShape): Trained<AladNetworks> {
  const isPublished = p.variant === "published";
  const plan = planOf(p, shape);
  return {
    networks: plan.networks,
    turns: [
      {
        moves: plan.zz ? ["xz", "xx", "zz"] : ["xz", "xx"],
        stream: "first",
        losses: (n, x, noise) => judging(n, x, noise, plan.code),
      },
      {
        // the generator's own loss does not reach the encoder nor the other way round: one turn, one sum
        moves: ["generator", "encoder"],
        stream: "second",
        losses: (n, x, noise) => fooling(n, x, noise, plan),
      },
    ],
    optimiser: adam({ rate: plan.rate, beta1: 0.5, schedule: isPublished ? constantRate : cosine() }),
    average: isPublished ? 0.999 : p.average,
    batch: plan.batch,
    steps: (rows, batch) => {
      const wanted = p.epochs === 0 ? 0 : epochs(p.epochs)(rows, batch);
      return isPublished || wanted === 0 ? wanted : Math.max(p.fewestSteps, wanted);
    },
    score: (n, x) => {
      const rebuilt = n.generator(n.encoder(x));
      return { score: scoreOf(n, x, rebuilt, p.score), rebuilt };
    },
    criterion: (n, x) => scoreOf(n, x, n.generator(n.encoder(x)), "features"),
  };
}

export const alad = defineDetector({
  id: "alad",
  about:
    "BiGAN with cycle consistency: strange rows look different from their reconstructions to a discriminator of pairs.",
  paper: "Zenati et al. 2018, Adversarially Learned Anomaly Detection, arXiv 1812.02288",
  parameters,
  encoding: ({ variant, scaling }) => (variant === "published" ? { scaling: "none", unseen: false } : { scaling }),
  learn: (p, site) => learnByTraining(recipeOf(p, site), site),
});
