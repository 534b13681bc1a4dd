// Rows in three units: as they are encoded, in 0 to 1 (where anomalies are made), and as the target takes them.

import type { Node } from "../../graph/node.js";
import { add, maximum, minimum, mul, sub } from "../../graph/ops/arithmetic.js";
import { abs } from "../../graph/ops/piecewise.js";
import { sum } from "../../graph/ops/reduce.js";
import type { RowShape } from "../define.js";
import { judgedOf } from "../row.js";

export interface Space {
  /** Encoded rows f32[batch, features and more] in units of the training rows' range, f32[batch, features]. */
  unit(x: Node): Node;
  /** The same as the target takes them. */
  seen(x: Node): Node;
  /** Rows in 0 to 1 as the target takes them. */
  fromUnit(u: Node): Node;
  /** How far rows lie beyond what `seen` lets through, f32[batch]; where it lets only some through. */
  excess?(x: Node): Node;
}

/** For targets that we train: they take rows in 0 to 1, or as tables are scaled. */
export function ownSpace(shape: RowShape): Space {
  const unit = (x: Node): Node => {
    const judged = judgedOf(x, shape);
    return shape.picture ? mul(add(judged, 1), 0.5) : judged;
  };
  return { unit, seen: unit, fromUnit: (u) => u };
}

export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/**
 * Rows beyond the bounds are seen as if they lay on them, and what lies beyond counts by itself: an alarm network says
 * anything of rows that are far from all it learned from, mostly the less alarm the farther.
 */
export function bounded(space: Space, { low, high }: Bounds): Space {
  const unit = (x: Node): Node => minimum(maximum(space.unit(x), low), high);
  return {
    unit,
    seen: (x) => space.fromUnit(unit(x)),
    fromUnit: space.fromUnit,
    excess: (x) => sum(abs(sub(space.unit(x), unit(x))), { axes: [1] }),
  };
}
