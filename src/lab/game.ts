// The game of the laboratory as a training program: minibatches are drawn from the true distribution, noise in the graph.

import type { Node } from "../graph/node.js";
import { add, mul } from "../graph/ops/arithmetic.js";
import type { Noise } from "../nn/network.js";
import type { Game, Turn } from "../train/program.js";
import { discriminatorLoss, generatorLosses } from "./losses.js";
import type { Players } from "./networks.js";
import type { Setting } from "./setting.js";

/** Noise f32[batch, width] for the generator. */
function noiseOf({ spec }: Setting, noise: Noise, batch: number): Node {
  const shape = [batch, spec.noise.width];
  if (spec.noise.kind === "gaussian") return add(mul(noise.normal(shape), spec.noise.deviation), spec.noise.mean);
  const { low, high } = spec.noise;
  return add(mul(noise.uniform(shape), high - low), low);
}

/** One step: `critics` turns of the discriminator, each with rows and noise of its own, and one of the generator. */
export function gameOf(setting: Setting): Game<Players> {
  const { spec, players, optimiser } = setting;
  const discriminator: Turn<Players> = {
    moves: ["discriminator"],
    times: spec.critics,
    losses: (n, x, noise) => {
      const generated = n.generator(noiseOf(setting, noise, spec.batch));
      const share = (): Node => noise.uniform([spec.batch]);
      const logitOf = (rows: Node): Node => n.discriminator(rows);
      return { discriminator: discriminatorLoss(spec.losses.discriminator, logitOf, x, generated, share) };
    },
  };
  const generator: Turn<Players> = {
    moves: ["generator"],
    losses: (n, _x, noise) => {
      const logits = n.discriminator(n.generator(noiseOf(setting, noise, spec.batch)));
      return { generator: generatorLosses[spec.losses.generator].loss(logits) };
    },
  };
  return { networks: players, turns: [discriminator, generator], optimiser };
}
