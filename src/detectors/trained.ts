// Detectors whose networks are trained: a game, how long it is played, and a score over the trained networks.

import type { Node } from "../graph/node.js";
import { within } from "../graph/node.js";
import { writeOnnx } from "../graph/onnx/write.js";
import { constant, input } from "../graph/op.js";
import { largestProduct, threadsFor } from "../runtime/threads.js";
import type { Random } from "../tensor/random.js";
import { tensor } from "../tensor/tensor.js";
import { freshStop, type Patience, type Snapshot, type State } from "../train/loop.js";
import {
  type BoundNetworks,
  bindAll,
  type Game,
  type Networks,
  stateLayout,
  trainingProgram,
  unflatten,
} from "../train/program.js";
import type { Learned, LearningSite } from "./define.js";

export interface Trained<Nets extends Networks> extends Game<Nets> {
  /** Rows in a minibatch; all rows where there are fewer. */
  readonly batch: number;
  /** Steps of the game, given the rows there are and the rows in a minibatch. */
  steps(rows: number, batch: number): number;
  /** A score for each row: f32[batch]. */
  score(networks: BoundNetworks<Nets>, x: Node): Node;
  /** Ends training by the mean of `score` over held-out rows, and keeps the weights where it was least. */
  readonly patience?: Patience;
}

/** Steps that pass over the rows this many times. */
export const epochs =
  (count: number) =>
  (rows: number, batch: number): number =>
    Math.max(1, count * Math.max(1, Math.floor(rows / batch)));

export async function learnByTraining<Nets extends Networks>(
  recipe: Trained<Nets>,
  site: LearningSite,
): Promise<Learned> {
  const batch = Math.min(recipe.batch, site.rows.count);
  const steps = recipe.steps(site.rows.count, batch);
  const { graph, plan } = trainingProgram(recipe, { batch, width: site.width });
  const patience = site.heldOut.count > 0 ? recipe.patience : undefined;
  const trained = await site.host.train(
    {
      model: writeOnnx(graph),
      plan,
      rows: site.rows,
      from: (await resumed(site)) ?? { step: 0, state: startState(recipe, site.random.at("weights")), stop: freshStop },
      options: {
        seed: site.seed,
        steps,
        checkpointEvery: site.checkpoint?.everySeconds ?? Number.POSITIVE_INFINITY,
        ...(patience ? { patience } : {}),
      },
      threads: site.threads ?? threadsFor(largestProduct(graph), site.host.cores),
      device: site.device,
      ...(patience ? { watch: { model: writeOnnx(watchGraph(recipe, site.width)), rows: site.heldOut } } : {}),
      ...(site.checkpoint ? { checkpoint: site.checkpoint } : {}),
    },
    site.onProgress,
    site.signal,
  );
  if (trained.ended === "aborted") throw new AbortedError(trained.step, site.checkpoint?.path);
  if (site.checkpoint) await site.host.removeSnapshot(site.checkpoint.path);
  const state = trained.stop.bestState ?? trained.state;
  return {
    score: (x) => recipe.score(boundToWeights(recipe, state), x),
    facts: {
      steps: trained.step,
      epochs: Number((trained.step / Math.max(1, Math.floor(site.rows.count / batch))).toFixed(2)),
      batch,
      ended: trained.ended,
      ...(trained.stop.bestState ? { bestStep: trained.stop.bestStep, bestHeldOutScore: trained.stop.best } : {}),
    },
  };
}

/** Training was stopped from outside. The checkpoint, where one was asked for, holds all that was done. */
export class AbortedError extends Error {
  override readonly name = "AbortError";
  readonly step: number;
  readonly checkpoint: string | undefined;

  constructor(step: number, checkpoint: string | undefined) {
    super(`training was stopped after step ${step}${checkpoint ? `; ${checkpoint} holds its state` : ""}`);
    this.step = step;
    this.checkpoint = checkpoint;
  }
}

async function resumed({ host, checkpoint }: LearningSite): Promise<Snapshot | undefined> {
  return checkpoint?.resume ? host.readSnapshot(checkpoint.path, checkpoint.fingerprint) : undefined;
}

/** Starting weights, a stream for each parameter; the averaged copy starts as the weights, the rest at zero. */
function startState(game: Game, random: Random): State {
  const weights = new Map(
    Object.entries(game.networks).map(([name, { parameters }]) => {
      const parts = parameters.map((parameter) => parameter.start(random.at(name, parameter.name), parameter.shape));
      const flat = new Float32Array(parts.reduce((n, part) => n + part.length, 0));
      let place = 0;
      for (const part of parts) {
        flat.set(part, place);
        place += part.length;
      }
      return [name, flat];
    }),
  );
  return Object.fromEntries(
    stateLayout(game).map(({ name, size }) => {
      const source = weights.get(name.replace(/\.average$/, ""));
      return [name, source ? source.slice() : new Float32Array(size)];
    }),
  );
}

/** Networks over constants that are named like their parameters. */
function boundToWeights<Nets extends Networks>(game: Game<Nets>, state: State): BoundNetworks<Nets> {
  const views = Object.entries(game.networks).map(([name, { parameters }]): [string, Map<string, Node>] => {
    const flat = state[game.average === undefined ? name : `${name}.average`]!;
    let place = 0;
    const own = parameters.map(({ name: parameter, shape }): [string, Node] => {
      const size = shape.reduce((n, dim) => n * dim, 1);
      const value = tensor("f32", shape, flat.slice(place, (place += size)));
      return [parameter, constant(value, `${name}.${parameter}`)];
    });
    return [name, new Map(own)];
  });
  return bindAll(game.networks, new Map(views), undefined);
}

/** State vectors and x in, the score of each row out: what `patience` looks at. */
function watchGraph<Nets extends Networks>(recipe: Trained<Nets>, width: number) {
  const x = input("x", "f32", ["batch", width]);
  const suffix = recipe.average === undefined ? "" : ".average";
  const flats = stateLayout(recipe)
    .filter(({ name }) => Object.keys(recipe.networks).some((network) => name === network + suffix))
    .map(({ name, size }) => ({
      network: name.slice(0, name.length - suffix.length),
      node: input(`state.${name}`, "f32", [size]),
    }));
  const views = new Map(flats.map(({ network, node }) => [network, unflatten(node, recipe.networks[network]!)]));
  const watched = within("score", () => recipe.score(bindAll(recipe.networks, views, undefined), x));
  return {
    name: "watch",
    inputs: [...flats.map(({ node }) => node), x],
    outputs: [{ name: "watched", node: watched }],
  };
}
