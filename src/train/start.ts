// The state that a game starts from.

import type { AnyNetwork } from "../nn/network.js";
import type { Random } from "../tensor/random.js";
import type { State } from "./loop.js";
import { type Game, type Networks, runningOf, stateLayout, trainedOf } from "./program.js";

/** NETWORK and NETWORK.running: starting values, a stream of random numbers for each parameter. */
export function startingWeights(networks: Networks, random: Random): State {
  const drawn = (name: string, { parameters }: Pick<AnyNetwork, "parameters">): Float32Array => {
    const parts = parameters.map((parameter) => parameter.start(random.at(name, parameter.name), parameter.shape));
    const flat = new Float32Array(parts.reduce((n, part) => n + part.length, 0));
    let place = 0;
    for (const part of parts) {
      flat.set(part, place);
      place += part.length;
    }
    return flat;
  };
  return Object.fromEntries(
    Object.entries(networks).flatMap(([name, network]) => [
      [name, drawn(name, trainedOf(network))],
      [`${name}.running`, drawn(name, runningOf(network))],
    ]),
  );
}

/** Weights and their averaged copy start as given, what optimisers remember at zero. */
export const startState = (game: Game, weights: State): State =>
  Object.fromEntries(
    stateLayout(game).map(({ name, size }) => {
      const source = weights[name.replace(/\.average$/, "")];
      return [name, source ? source.slice() : new Float32Array(size)];
    }),
  );
