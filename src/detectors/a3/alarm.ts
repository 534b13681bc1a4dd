// The alarm network of A3: reads activations, says how much they look like those of anomalies.

import type { Node } from "../../graph/node.js";
import { mul, square, sub } from "../../graph/ops/arithmetic.js";
import { sigmoid, softplus } from "../../graph/ops/exponential.js";
import { abs } from "../../graph/ops/piecewise.js";
import { mean, sum } from "../../graph/ops/reduce.js";
import { squeeze } from "../../graph/ops/shape.js";
import { dense, dropout, relu } from "../../nn/layers.js";
import { paired, total } from "../../nn/losses.js";
import { type Network, network, sequential } from "../../nn/network.js";

/** Hidden widths of the paper ("big"), and of the re-implementation in the authors' later work. */
export const alarmSizes = {
  big: [1000, 500, 200, 75],
  small: [100, 50, 25, 10],
  huge: [5000, 2000, 500, 200],
} as const;

interface Said {
  /** f32[batch], before the logistic function. */
  readonly logit: Node;
  /** Weights and biases of the first layer, for penalties. */
  readonly first: readonly Node[];
}

export type Alarm = Network<readonly [Node], Said>;

/** Dense layers with ReLU; one dropout, after the last hidden layer. */
export function alarmNetwork(from: number, hidden: readonly number[], drop: number): Alarm {
  const rest = hidden.slice(1).flatMap((to, i) => [dense(hidden[i]!, to), relu]);
  return network(
    {
      first: withParameters(dense(from, hidden[0]!)),
      rest: sequential(relu, ...rest, dropout(drop), dense(hidden.at(-1)!, 1)),
    },
    ({ first, rest }, h: Node) => {
      const { value, parameters } = first(h);
      return { logit: squeeze(rest(value), { axes: [1] }), first: parameters };
    },
  );
}

const withParameters = (
  layer: Network,
): Network<readonly [Node], { readonly value: Node; readonly parameters: readonly Node[] }> => ({
  parameters: layer.parameters,
  bind: (scope) => {
    const call = layer.bind(scope);
    const parameters = layer.parameters.map(({ name }) => scope.parameter(name));
    return (x) => ({ value: call(x), parameters });
  },
});

/** Cross-entropy of each row's logit with its own label: softplus(z) - z·y, f32[batch]. */
export function crossEntropyWith(logits: Node, labels: Node): Node {
  paired("crossEntropyWith", logits, labels);
  return sub(softplus(logits), mul(logits, labels));
}

export interface Penalties {
  /** On weights and biases of the first layer: they push activations that say nothing out. */
  readonly inputL1: number;
  readonly inputL2: number;
  /** On what the alarm says, as its distance from 1, mean over the rows. */
  readonly outputL1: number;
  readonly outputL2: number;
}

/** The sum of the penalties that have a weight, for what was said of some batches; undefined where none has. */
export function penaltyOf(
  { inputL1, inputL2, outputL1, outputL2 }: Penalties,
  said: readonly Said[],
): Node | undefined {
  const parts: Node[] = [];
  for (const parameter of said[0]!.first) {
    if (inputL1 > 0) parts.push(mul(sum(abs(parameter), {}), inputL1));
    if (inputL2 > 0) parts.push(mul(sum(square(parameter), {}), inputL2));
  }
  for (const { logit } of said) {
    const missing = sub(1, sigmoid(logit));
    if (outputL1 > 0) parts.push(mul(mean(abs(missing), {}), outputL1));
    if (outputL2 > 0) parts.push(mul(mean(square(missing), {}), outputL2));
  }
  return parts.length === 0 ? undefined : total(parts);
}
