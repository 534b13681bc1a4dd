// The two parts of an encoded row: what is judged, and the context it is judged in.

import type { Widths } from "../encode/encoding.js";
import type { Node } from "../graph/node.js";
import { slice } from "../graph/ops/cut.js";

/** f32[batch, features]. */
export const judgedOf = (x: Node, { features, condition }: Widths): Node =>
  condition === 0 ? x : slice(x, { axis: 1, start: 0, end: features });

/** Both parts of encoded rows. */
export interface Parts {
  /** f32[batch, features]. */
  readonly row: Node;
  /** f32[batch, condition]. */
  readonly context: Node | undefined;
}

export const partsOf = (x: Node, widths: Widths): Parts => ({
  row: judgedOf(x, widths),
  context: contextOf(x, widths),
});

/** f32[batch, condition]; undefined where there is no context. */
export const contextOf = (x: Node, { features, condition }: Widths): Node | undefined =>
  condition === 0 ? undefined : slice(x, { axis: 1, start: features, end: features + condition });
