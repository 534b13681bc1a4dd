// Rows by their number, and the largest of a row.

import { sameShape } from "../../tensor/dtype.js";
import { type Tensor, tensorOf, toNumbers } from "../../tensor/tensor.js";
import { expectDType, type Node } from "../node.js";
import { defineOp, type Op } from "../op.js";
import { frontAxis, known } from "../shapes.js";
import { mul } from "./arithmetic.js";

const numeric = ["f32", "f64", "i32", "i64"] as const;

/** Numbers of places, each from 0 to size - 1. */
function placesIn(places: Tensor, size: number): number[] {
  const numbers = toNumbers(places);
  const outside = numbers.find((place) => !(place >= 0 && place < size));
  if (outside !== undefined) throw new RangeError(`internal: there is no place ${outside} among ${size}`);
  return numbers;
}

/** The rows (slices along axis 0) of x with these numbers: x [n, …], rows i64 [m] gives [m, …]. */
export const gather: Op<readonly ["x", "rows"], Record<never, never>> = defineOp({
  name: "gather",
  inputs: ["x", "rows"],
  type: ({ x, rows }) => {
    expectDType(rows, "i64");
    if (rows.shape.length !== 1 || x.shape.length === 0)
      throw new Error("needs a tensor with rows and a list of row numbers");
    return { dtype: x.dtype, shape: [rows.shape[0]!, ...x.shape.slice(1)] };
  },
  onnx: "Gather",
  gradient: ({ x, rows, dy }) => ({ x: scatterAdd(mul(x, 0), rows, dy) }),
  reference: ({ x, rows }) => {
    const width = x.data.length / x.shape[0]!;
    const data = toNumbers(x);
    return placesIn(rows, x.shape[0]!).flatMap((row) => data.slice(row * width, (row + 1) * width));
  },
  cases: [
    { x: [4, 3], rows: { shape: [5], dtype: "i64", values: [3, 0, 0, 2, 3] } },
    { x: [4], rows: { shape: [2], dtype: "i64", values: [1, 1] } },
  ],
});

/** x with the rows of `updates` added at these row numbers; a number may come twice. */
export const scatterAdd: Op<readonly ["x", "rows", "updates"], Record<never, never>> = defineOp({
  name: "scatterAdd",
  inputs: ["x", "rows", "updates"],
  type: ({ x, rows, updates }) => {
    expectDType(x, ...numeric);
    if (x.dtype !== updates.dtype) throw new Error("element types differ");
    expectDType(rows, "i64");
    if (rows.shape.length !== 1 || !sameShape(updates.shape, [rows.shape[0]!, ...x.shape.slice(1)]))
      throw new Error("one row number is needed for each row of updates");
    return { dtype: x.dtype, shape: x.shape };
  },
  onnx: (emit, [x, rows, updates]) => {
    const [column] = emit.node("Unsqueeze", [rows!, emit.constant(tensorOf("i64", [1], [1]))]);
    return emit.node("ScatterND", [x!, column!, updates!], { reduction: { s: "add" } });
  },
  gradient: ({ rows, dy }) => ({ x: dy, updates: gather(dy, rows) }),
  reference: ({ x, rows, updates }) => {
    const out = toNumbers(x);
    const width = out.length / x.shape[0]!;
    const added = toNumbers(updates);
    placesIn(rows, x.shape[0]!).forEach((row, i) => {
      for (let j = 0; j < width; j++) out[row * width + j]! += added[i * width + j]!;
    });
    return out;
  },
  cases: [{ x: [4, 3], rows: { shape: [3], dtype: "i64", values: [2, 0, 2] }, updates: [3, 3] }],
});

