// Rows in three units: as they are encoded, in 0 to 1 (where anomalies are made), and as the target takes them.

import type { Node } from "../../graph/node.js";
import { add, mul } from "../../graph/ops/arithmetic.js";
import type { RowShape } from "../define.js";
import { judgedOf } from "../row.js";

export interface Space {
  /** Encoded rows f32[batch, features and more] in units of the training rows' range, f32[batch, features]. */
  unit(x: Node): Node;
  /** The same as the target takes them. */
  seen(x: Node): Node;
  /** Rows in 0 to 1 as the target takes them. */
  fromUnit(u: Node): Node;
}

/** For targets that we train: they take rows in 0 to 1, or as tables are scaled. */
export function ownSpace(shape: RowShape): Space {
  const unit = (x: Node): Node => {
    const judged = judgedOf(x, shape);
    return shape.picture ? mul(add(judged, 1), 0.5) : judged;
  };
  return {
    unit,
    seen: unit,
    fromUnit: (u) => u,
  };
}
