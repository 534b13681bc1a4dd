// What the players of the laboratory play for, by name: GANDI's, those of its generator losses that its code declares but
// cannot run, and the usual ones since. Logits l of the discriminator; σ(l) is its confidence that a row is real.

import type { Node } from "../graph/node.js";
import { add, neg } from "../graph/ops/arithmetic.js";
import { exp } from "../graph/ops/exponential.js";
import { mean } from "../graph/ops/reduce.js";
import { gradientPenalty, hinge, wasserstein } from "../nn/critics.js";
import { binaryCrossEntropy, leastSquares } from "../nn/losses.js";
import { OddityError } from "../tensor/errors.js";

interface DiscriminatorLoss {
  readonly about: string;
  /** Its value where nothing can be told apart; critics have none that does not depend on their scale. */
  readonly uninformed?: number;
  /** Critics know no confidence: their scores have no bounds, and their generators must play the same game. */
  readonly isCritic?: true;
  loss(real: Node, generated: Node): Node;
}

interface GeneratorLoss {
  readonly about: string;
  readonly isCritic?: true;
  loss(generated: Node): Node;
}

const bothSides = (real: Node, generated: Node): Node =>
  add(binaryCrossEntropy(real, 1), binaryCrossEntropy(generated, 0));
const towardsReal = (generated: Node): Node => binaryCrossEntropy(generated, 1);

export const discriminatorLosses = {
  game: {
    about:
      "mean -log D(x) - log(1 - D(G(z))), the value of the game (computed from logits, so that it cannot overflow)",
    uninformed: 2 * Math.LN2,
    loss: bothSides,
  },
  cross_entropy: {
    about:
      "mean cross-entropy of real rows towards 1 plus that of generated rows towards 0; a sum, without a factor of one half",
    uninformed: 2 * Math.LN2,
    loss: bothSides,
  },
  least_squares: {
    about: "half the mean square of l - 1 for real rows plus that of l for generated ones (Mao et al. 2017)",
    uninformed: 0.25,
    loss: (real, generated) => add(leastSquares(real, 1), leastSquares(generated, 0)),
  },
  hinge: {
    about: "real rows count up to 1, generated ones down to -1 (Lim and Ye 2017)",
    uninformed: 2,
    isCritic: true,
    loss: hinge.critic,
  },
  wasserstein_gp: {
    about:
      "mean critic of generated rows less that of real ones, with a penalty of 10 on slopes other than 1 (Gulrajani et al. 2017)",
    isCritic: true,
    loss: wasserstein.critic,
  },
} as const satisfies Readonly<Record<string, DiscriminatorLoss>>;

export const generatorLosses = {
  minimax: {
    about: "the discriminator's loss, turned round: mean log(1 - D(G(z)))",
    loss: (generated) => neg(binaryCrossEntropy(generated, 0)),
  },
  non_sat_heu: { about: "mean -log D(G(z)), which does not saturate (Goodfellow et al. 2014)", loss: towardsReal },
  cross_entropy: {
    about: "mean cross-entropy of generated rows towards 1: the same as non_sat_heu",
    loss: towardsReal,
  },
  max_like: {
    about: "mean -exp(l), with which an optimal discriminator leads to the maximum of likelihood (Goodfellow 2014)",
    loss: (generated) => neg(mean(exp(generated), {})),
  },
  least_squares: {
    about: "half the mean square of l - 1 (Mao et al. 2017)",
    loss: (generated) => leastSquares(generated, 1),
  },
  critic: { about: "mean -l, against hinge and wasserstein_gp", isCritic: true, loss: wasserstein.generator },
} as const satisfies Readonly<Record<string, GeneratorLoss>>;

export type DiscriminatorLossName = keyof typeof discriminatorLosses;
export type GeneratorLossName = keyof typeof generatorLosses;

export interface Losses {
  readonly discriminator: DiscriminatorLossName;
  readonly generator: GeneratorLossName;
}

/** @throws OddityError where one plays against a critic and the other does not */
export function checkLosses({ discriminator, generator }: Losses, place: string): void {
  const [critic, against] = [discriminatorLosses[discriminator], generatorLosses[generator]] as [
    DiscriminatorLoss,
    GeneratorLoss,
  ];
  if (critic.isCritic === against.isCritic) return;
  const fitting = Object.entries(generatorLosses as Readonly<Record<string, GeneratorLoss>>).filter(
    ([, each]) => each.isCritic === critic.isCritic,
  );
  throw new OddityError(
    {
      place: `${place}.generator`,
      expected: `one that plays against ${discriminator}: ${fitting.map(([name]) => name).join(", ")}`,
      got: `"${generator}"`,
    },
    { usage: true },
  );
}

/** What the discriminator lowers; `share` f32[batch] of uniform numbers is drawn where slopes are penalised. */
export function discriminatorLoss(
  name: DiscriminatorLossName,
  logitOf: (rows: Node) => Node,
  real: Node,
  generated: Node,
  share: () => Node,
): Node {
  const lowered = discriminatorLosses[name].loss(logitOf(real), logitOf(generated));
  return name === "wasserstein_gp" ? add(lowered, gradientPenalty(logitOf, real, generated, share())) : lowered;
}
