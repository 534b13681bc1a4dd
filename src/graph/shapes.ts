// Shape arithmetic shared by the rules of ops. Errors say the reason; the caller adds the operands.

import type { Dim, Shape } from "../tensor/dtype.js";

/** Numpy's broadcasting: sizes are equal, or one of them is 1. A named size equals only itself. */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis): Dim => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    throw new Error("shapes do not broadcast");
  });
}

/** An axis counted from the front; negative axes count from the back. */
export function frontAxis(axis: number, rank: number): number {
  const front = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(front) || front < 0 || front >= rank) throw new Error(`there is no axis ${axis}`);
  return front;
}

/** The axes of a reduction, all when none are named, counted from the front and in order. */
export function frontAxes(axes: readonly number[] | undefined, rank: number): number[] {
  const front = axes === undefined ? Array.from({ length: rank }, (_, i) => i) : axes.map((a) => frontAxis(a, rank));
  if (new Set(front).size !== front.length) throw new Error("an axis is named twice");
  return front.sort((a, b) => a - b);
}

/** The sizes that are numbers already, or an error that names the one that is not. */
export function known(shape: Shape): number[] {
  return shape.map((dim) => {
    if (typeof dim !== "number") throw new Error(`size "${dim}" must be known here`);
    return dim;
  });
}

/** Distance in elements between neighbours along each axis of a row-major tensor. */
export function strides(shape: readonly number[]): number[] {
  const steps = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) steps[axis] = steps[axis + 1]! * shape[axis + 1]!;
  return steps;
}

/** Calls with the coordinates of every element in row-major order. The array is reused. */
export function eachIndex(shape: readonly number[], visit: (index: readonly number[], flat: number) => void): void {
  const size = shape.reduce((product, dim) => product * dim, 1);
  const index = new Array<number>(shape.length).fill(0);
  for (let flat = 0; flat < size; flat++) {
    visit(index, flat);
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
  }
}

/** Place of an element in a tensor that is broadcast to the rank of `index`. */
export function placeIn(shape: readonly number[], index: readonly number[]): number {
  const steps = strides(shape);
  const skip = index.length - shape.length;
  return shape.reduce((place, dim, axis) => place + (dim === 1 ? 0 : index[axis + skip]! * steps[axis]!), 0);
}
