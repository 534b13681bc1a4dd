// What an op is: one object that holds its shape rule, its ONNX form, its gradient, a slow reference and the cases that
// every suite tries. `defineOp` makes it callable: `tanh(x)`, `sum(x, { axes: [0] })`.

import type { DType, TensorType } from "../tensor/dtype.js";
import { type Tensor, tensorOf } from "../tensor/tensor.js";
import { type Application, type Attributes, apply, type Node } from "./node.js";
import type { Emit } from "./onnx/emit.js";

/** A node, or a number that stands for a scalar constant of the other operands' element type. */
export type Operand = Node | number;

/** What a test feeds to one operand: a shape (standard normal f32 values), or more exactly where that matters. */
export type CaseInput =
  | readonly number[]
  | {
      readonly shape: readonly number[];
      readonly dtype?: DType;
      readonly values?: readonly number[] | readonly string[];
      readonly low?: number;
      readonly high?: number;
      /** Values keep a distance of 0.1 from these points, where the derivative jumps. */
      readonly kinks?: readonly number[];
    };

export type Case<Name extends string, A> = { readonly [name in Name]?: CaseInput } & { readonly with?: A };

/** What a gradient rule sees: operands and results by name, and the gradient of the loss by each result. */
export type GradientSite<Name extends string, A> = { readonly [name in Name]: Node } & {
  readonly y: Node;
  readonly dy: Node;
  readonly ys: readonly Node[];
  readonly dys: readonly (Node | undefined)[];
  readonly attributes: A;
};

export interface OpDefinition<Names extends readonly string[], A> {
  readonly name: string;
  readonly inputs: Names;
  /** Result type (or types); throws an Error with the reason where the operands do not fit. */
  type(
    inputs: { readonly [name in Names[number]]: TensorType },
    attributes: A,
    all: readonly TensorType[],
  ): TensorType | readonly TensorType[];
  /** The name of an ONNX op with the same operands, or how to write it with several. */
  readonly onnx:
    | string
    | ((emit: Emit, inputs: readonly string[], app: Application, attributes: A) => string | readonly string[]);
  /** "zero": the derivative is zero wherever it exists. Left out: asking for it is an error. */
  readonly gradient?: "zero" | ((site: GradientSite<Names[number], A>) => { readonly [name in Names[number]]?: Node });
  /** Slow and obvious, on plain numbers; also what folds constants. One array for each result. */
  reference?(
    inputs: { readonly [name in Names[number]]: Tensor },
    attributes: A,
    results: readonly TensorType[],
  ): ArrayLike<number> | readonly ArrayLike<number>[];
  readonly cases: readonly Case<Names[number], A>[];
}

/** An op with its names forgotten, as suites and passes see it. */
export interface AnyOp {
  readonly name: string;
  readonly inputs: readonly string[];
  type(
    inputs: Record<string, TensorType>,
    attributes: Attributes,
    all: readonly TensorType[],
  ): TensorType | readonly TensorType[];
  readonly onnx:
    | string
    | ((emit: Emit, inputs: readonly string[], app: Application, attributes: never) => string | readonly string[]);
  readonly gradient?: "zero" | ((site: never) => Readonly<Record<string, Node | undefined>> | readonly Node[]);
  reference?(
    inputs: Record<string, Tensor>,
    attributes: never,
    results: readonly TensorType[],
  ): ArrayLike<number> | readonly ArrayLike<number>[];
  readonly cases: readonly unknown[];
}

type Call<Names extends readonly string[], A, Result> = (
  ...args: [...{ [K in keyof Names]: Operand }, ...(keyof A extends never ? [] : [attributes: A])]
) => Result;

export type Op<Names extends readonly string[], A, Result = Node> = OpDefinition<Names, A> & Call<Names, A, Result>;

function operands(args: readonly unknown[], count: number): Node[] {
  const given = args.slice(0, count) as Operand[];
  const dtype = given.find(
    (operand): operand is Node => typeof operand !== "number" && operand.dtype !== "bool",
  )?.dtype;
  return given.map((operand) => (typeof operand === "number" ? scalar(operand, dtype) : operand));
}

/** Makes an op of one result callable. */
export function defineOp<const Names extends readonly string[], A extends object = Record<never, never>>(
  definition: OpDefinition<Names, A>,
): Op<Names, A> {
  const call = (...args: readonly unknown[]): Node =>
    apply(
      definition as AnyOp,
      operands(args, definition.inputs.length),
      (args[definition.inputs.length] ?? {}) as Attributes,
    )[0]!;
  const op: unknown = Object.defineProperties(call, Object.getOwnPropertyDescriptors({ ...definition }));
  return op as Op<Names, A>;
}

/** A value known while the program is built. */
const constantOp = {
  name: "constant",
  inputs: [],
  type: (_: unknown, { value }: Attributes) => {
    const { dtype, shape } = value as Tensor;
    return { dtype, shape };
  },
  onnx: (emit: Emit, _: readonly string[], app: Application) =>
    emit.constant(app.attributes.value as Tensor, app.attributes.name as string | undefined),
  gradient: "zero",
  cases: [],
} satisfies AnyOp;

/** A constant; a name, where given, is kept in the ONNX file ("encoder.0.weight"). */
export const constant = (value: Tensor, name?: string): Node =>
  apply(constantOp, [], name === undefined ? { value } : { value, name })[0]!;

export const scalar = (value: number, dtype: DType = "f32"): Node =>
  constant(tensorOf(dtype as Exclude<DType, "string">, [], [value]));

/** A value fed when the program runs. Its name is its name in the ONNX file. */
const inputOp = {
  name: "input",
  inputs: [],
  type: (_: unknown, { dtype, shape }: Attributes) => ({ dtype, shape }) as TensorType,
  onnx: (emit: Emit, _: readonly string[], app: Application) => emit.input(app),
  gradient: "zero",
  cases: [],
} satisfies AnyOp;

export const input = (name: string, dtype: DType, shape: readonly (number | string)[]): Node =>
  apply(inputOp, [], { name, dtype, shape })[0]!;
