// Matrix products, either side transposed on the way, and the affine map that most layers are.

import type { TensorType } from "../../tensor/dtype.js";
import { type Tensor, toNumbers } from "../../tensor/tensor.js";
import { expectDType } from "../node.js";
import { defineOp, type Op } from "../op.js";
import { sum } from "./reduce.js";

export interface Transposed {
  readonly transA?: boolean;
  readonly transB?: boolean;
}

function productType(a: TensorType, b: TensorType, { transA, transB }: Transposed): TensorType {
  expectDType(a, "f32", "f64");
  if (a.dtype !== b.dtype) throw new Error("element types differ");
  if (a.shape.length !== 2 || b.shape.length !== 2) throw new Error("needs two matrices");
  const [rows, inner] = transA ? [a.shape[1]!, a.shape[0]!] : [a.shape[0]!, a.shape[1]!];
  const [same, columns] = transB ? [b.shape[1]!, b.shape[0]!] : [b.shape[0]!, b.shape[1]!];
  if (inner !== same) throw new Error("inner sizes differ");
  return { dtype: a.dtype, shape: [rows, columns] };
}

function tripleLoop(a: Tensor, b: Tensor, { transA, transB }: Transposed, bias?: Tensor): number[] {
  const [x, y, z] = [toNumbers(a), toNumbers(b), bias && toNumbers(bias)];
  const [rows, inner] = transA ? [a.shape[1]!, a.shape[0]!] : [a.shape[0]!, a.shape[1]!];
  const columns = transB ? b.shape[0]! : b.shape[1]!;
  const out: number[] = [];
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      let total = z?.[j] ?? 0;
      for (let k = 0; k < inner; k++)
        total += x[transA ? k * rows + i : i * inner + k]! * y[transB ? j * inner + k : k * columns + j]!;
      out.push(total);
    }
  return out;
}

/** a·b for matrices, with aᵀ or bᵀ in their place where asked. */
export const matmul: Op<readonly ["a", "b"], Transposed> = defineOp({
  name: "matmul",
  inputs: ["a", "b"],
  type: ({ a, b }, how: Transposed) => productType(a, b, how),
  onnx: (emit, [a, b], _, { transA, transB }: Transposed) =>
    transA || transB
      ? emit.node("Gemm", [a!, b!], { transA: { i: transA ? 1 : 0 }, transB: { i: transB ? 1 : 0 } })
      : emit.node("MatMul", [a!, b!]),
  gradient: ({ a, b, dy, attributes: { transA = false, transB = false } }) => ({
    a: transA ? matmul(b, dy, { transA: transB, transB: true }) : matmul(dy, b, { transB: !transB }),
    b: transB ? matmul(dy, a, { transA: true, transB: transA }) : matmul(a, dy, { transA: !transA }),
  }),
  reference: ({ a, b }, how) => tripleLoop(a, b, how),
  cases: [
    { a: [2, 3], b: [3, 4], with: {} },
    { a: [3, 2], b: [3, 4], with: { transA: true } },
    { a: [2, 3], b: [4, 3], with: { transB: true } },
    { a: [3, 2], b: [4, 3], with: { transA: true, transB: true } },
  ],
});

/** x·w + b, the rows of x mapped at once: x [n, from], w [from, to], b [to]. */
export const affine: Op<readonly ["x", "w", "b"], Record<never, never>> = defineOp({
  name: "affine",
  inputs: ["x", "w", "b"],
  type: ({ x, w, b }) => {
    const type = productType(x, w, {});
    if (b.dtype !== type.dtype || b.shape.length !== 1 || b.shape[0] !== type.shape[1])
      throw new Error("the bias does not fit");
    return type;
  },
  onnx: "Gemm",
  gradient: ({ x, w, dy }) => ({
    x: matmul(dy, w, { transB: true }),
    w: matmul(x, dy, { transA: true }),
    b: sum(dy, { axes: [0] }),
  }),
  reference: ({ x, w, b }) => tripleLoop(x, w, {}, b),
  cases: [{ x: [2, 3], w: [3, 4], b: [4] }],
});
