// Turns networks and the steps of a game into one ONNX training graph: a Scan whose carried state is every network's
// flat parameters, its optimiser's vectors, its averaged copy and its statistics, and a plan (plain data) that says what
// to feed. Longer than other files, since graph and plan must agree input by input and are read side by side.

import { differentiate } from "../graph/differentiate.js";
import type { Graph, Node } from "../graph/node.js";
import { GraphError, within } from "../graph/node.js";
import { input } from "../graph/op.js";
import { add, mul, square, sub } from "../graph/ops/arithmetic.js";
import { concat, slice } from "../graph/ops/cut.js";
import { sum } from "../graph/ops/reduce.js";
import { scanBody } from "../graph/ops/scan.js";
import { flatten, reshape, squeeze } from "../graph/ops/shape.js";
import { total } from "../nn/losses.js";
import { type AnyNetwork, type Bound, type Noise, type Parameter, parameterCount, type Scope } from "../nn/network.js";
import { move, type Optimiser, scalarsOf, slotsOf } from "../nn/optimisers.js";

export type Networks = Readonly<Record<string, AnyNetwork>>;
export type BoundNetworks<Nets> = { readonly [name in keyof Nets]: Bound<Nets[name]> };

/** One player's turn: the networks it moves and the losses whose sum it lowers, by name. */
export interface Turn<Nets extends Networks = Networks> {
  readonly moves: readonly (keyof Nets & string)[];
  /** Turns that name the same stream see the same minibatch; default: one stream for all. */
  readonly stream?: string;
  /** How often the turn is taken in one step, each time with a minibatch and noise of its own; 1 when left out. */
  readonly times?: number;
  /** The game's optimiser when left out. */
  readonly optimiser?: Optimiser;
  losses(networks: BoundNetworks<Nets>, x: Node, noise: Noise): Readonly<Record<string, Node>>;
}

/** Networks that no turn moves are frozen: they compute as when scoring. */
export interface Game<Nets extends Networks = Networks> {
  readonly networks: Nets;
  readonly turns: readonly Turn<Nets>[];
  /**
   * Every turn sees the networks as they were before the step, so that what two turns compute of the same minibatch is
   * computed once; a network may then be moved only once in a step. Default: a turn sees what the turns before it moved.
   */
  readonly simultaneous?: boolean;
  readonly optimiser: Optimiser;
  /** Decay of the averaged weights that score; none: the weights themselves score. */
  readonly average?: number;
  /** The networks that are averaged; all that move when left out. */
  readonly averaged?: readonly (keyof Nets & string)[];
}

/** A game whose networks are forgotten by the types, as programs are made of it. */
export const anyGame = <Nets extends Networks>(game: Game<Nets>): Game => ({ ...game }) as Game;

export type NoiseSpec =
  | { readonly kind: "normal" | "uniform"; readonly shape: readonly number[] }
  | { readonly kind: "keep"; readonly shape: readonly number[]; readonly share: number };

/** All that the loop must know to feed the graph; plain data, so that it can go to another thread. */
export interface Plan {
  /** Flat vectors in the order of the graph's state: inputs "state.NAME", outputs "next.NAME" unless they are frozen. */
  readonly state: readonly StateVector[];
  /** The parameters that stand one after another in a network's vector. */
  readonly parameters: Readonly<Record<string, readonly { readonly name: string; readonly size: number }[]>>;
  /** Minibatch inputs "batch.STREAM" f32[steps, batch, width]. */
  readonly streams: readonly string[];
  /** Inputs "noise.N" f32[steps, …shape]. */
  readonly noise: readonly NoiseSpec[];
  /** Input "scalars" f32[steps, n]: the numbers of each of these moves, one after another. */
  readonly moves: readonly Move[];
  /** Outputs "loss.NAME" f32[steps], with the networks that the loss moves. */
  readonly losses: readonly { readonly name: string; readonly moves: readonly string[] }[];
  /** Outputs "norm.NETWORK" f32[steps]: squared length of each network's gradient. */
  readonly norms: readonly string[];
  readonly batch: number;
  readonly width: number;
}

export interface StateVector {
  readonly name: string;
  readonly size: number;
  readonly frozen?: boolean;
}

/** The `nth` (from 0) of `of` moves that a network makes in one step. */
export interface Move {
  readonly optimiser: Optimiser;
  readonly nth: number;
  readonly of: number;
}

