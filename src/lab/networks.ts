// The two players of the laboratory: those of GANDI (E. Karavani, 2017) by their numbers, and any others that a setting
// describes.

import { z } from "zod";
import type { Node } from "../graph/node.js";
import { squeeze } from "../graph/ops/shape.js";
import { dense, elu, leakyRelu, mlp, relu, softplus, tanh } from "../nn/layers.js";
import { minibatchDiscrimination } from "../nn/minibatch-discrimination.js";
import { type Network, network, sequential } from "../nn/network.js";

const activations = { softplus, tanh, relu, elu, leaky_relu: leakyRelu(0.2) } as const;
export const activationNames = Object.keys(activations) as readonly (keyof typeof activations)[];
const activation = z.enum(activationNames);
const widths = z.array(z.int().min(1)).describe("units of the hidden layers");

/** Hidden layers of the generators 1 to 3 of GANDI (softplus, Glorot weights, a linear last layer). */
const generatorWidths = { 1: [5], 2: [10, 10, 5], 3: [25, 25, 20, 10] } as const;

export const generatorSchema = z.union([
  z.literal([1, 2, 3]),
  z.strictObject({ widths, activation: activation.default("softplus") }),
]);

export const discriminatorSchema = z.union([
  z.literal(1),
  z.strictObject({
    widths,
    activation: activation.default("tanh"),
    minibatch: z
      .strictObject({ kernels: z.int().min(1), dims: z.int().min(1) })
      .nullable()
      .default(null)
      .describe("minibatch discrimination before the last layer"),
  }),
]);

export type GeneratorSpec = z.output<typeof generatorSchema>;
export type DiscriminatorSpec = z.output<typeof discriminatorSchema>;

/** Logits f32[batch] of rows f32[batch, dims]; a minibatch layer compares them with others where these are named. */
export type Discriminator = Network<readonly [x: Node, others?: Node, weights?: Node, own?: Node]>;

export type Players = {
  /** Noise f32[batch, width] to rows f32[batch, dims]. */
  readonly generator: Network;
  readonly discriminator: Discriminator;
};

export function generatorOf(spec: GeneratorSpec, from: number, to: number): Network {
  const { widths: hidden, activation: name } =
    typeof spec === "number" ? { widths: generatorWidths[spec], activation: "softplus" as const } : spec;
  return mlp([from, ...hidden, to], activations[name]);
}

/**
 * Of GANDI's discriminator 1 the second layer is minibatch discrimination where a batch has more than one row, else a dense
 * layer of 5 without activation.
 */
export function discriminatorOf(spec: DiscriminatorSpec, dims: number, batch: number): Discriminator {
  if (typeof spec !== "number") {
    const last = spec.widths.at(-1) ?? dims;
    const hidden = sequential(
      ...spec.widths.flatMap((to, i) => [dense(spec.widths[i - 1] ?? dims, to), activations[spec.activation]]),
    );
    return judging(hidden, last, spec.minibatch ?? undefined);
  }
  const first = sequential(dense(dims, 5), tanh);
  return batch > 1 ? judging(first, 5, { kernels: 5, dims: 3 }) : judging(sequential(first, dense(5, 5)), 5);
}

/** Whether a row's logit depends on the rows beside it. */
export const looksAround = (spec: DiscriminatorSpec, batch: number): boolean =>
  typeof spec === "number" ? batch > 1 : spec.minibatch !== null;

function judging(
  hidden: Network,
  width: number,
  around?: { readonly kernels: number; readonly dims: number },
): Discriminator {
  const logit = (features: Node): Node => squeeze(features, { axes: [1] });
  if (around === undefined)
    return network({ hidden, last: dense(width, 1) }, (parts, x: Node) => logit(parts.last(parts.hidden(x))));
  return network(
    { hidden, around: minibatchDiscrimination({ from: width, ...around }), last: dense(width + around.kernels, 1) },
    (parts, x: Node, others?: Node, weights?: Node, own?: Node) =>
      logit(parts.last(parts.around(parts.hidden(x), others && parts.hidden(others), weights, own))),
  );
}
