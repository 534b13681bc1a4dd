// The three networks of EGBAD, whatever the rows are. A row is its features with their context behind them; encoder and
// discriminator take whole rows, the generator takes a code with the context behind it and gives features.

import type { Node } from "../../graph/node.js";
import { concat } from "../../graph/ops/cut.js";
import { squeeze } from "../../graph/ops/shape.js";
import { type Network, network } from "../../nn/network.js";
import type { RowShape } from "../define.js";
import { contextOf, judgedOf } from "../row.js";

export interface Opinion {
  /** The last hidden layer f, f32[batch, …]. */
  readonly features: Node;
  /** f32[batch]; above 0: a row with the code that the encoder gave it. */
  readonly logit: Node;
}

/** Named as in `recipe.networks`. */
export type Networks = {
  readonly encoder: Network;
  readonly generator: Network;
  readonly discriminator: Network<readonly [Node, Node], Opinion>;
};

interface Judge {
  readonly x: Network;
  readonly z: Network;
  readonly joint: Network;
  readonly logit: Network;
}

/** Row and code each through a branch of its own, then together. */
export const judgeOfPairs = (parts: Judge): Networks["discriminator"] =>
  network({ ...parts }, (bound, row: Node, code: Node) => {
    const features = bound.joint(concat([bound.x(row), bound.z(code)], 1));
    return { features, logit: squeeze(bound.logit(features), { axes: [1] }) };
  });

/** Features or codes f32[batch, …] with the context of the rows x behind them. */
export function besideContext(values: Node, x: Node, shape: RowShape): Node {
  const context = contextOf(x, shape);
  return context === undefined ? values : concat([values, context], 1);
}

/** A network of the features of a row, the context behind what it gives. */
export const overFeatures = (shape: RowShape, body: Network): Network =>
  network({ body }, ({ body: bound }, x: Node) => besideContext(bound(judgedOf(x, shape)), x, shape));
