// Detectors whose networks are trained: a game, how long it is played, and a score over the trained networks.

import type { Node } from "../graph/node.js";
import { GraphError, within } from "../graph/node.js";
import { writeOnnx } from "../graph/onnx/write.js";
import { constant, input } from "../graph/op.js";
import type { AnyNetwork } from "../nn/network.js";
import { largestProduct, threadsFor } from "../runtime/threads.js";
import { sizeOf } from "../tensor/dtype.js";
import { tensor } from "../tensor/tensor.js";
import { minibatchOf } from "../train/feeds.js";
import { freshStop, type Trained as Outcome, type Patience, type Snapshot, type State } from "../train/loop.js";
import {
  anyGame,
  type BoundNetworks,
  bindAll,
  type Game,
  type Networks,
  runningOf,
  stateLayout,
  trainedOf,
  trainingProgram,
  viewOf,
} from "../train/program.js";
import { startingWeights, startState } from "../train/start.js";
import type { Learned, LearningSite, Verdict } from "./define.js";

/** How long a game is played, on what. */
export interface Stage<Nets extends Networks = Networks> extends Omit<Game<Nets>, "networks"> {
  /** Rows in a minibatch; all rows where there are fewer. */
  readonly batch: number;
  /** Steps of the game, given the rows there are and the rows in a minibatch. */
  steps(rows: number, batch: number): number;
  /** Ends training by the criterion over held-out rows, or by the training loss, and keeps the weights where it was least. */
  readonly patience?: Patience;
  /**
   * What the stage has to know of the rows, measured with the networks as they are before it: new values of running
   * parameters, by network and parameter ("sphere.centre"). A run that is resumed in the stage has them in its snapshot.
   */
  prepare?(networks: BoundNetworks<Nets>, site: LearningSite): Promise<Readonly<Record<string, Float32Array>>>;
}

export interface Trained<Nets extends Networks> extends Stage<Nets> {
  readonly networks: Nets;
  /** Further games with the same networks, which go on from where the stage before left them. */
  readonly further?: readonly Stage<Nets>[];
  /** f32[batch] scores, or all that the detector says. */
  score(networks: BoundNetworks<Nets>, x: Node): Node | Verdict;
  /** Rows whose scores calibrate p-values, at most: for scores that are costly to compute. */
  readonly calibrating?: number;
  /** f32[batch], the less the better for normal rows: picks weights without labels. The score where left out. */
  criterion?(networks: BoundNetworks<Nets>, x: Node): Node;
  /** Networks that `trainNetworks` gives as they were on the way too: after steps of the last game, rising, given how many it has. */
  readonly keep?: { readonly networks: readonly (keyof Nets & string)[]; marks(count: number): readonly number[] };
}

/** Networks as they were after a step of the last game; those that nobody asked to be kept are as they score. */
export interface KeptNetworks<Nets extends Networks> {
  readonly step: number;
  readonly networks: BoundNetworks<Nets>;
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
  const { networks, facts } = await trainNetworks(recipe, site);
  return {
    score: (x) => recipe.score(networks, x),
    ...(recipe.calibrating === undefined ? {} : { calibrating: recipe.calibrating }),
    facts,
  };
}

/** The networks with the weights that score, for detectors that measure something with them before they can. */
export async function trainNetworks<Nets extends Networks>(
  recipe: Trained<Nets>,
  site: LearningSite,
): Promise<{ networks: BoundNetworks<Nets>; kept: readonly KeptNetworks<Nets>[]; facts: Learned["facts"] }> {
  const stages = [recipe, ...(recipe.further ?? [])].map((stage): Played<Nets> => {
    const batch = minibatchOf(site.rows, stage.batch);
    return { ...stage, networks: recipe.networks, batch, count: stage.steps(site.rows.count, batch) };
  });
  const total = stages.reduce((n, { count }) => n + count, 0);
  const resumed = await resumedSnapshot(site);
  let weights = startingWeights(recipe.networks, site.random.at("weights"));
  let before = 0;
  let facts: Learned["facts"] = {};
  let kept: Outcome["kept"];
  for (const [stage, played] of stages.entries()) {
    if (stage >= (resumed?.stage ?? 0)) {
      const from = resumed?.stage === stage ? resumed : undefined;
      if (from === undefined && played.prepare !== undefined) {
        const found = await played.prepare(boundTo(recipe.networks, weights), site);
        weights = withRunning(recipe.networks, weights, found);
      }
      const trained = await play(recipe, played, stage, { weights, from, done: before, total }, site);
      if (trained.ended === "aborted") throw new AbortedError(before + trained.step, site.checkpoint?.path);
      weights = weightsOf(played, trained.stop.bestState ?? trained.state);
      facts = factsOf(trained, played, before, site);
      kept = trained.kept;
    }
    before += played.count;
  }
  if (site.checkpoint) await site.host.removeSnapshot(site.checkpoint.path);
  const last = stages.at(-1)!;
  const then = (vectors: State): State => weightsOf(last, vectors, weights);
  return {
    networks: boundTo(recipe.networks, weights),
    kept: (kept ?? []).map(({ step, vectors }) => ({ step, networks: boundTo(recipe.networks, then(vectors)) })),
    facts,
  };
}

