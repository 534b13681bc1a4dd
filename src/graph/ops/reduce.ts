// Reductions over axes (all of them unless named), kept as size 1 when `keep` says so.

import type { Shape, TensorType } from "../../tensor/dtype.js";
import { tensorOf, toNumbers } from "../../tensor/tensor.js";
import { expectDType, type Node } from "../node.js";
import { defineOp, type Op } from "../op.js";
import { eachIndex, frontAxes, known, placeIn } from "../shapes.js";
import { div, mul } from "./arithmetic.js";
import { cast } from "./cast.js";
import { equal } from "./comparison.js";
import { expandLike, unsqueeze } from "./shape.js";

export interface Over {
  /** Axes from the front, or from the back when negative; all when left out. */
  readonly axes?: readonly number[];
  readonly keep?: boolean;
}

type Reduction = Op<readonly ["x"], Over>;

function reducedShape(shape: Shape, { axes, keep }: Over): Shape {
  const gone = new Set(frontAxes(axes, shape.length));
  return keep ? shape.map((dim, axis) => (gone.has(axis) ? 1 : dim)) : shape.filter((_, axis) => !gone.has(axis));
}

interface Kind {
  readonly name: string;
  readonly onnx: string;
  readonly start: number;
  readonly f: (sum: number, x: number) => number;
  /** y and dy come with the reduced axes as size 1. */
  readonly gradient: (site: { x: Node; y: Node; dy: Node; axes: readonly number[] }) => Node;
  readonly finish?: (sum: number, count: number) => number;
}

/** Brings a reduced tensor back to the rank of x, so that it broadcasts against it. */
function regrow(y: Node, x: Node, { axes, keep }: Over): Node {
  return keep ? y : unsqueeze(y, { axes: frontAxes(axes, x.shape.length) });
}

function reduction({ name, onnx, start, f, gradient, finish = (sum) => sum }: Kind): Reduction {
  return defineOp({
    name,
    inputs: ["x"],
    type: ({ x }, over: Over): TensorType => {
      expectDType(x, "f32", "f64", "i32", "i64");
      return { dtype: x.dtype, shape: reducedShape(x.shape, over) };
    },
    onnx: (emit, [x], { inputs }, { axes, keep }: Over) => {
      const over = frontAxes(axes, inputs[0]!.shape.length);
      // no axes would mean "all" to ONNX; a reduction over nothing is the value itself
      if (over.length === 0) return emit.node("Identity", [x!]);
      return emit.node(onnx, [x!, emit.constant(tensorOf("i64", [over.length], over))], {
        keepdims: { i: keep ? 1 : 0 },
      });
    },
    gradient: ({ x, y, dy, attributes }) => ({
      x: gradient({
        x,
        y: regrow(y, x, attributes),
        dy: regrow(dy, x, attributes),
        axes: frontAxes(attributes.axes, x.shape.length),
      }),
    }),
    reference: ({ x }, over) => {
      const shape = known(reducedShape(x.shape, { ...over, keep: true }));
      const size = shape.reduce((a, b) => a * b, 1);
      const out = new Array<number>(size).fill(start);
      const data = toNumbers(x);
      eachIndex(x.shape, (index, flat) => {
        const place = placeIn(shape, index);
        out[place] = f(out[place]!, data[flat]!);
      });
      return out.map((sum) => finish(sum, data.length / size));
    },
    cases: [
      { x: [2, 3], with: {} },
      { x: [2, 3, 4], with: { axes: [1] } },
      { x: [2, 3, 4], with: { axes: [0, -1], keep: true } },
    ],
  });
}

export const sum: Reduction = reduction({
  name: "sum",
  onnx: "ReduceSum",
  start: 0,
  f: (a, x) => a + x,
  gradient: ({ x, dy }) => expandLike(dy, x),
});

export const mean: Reduction = reduction({
  name: "mean",
  onnx: "ReduceMean",
  start: 0,
  f: (a, x) => a + x,
  finish: (total, count) => total / count,
  gradient: ({ x, dy, axes }) =>
    expandLike(mul(dy, 1 / known(axes.map((axis) => x.shape[axis]!)).reduce((a, b) => a * b, 1)), x),
});

/** The share of each element in an extreme value: ties divide it equally. */
function shareOfExtreme({ x, y, dy }: { x: Node; y: Node; dy: Node }): Node {
  const hit = cast(equal(x, y), { to: x.dtype });
  const axes = y.shape.flatMap((dim, axis) => (dim === x.shape[axis] ? [] : [axis]));
  return mul(hit, div(dy, sum(hit, { axes, keep: true })));
}

export const max: Reduction = reduction({
  name: "max",
  onnx: "ReduceMax",
  start: Number.NEGATIVE_INFINITY,
  f: Math.max,
  gradient: shareOfExtreme,
});

export const min: Reduction = reduction({
  name: "min",
  onnx: "ReduceMin",
  start: Number.POSITIVE_INFINITY,
  f: Math.min,
  gradient: shareOfExtreme,
});
