// The cases that ops state for themselves, made into operands: what the suites feed.

import { Random } from "../../tensor/random.js";
import { type Tensor, tensor, tensorOf } from "../../tensor/tensor.js";
import { type Attributes, apply, type Node } from "../node.js";
import { type AnyOp, type CaseInput, input } from "../op.js";

export interface OpCase {
  readonly title: string;
  readonly inputs: readonly Node[];
  readonly values: readonly Tensor[];
  readonly output: Node;
}

/** Every case of an op, with operands drawn from the seed. */
export function casesOf(op: AnyOp, seed = 7): OpCase[] {
  return op.cases.map((given, number) => {
    const { with: attributes = {}, ...operands } = given as { with?: Attributes } & Record<string, CaseInput>;
    const random = new Random(seed).at(op.name, number);
    const names = op.inputs.length > 0 ? op.inputs : Object.keys(operands);
    const values = names.map((name) => draw(operands[name]!, random));
    const inputs = values.map(({ dtype, shape }, i) => input(names[i]!, dtype, shape));
    const output = apply(op, inputs, attributes)[0]!;
    const shapes = values.map(({ shape }) => `[${shape.join()}]`).join(" ");
    return { title: `${op.name} ${shapes} ${JSON.stringify(attributes)}`, inputs, values, output };
  });
}

function draw(given: CaseInput, random: Random): Tensor {
  const spec: Exclude<CaseInput, readonly number[]> = isShape(given) ? { shape: given } : given;
  const { shape, dtype = "f32", values, low, high, kinks = [] } = spec;
  if (dtype === "string") return tensor("string", shape, [...(values as readonly string[])]);
  const size = shape.reduce((n, dim) => n * dim, 1);
  const one = (): number => {
    const x = low === undefined || high === undefined ? random.normal() : low + (high - low) * random.uniform();
    return kinks.some((kink) => Math.abs(x - kink) < 0.1) ? one() : x;
  };
  return tensorOf(dtype, shape, (values as readonly number[] | undefined) ?? Array.from({ length: size }, one));
}

const isShape = (given: CaseInput): given is readonly number[] => Array.isArray(given);
