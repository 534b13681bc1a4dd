// The game of an ordinary GAN (Goodfellow et al. 2014): the discriminator's turns, then the generator's, with the losses
// that the two may play for.

import type { Node } from "../../graph/node.js";
import { gradientPenalty, hinge, wasserstein } from "../../nn/critics.js";
import { binaryCrossEntropy, leastSquares } from "../../nn/losses.js";
import type { Network, Noise } from "../../nn/network.js";
import type { BoundNetworks, Turn } from "../../train/program.js";
import type { RowShape } from "../define.js";
import { contextOf, judgedOf } from "../row.js";
import type { Players } from "./networks.js";

export const kinds = ["cross-entropy", "least-squares", "hinge", "wasserstein"] as const;
export type Kind = (typeof kinds)[number];

/** The players, and codes that searches start from, which nobody moves. */
export type GanNetworks = Players & { readonly starts: Network<readonly []> };

interface Losses {
  /** What the discriminator lowers, by its logits of real and of generated rows. */
  critic(real: Node, generated: Node): Readonly<Record<string, Node>>;
  /** What the generator lowers. */
  generator(generated: Node): Node;
}

/** The generator's cross-entropy is the one that does not saturate: towards "real". */
const losses: { readonly [kind in Kind]: Losses } = {
  "cross-entropy": {
    critic: (real, generated) => ({ real: binaryCrossEntropy(real, 1), fake: binaryCrossEntropy(generated, 0) }),
    generator: (generated) => binaryCrossEntropy(generated, 1),
  },
  "least-squares": {
    critic: (real, generated) => ({ real: leastSquares(real, 1), fake: leastSquares(generated, 0) }),
    generator: (generated) => leastSquares(generated, 1),
  },
  hinge: { ...hinge, critic: (real, generated) => ({ critic: hinge.critic(real, generated) }) },
  wasserstein: { ...wasserstein, critic: (real, generated) => ({ critic: wasserstein.critic(real, generated) }) },
};

export interface Rules {
  readonly kind: Kind;
  /** Numbers in a code. */
  readonly code: number;
  /** Turns of the discriminator for each of the generator. */
  readonly critics: number;
  /** Weight of the gradient penalty of "wasserstein". */
  readonly penalty: number;
}

/** Real and generated rows are judged apart: batch normalisation does not mix them. Both have the contexts of the batch. */
export function ganTurns(shape: RowShape, { kind, code, critics, penalty }: Rules): Turn<GanNetworks>[] {
  const generated = (n: BoundNetworks<GanNetworks>, x: Node, noise: Noise): Node =>
    n.generator(noise.normal([x.shape[0] as number, code]), contextOf(x, shape));
  return [
    {
      moves: ["discriminator"],
      stream: "first",
      times: critics,
      losses: (n, x, noise) => {
        const [real, context] = [judgedOf(x, shape), contextOf(x, shape)];
        const fake = generated(n, x, noise);
        const logitOf = (rows: Node): Node => n.discriminator(rows, context).logit;
        const lowered = losses[kind].critic(logitOf(real), logitOf(fake));
        if (kind !== "wasserstein") return lowered;
        const share = noise.uniform([x.shape[0] as number]);
        return { ...lowered, penalty: gradientPenalty(logitOf, real, fake, share, penalty) };
      },
    },
    {
      moves: ["generator"],
      stream: "second",
      losses: (n, x, noise) => {
        const { logit } = n.discriminator(generated(n, x, noise), contextOf(x, shape));
        return { generator: losses[kind].generator(logit) };
      },
    },
  ];
}
