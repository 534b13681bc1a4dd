// Runs a foreign model on a few rows of random numbers: to learn the shapes of its values and where the batch stands in them,
// to see that rows do not depend on each other, and that the copy of a part computes what the original does.

import { fixedBatch, withOpenBatch } from "../graph/onnx/foreign/batch.js";
import { encodeForeign } from "../graph/onnx/foreign/encode.js";
import type { Chosen, Fragment, FragmentInput } from "../graph/onnx/foreign/fragment.js";
import type { ForeignModel } from "../graph/onnx/foreign/model.js";
import { productsIn } from "../graph/onnx/foreign/products.js";
import { writeOnnx } from "../graph/onnx/write.js";
import { input } from "../graph/op.js";
import { foreign } from "../graph/ops/foreign.js";
import { strides } from "../graph/shapes.js";
import { firstLine, OddityError } from "../tensor/errors.js";
import { Random } from "../tensor/random.js";
import { type Tensor, tensor, tensorOf, toNumbers } from "../tensor/tensor.js";
import type { Feeds, Fetches, Runtime } from "./runtime.js";

/** Two sizes of a batch: what differs between the shapes they give is the batch. */
const MANY = 5;
const FEW = 2;
/** Mean difference of two runs of the same numbers, by their mean size: other kernels round otherwise, quantised ones coarsely. */
const TOLERANCE = 1e-3;

export interface Look {
  readonly chosen: readonly Chosen[];
  /** Multiply-adds of each matrix product and convolution, for one row. */
  readonly products: readonly number[];
  /** The chosen values of the rows that were fed, row after row. */
  readonly numbers: readonly (readonly number[])[];
}

/** @throws OddityError where the model does not run, or where its batch cannot have any size */
export async function look(model: ForeignModel, inputs: readonly FragmentInput[], runtime: Runtime): Promise<Look> {
  const { place } = model;
  const batch = fixedBatch(model);
  const layers = productsIn(model);
  const names = [...model.outputs, ...layers.map(({ name }) => name)];
  const run = (which: ForeignModel, rows: readonly number[]): Promise<Run[]> =>
    runForeign(
      runtime,
      encoding(which, names),
      rows.map((count) => feedsOf(inputs, count)),
    );
  const refuse = (got: string): OddityError =>
    new OddityError({
      place,
      expected: "a model that takes batches of any size",
      got,
      hint: `export it with a dynamic batch axis: in PyTorch torch.onnx.export(…, dynamic_axes={"${inputs[0]!.name}": {0: "batch"}}) or dynamic_shapes, in Keras with inputs of batch size None`,
    });

  const fixed = batch === undefined ? undefined : await run(model, [batch]).catch(cannotRun(place));
  const [many, few, again] = (await run(withOpenBatch(model), [
    MANY,
    FEW,
    ...(batch === undefined ? [] : [batch]),
  ]).catch((error: unknown) => {
    if (error instanceof OddityError) throw error;
    throw refuse(
      batch === undefined
        ? `one that fails on ${MANY} or ${FEW} rows (${firstLine(error)})`
        : `one saved for batches of ${batch}, in which more than the shape of the input says so (${firstLine(error)})`,
    );
  })) as [Run, Run, Run | undefined];
  const chosen = model.outputs.map((name, i) => {
    const place = batchIn(many.values[i]!.shape, few.values[i]!.shape);
    if (place === undefined) throw refuse(`"${name}", whose sizes do not follow from the number of rows`);
    return { name, ...place, isF32: many.isRaw && many.values[i]!.dtype === "f32" };
  });
  const rowsIn = (one: Run): number[][] => chosen.map(({ axis }, i) => batchFirst(one.values[i]!, axis));
  const numbers = rowsIn(many);
  const first = numbers.map((all) => all.slice(0, (all.length / MANY) * FEW));
  const apart = different(first, rowsIn(few));
  if (apart !== undefined) throw refuse(`"${model.outputs[apart]}", in which a row depends on the rows beside it`);
  if (fixed !== undefined && different(rowsIn(fixed[0]!), rowsIn(again!)) !== undefined)
    throw refuse(`one saved for batches of ${batch}, which computes something else for other sizes`);
  const products = layers.map(({ each }, i) => (each * many.values[model.outputs.length + i]!.data.length) / MANY);
  return { chosen, products, numbers };
}

/** @throws OddityError where the copy of the chosen values does not compute what the model did */
export async function compare(
  fragment: Fragment,
  numbers: Look["numbers"],
  { runtime, place }: { readonly runtime: Runtime; readonly place: string },
): Promise<void> {
  const nodes = fragment.inputs.map(({ name, dtype, shape }) => input(name, dtype, ["batch", ...shape]));
  const outputs = foreign(nodes, fragment).map((node, i) => ({ name: `output ${i}`, node }));
  const bytes = writeOnnx({ name: "watched", inputs: nodes, outputs });
  const refuse = (got: string): OddityError =>
    new OddityError({
      place,
      expected: "a model that computes the same in our operator set",
      got,
      hint: "export it again with opset 18",
    });
  const [run] = (await runForeign(runtime, () => bytes, [feedsOf(fragment.inputs, MANY)]).catch((error: unknown) => {
    throw refuse(`one that does not run there (${firstLine(error)})`);
  })) as [Run];
  const wrong = different(
    numbers,
    run.values.map((value) => toNumbers(value)),
  );
  if (wrong !== undefined) throw refuse(`other numbers for "${fragment.outputs[wrong]!.name}"`);
}

