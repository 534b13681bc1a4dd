// Programs as text: what readers and snapshots see.

import { expect, test } from "vitest";
import { tensor, tensorOf } from "../tensor/tensor.js";
import { differentiate } from "./differentiate.js";
import { constant, input } from "./op.js";
import { add, mul, square, sub } from "./ops/arithmetic.js";
import { tanh } from "./ops/exponential.js";
import { affine } from "./ops/matmul.js";
import { mean, sum } from "./ops/reduce.js";
import { scan } from "./ops/scan.js";
import { printGraph } from "./text.js";

const x = input("x", "f32", ["batch", 2]);

test("operands, types, attributes, small constants", () => {
  const w = constant(tensorOf("f32", [2, 2], [1, -0.5, 1 / 3, 2e-7]));
  const long = constant(tensorOf("f32", [9], new Float32Array(9)));
  const y = tanh(affine(x, w, constant(tensorOf("f32", [2], [0, 1]))));
  const outputs = [
    { name: "rows", node: sum(mul(y, 2), { axes: [-1], keep: true }) },
    { name: "long", node: square(long) },
    { name: "text", node: constant(tensor("string", [1], ["tcp"])) },
  ];
  expect(printGraph({ name: "score", inputs: [x], outputs })).toMatchInlineSnapshot(`
    "score(%x f32[batch,2])
      %0 f32[batch,2] = affine(%x, [1,-0.5,0.3333333,2e-7], [0,1])
      %1 f32[batch,2] = tanh(%0)
      %2 f32[batch,2] = mul(%1, 2)
      %3 f32[batch,1] = sum(%2)  axes=[-1] keep=true
      %4 f32[9] = mul(const f32[9], const f32[9])
      return rows=%3, long=%4, text=[tcp]"
  `);
});

test("a loop with its body, a captured value among its operands", () => {
  const rate = input("rate", "f32", []);
  const rows = input("rows", "f32", ["steps", 2]);
  const { state, stacked } = scan(
    { state: [constant(tensorOf("f32", [2], [0, 0]))], over: [rows] },
    ([weights], [row]) => {
      const loss = mean(square(sub(weights!, row!)), {});
      const [slope] = differentiate(loss, [weights!]);
      return { state: [sub(weights!, mul(slope!, rate))], outputs: [loss] };
    },
  );
  const outputs = [
    { name: "weights", node: state[0]! },
    { name: "loss", node: add(stacked[0]!, rate) },
  ];
  expect(printGraph({ name: "train", inputs: [rate, rows], outputs })).toMatchInlineSnapshot(`
    "train(%rate f32[], %rows f32[steps,2])
      %0 f32[1] = unsqueeze(1)  axes=[0]
      %1 f32[1] = mul(%0, 0.5)
      %2 f32[2], %3 f32[steps] = scan([0,0], %rows, %1, %rate)
        body(%state0 f32[2], %slice0 f32[2])
          %4 f32[2] = sub(%state0, %slice0)
          %5 f32[2] = mul(%4, %4)
          %6 f32[] = mean(%5)
          %7 f32[2] = expandLike(%1, %5)
          %8 f32[2] = mul(%7, %4)
          %9 f32[2] = mul(%7, %4)
          %10 f32[2] = add(%8, %9)
          %11 f32[2] = mul(%10, %rate)
          %12 f32[2] = sub(%state0, %11)
          return %12, %6
      %13 f32[steps] = add(%3, %rate)
      return weights=%2, loss=%13"
  `);
});
