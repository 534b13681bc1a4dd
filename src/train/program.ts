// Turns networks and the steps of a game into one ONNX training graph: a Scan whose carried state is every network's
// flat parameters, its optimiser's vectors and its averaged copy, and a plan (plain data) that says what to feed.

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
import { type AnyNetwork, type Bound, type Noise, parameterCount, type Scope } from "../nn/network.js";
import { move, type Optimiser, scalarsOf, slotsOf } from "../nn/optimisers.js";

export type Networks = Readonly<Record<string, AnyNetwork>>;
export type BoundNetworks<Nets> = { readonly [name in keyof Nets]: Bound<Nets[name]> };

/** One player's turn: the networks it moves and the losses whose sum it lowers, by name. */
export interface Turn<Nets extends Networks = Networks> {
  readonly moves: readonly (keyof Nets & string)[];
  /** Turns that name the same stream see the same minibatch; default: one stream for all. */
  readonly stream?: string;
  losses(networks: BoundNetworks<Nets>, x: Node, noise: Noise): Readonly<Record<string, Node>>;
}

export interface Game<Nets extends Networks = Networks> {
  readonly networks: Nets;
  readonly turns: readonly Turn<Nets>[];
  readonly optimiser: Optimiser;
  /** Decay of the averaged weights that score; none: the weights themselves score. */
  readonly average?: number;
}

export type NoiseSpec =
  | { readonly kind: "normal"; readonly shape: readonly number[] }
  | { readonly kind: "keep"; readonly shape: readonly number[]; readonly share: number };

/** All that the loop must know to feed the graph; plain data, so that it can go to another thread. */
export interface Plan {
  /** Flat vectors in the order of the graph's state: inputs "state.NAME", outputs the same. */
  readonly state: readonly { readonly name: string; readonly size: number }[];
  /** The parameters that stand one after another in a network's vector. */
  readonly parameters: Readonly<Record<string, readonly { readonly name: string; readonly size: number }[]>>;
  /** Minibatch inputs "batch.STREAM" f32[steps, batch, width]. */
  readonly streams: readonly string[];
  /** Inputs "noise.N" f32[steps, …shape]. */
  readonly noise: readonly NoiseSpec[];
  /** Input "scalars" f32[steps, n] comes from this optimiser. */
  readonly optimiser: Optimiser;
  /** Outputs "loss.NAME" f32[steps], with the networks that the loss moves. */
  readonly losses: readonly { readonly name: string; readonly moves: readonly string[] }[];
  /** Outputs "norm.NETWORK" f32[steps]: squared length of each network's gradient. */
  readonly norms: readonly string[];
  readonly batch: number;
  readonly width: number;
}

/** Cuts a flat vector into the parameters of a network, by name. */
export function unflatten(flat: Node, { parameters }: AnyNetwork): Map<string, Node> {
  let start = 0;
  return new Map(
    parameters.map(({ name, shape }) => {
      const size = shape.reduce((n, dim) => n * dim, 1);
      return [name, reshape(slice(flat, { axis: 0, start, end: (start += size) }), { shape })];
    }),
  );
}

