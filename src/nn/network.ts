// Networks as plain values: a list of parameters and a function over nodes. Parameters are a named tree, so the names
// in the ONNX file, in checkpoints and in errors are the same ("discriminator.joint.0.weight").

import type { Node } from "../graph/node.js";
import type { Initialiser } from "./initialise.js";

export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly start: Initialiser;
  /**
   * Not moved by gradients: its layer replaces it while training (statistics over batches). Such a value is asked for when
   * the network is called, not when it is bound, as an earlier call may have replaced it.
   */
  readonly running?: boolean;
}

/** Random tensors inside a training step. Every call is a new draw. */
export interface Noise {
  /** Standard normal. */
  normal(shape: readonly number[]): Node;
  /** Uniform in 0 to 1. */
  uniform(shape: readonly number[]): Node;
  /** 1/share with probability `share`, else 0. */
  keep(shape: readonly number[], share: number): Node;
}

/** What a network is bound to: its parameters, and noise while training (none when scoring or frozen). */
export interface Scope {
  parameter(name: string): Node;
  readonly noise: Noise | undefined;
  /** Replaces a running parameter, while training. It counts only in turns that move the network. */
  update(name: string, value: Node): void;
}

/** A function of nodes, of which some may be left out where the network allows it, over parameters. */
export interface Network<Inputs extends readonly (Node | undefined)[] = readonly [Node], Result = Node> {
  readonly parameters: readonly Parameter[];
  bind(scope: Scope): (...inputs: Inputs) => Result;
}

export type AnyNetwork = Network<never, unknown>;

/** The function that a network becomes when bound. */
export type Bound<N> = N extends Network<infer Inputs, infer Result> ? (...inputs: Inputs) => Result : never;

const below = (scope: Scope, part: string): Scope => ({
  parameter: (name) => scope.parameter(`${part}.${name}`),
  noise: scope.noise,
  update: (name, value) => scope.update(`${part}.${name}`, value),
});

/** A network of named parts and a rule that joins them. */
export function network<Parts extends Record<string, AnyNetwork>, Inputs extends readonly (Node | undefined)[], Result>(
  parts: Parts,
  apply: (parts: { readonly [name in keyof Parts]: Bound<Parts[name]> }, ...inputs: Inputs) => Result,
): Network<Inputs, Result> {
  return {
    parameters: Object.entries(parts).flatMap(([part, { parameters }]) =>
      parameters.map((parameter) => ({ ...parameter, name: `${part}.${parameter.name}` })),
    ),
    bind(scope) {
      const bound = Object.fromEntries(
        Object.entries(parts).map(([part, each]) => [part, each.bind(below(scope, part))]),
      );
      return (...inputs) => apply(bound as { readonly [name in keyof Parts]: Bound<Parts[name]> }, ...inputs);
    },
  };
}

/** Layers one after another, named by their place. */
export const sequential = (...layers: readonly Network[]): Network =>
  network(Object.fromEntries(layers.map((layer, i) => [String(i), layer])), (parts, x: Node) =>
    layers.reduce((value, _, i) => parts[String(i)]!(value), x),
  );

/** Number of numbers in all parameters. */
export const parameterCount = ({ parameters }: { readonly parameters: readonly Parameter[] }): number =>
  parameters.reduce((total, { shape }) => total + shape.reduce((n, dim) => n * dim, 1), 0);
