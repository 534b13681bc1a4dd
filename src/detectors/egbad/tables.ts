// EGBAD's networks for tables, all of them dense.

import { dense, dropout, leakyRelu, relu } from "../../nn/layers.js";
import { type Network, sequential } from "../../nn/network.js";
import type { RowShape } from "../define.js";
import { judgeOfPairs, type Networks } from "./pairs.js";

interface Widths {
  readonly code: number;
  readonly encoder: readonly number[];
  readonly generator: readonly number[];
  readonly judge: number;
}

/** Layers of section "KDD" of the paper's table and code. */
export const publishedWidths: Widths = { code: 32, encoder: [64], generator: [64, 128], judge: 128 };

/** Hidden layers about as wide as the rows, within reason. */
export function widthsFor(columns: number, wanted: number): Widths {
  const code = wanted > 0 ? wanted : Math.min(32, Math.max(1, Math.round(columns / 4)));
  const wide = Math.min(256, Math.max(32, 2 ** Math.round(Math.log2(columns))));
  return { code, encoder: [wide], generator: [Math.max(32, wide / 2), wide], judge: Math.max(64, wide) };
}

const SLOPE = 0.1;
const DROP = 0.2;

/** The context of a row, where it has one, is more of the input of every network. */
export function tableNetworks(
  { features, condition, width }: RowShape,
  { code, encoder, generator, judge }: Widths,
): Networks {
  const leaky = (from: number, to: number): Network => sequential(dense(from, to), leakyRelu(SLOPE), dropout(DROP));
  const chain = (from: number, widths: readonly number[], activation: Network): Network[] =>
    widths.flatMap((to, i) => [dense(widths[i - 1] ?? from, to), activation]);
  return {
    encoder: sequential(...chain(width, encoder, leakyRelu(SLOPE)), dense(encoder.at(-1) ?? width, code)),
    generator: sequential(
      ...chain(code + condition, generator, relu),
      dense(generator.at(-1) ?? code + condition, features),
    ),
    discriminator: judgeOfPairs({
      x: leaky(width, judge),
      z: leaky(code, judge),
      joint: leaky(2 * judge, judge),
      logit: dense(judge, 1),
    }),
  };
}
