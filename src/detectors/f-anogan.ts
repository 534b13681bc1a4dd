// f-AnoGAN (Schlegl, Seeböck, Waldstein, Langs, Schmidt-Erfurth 2019, Medical Image Analysis 54): a Wasserstein GAN with
// gradient penalty learns normal rows; then, with both of its networks frozen, an encoder learns to find the code of a
// row. A row that the generator cannot rebuild from that code, in its numbers or in the critic's features, is strange.
//
// `variant: "published"` has the networks of the authors' code (64 filters) and its recipe: Adam 1e-4, then RMSProp 5e-5
// for 50,000 steps, codes within ±1. The default has narrower networks and larger rates that fall, and leaves the codes
// unbounded: the generator has learned codes that are normal, of which a third of the numbers lies outside ±1.

import { scalings } from "../encode/encoding.js";
import type { Node } from "../graph/node.js";
import { add, mul } from "../graph/ops/arithmetic.js";
import { concat, slice } from "../graph/ops/cut.js";
import { gradientPenalty, wasserstein } from "../nn/critics.js";
import { meanSquare, meanSquareByRow } from "../nn/losses.js";
import type { Noise } from "../nn/network.js";
import { adam, rmsProp } from "../nn/optimisers.js";
import { cosine } from "../nn/schedules.js";
import type { BoundNetworks, Turn } from "../train/program.js";
import { defineDetector, type RowShape } from "./define.js";
import { type Codes, type FAnoganNetworks, pictureNetworks, tableNetworks } from "./f-anogan/networks.js";
import { choice, int, real, type Values } from "./parameters.js";
import { epochs, learnByTraining, type Stage, type Trained } from "./trained.js";

const parameters = {
  variant: choice(["sound", "published"], {
    fallback: "sound",
    doc: "published: the networks of the authors' code for pictures, and its recipe",
  }),
  epochs: int({
    min: 0,
    fallback: 1,
    doc: "passes over the training rows, in steps of the generator (published: 7, in steps of the critic); 0: untrained",
  }),
  fewestSteps: int({
    min: 0,
    fallback: 400,
    doc: "steps of the generator, and of the encoder, at least, however few the rows (sound variant)",
  }),
  encoderSteps: int({
    min: 0,
    fallback: 0,
    doc: "steps of the encoder; 0: twice those of the generator (published: 50000)",
  }),
  batch: int({ fallback: 32, doc: "rows in a minibatch (published: 64)" }),
  critics: int({ fallback: 3, doc: "steps of the critic for each of the generator (published: 5)" }),
  penalty: real({ fallback: 10, doc: "weight λ of the gradient penalty (published: 10)" }),
  code: int({
    min: 0,
    fallback: 0,
    doc: "length of the code z; 0: a quarter of a table's features, at most 32, or 32 for pictures (published: 128)",
  }),
  filters: int({ fallback: 8, doc: "channels of pictures before the first halving (published: 64)" }),
  rate: real({ fallback: 1e-3, doc: "Adam step size of generator and critic (published: 1e-4)" }),
  encoderRate: real({ fallback: 1e-3, doc: "Adam step size of the encoder (published: RMSProp 5e-5)" }),
  loss: choice(["izi_f", "izi", "ziz"], {
    fallback: "izi_f",
    doc: "what the encoder lowers: the error of G(E(x)) and κ times that of its features, the first alone, or that of E(G(z))",
  }),
  kappa: real({ fallback: 1, doc: "weight κ of the features in the encoder's loss and in the score" }),
  score: choice(["picture", "code"], {
    fallback: "picture",
    doc: "squared error of G(E(x)) and κ times that of its features, or of the code E(G(E(x))) against E(x)",
  }),
  output: choice(["auto", "none", "tanh", "clip"], {
    fallback: "auto",
    doc: "what bounds the encoder's codes; auto: nothing (published: tanh)",
  }),
  reach: real({ fallback: 1, doc: "the bound of codes (published also: 3, 0.5)" }),
  scaling: choice(scalings, { fallback: "standard", doc: "scaling of numbers" }),
};

const PUBLISHED = { critics: 5, penalty: 10, encoderSteps: 50_000 };

type P = Values<typeof parameters>;
type Bounds = BoundNetworks<FAnoganNetworks>;

function networksOf(p: P, { features, picture }: RowShape): { networks: FAnoganNetworks; code: number } {
  const isPublished = p.variant === "published";
  const bound = isPublished ? "tanh" : "none";
  const codes: Codes = {
    code: isPublished ? 128 : p.code || (picture ? 32 : Math.min(32, Math.max(1, Math.round(features / 4)))),
    output: p.output === "auto" ? bound : p.output,
    reach: p.reach,
  };
  if (picture === undefined) return { networks: tableNetworks(features, codes), code: codes.code };
  const filters = isPublished ? 64 : p.filters;
  return { networks: pictureNetworks(picture, { ...codes, filters, tensorflow: isPublished }), code: codes.code };
}

