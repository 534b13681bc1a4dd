// The same elements in another shape: reshape, transpose, added and removed axes, repetition.

import { printType, type Shape, sameShape, sizeOf } from "../../tensor/dtype.js";
import { tensorOf, toNumbers } from "../../tensor/tensor.js";
import type { Node } from "../node.js";
import { defineOp, type Op } from "../op.js";
import { broadcast, eachIndex, frontAxes, known, placeIn, strides } from "../shapes.js";

const int64 = (values: readonly number[]) => tensorOf("i64", [values.length], values);

const product = (shape: Shape): string =>
  [
    shape.reduce<number>((n, dim) => (typeof dim === "number" ? n * dim : n), 1),
    ...shape.filter((dim) => typeof dim === "string").sort(),
  ].join("·");

/** An open size becomes what is left for it, once all sizes of x are known. */
function fill(shape: Shape, x: Shape): Shape {
  if (!x.every((dim) => typeof dim === "number")) return shape;
  const rest = shape.reduce<number>((n, dim) => (typeof dim === "number" ? n / dim : n), sizeOf(x));
  return Number.isInteger(rest) ? shape.map((dim) => (typeof dim === "number" ? dim : rest)) : shape;
}

/** The same elements in row-major order under other sizes; at most one of them may be a name. */
export const reshape: Op<readonly ["x"], { shape: Shape }> = defineOp({
  name: "reshape",
  inputs: ["x"],
  type: ({ x }, { shape }: { shape: Shape }) => {
    const filled = fill(shape, x.shape);
    if (product(x.shape) !== product(filled)) throw new Error(`cannot become ${printType({ dtype: x.dtype, shape })}`);
    return { dtype: x.dtype, shape: filled };
  },
  onnx: (emit, [x], _, { shape }: { shape: Shape }) => {
    if (shape.filter((dim) => typeof dim === "string").length > 1)
      throw new Error(`internal: reshape to [${shape.join(",")}] has two open sizes`);
    return emit.node("Reshape", [x!, emit.constant(int64(shape.map((dim) => (typeof dim === "string" ? -1 : dim))))]);
  },
  gradient: ({ x, dy }) => ({ x: reshape(dy, { shape: x.shape }) }),
  reference: ({ x }) => toNumbers(x),
  cases: [
    { x: [2, 3], with: { shape: [3, 2] } },
    { x: [6], with: { shape: [1, 2, 3] } },
    { x: [1], with: { shape: [] } },
  ],
});

/** Axes in another order: axis i of the result is axis order[i] of x. */
export const transpose: Op<readonly ["x"], { order: readonly number[] }> = defineOp({
  name: "transpose",
  inputs: ["x"],
  type: ({ x }, { order }: { order: readonly number[] }) => {
    if (
      !sameShape(
        frontAxes(order, x.shape.length),
        x.shape.map((_, i) => i),
      )
    )
      throw new Error(`[${order.join(",")}] is not an order of the axes`);
    return { dtype: x.dtype, shape: order.map((axis) => x.shape[axis]!) };
  },
  onnx: (emit, [x], _, { order }: { order: readonly number[] }) =>
    emit.node("Transpose", [x!], { perm: { ints: order } }),
  gradient: ({ dy, attributes: { order } }) => ({
    x: transpose(dy, { order: order.map((_, axis) => order.indexOf(axis)) }),
  }),
  reference: ({ x }, { order }) => {
    const data = toNumbers(x);
    const steps = strides(x.shape);
    const out: number[] = [];
    eachIndex(
      order.map((axis) => x.shape[axis]!),
      (index) => {
        out.push(data[order.reduce((place, axis, i) => place + index[i]! * steps[axis]!, 0)]!);
      },
    );
    return out;
  },
  cases: [
    { x: [2, 3], with: { order: [1, 0] } },
    { x: [2, 3, 4], with: { order: [2, 0, 1] } },
  ],
});

/** New axes of size 1 at these places of the result. */
export const unsqueeze: Op<readonly ["x"], { axes: readonly number[] }> = defineOp({
  name: "unsqueeze",
  inputs: ["x"],
  type: ({ x }, { axes }: { axes: readonly number[] }) => {
    const places = frontAxes(axes, x.shape.length + axes.length);
    const shape = [...x.shape];
    for (const place of places) shape.splice(place, 0, 1);
    return { dtype: x.dtype, shape };
  },
  onnx: (emit, [x], _, { axes }: { axes: readonly number[] }) =>
    emit.node("Unsqueeze", [x!, emit.constant(int64(axes))]),
  gradient: ({ dy, attributes: { axes } }) => ({ x: squeeze(dy, { axes }) }),
  reference: ({ x }) => toNumbers(x),
  cases: [
    { x: [2, 3], with: { axes: [1] } },
    { x: [3], with: { axes: [0, 2] } },
  ],
});

/** Axes of size 1 taken away. */
export const squeeze: Op<readonly ["x"], { axes: readonly number[] }> = defineOp({
  name: "squeeze",
  inputs: ["x"],
  type: ({ x }, { axes }: { axes: readonly number[] }) => {
    const gone = frontAxes(axes, x.shape.length);
    if (gone.some((axis) => x.shape[axis] !== 1)) throw new Error(`axes [${axes.join(",")}] are not all of size 1`);
    return { dtype: x.dtype, shape: x.shape.filter((_, axis) => !gone.includes(axis)) };
  },
  onnx: (emit, [x], _, { axes }: { axes: readonly number[] }) => emit.node("Squeeze", [x!, emit.constant(int64(axes))]),
  gradient: ({ x, dy, attributes: { axes } }) => ({ x: unsqueeze(dy, { axes: frontAxes(axes, x.shape.length) }) }),
  reference: ({ x }) => toNumbers(x),
  cases: [
    { x: [2, 1, 3], with: { axes: [1] } },
    { x: [1, 3, 1], with: { axes: [0, -1] } },
  ],
});

/** x repeated to the shape of `like`; the values of `like` do not matter. */
export const expandLike: Op<readonly ["x", "like"], Record<never, never>> = defineOp({
  name: "expandLike",
  inputs: ["x", "like"],
  type: ({ x, like }) => {
    if (!sameShape(broadcast(x.shape, like.shape), like.shape)) throw new Error("does not repeat to that shape");
    return { dtype: x.dtype, shape: like.shape };
  },
  onnx: (emit, [x, like], { inputs }) => {
    const { shape } = inputs[1]!;
    if (sameShape(inputs[0]!.shape, shape)) return emit.node("Identity", [x!]);
    const target = shape.every((dim) => typeof dim === "number")
      ? emit.constant(int64(known(shape)))
      : emit.node("Shape", [like!])[0]!;
    return emit.node("Expand", [x!, target]);
  },
  // summing over the repeated axes is what the walker does for every operand
  gradient: ({ dy }) => ({ x: dy }),
  reference: ({ x, like }) => {
    const data = toNumbers(x);
    const out: number[] = [];
    eachIndex(like.shape, (index) => out.push(data[placeIn(x.shape, index)]!));
    return out;
  },
  cases: [
    { x: [1, 3], like: [2, 3] },
    { x: [], like: [2, 2] },
  ],
});

/** All elements in one row. */
export const flatten = (x: Node): Node => reshape(x, { shape: [known(x.shape).reduce((n, dim) => n * dim, 1)] });
