// The five networks of ALAD, and those for tables: the KDD Cup 99 and Arrhythmia networks of the authors' code, and
// networks that follow the width of the data.

import type { Node } from "../../graph/node.js";
import { concat } from "../../graph/ops/cut.js";
import { squeeze } from "../../graph/ops/shape.js";
import { batchNorm } from "../../nn/batch-norm.js";
import { dense, dropout, leakyRelu, relu } from "../../nn/layers.js";
import { type Network, network, sequential } from "../../nn/network.js";
import { spectralNorm } from "../../nn/spectral-norm.js";

/** What a discriminator says of pairs. */
interface Judgement {
  /** Its last hidden layer, f32[batch, numbers]. */
  readonly features: Node;
  /** f32[batch]; higher: more like the real pairs. */
  readonly logit: Node;
}

export type Judge = Network<readonly [Node, Node], Judgement>;

export interface Switches {
  /** The authors' batch normalisation, starting values and way to put two pictures side by side. */
  readonly published: boolean;
  readonly spectral: boolean;
  /** Whether codes are judged too, (z, z) against (z, E(G(z))). */
  readonly zz: boolean;
}

/** The discriminators are named by what they see: row and code, row and row, code and code. */
export type AladNetworks = {
  readonly encoder: Network;
  readonly generator: Network;
  readonly xz: Judge;
  readonly xx: Judge;
  readonly zz?: Judge;
};

export const SLOPE = 0.2;

/** A layer whose weight is divided by its spectral norm, or not. */
export const normed = (spectral: boolean, layer: Network): Network => (spectral ? spectralNorm(layer) : layer);

/** With the constants of TensorFlow's layers, of which the published networks are made. */
export const tfBatchNorm = (channels: number, stored: "biased" | "unbiased"): Network =>
  batchNorm(channels, { momentum: 0.01, epsilon: 1e-3, stored });

/** A judge of pairs of rows, f32[batch, 2·numbers], by the features of a chain of hidden layers. */
export const rowJudge = (hidden: Network, logit: Network): Judge =>
  network({ hidden, logit }, (part, a: Node, b: Node) => {
    const features = part.hidden(concat([a, b], 1));
    return { features, logit: squeeze(part.logit(features), { axes: [1] }) };
  });

/** Widths of the hidden layers; the generator's are the encoder's backwards where it has none of its own. */
export interface TableWidths {
  readonly code: number;
  readonly encoder: readonly number[];
  readonly generator: readonly number[];
  /** Of the judge of rows and codes: each of the two alone, then both together. */
  readonly apart: number;
  readonly joint: number;
  readonly xx: readonly number[];
  readonly zz: readonly number[];
}

export const presets = {
  kdd: { code: 32, encoder: [64], generator: [64, 128], apart: 128, joint: 128, xx: [128], zz: [32] },
  arrhythmia: {
    code: 64,
    encoder: [256, 128],
    generator: [128, 256],
    apart: 128,
    joint: 256,
    xx: [256, 128],
    zz: [64, 32],
  },
} as const satisfies Record<string, TableWidths>;

/** Hidden layers about as wide as the rows, within reason. */
export function widthsFor(columns: number, wanted: number): TableWidths {
  const code = wanted > 0 ? wanted : Math.min(32, Math.max(1, Math.round(columns / 4)));
  const wide = Math.min(256, Math.max(32, 2 ** Math.round(Math.log2(columns))));
  const judge = Math.max(64, wide);
  const generator = [Math.max(32, wide / 2), wide];
  return { code, encoder: [wide], generator, apart: judge, joint: judge, xx: [judge], zz: [32] };
}

/** Dropout of the judge of rows and codes, and of the judges of pairs. */
const DROP = { xz: 0.5, pairs: 0.2 };

/**
 * Dropout as in the authors' code, which knows spectral normalisation but has none here. Batch normalisation, which it
 * has in one place, is left out where not `published`: it makes no sense of a single row.
 */
export function tableNetworks(
  columns: number,
  widths: TableWidths,
  { published, spectral, zz }: Switches,
): AladNetworks {
  const { code, encoder, generator, apart, joint } = widths;
  const chain = (from: number, hidden: readonly number[], layer: (from: number, to: number) => readonly Network[]) =>
    hidden.flatMap((to, i) => layer(hidden[i - 1] ?? from, to));
  const leaky = (from: number, to: number) => [normed(spectral, dense(from, to)), leakyRelu(SLOPE)];
  const dropping = (rate: number) => (from: number, to: number) => [...leaky(from, to), dropout(rate)];
  const pairs = (width: number, hidden: readonly number[]): Judge =>
    rowJudge(sequential(...chain(2 * width, hidden, dropping(DROP.pairs))), dense(hidden.at(-1) ?? 2 * width, 1));
  return {
    encoder: sequential(...chain(columns, encoder, leaky), dense(encoder.at(-1) ?? columns, code)),
    generator: sequential(
      ...chain(code, generator, (from, to) => [dense(from, to), relu]),
      dense(generator.at(-1) ?? code, columns),
    ),
    xz: codeJudge({
      x: sequential(
        normed(spectral, dense(columns, apart)),
        ...(published ? [tfBatchNorm(apart, "biased")] : []),
        leakyRelu(SLOPE),
      ),
      z: sequential(...dropping(DROP.xz)(code, apart)),
      joint: sequential(...dropping(DROP.xz)(2 * apart, joint)),
      logit: dense(joint, 1),
    }),
    xx: pairs(columns, widths.xx),
    ...(zz ? { zz: pairs(code, widths.zz) } : {}),
  };
}

/** The judge of rows and codes. */
export const codeJudge = (parts: Record<"x" | "z" | "joint" | "logit", Network>): Judge =>
  network(parts, (part, x: Node, z: Node) => {
    const features = part.joint(concat([part.x(x), part.z(z)], 1));
    return { features, logit: squeeze(part.logit(features), { axes: [1] }) };
  });