/** Rows as the generator has them, from drawn codes. */
const madeOf = (n: Bounds, noise: Noise, rows: number, code: number): Node => n.generator(noise.normal([rows, code]));

function adversaries({ critics, penalty }: Pick<P, "critics" | "penalty">, code: number): Turn<FAnoganNetworks>[] {
  return [
    {
      moves: ["critic"],
      times: critics,
      losses: (n, x, noise) => {
        const batch = x.shape[0] as number;
        const made = madeOf(n, noise, batch, code);
        // the critic judges each row by itself, so that real and generated ones can go together
        const { score } = n.critic(concat([x, made], 0));
        const part = (start: number): Node => slice(score, { axis: 0, start, end: start + batch });
        const judge = (rows: Node): Node => n.critic(rows).score;
        return {
          critic: wasserstein.critic(part(0), part(batch)),
          penalty: gradientPenalty(judge, x, made, noise.uniform([batch]), penalty),
        };
      },
    },
    {
      moves: ["generator"],
      losses: (n, x, noise) => ({
        generator: wasserstein.generator(n.critic(madeOf(n, noise, x.shape[0] as number, code)).score),
      }),
    },
  ];
}

/** The encoder's losses (section 3.2 of the paper): means over all elements. */
function mappings(p: P, code: number): Turn<FAnoganNetworks> {
  return {
    moves: ["encoder"],
    losses: (n, x, noise) => {
      if (p.loss === "ziz") {
        const z = noise.normal([x.shape[0] as number, code]);
        return { codes: meanSquare(z, n.encoder(n.generator(z))) };
      }
      const rebuilt = n.generator(n.encoder(x));
      const rows = meanSquare(x, rebuilt);
      if (p.loss === "izi") return { rows };
      return { rows, features: mul(meanSquare(n.critic(x).features, n.critic(rebuilt).features), p.kappa) };
    },
  };
}

/** f32[batch]: A(x) = MSE(x, x̂) + κ·MSE(f(x), f(x̂)). */
const distance = (n: Bounds, x: Node, rebuilt: Node, kappa: number): Node =>
  add(meanSquareByRow(x, rebuilt), mul(meanSquareByRow(n.critic(x).features, n.critic(rebuilt).features), kappa));

/**
 * The two stages and the score. What picks weights of the encoder without labels is the distance A(x) over held-out rows,
 * whatever scores. @public the benches step through it
 */
export function recipeOf(p: P, shape: RowShape): Trained<FAnoganNetworks> {
  const isPublished = p.variant === "published";
  const { networks, code } = networksOf(p, shape);
  const schedule = cosine();
  const batch = isPublished ? 64 : p.batch;
  const steps = (rows: number, size: number): number => {
    if (p.epochs === 0) return 0;
    const wanted = epochs(p.epochs)(rows, size);
    return isPublished ? Math.max(1, Math.floor(wanted / PUBLISHED.critics)) : Math.max(p.fewestSteps, wanted);
  };
  const encoding: Stage<FAnoganNetworks> = {
    turns: [mappings(p, code)],
    optimiser: isPublished
      ? // TensorFlow adds 1e-10 under the root
        rmsProp({ rate: 5e-5, epsilon: 1e-5 })
      : adam({ rate: p.encoderRate, beta1: 0.5, schedule }),
    batch,
    steps: (rows, size) => {
      if (p.epochs === 0) return 0;
      if (p.encoderSteps > 0) return p.encoderSteps;
      return isPublished ? PUBLISHED.encoderSteps : 2 * steps(rows, size);
    },
  };
  return {
    networks,
    turns: adversaries(isPublished ? PUBLISHED : p, code),
    optimiser: adam({
      beta1: 0,
      beta2: 0.9,
      ...(isPublished ? { rate: 1e-4 } : { rate: p.rate, schedule }),
    }),
    batch,
    steps,
    further: [encoding],
    score: (n, x) => {
      const found = n.encoder(x);
      const rebuilt = n.generator(found);
      const score = p.score === "code" ? meanSquareByRow(found, n.encoder(rebuilt)) : distance(n, x, rebuilt, p.kappa);
      return { score, rebuilt };
    },
    criterion: (n, x) => distance(n, x, n.generator(n.encoder(x)), p.kappa),
  };
}

export const fAnogan = defineDetector({
  id: "f-anogan",
  about:
    "Wasserstein GAN, then an encoder into its codes; strange rows are rebuilt badly, in numbers and in the critic's features.",
  paper: "Schlegl et al. 2019, f-AnoGAN: Fast Unsupervised Anomaly Detection with Generative Adversarial Networks",
  parameters,
  encoding: ({ scaling }) => ({ scaling }),
  learn: (p, site) => learnByTraining(recipeOf(p, site), site),
});
