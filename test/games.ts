// A small game in the form of EGBAD (Zenati et al. 2018), as training graphs are checked with: encoder, generator, and a
// discriminator of pairs with dropout; noise, two losses, averaged weights.

import type { Node } from "../src/graph/node.js";
import { concat } from "../src/graph/ops/cut.js";
import { dense, dropout, leakyRelu, mlp } from "../src/nn/layers.js";
import { binaryCrossEntropy } from "../src/nn/losses.js";
import { network, parameterCount, sequential } from "../src/nn/network.js";
import { adam } from "../src/nn/optimisers.js";
import { Random } from "../src/tensor/random.js";
import { type Game, type Networks, stateLayout } from "../src/train/program.js";

export const pairs = { batch: 5, width: 6 };

/** A game with the names of its networks forgotten. */
export const anyGame = <Nets extends Networks>(game: Game<Nets>): Game => ({ ...game });

export function pairGame(): Game {
  const [latent, hidden, slope] = [2, 8, leakyRelu(0.1)];
  const half = (from: number) => sequential(dense(from, hidden), slope, dropout(0.2));
  const networks = {
    encoder: mlp([pairs.width, hidden, latent], slope),
    generator: mlp([latent, hidden, pairs.width]),
    discriminator: network(
      { x: half(pairs.width), z: half(latent), joint: half(2 * hidden), last: dense(hidden, 1) },
      (parts, x: Node, z: Node) => parts.last(parts.joint(concat([parts.x(x), parts.z(z)], 1))),
    ),
  };
  const turn = (moves: readonly (keyof typeof networks)[], real: number): Game<typeof networks>["turns"][number] => ({
    moves,
    losses: ({ encoder, generator, discriminator }, x, noise) => {
      const z = noise.normal([pairs.batch, latent]);
      return {
        [`${moves[0]}.real`]: binaryCrossEntropy(discriminator(x, encoder(x)), real),
        [`${moves[0]}.made`]: binaryCrossEntropy(discriminator(generator(z), z), 1 - real),
      };
    },
  });
  const game: Game<typeof networks> = {
    networks,
    turns: [turn(["discriminator"], 1), turn(["encoder", "generator"], 0)],
    optimiser: adam({ rate: 1e-3, beta1: 0.5 }),
    average: 0.9,
  };
  return anyGame(game);
}

/** Starting values of all that a game carries: parameters drawn, averages equal to them, the rest zero. */
export function startingState(game: Game, seed: number): Record<string, Float32Array> {
  const random = new Random(seed);
  const starts = Object.fromEntries(
    Object.entries(game.networks).map(([name, each]) => {
      const flat = new Float32Array(parameterCount(each));
      let at = 0;
      for (const { name: parameter, shape, start } of each.parameters) {
        const part = start(random.at(name, parameter), shape);
        flat.set(part, at);
        at += part.length;
      }
      return [name, flat];
    }),
  );
  return Object.fromEntries(
    stateLayout(game).map(({ name, size }) => {
      const [, of, kind] = /^(\w+)(?:\.(\w+))?$/.exec(name)!;
      return [name, kind === undefined || kind === "average" ? starts[of!]!.slice() : new Float32Array(size)];
    }),
  );
}