interface Played<Nets extends Networks> extends Stage<Nets> {
  readonly networks: Nets;
  /** Steps to take. */
  readonly count: number;
}

type Length = Pick<Played<Networks>, "batch" | "count" | "patience">;

/** One stage from given weights, or from a snapshot of it. */
async function play<Nets extends Networks>(
  recipe: Trained<Nets>,
  game: Played<Nets>,
  stage: number,
  at: { weights: State; from: Snapshot | undefined; done: number; total: number },
  site: LearningSite,
): Promise<Outcome> {
  const { graph, plan } = trainingProgram(anyGame(game), { batch: game.batch, width: site.width });
  const isLast = stage === (recipe.further?.length ?? 0);
  const watched = isLast ? watchedRows(site, game) : undefined;
  return site.host.train(
    {
      model: writeOnnx(graph),
      plan,
      rows: site.rows,
      from: at.from ?? { stage, step: 0, state: startState(game, at.weights), stop: freshStop },
      options: {
        seed: site.seed,
        steps: game.count,
        checkpointEvery: site.checkpoint?.everySeconds ?? Number.POSITIVE_INFINITY,
        ...(watched ? { patience: watched.patience } : {}),
        ...(isLast && recipe.keep
          ? { marks: recipe.keep.marks(game.count), keep: keptVectors(recipe.keep, game) }
          : {}),
      },
      threads: site.threads ?? threadsFor(largestProduct(graph), site.host.cores),
      device: site.device,
      ...(watched?.watch ? { watch: { ...watched.watch, model: writeOnnx(watchGraph(recipe, game, site)) } } : {}),
      ...(site.checkpoint ? { checkpoint: site.checkpoint } : {}),
    },
    (progress) => site.onProgress({ ...progress, step: progress.step + at.done, steps: at.total }),
    site.signal,
  );
}

/** Looks at the criterion in a run of which the best weights are kept. */
const LOOKS = 20;

/** The rows that pick the weights, where something does. */
function watchedRows({ select, heldOut, oracle, rows }: LearningSite, { patience, batch, count }: Length) {
  const every = Math.max(1, Math.floor(rows.count / batch), Math.ceil(count / LOOKS));
  const toTheEnd: Patience = { every: Math.min(every, Math.max(1, count)), looks: Number.POSITIVE_INFINITY };
  if (oracle !== undefined) return { patience: toTheEnd, watch: oracle };
  if (patience?.on === "loss" && select === "last") return { patience };
  if (heldOut.count === 0) return undefined;
  if (patience !== undefined && patience.on !== "loss") return { patience, watch: { rows: heldOut } };
  return select === "held-out" ? { patience: toTheEnd, watch: { rows: heldOut } } : undefined;
}

