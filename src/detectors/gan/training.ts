// What the detectors with an ordinary GAN share: parameters of its training, its networks, its game.

import { scalings } from "../../encode/encoding.js";
import type { Node } from "../../graph/node.js";
import { truncatedNormal } from "../../nn/initialise.js";
import type { Network } from "../../nn/network.js";
import { adam } from "../../nn/optimisers.js";
import { constantRate, cosine } from "../../nn/schedules.js";
import type { RowShape } from "../define.js";
import { choice, int, real, type Values } from "../parameters.js";
import { epochs, type Stage } from "../trained.js";
import { type GanNetworks, ganTurns, kinds } from "./game.js";
import { published, publishedPlayers, soundPlayers } from "./networks.js";

export const trainingParameters = {
  variant: choice(["sound", "published"], {
    fallback: "sound",
    doc: "published: networks and schedule of the authors of EGBAD for KDD Cup 99 (tables) and MNIST (pictures)",
  }),
  epochs: int({
    min: 0,
    fallback: 20,
    doc: "passes over the training rows; 0 scores with untrained networks (published: 50 for KDD Cup 99, 100 for MNIST)",
  }),
  fewestSteps: int({ min: 0, fallback: 1500, doc: "steps at least, however few the rows (sound variant)" }),
  batch: int({ fallback: 64, doc: "rows in a minibatch (published: 50, of pictures 100)" }),
  code: int({
    min: 0,
    fallback: 0,
    doc: "length of the code z; 0: 64 for pictures, else about a quarter of the features, at most 32 (published: 200, 32)",
  }),
  filters: int({ fallback: 32, doc: "channels next to the picture (published: 64)" }),
  rate: real({ fallback: 5e-4, doc: "Adam step size, falling along half a cosine (published: 1e-5, which stays)" }),
  average: real({
    max: 1,
    fallback: 0,
    doc: "decay of averaged weights that score; 0: the last weights score (published: 0.9999, of pictures 0.999)",
  }),
  loss: choice(kinds, { fallback: "cross-entropy", doc: "what the two players play for (sound variant)" }),
  critics: int({ fallback: 1, doc: "turns of the discriminator for each of the generator (sound variant)" }),
  penalty: real({ fallback: 10, doc: "weight of the gradient penalty of the loss wasserstein" }),
  scaling: choice(scalings, { fallback: "standard", doc: "scaling of numbers (published: none)" }),
};

type Given = Values<typeof trainingParameters>;

export const encodingOf = ({ variant, scaling }: Given) =>
  variant === "published" ? ({ scaling: "none", unseen: false } as const) : { scaling };

/** Numbers in a code. */
export function codeOf({ variant, code }: Given, { features, picture }: RowShape): number {
  if (variant === "published") return picture ? published.codeOfPictures : published.codeOfTables;
  if (code > 0) return code;
  return picture ? 64 : Math.min(32, Math.max(1, Math.round(features / 4)));
}

/** Codes f32[count, code] that are drawn once, from the seed: normal numbers, none beyond two deviations. */
const codes = (count: number, code: number): Network<readonly []> => ({
  parameters: [{ name: "codes", shape: [count, code], start: truncatedNormal(1), running: true }],
  bind:
    ({ parameter }) =>
    (): Node =>
      parameter("codes"),
});

/** The published test program reads the discriminator through the generator's averages, which do not know it. */
function averagesOf({ variant, average }: Given, isPicture: boolean): Pick<Stage<GanNetworks>, "average" | "averaged"> {
  if (variant === "published") return { average: isPicture ? 0.999 : 0.9999, averaged: ["generator"] };
  return average > 0 ? { average } : {};
}

/** Networks and game, with so many codes for searches to start from. */
export function ganOf(p: Given, shape: RowShape, starts: number): { networks: GanNetworks } & Stage<GanNetworks> {
  const code = codeOf(p, shape);
  const isPublished = p.variant === "published";
  const { picture } = shape;
  const players = isPublished
    ? publishedPlayers(shape)
    : soundPlayers(shape, { code, filters: p.filters, norm: p.loss === "wasserstein" ? "layer" : "batch" });
  return {
    networks: { ...players, starts: codes(starts, code) },
    turns: ganTurns(shape, {
      kind: isPublished ? "cross-entropy" : p.loss,
      code,
      critics: isPublished ? 1 : p.critics,
      penalty: p.penalty,
    }),
    optimiser: isPublished
      ? adam({ rate: 1e-5, beta1: 0.5, schedule: constantRate })
      : adam({ rate: p.rate, beta1: 0.5, schedule: cosine() }),
    ...averagesOf(p, picture !== undefined),
    batch: isPublished ? (picture ? 100 : 50) : p.batch,
    steps: (rows, batch) => {
      const wanted = p.epochs === 0 ? 0 : epochs(p.epochs)(rows, batch);
      return isPublished || wanted === 0 ? wanted : Math.max(p.fewestSteps, wanted);
    },
  };
}