/** Elements of each row by their place in it: x […, n], places i64 […, k] gives […, k]. */
export const gatherLast: Op<readonly ["x", "places"], Record<never, never>> = defineOp({
  name: "gatherLast",
  inputs: ["x", "places"],
  type: ({ x, places }) => {
    expectDType(places, "i64");
    if (!sameShape(x.shape.slice(0, -1), places.shape.slice(0, -1))) throw new Error("rows do not line up");
    return { dtype: x.dtype, shape: places.shape };
  },
  onnx: (emit, [x, places]) => emit.node("GatherElements", [x!, places!], { axis: { i: -1 } }),
  gradient: ({ x, places, dy }) => ({ x: scatterLast(mul(x, 0), places, dy) }),
  reference: ({ x, places }) => {
    const [width, taken] = [x.shape.at(-1)!, places.shape.at(-1)!];
    const data = toNumbers(x);
    return placesIn(places, width).map((place, i) => data[Math.floor(i / taken) * width + place]!);
  },
  cases: [{ x: [2, 4], places: { shape: [2, 3], dtype: "i64", values: [3, 0, 0, 1, 2, 3] } }],
});

/** x with `values` added at `places` of each row; a place may come twice. */
export const scatterLast: Op<readonly ["x", "places", "values"], Record<never, never>> = defineOp({
  name: "scatterLast",
  inputs: ["x", "places", "values"],
  type: ({ x, places, values }) => {
    expectDType(places, "i64");
    expectDType(x, ...numeric);
    if (x.dtype !== values.dtype) throw new Error("element types differ");
    if (!sameShape(x.shape.slice(0, -1), places.shape.slice(0, -1))) throw new Error("rows do not line up");
    if (!sameShape(places.shape, values.shape)) throw new Error("one place is needed for each value");
    return { dtype: x.dtype, shape: x.shape };
  },
  onnx: (emit, [x, places, values]) =>
    emit.node("ScatterElements", [x!, places!, values!], { axis: { i: -1 }, reduction: { s: "add" } }),
  gradient: ({ places, dy }) => ({ x: dy, values: gatherLast(dy, places) }),
  reference: ({ x, places, values }) => {
    const [width, given] = [x.shape.at(-1)!, places.shape.at(-1)!];
    const out = toNumbers(x);
    const added = toNumbers(values);
    placesIn(places, width).forEach((place, i) => {
      out[Math.floor(i / given) * width + place]! += added[i]!;
    });
    return out;
  },
  cases: [{ x: [2, 4], places: { shape: [2, 3], dtype: "i64", values: [3, 0, 0, 1, 2, 3] }, values: [2, 3] }],
});

/** The places i64 […, k] of the k largest along the last axis, in falling order; of equals the first. */
export const topPlaces: Op<readonly ["x"], { k: number }> = defineOp({
  name: "topPlaces",
  inputs: ["x"],
  type: ({ x }, { k }) => {
    expectDType(x, ...numeric);
    const last = frontAxis(-1, x.shape.length);
    const size = known([x.shape[last]!])[0]!;
    if (!(k >= 1 && k <= size)) throw new Error(`there are no ${k} of ${size}`);
    return { dtype: "i64", shape: x.shape.map((dim, axis) => (axis === last ? k : dim)) };
  },
  onnx: (emit, [x], _, { k }: { k: number }) =>
    emit.node("TopK", [x!, emit.constant(tensorOf("i64", [1], [k]))], {}, { outputs: 2 })[1]!,
  gradient: "zero",
  reference: ({ x }, { k }) => {
    const width = x.shape.at(-1)!;
    const data = toNumbers(x);
    const rows = Array.from({ length: data.length / width }, (_, i) => data.slice(i * width, (i + 1) * width));
    return rows.flatMap((row) =>
      row
        .map((_, i) => i)
        .sort((a, b) => row[b]! - row[a]! || a - b)
        .slice(0, k),
    );
  },
  cases: [
    { x: { shape: [2, 4], values: [3, 1, 4, 1.5, -5, 9, 2, 6] }, with: { k: 2 } },
    { x: { shape: [5], values: [2, 7, 1, 8, 2] }, with: { k: 4 } },
  ],
});

/** The k largest along the last axis, in falling order, and their places. */
export function topK(x: Node, k: number): { values: Node; places: Node } {
  const places = topPlaces(x, { k });
  return { values: gatherLast(x, places), places };
}
