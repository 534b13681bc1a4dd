// Every op of the list: values against the slow reference on both runtimes, first and second derivatives against
// differences, and the text of its rules.

import { describe, expect, test } from "vitest";
import { nodeRuntime } from "../../runtime/node.js";
import type { Runtime } from "../../runtime/runtime.js";
import { webRuntime } from "../../runtime/web.js";
import { Random } from "../../tensor/random.js";
import { type Tensor, toNumbers } from "../../tensor/tensor.js";
import { differentiate } from "../differentiate.js";
import { interpret } from "../interpret.js";
import type { Graph, Node } from "../node.js";
import { writeOnnx } from "../onnx/write.js";
import { constant } from "../op.js";
import { verify } from "../verify.js";
import { mul } from "./arithmetic.js";
import { casesOf, type OpCase } from "./cases.js";
import { ops } from "./index.js";
import { sum } from "./reduce.js";

const graphOf = ({ title, inputs, output }: OpCase): Graph => ({
  name: title,
  inputs,
  outputs: [{ name: "y", node: output }],
});
const isReal = (node: Node): boolean => node.dtype === "f32" || node.dtype === "f64";

test("every op has cases, and no two share a name", () => {
  expect(ops.filter((op) => op.cases.length === 0).map((op) => op.name)).toEqual([]);
  expect(new Set(ops.map((op) => op.name)).size).toBe(ops.length);
});

describe.each([nodeRuntime, webRuntime])("values on $name", (runtime: Runtime) => {
  test.each(ops.flatMap((op) => casesOf(op)).map((given) => [given.title, given] as const))("%s", async (_, given) => {
    const graph = graphOf(given);
    verify(graph);
    const session = await runtime.open(writeOnnx(graph));
    const feeds = Object.fromEntries(
      given.inputs.map((node, i) => [String(node.from.attributes.name), given.values[i]!]),
    );
    const { y } = await session.run(feeds);
    await session.close();
    const [expected] = interpret([given.output], new Map(given.inputs.map((node, i) => [node, given.values[i]!])));
    expect(y!.shape).toEqual(expected!.shape);
    expect(y!.dtype).toBe(expected!.dtype);
    closeTo(toNumbers(y!), toNumbers(expected!), 1e-5);
  });
});

describe("derivatives", () => {
  const smooth = ops.filter((op) => op.gradient !== undefined && op.gradient !== "zero");
  const cases = smooth.flatMap((op) => casesOf(op)).filter(({ output }) => isReal(output));
  for (const given of cases)
    given.inputs.forEach((operand, i) => {
      if (!isReal(operand)) return;
      test(`${given.title} by operand ${i}`, () => {
        const weights = constant(randomLike(given.output, "weights"));
        const loss = sum(mul(given.output, weights), {});
        const [slope] = differentiate(loss, [operand]);
        expect(slope!.shape).toEqual(operand.shape);
        checkSlope(loss, slope!, operand, given);

        const bend = sum(mul(slope!, constant(randomLike(slope!, "bend"))), {});
        const [second] = differentiate(bend, [operand]);
        checkSlope(bend, second!, operand, given);
      });
    });

  test("an op whose derivative is zero gives zero", () => {
    for (const op of ops.filter((each) => each.gradient === "zero"))
      for (const { output, inputs } of casesOf(op)) {
        if (!isReal(output) || !inputs.some(isReal)) continue;
        const [slope] = differentiate(sum(output, {}), inputs.filter(isReal));
        expect(Math.max(...toNumbers(interpret([slope!], new Map())[0]!).map(Math.abs))).toBe(0);
      }
  });
});

/** ⟨slope, v⟩ equals the difference of the loss along ±v: v is drawn apart from everything else. */
function checkSlope(loss: Node, slope: Node, operand: Node, given: OpCase): void {
  const place = given.inputs.indexOf(operand);
  const direction = randomLike(operand, "direction");
  const at = (shift: number): Map<Node, Tensor> =>
    new Map(
      given.inputs.map((node, i) => {
        const value = given.values[i]!;
        if (i !== place) return [node, value];
        const moved = Float64Array.from(toNumbers(value), (x, j) => x + shift * Number(direction.data[j]));
        const exact: unknown = { ...value, data: moved };
        return [node, exact as Tensor];
      }),
    );
  const lossAt = (shift: number): number => toNumbers(interpret([loss], at(shift), true)[0]!)[0]!;
  const h = 1e-4;
  const difference = (lossAt(h) - lossAt(-h)) / (2 * h);
  const slopes = toNumbers(interpret([slope], at(0), true)[0]!);
  const product = slopes.reduce((total, s, j) => total + s * Number(direction.data[j]), 0);
  expect(Math.abs(product - difference), `⟨gradient, v⟩ = ${product}, differences give ${difference}`).toBeLessThan(
    1e-5 * (1 + Math.abs(difference)),
  );
}

function randomLike({ dtype, shape }: Node, name: string): Tensor {
  const size = (shape as readonly number[]).reduce((n, dim) => n * dim, 1);
  const drawn = new Random(11).at(name).fillNormal(new Float32Array(size));
  return { dtype, shape, data: dtype === "f64" ? Float64Array.from(drawn) : drawn } as Tensor;
}

function closeTo(got: readonly number[], expected: readonly number[], tolerance: number): void {
  let worst = 0;
  let place = -1;
  got.forEach((x, i) => {
    const off = Object.is(x, expected[i]) ? 0 : Math.abs(x - expected[i]!) / (1 + Math.abs(expected[i]!));
    if (!(off <= worst)) [worst, place] = [off, i];
  });
  expect(worst, `element ${place}: got ${got[place]}, expected ${expected[place]}`).toBeLessThanOrEqual(tolerance);
}
