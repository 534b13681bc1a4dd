// Runs a program by the slow references of its ops, in plain JavaScript: for tests, and to fold constants.

import { type DataOf, type DType, printType, type Shape, sizeOf, type TensorType } from "../tensor/dtype.js";
import { allocate, type Tensor } from "../tensor/tensor.js";
import { type Application, applicationsOf, constantOf, type Node } from "./node.js";

/**
 * The values of the outputs. Every `input` they reach must be fed. With `exact`, f32 values are kept as doubles, for
 * differences that rounding would drown.
 */
export function interpret(outputs: readonly Node[], feeds: ReadonlyMap<Node, Tensor>, exact = false): Tensor[] {
  const values = new Map<Application, readonly Tensor[]>();
  const fed = new Map<string, Tensor>();
  for (const [node, value] of feeds) fed.set(`${node.from.serial}.${node.index}`, value);
  const tensorOf = (node: Node): Tensor =>
    fed.get(`${node.from.serial}.${node.index}`) ?? values.get(node.from)![node.index]!;

  for (const app of reached(outputs, fed)) values.set(app, evaluate(app, app.inputs.map(tensorOf), exact));
  return outputs.map(tensorOf);
}

/** What must be computed: nothing above a value that is fed. */
function reached(outputs: readonly Node[], fed: ReadonlyMap<string, Tensor>): Application[] {
  const needed = new Set<Application>();
  const pending = [...outputs];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (fed.has(`${node.from.serial}.${node.index}`) || needed.has(node.from)) continue;
    needed.add(node.from);
    pending.push(...node.from.inputs);
  }
  return applicationsOf(outputs).filter((app) => needed.has(app));
}

/** The results of one application on these operands. */
export function evaluate(app: Application, inputs: readonly Tensor[], exact = false): Tensor[] {
  const value = constantOf({ ...app.results[0]!, from: app, index: 0 });
  if (value !== undefined) return [value];
  const { op, attributes } = app;
  if (op.name === "input") throw new Error(`input "${String(attributes.name)}" was not fed`);
  if (op.reference === undefined) throw new Error(`internal: ${op.name} has no reference`);
  const names = op.inputs.length > 0 ? op.inputs : inputs.map((_, i) => String(i));
  const named = Object.fromEntries(names.map((name, i) => [name, inputs[i]!]));
  // the rules of shape hold for tensors as for nodes: sizes that were names are numbers now
  const stated = op.type(named, attributes, inputs);
  const types = isList(stated) ? stated : [stated];
  const got = op.reference(named, attributes as never, types);
  const all = (app.results.length > 1 || Array.isArray(got[0]) ? got : [got]) as readonly ArrayLike<number>[];
  return types.map((type, i) => store(type, all[i]!, exact));
}

const isList = <T>(one: T | readonly T[]): one is readonly T[] => Array.isArray(one);

/** Between these, exclusive, lie the numbers that cut off give a value of the type; i64 as far as doubles are exact. */
const wholeLimits: { readonly [dtype in DType]?: readonly [number, number] } = {
  u8: [-1, 256],
  i32: [-(2 ** 31) - 1, 2 ** 31],
  i64: [-(2 ** 53), 2 ** 53],
};

function store(type: TensorType, numbers: ArrayLike<number>, exact: boolean): Tensor {
  const shape = closed(type.shape, numbers.length);
  const size = sizeOf(shape);
  if (numbers.length !== size)
    throw new Error(`internal: ${printType(type)} needs ${size} numbers, got ${numbers.length}`);
  const limits = wholeLimits[type.dtype];
  if (limits !== undefined)
    for (let i = 0; i < size; i++)
      if (!(numbers[i]! > limits[0] && numbers[i]! < limits[1]))
        throw new RangeError(`internal: ${numbers[i]} is no ${type.dtype} that the interpreter holds`);
  const data: DataOf[DType] = allocate(exact && type.dtype === "f32" ? "f64" : type.dtype, size);
  for (let i = 0; i < size; i++)
    if (data instanceof BigInt64Array) data[i] = BigInt(Math.trunc(numbers[i]!));
    else (data as Float64Array)[i] = numbers[i]!;
  return { dtype: type.dtype, shape, data } as Tensor;
}

/** A shape with its one open size (of a reshape) worked out. */
function closed(shape: Shape, count: number): number[] {
  const rest = shape.reduce<number>((n, dim) => (typeof dim === "number" ? n * dim : n), 1);
  return shape.map((dim) => (typeof dim === "number" ? dim : count / rest));
}
