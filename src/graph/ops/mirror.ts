// Padding by what stands at the edge, read backwards.

import type { Node } from "../node.js";
import { frontAxis, known } from "../shapes.js";
import { concat, slice } from "./cut.js";

interface Mirror {
  readonly axis: number;
  readonly before: number;
  readonly after: number;
  /** "symmetric" repeats the edge itself (b a | a b c | c b), "reflect" does not (c b | a b c | b a). */
  readonly mode: "symmetric" | "reflect";
}

/** x with its mirror image before and after, along one axis; no more of it than there is. */
export function mirrorPad(x: Node, { axis: named, before, after, mode }: Mirror): Node {
  const axis = frontAxis(named, x.shape.length);
  const size = known([x.shape[axis]!])[0]!;
  const skip = mode === "reflect" ? 1 : 0;
  if (!(before >= 0 && after >= 0 && Math.max(before, after) <= size - skip))
    throw new RangeError(`mirrorPad: ${before} and ${after} do not lie in 0..${size - skip}`);
  const one = (start: number): Node => slice(x, { axis, start, end: start + 1 });
  const head = Array.from({ length: before }, (_, i) => one(before - 1 - i + skip));
  const tail = Array.from({ length: after }, (_, i) => one(size - 1 - i - skip));
  return concat([...head, x, ...tail], axis);
}