type Listed = { readonly parameters: readonly Parameter[] };

/** The parameters that gradients move. */
export const trainedOf = ({ parameters }: Listed): Listed => ({ parameters: parameters.filter((p) => !p.running) });
/** The parameters that layers replace. */
export const runningOf = ({ parameters }: Listed): Listed => ({ parameters: parameters.filter((p) => p.running) });

/** Cuts a flat vector into parameters, by name. */
function unflatten(flat: Node, { parameters }: Listed): Map<string, Node> {
  let start = 0;
  return new Map(
    parameters.map(({ name, shape }) => {
      const size = shape.reduce((n, dim) => n * dim, 1);
      return [name, reshape(slice(flat, { axis: 0, start, end: (start += size) }), { shape })];
    }),
  );
}

/**
 * Binds networks to views of their flat vectors. With `noise` those of them that `learning` names are in training mode:
 * they draw, and what they replace is put into their view.
 */
export function bindAll<Nets extends Networks>(
  networks: Nets,
  views: ReadonlyMap<string, Map<string, Node>>,
  noise?: Noise,
  learning: ReadonlySet<string> = new Set(),
): BoundNetworks<Nets> {
  const bound = Object.entries(networks).map(([name, each]) => {
    const view = views.get(name)!;
    const scope: Scope = {
      parameter: (parameter) => view.get(parameter)!,
      noise: learning.has(name) ? noise : undefined,
      update: (parameter, value) => view.set(parameter, value),
    };
    const call = each.bind(scope) as (...inputs: readonly Node[]) => unknown;
    return [name, (...inputs: readonly Node[]) => within(name, () => call(...inputs))];
  });
  return Object.fromEntries(bound) as BoundNetworks<Nets>;
}

/** Writes the training graph of a game over minibatches f32[batch, width]. */
export function trainingProgram(
  game: Game,
  { batch, width }: { batch: number; width: number },
): { graph: Graph; plan: Plan } {
  const layout = stateLayout(game);
  const vectors = new Map(layout.map(({ name, size }) => [name, input(`state.${name}`, "f32", [size])]));
  const moves = movesOf(game);
  const scalars = input("scalars", "f32", [moves.reduce((n, { optimiser }) => n + scalarsOf(optimiser), 0)]);
  const source = new Source(batch, width);
  const step = buildStep(game, vectors, scalarsByMove(scalars, moves), source);

  const carried = layout.filter(({ frozen }) => !frozen).map(({ name }) => name);
  const slices = [...source.batches.values(), scalars, ...source.inputs];
  const stated = (node: Node, shape: readonly (number | string)[]): Node =>
    input(String(node.from.attributes.name), "f32", shape);
  const state = carried.map((name) => stated(vectors.get(name)!, vectors.get(name)!.shape));
  const over = slices.map((node) => stated(node, ["steps", ...node.shape]));
  const body = {
    inputs: [...carried.map((name) => vectors.get(name)!), ...slices],
    outputs: [...carried.map((name) => step.state.get(name)!), ...step.outputs.map(({ node }) => node)],
    states: carried.length,
  };
  const result = scanBody(body, { state, over });
  const frozen = layout.flatMap((vector) => (vector.frozen ? [vectors.get(vector.name)!] : []));
  return {
    graph: {
      name: "train",
      inputs: [...state, ...frozen, ...over],
      outputs: [
        ...carried.map((name, i) => ({ name: `next.${name}`, node: result.state[i]! })),
        ...step.outputs.map(({ name }, i) => ({ name, node: result.stacked[i]! })),
      ],
    },
    plan: {
      state: layout,
      parameters: Object.fromEntries(Object.entries(game.networks).map(([name, each]) => [name, partsOf(each)])),
      streams: [...source.batches.keys()],
      noise: source.specs,
      moves,
      losses: step.losses,
      norms: step.norms,
      batch,
      width,
    },
  };
}

const timesOf = ({ times = 1 }: Turn): number => times;

/** The networks that some turn moves, each with how often in a step. */
function movedBy(game: Game): Map<string, number> {
  const counts = new Map<string, number>();
  for (const turn of game.turns)
    for (const [i, name] of turn.moves.entries()) {
      if (turn.moves.indexOf(name) < i) throw new GraphError(`internal: a turn moves the network "${name}" twice`);
      counts.set(name, (counts.get(name) ?? 0) + timesOf(turn));
    }
  return counts;
}

