// Families of ops that work element by element, with one reference loop for each.

import type { DType, TensorType } from "../../tensor/dtype.js";
import { type Tensor, toNumbers } from "../../tensor/tensor.js";
import { expectDType, type Node } from "../node.js";
import { type Case, type CaseInput, defineOp, type GradientSite, type Op } from "../op.js";
import { broadcast, eachIndex, known, placeIn } from "../shapes.js";

type None = Record<never, never>;

/** Applies a function of numbers to every element of broadcast tensors. */
export function mapElements(f: (...x: number[]) => number, result: TensorType, ...operands: Tensor[]): number[] {
  const shape = known(result.shape);
  const data = operands.map(toNumbers);
  const out: number[] = [];
  eachIndex(shape, (index) => {
    out.push(f(...operands.map((operand, i) => data[i]![placeIn(operand.shape, index)]!)));
  });
  return out;
}

export interface Unary {
  readonly name: string;
  readonly onnx: string;
  readonly f: (x: number) => number;
  readonly gradient?: (site: GradientSite<"x", None>) => Node;
  /** Where test values lie, for functions that are not defined or not smooth everywhere. */
  readonly on?: { readonly low?: number; readonly high?: number; readonly kinks?: readonly number[] };
  readonly dtypes?: readonly DType[];
}

/** y = f(x), element by element. Without a gradient the derivative is zero wherever it exists. */
export function unary({ name, onnx, f, gradient, on = {}, dtypes = ["f32", "f64"] }: Unary): Op<readonly ["x"], None> {
  const spot = (shape: readonly number[]): CaseInput => ({ shape, ...on });
  return defineOp({
    name,
    inputs: ["x"],
    type: ({ x }) => {
      expectDType(x, ...dtypes);
      return { dtype: x.dtype, shape: x.shape };
    },
    onnx,
    gradient: gradient ? (site) => ({ x: gradient(site) }) : "zero",
    reference: ({ x }) => mapElements(f, x, x),
    cases: [{ x: spot([]) }, { x: spot([2, 3]) }, { x: spot([5]) }],
  });
}

export interface Binary {
  readonly name: string;
  readonly onnx: string;
  readonly f: (a: number, b: number) => number;
  readonly gradient: ((site: GradientSite<"a" | "b", None>) => { a?: Node; b?: Node }) | "zero";
  readonly result?: DType;
  readonly dtypes?: readonly DType[];
  readonly cases?: readonly Case<"a" | "b", None>[];
}

/** y = f(a, b) with broadcasting. Gradients are given at the shape of y; the walker sums them to the operands. */
export function binary({ name, onnx, f, gradient, result, dtypes, cases }: Binary): Op<readonly ["a", "b"], None> {
  return defineOp({
    name,
    inputs: ["a", "b"],
    type: ({ a, b }) => {
      expectDType(a, ...(dtypes ?? ["f32", "f64", "i32", "i64"]));
      if (a.dtype !== b.dtype) throw new Error("element types differ");
      return { dtype: result ?? a.dtype, shape: broadcast(a.shape, b.shape) };
    },
    onnx,
    gradient,
    reference: ({ a, b }, _, [type]) => mapElements(f, type!, a, b),
    cases: cases ?? [
      { a: [2, 3], b: [2, 3] },
      { a: [4, 1, 3], b: [2, 1] },
      { a: [], b: [3] },
    ],
  });
}