/** Binds networks to views of their flat vectors. */
export function bindAll<Nets extends Networks>(
  networks: Nets,
  views: ReadonlyMap<string, ReadonlyMap<string, Node>>,
  noise: Noise | undefined,
): BoundNetworks<Nets> {
  const bound = Object.entries(networks).map(([name, each]) => {
    const scope: Scope = { parameter: (parameter) => views.get(name)!.get(parameter)!, noise };
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
  const carried = new Map(layout.map(({ name, size }) => [name, input(`state.${name}`, "f32", [size])]));
  const streams = [...new Set(game.turns.map(streamOf))];
  const batches = new Map(streams.map((stream) => [stream, input(`batch.${stream}`, "f32", [batch, width])]));
  const scalars = input("scalars", "f32", [scalarsOf(game.optimiser)]);
  const source = new NoiseSource();
  const step = buildStep(game, carried, batches, scalars, source);

  const slices = [...batches.values(), scalars, ...source.inputs];
  const stated = (node: Node, shape: readonly (number | string)[]): Node =>
    input(String(node.from.attributes.name), "f32", shape);
  const state = [...carried.values()].map((node) => stated(node, node.shape));
  const over = slices.map((node) => stated(node, ["steps", ...node.shape]));
  const body = {
    inputs: [...carried.values(), ...slices],
    outputs: [...layout.map(({ name }) => step.state.get(name)!), ...step.outputs.map(({ node }) => node)],
    states: layout.length,
  };
  const result = scanBody(body, { state, over });
  return {
    graph: {
      name: "train",
      inputs: [...state, ...over],
      outputs: [
        ...layout.map(({ name }, i) => ({ name: `next.${name}`, node: result.state[i]! })),
        ...step.outputs.map(({ name }, i) => ({ name, node: result.stacked[i]! })),
      ],
    },
    plan: {
      state: layout,
      parameters: Object.fromEntries(Object.entries(game.networks).map(([name, each]) => [name, partsOf(each)])),
      streams,
      noise: source.specs,
      optimiser: game.optimiser,
      losses: step.losses,
      norms: step.norms,
      batch,
      width,
    },
  };
}

const streamOf = ({ stream = "rows" }: Turn): string => stream;

/** Hands out inputs for random tensors and remembers what to feed them. */
class NoiseSource implements Noise {
  readonly specs: NoiseSpec[] = [];
  readonly inputs: Node[] = [];

  normal(shape: readonly number[]): Node {
    return this.#draw({ kind: "normal", shape });
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

/** One step of the game: every turn in order, each seeing what the turns before it moved. */
function buildStep(
  game: Game,
  carried: ReadonlyMap<string, Node>,
  batches: ReadonlyMap<string, Node>,
  scalars: Node,
  source: Noise,
): Step {
  const step: Step = { state: new Map(carried), outputs: [], losses: [], norms: [] };
  const views = new Map(
    Object.entries(game.networks).map(([name, each]) => [name, unflatten(carried.get(name)!, each)]),
  );
  const rates = Array.from({ length: scalarsOf(game.optimiser) }, (_, i) =>
    squeeze(slice(scalars, { axis: 0, start: i, end: i + 1 }), { axes: [0] }),
  );
  for (const turn of game.turns) {
    const bound = bindAll(game.networks, views, source);
    const losses = turn.losses(bound as BoundNetworks<Networks>, batches.get(streamOf(turn))!, source);
    for (const [name, node] of Object.entries(losses)) {
      if (step.losses.some((loss) => loss.name === name))
        throw new GraphError(`internal: two turns have a loss named "${name}"`);
      step.outputs.push({ name: `loss.${name}`, node });
      step.losses.push({ name, moves: turn.moves });
    }
    const parameters = turn.moves.flatMap((name) => [...views.get(name)!.values()]);
    // what earlier turns moved is a number to this one: no gradient runs back through their steps
    const gradients = differentiate(total(Object.values(losses)), parameters, [...step.state.values()]);
    for (const name of turn.moves) {
      if (step.norms.includes(name)) throw new GraphError(`internal: the network "${name}" is moved twice in a step`);
      const own = gradients.splice(0, views.get(name)!.size).map(flatten);
      moveNetwork(game, name, concat(own, 0), rates, step);
      views.set(name, unflatten(step.state.get(name)!, game.networks[name]!));
    }
  }
  return step;
}

function moveNetwork(
  { optimiser, average }: Game,
  name: string,
  gradient: Node,
  rates: readonly Node[],
  step: Step,
): void {
  const slots = Array.from({ length: slotsOf(optimiser) }, (_, i) => step.state.get(`${name}.slot${i}`)!);
  const moved = move(optimiser, step.state.get(name)!, gradient, slots, rates);
  step.state.set(name, moved.parameters);
  for (const [i, slot] of moved.slots.entries()) step.state.set(`${name}.slot${i}`, slot);
  if (average !== undefined) {
    const before = step.state.get(`${name}.average`)!;
    step.state.set(`${name}.average`, add(before, mul(sub(moved.parameters, before), 1 - average)));
  }
  step.norms.push(name);
  step.outputs.push({ name: `norm.${name}`, node: sum(square(gradient), {}) });
}

const partsOf = ({ parameters }: AnyNetwork): { name: string; size: number }[] =>
  parameters.map((parameter) => ({ name: parameter.name, size: parameterCount({ parameters: [parameter] }) }));

/** NETWORK, then NETWORK.slotN, then NETWORK.average where weights are averaged. */
export function stateLayout({ networks, optimiser, average }: Game): { name: string; size: number }[] {
  return Object.entries(networks).flatMap(([name, each]) => {
    const size = parameterCount(each);
    const slots = Array.from({ length: slotsOf(optimiser) }, (_, i) => ({ name: `${name}.slot${i}`, size }));
    return [{ name, size }, ...slots, ...(average === undefined ? [] : [{ name: `${name}.average`, size }])];
  });
}