function factsOf({ step, stop, ended }: Outcome, { batch, patience }: Length, before: number, site: LearningSite) {
  const byLoss = patience?.on === "loss" && site.select === "last" && site.oracle === undefined;
  return {
    steps: before + step,
    epochs: Number((step / Math.max(1, Math.floor(site.rows.count / batch))).toFixed(2)),
    batch,
    ended,
    ...(stop.bestState
      ? {
          selection: byLoss ? "training loss" : site.oracle ? "labels" : "held-out rows",
          bestStep: before + stop.bestStep,
          ...(byLoss ? { bestLoss: stop.best } : { bestHeldOutScore: stop.best }),
        }
      : {}),
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

async function resumedSnapshot({ host, checkpoint }: LearningSite): Promise<Snapshot | undefined> {
  return checkpoint?.resume ? host.readSnapshot(checkpoint.path, checkpoint.fingerprint) : undefined;
}

/** The weights that score, by network: averaged where the game averages; of networks that the state is without, the others. */
function weightsOf({ networks }: Pick<Game, "networks">, state: State, others: State = {}): State {
  return Object.fromEntries(
    Object.keys(networks).flatMap((name) => {
      const running = `${name}.running`;
      return [
        [name, state[`${name}.average`] ?? state[name] ?? others[name]!],
        [running, state[running] ?? others[running] ?? new Float32Array(0)],
      ];
    }),
  );
}

/** The state vectors that score, of some networks. */
function keptVectors<Nets extends Networks>(keep: NonNullable<Trained<Nets>["keep"]>, game: Game<Nets>): string[] {
  const layout = new Set(stateLayout(anyGame(game)).map(({ name }) => name));
  return keep.networks
    .flatMap((name) => [layout.has(`${name}.average`) ? `${name}.average` : name, `${name}.running`])
    .filter((name) => layout.has(name));
}

/** The weights with running parameters replaced that are named "NETWORK.PARAMETER". */
function withRunning(networks: Networks, weights: State, found: Readonly<Record<string, Float32Array>>): State {
  const changed: Record<string, Float32Array> = { ...weights };
  for (const [name, values] of Object.entries(found)) {
    const [owner] = name.split(".") as [string];
    const flat = changed[`${owner}.running`]!.slice();
    let place = 0;
    const { parameters } = runningOf(networks[owner]!);
    for (const { name: parameter, shape } of parameters) {
      if (`${owner}.${parameter}` === name) flat.set(values, place);
      place += sizeOf(shape);
    }
    if (!parameters.some((each) => `${owner}.${each.name}` === name))
      throw new GraphError(`internal: there is no running parameter "${name}"`);
    changed[`${owner}.running`] = flat;
  }
  return changed;
}

/** Networks over constants that are named like their parameters. */
function boundTo<Nets extends Networks>(networks: Nets, weights: State): BoundNetworks<Nets> {
  const cut = (name: string, flat: Float32Array, { parameters }: Pick<AnyNetwork, "parameters">): [string, Node][] => {
    let place = 0;
    return parameters.map(({ name: parameter, shape }) => {
      const value = tensor("f32", shape, flat.slice(place, (place += sizeOf(shape))));
      return [parameter, constant(value, `${name}.${parameter}`)];
    });
  };
  const views = Object.entries(networks).map(([name, network]): [string, Map<string, Node>] => [
    name,
    new Map([
      ...cut(name, weights[name]!, trainedOf(network)),
      ...cut(name, weights[`${name}.running`]!, runningOf(network)),
    ]),
  ]);
  return bindAll(networks, new Map(views));
}

/** State vectors and x in, the criterion of each row out (the score where rows are labelled): what picks weights. */
function watchGraph<Nets extends Networks>(recipe: Trained<Nets>, game: Game<Nets>, { width, oracle }: LearningSite) {
  const x = input("x", "f32", ["batch", width]);
  const layout = stateLayout(anyGame(game));
  const averaged = new Set(layout.flatMap(({ name }) => (name.endsWith(".average") ? [name.slice(0, -8)] : [])));
  const flats = new Map(
    layout
      .filter(({ name }) => /^[^.]+(\.average|\.running)?$/.test(name) && !averaged.has(name))
      .map(({ name, size }) => [name.replace(/\.average$/, ""), input(`state.${name}`, "f32", [size])]),
  );
  const views = new Map(Object.entries(recipe.networks).map(([name, network]) => [name, viewOf(name, network, flats)]));
  const watched = within("score", () => {
    const networks = bindAll(recipe.networks, views);
    if (oracle === undefined && recipe.criterion !== undefined) return recipe.criterion(networks, x);
    const said = recipe.score(networks, x);
    return "score" in said ? said.score : said;
  });
  return { name: "watch", inputs: [...flats.values(), x], outputs: [{ name: "watched", node: watched }] };
}