/** The moves of a step that differ from each other. */
function movesOf(game: Game): Move[] {
  const found = new Map<string, Move>();
  for (const { move } of eachMove(game)) found.set(keyOf(move), move);
  return [...found.values()];
}

const keyOf = (move: Move): string => JSON.stringify(move);

/** Every move of a step in order, turn by turn. */
function* eachMove(game: Game): Generator<{ turn: Turn; time: number; name: string; move: Move }> {
  const of = movedBy(game);
  const done = new Map<string, number>();
  for (const turn of game.turns)
    for (let time = 0; time < timesOf(turn); time++)
      for (const name of turn.moves) {
        const nth = done.get(name) ?? 0;
        done.set(name, nth + 1);
        yield { turn, time, name, move: { optimiser: turn.optimiser ?? game.optimiser, nth, of: of.get(name)! } };
      }
}

function scalarsByMove(scalars: Node, moves: readonly Move[]): (move: Move) => Node[] {
  let place = 0;
  const cut = new Map(
    moves.map((move) => {
      const own = Array.from({ length: scalarsOf(move.optimiser) }, () => {
        const one = slice(scalars, { axis: 0, start: place, end: place + 1 });
        place++;
        return squeeze(one, { axes: [0] });
      });
      return [keyOf(move), own];
    }),
  );
  return (move) => cut.get(keyOf(move))!;
}

/** Hands out inputs for minibatches and random tensors, and remembers what to feed them. */
class Source implements Noise {
  readonly batches = new Map<string, Node>();
  readonly specs: NoiseSpec[] = [];
  readonly inputs: Node[] = [];
  readonly #shape: readonly number[];

  constructor(batch: number, width: number) {
    this.#shape = [batch, width];
  }

  batch(stream: string): Node {
    const known = this.batches.get(stream);
    if (known !== undefined) return known;
    const node = input(`batch.${stream}`, "f32", this.#shape);
    this.batches.set(stream, node);
    return node;
  }

  normal(shape: readonly number[]): Node {
    return this.#draw({ kind: "normal", shape });
  }

  uniform(shape: readonly number[]): Node {
    return this.#draw({ kind: "uniform", shape });
  }

  keep(shape: readonly number[], share: number): Node {
    return this.#draw({ kind: "keep", shape, share });
  }

  #draw(spec: NoiseSpec): Node {
    const node = input(`noise.${this.specs.length}`, "f32", spec.shape);
    this.specs.push(spec);
    this.inputs.push(node);
    return node;
  }
}

interface Step {
  readonly state: Map<string, Node>;
  readonly outputs: { name: string; node: Node }[];
  readonly losses: { name: string; moves: readonly string[] }[];
  readonly norms: string[];
}

/** One step of the game: every turn in order, each seeing what the turns before it moved unless all are simultaneous. */
function buildStep(
  game: Game,
  vectors: ReadonlyMap<string, Node>,
  scalarsOfMove: (move: Move) => readonly Node[],
  source: Source,
): Step {
  const step: Step = { state: new Map(vectors), outputs: [], losses: [], norms: [] };
  const moved = movedBy(game);
  const seen = game.simultaneous ? vectors : step.state;
  const often = [...moved].find(([, times]) => times > 1);
  if (game.simultaneous && often !== undefined)
    throw new GraphError(`internal: simultaneous turns move the network "${often[0]}" ${often[1]} times`);
  const learning = new Set(
    Object.entries(game.networks).flatMap(([name, each]) => (moved.has(name) || isEmpty(each) ? [name] : [])),
  );
  const moves = eachMove(game);
  for (const turn of game.turns)
    for (let time = 0; time < timesOf(turn); time++) {
      const views = new Map(Object.entries(game.networks).map(([name, each]) => [name, viewOf(name, each, seen)]));
      const trained = new Map(turn.moves.map((name) => [name, trainedNodes(game.networks[name]!, views.get(name)!)]));
      const bound = bindAll(game.networks, views, source, learning);
      const { stream = "rows" } = turn;
      const x = source.batch(time === 0 ? stream : `${stream}.${time}`);
      const losses = turn.losses(bound as BoundNetworks<Networks>, x, source);
      if (time === timesOf(turn) - 1) report(step, turn, losses);
      // what earlier turns moved is a number to this one: no gradient runs back through their steps
      const wanted = [...trained.values()].flat();
      const gradients = differentiate(total(Object.values(losses)), wanted, [...seen.values()]);
      for (const name of turn.moves) {
        const own = gradients.splice(0, trained.get(name)!.length).map(flatten);
        const { move: which } = moves.next().value as { move: Move };
        moveNetwork(game, name, concat(own, 0), which.optimiser, scalarsOfMove(which), step);
        const running = runningOf(game.networks[name]!).parameters.map((p) => flatten(views.get(name)!.get(p.name)!));
        if (running.length > 0) step.state.set(`${name}.running`, concat(running, 0));
      }
    }
  return step;
}

