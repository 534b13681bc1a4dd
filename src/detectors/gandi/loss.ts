// The discriminator's loss of whole samples, from its logits of held-out and of generated rows: the losses of gan/game.ts
// without the penalty of slopes.

import type { Kind } from "../gan/game.js";
import type { Scores } from "./criteria.js";

/** log(1 + exp(x)). */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

const losses: { readonly [kind in Kind]: { real(logit: number): number; generated(logit: number): number } } = {
  "cross-entropy": { real: (logit) => softplus(-logit), generated: softplus },
  "least-squares": { real: (logit) => (logit - 1) ** 2 / 2, generated: (logit) => logit ** 2 / 2 },
  hinge: { real: (logit) => Math.max(0, 1 - logit), generated: (logit) => Math.max(0, 1 + logit) },
  wasserstein: { real: (logit) => -logit, generated: (logit) => logit },
};

/** What each is where both kinds of rows have the same logit, the best for it. */
export const uninformed: { readonly [kind in Kind]: number } = {
  "cross-entropy": 2 * Math.LN2,
  "least-squares": 1 / 4,
  hinge: 2,
  wasserstein: 0,
};

export function lossOf(kind: Kind, real: Scores, generated: Scores): number {
  const mean = (logits: Scores, of: (logit: number) => number): number => {
    let sum = 0;
    for (let i = 0; i < logits.length; i++) sum += of(logits[i]!);
    return sum / logits.length;
  };
  return mean(real, losses[kind].real) + mean(generated, losses[kind].generated);
}