interface Run {
  readonly values: readonly Tensor[];
  /** Whether the values came with their own element types; else they were cast to f32. */
  readonly isRaw: boolean;
}

const encoding =
  (model: ForeignModel, names: readonly string[]) =>
  (asF32: boolean): Uint8Array =>
    encodeForeign(model, names, asF32);

/** One run for each of the feeds. */
async function runForeign(
  runtime: Runtime,
  encode: (asF32: boolean) => Uint8Array,
  feeds: readonly Feeds[],
): Promise<Run[]> {
  const attempt = async (asF32: boolean): Promise<Run[]> => {
    const session = await runtime.open(encode(asF32));
    try {
      const runs: Run[] = [];
      for (const each of feeds) {
        const got = await session.run(each);
        runs.push({ values: inOrder(got), isRaw: !asF32 });
      }
      return runs;
    } finally {
      await session.close();
    }
  };
  return attempt(false).then(
    (runs) => (runs.some(({ values }) => values.some(({ dtype }) => dtype === "string")) ? attempt(true) : runs),
    (error: unknown) => {
      // element types that we have no arrays for, such as half floats
      if (error instanceof Error && error.message.includes("element type")) return attempt(true);
      throw error;
    },
  );
}

const inOrder = (fetches: Fetches): Tensor[] => Object.keys(fetches).map((_, i) => fetches[`output ${i}`]!);

const cannotRun =
  (place: string) =>
  (error: unknown): never => {
    throw new OddityError({ place, expected: "a model that ONNX Runtime runs", got: firstLine(error) });
  };

/** The first rows of always the same random numbers; whole numbers are 0 and 1, texts are empty. */
function feedsOf(inputs: readonly FragmentInput[], rows: number): Feeds {
  return Object.fromEntries(
    inputs.map(({ name, dtype, shape }, i): [string, Tensor] => {
      const sizes = [rows, ...shape];
      const size = sizes.reduce((n, dim) => n * dim, 1);
      if (dtype === "string") return [name, tensor("string", sizes, new Array<string>(size).fill(""))];
      const random = new Random(7).at("probe", i);
      const isReal = dtype === "f32" || dtype === "f64";
      const values = Array.from({ length: size }, () => (isReal ? random.normal() : random.next() & 1));
      return [name, tensorOf(dtype, sizes, values)];
    }),
  );
}

/** Where the batch stands in a value, by its shapes for MANY and FEW rows, and the shape of what belongs to one row. */
function batchIn(many: readonly number[], few: readonly number[]): Omit<Chosen, "name" | "isF32"> | undefined {
  const differing = many.flatMap((size, axis) => (size === few[axis] ? [] : [axis]));
  const [axis, ...more] = differing;
  if (axis === undefined || more.length > 0 || many.length !== few.length) return undefined;
  const each = many[axis]! / MANY;
  const rest = many.filter((_, i) => i !== axis);
  if (!Number.isInteger(each) || few[axis] !== each * FEW || (each > 1 && axis > 0)) return undefined;
  return { axis, each, shape: each > 1 ? [each, ...rest] : rest };
}

/** The elements with the given axis as the first. */
function batchFirst(value: Tensor, axis: number): number[] {
  const numbers = toNumbers(value);
  if (axis === 0) return numbers;
  const { shape } = value;
  const size = shape[axis]!;
  const step = strides(shape)[axis]!;
  const others = numbers.length / size;
  return Array.from({ length: numbers.length }, (_, i) => {
    const [row, rest] = [Math.floor(i / others), i % others];
    return numbers[Math.floor(rest / step) * step * size + row * step + (rest % step)]!;
  });
}

/** The place of the first list that is not the same but for rounding. */
function different(expected: Look["numbers"], got: Look["numbers"]): number | undefined {
  const place = expected.findIndex((list, i) => {
    const other = got[i]!;
    if (other.length !== list.length) return true;
    const [sizes, differences] = [list, list.map((x, at) => x - other[at]!)].map((each) =>
      each.reduce((sum, x) => sum + (Number.isFinite(x) ? Math.abs(x) : 0), 0),
    ) as [number, number];
    const kinds = list.some((x, at) => Number.isNaN(x) !== Number.isNaN(other[at]!));
    return kinds || differences > TOLERANCE * sizes + list.length * 1e-6;
  });
  return place < 0 ? undefined : place;
}