const isEmpty = ({ parameters }: Listed): boolean => parameters.length === 0;

/** A network's parameters by name, cut out of its vectors. */
export function viewOf(name: string, network: AnyNetwork, state: ReadonlyMap<string, Node>): Map<string, Node> {
  const running = state.get(`${name}.running`);
  return new Map([
    ...unflatten(state.get(name)!, trainedOf(network)),
    ...(running === undefined ? [] : unflatten(running, runningOf(network))),
  ]);
}

const trainedNodes = (network: AnyNetwork, view: ReadonlyMap<string, Node>): Node[] =>
  trainedOf(network).parameters.map(({ name }) => view.get(name)!);

function report(step: Step, turn: Turn, losses: Readonly<Record<string, Node>>): void {
  for (const [name, node] of Object.entries(losses)) {
    if (step.losses.some((loss) => loss.name === name))
      throw new GraphError(`internal: two turns have a loss named "${name}"`);
    step.outputs.push({ name: `loss.${name}`, node });
    step.losses.push({ name, moves: turn.moves });
  }
}

function moveNetwork(
  game: Game,
  name: string,
  gradient: Node,
  optimiser: Optimiser,
  scalars: readonly Node[],
  step: Step,
): void {
  const slots = Array.from({ length: slotsOf(optimiser) }, (_, i) => step.state.get(`${name}.slot${i}`)!);
  const moved = move(optimiser, step.state.get(name)!, gradient, slots, scalars);
  step.state.set(name, moved.parameters);
  for (const [i, slot] of moved.slots.entries()) step.state.set(`${name}.slot${i}`, slot);
  if (game.average !== undefined && isAveraged(game, name)) {
    const before = step.state.get(`${name}.average`)!;
    step.state.set(`${name}.average`, add(before, mul(sub(moved.parameters, before), 1 - game.average)));
  }
  if (step.norms.includes(name))
    step.outputs.splice(
      step.outputs.findIndex((each) => each.name === `norm.${name}`),
      1,
    );
  else step.norms.push(name);
  step.outputs.push({ name: `norm.${name}`, node: sum(square(gradient), {}) });
}

const isAveraged = ({ average, averaged }: Game, name: string): boolean =>
  average !== undefined && (averaged?.includes(name) ?? true);

const partsOf = (network: AnyNetwork): { name: string; size: number }[] =>
  trainedOf(network).parameters.map((parameter) => ({
    name: parameter.name,
    size: parameterCount({ parameters: [parameter] }),
  }));

/** NETWORK, NETWORK.slotN, NETWORK.average where weights are averaged, NETWORK.running where layers keep statistics. */
export function stateLayout(game: Game): StateVector[] {
  const optimisers = new Map([...eachMove(game)].map(({ name, move: { optimiser } }) => [name, optimiser]));
  return Object.entries(game.networks).flatMap(([name, each]) => {
    const size = parameterCount(trainedOf(each));
    const kept = parameterCount(runningOf(each));
    const optimiser = optimisers.get(name);
    const frozen = optimiser === undefined ? { frozen: true } : {};
    const slots = Array.from({ length: optimiser === undefined ? 0 : slotsOf(optimiser) }, (_, i) => ({
      name: `${name}.slot${i}`,
      size,
    }));
    return [
      ...(size === 0 ? [] : [{ name, size, ...frozen }]),
      ...slots,
      ...(optimiser !== undefined && isAveraged(game, name) ? [{ name: `${name}.average`, size }] : []),
      ...(kept === 0 ? [] : [{ name: `${name}.running`, size: kept, ...frozen }]),
    ];
  });
}
