// Pieces of tensors put together and taken apart: concat, slice, pad.

import { type Shape, sameShape } from "../../tensor/dtype.js";
import { tensorOf, toNumbers } from "../../tensor/tensor.js";
import { apply, type Node } from "../node.js";
import { type AnyOp, defineOp, type Op } from "../op.js";
import { eachIndex, frontAxis, known, strides } from "../shapes.js";

interface Cut {
  readonly axis: number;
  /** First place kept. */
  readonly start: number;
  /** First place not kept. */
  readonly end: number;
}

const int64 = (value: number) => tensorOf("i64", [1], [value]);
const resized = (shape: Shape, axis: number, size: number | string): Shape =>
  shape.map((dim, i) => (i === axis ? size : dim));

/** The places start to end - 1 along one axis. */
export const slice: Op<readonly ["x"], Cut> = defineOp({
  name: "slice",
  inputs: ["x"],
  type: ({ x }, { axis, start, end }) => {
    const size = known([x.shape[frontAxis(axis, x.shape.length)]!])[0]!;
    if (!(0 <= start && start <= end && end <= size)) throw new Error(`${start}..${end} does not lie in 0..${size}`);
    return { dtype: x.dtype, shape: resized(x.shape, frontAxis(axis, x.shape.length), end - start) };
  },
  onnx: (emit, [x], _, { axis, start, end }: Cut) =>
    emit.node("Slice", [x!, ...[start, end, axis].map((value) => emit.constant(int64(value)))]),
  gradient: ({ x, dy, attributes: { axis, start, end } }) => {
    const size = x.shape[frontAxis(axis, x.shape.length)] as number;
    return { x: pad(dy, { axis, before: start, after: size - end }) };
  },
  reference: ({ x }, { axis, start, end }) => {
    const at = frontAxis(axis, x.shape.length);
    const data = toNumbers(x);
    const steps = strides(x.shape);
    const out: number[] = [];
    eachIndex(known(resized(x.shape, at, end - start)), (index) => {
      out.push(data[index.reduce((place, i, a) => place + (a === at ? i + start : i) * steps[a]!, 0)]!);
    });
    return out;
  },
  cases: [
    { x: [5], with: { axis: 0, start: 1, end: 4 } },
    { x: [2, 4], with: { axis: -1, start: 2, end: 4 } },
  ],
});

interface Padding {
  readonly axis: number;
  readonly before: number;
  readonly after: number;
}

/** Zeros before and after, along one axis. */
export const pad: Op<readonly ["x"], Padding> = defineOp({
  name: "pad",
  inputs: ["x"],
  type: ({ x }, { axis, before, after }) => {
    if (before < 0 || after < 0) throw new Error("padding is not negative");
    const at = frontAxis(axis, x.shape.length);
    return { dtype: x.dtype, shape: resized(x.shape, at, known([x.shape[at]!])[0]! + before + after) };
  },
  onnx: (emit, [x], { inputs }, { axis, before, after }: Padding) => {
    const rank = inputs[0]!.shape.length;
    const pads = new Array<number>(2 * rank).fill(0);
    pads[frontAxis(axis, rank)] = before;
    pads[rank + frontAxis(axis, rank)] = after;
    return emit.node("Pad", [x!, emit.constant(tensorOf("i64", [pads.length], pads))]);
  },
  gradient: ({ x, dy, attributes: { axis, before } }) => ({
    x: slice(dy, { axis, start: before, end: before + (x.shape[frontAxis(axis, x.shape.length)] as number) }),
  }),
  reference: ({ x }, { axis, before, after }) => {
    const at = frontAxis(axis, x.shape.length);
    const shape = known(resized(x.shape, at, x.shape[at]! + before + after));
    const steps = strides(shape);
    const out = new Array<number>(shape.reduce((n, dim) => n * dim, 1)).fill(0);
    const data = toNumbers(x);
    eachIndex(x.shape, (index, flat) => {
      out[index.reduce((place, i, a) => place + (a === at ? i + before : i) * steps[a]!, 0)] = data[flat]!;
    });
    return out;
  },
  cases: [
    { x: [3], with: { axis: 0, before: 1, after: 2 } },
    { x: [2, 3], with: { axis: 1, before: 0, after: 1 } },
  ],
});

/** Concatenation takes any number of operands, so it stands outside the frame of fixed names. */
export const concatOp: AnyOp = {
  name: "concat",
  inputs: [],
  type: (_, { axis }, all) => {
    const first = all[0];
    if (first === undefined) throw new Error("needs at least one operand");
    const at = frontAxis(axis as number, first.shape.length);
    for (const { dtype, shape } of all)
      if (dtype !== first.dtype || !sameShape(resized(shape, at, 0), resized(first.shape, at, 0)))
        throw new Error("operands do not line up");
    const total = known(all.map(({ shape }) => shape[at]!)).reduce((n, size) => n + size, 0);
    return { dtype: first.dtype, shape: resized(first.shape, at, total) };
  },
  onnx: (emit, inputs, _, { axis }: { axis: number }) => emit.node("Concat", inputs, { axis: { i: axis } }),
  gradient: ({
    dy,
    inputs,
    attributes: { axis },
  }: {
    dy: Node;
    inputs: readonly Node[];
    attributes: { axis: number };
  }) => {
    let start = 0;
    return inputs.map((x) => {
      const size = x.shape[frontAxis(axis, x.shape.length)] as number;
      return slice(dy, { axis, start, end: (start += size) });
    });
  },
  reference: (inputs, { axis }: { axis: number }) => {
    const parts = Object.values(inputs);
    const rank = parts[0]!.shape.length;
    const at = frontAxis(axis, rank);
    const outer = parts[0]!.shape.slice(0, at).reduce((n, dim) => n * dim, 1);
    const out: number[] = [];
    const data = parts.map(toNumbers);
    for (let block = 0; block < outer; block++)
      parts.forEach((_, p) => {
        const length = data[p]!.length / outer;
        out.push(...data[p]!.slice(block * length, (block + 1) * length));
      });
    return out;
  },
  cases: [
    { a: [2, 3], b: [2, 1], c: [2, 2], with: { axis: 1 } },
    { a: [1, 2], b: [3, 2], with: { axis: 0 } },
  ],
};

/** Tensors one after another along an axis. */
export function concat(parts: readonly Node[], axis: number): Node {
  const only = parts.length === 1 ? parts[0] : undefined;
  return only ?? apply(concatOp, parts, { axis: frontAxis(axis, parts[0]?.shape.length ?? 0) })[0]!;
}
