// Runs a foreign model on a few rows of random numbers: to learn the shapes of its values and where the batch stands in them,
// to see that rows do not depend on each other, and that the copy of a part computes what the original does.

import { fixedBatch, withOpenBatch } from "../graph/onnx/foreign/batch.js";
import { encodeForeign } from "../graph/onnx/foreign/encode.js";
import type { Chosen, Fragment, FragmentInput } from "../graph/onnx/foreign/fragment.js";
import type { ForeignModel } from "../graph/onnx/foreign/model.js";
import { productsIn } from "../graph/onnx/foreign/products.js";
import { OPSET, writeOnnx } from "../graph/onnx/write.js";
import { input } from "../graph/op.js";
import { foreign } from "../graph/ops/foreign.js";
import { firstLine, OddityError } from "../tensor/errors.js";
import { type Tensor, toNumbers } from "../tensor/tensor.js";
import { batchFirst, batchIn, different, FEW, feedsOf, MANY } from "./probe-rows.js";
import type { Feeds, Runtime } from "./runtime.js";

export interface Look {
  readonly chosen: readonly Chosen[];
  /** Multiply-adds of each matrix product and convolution, for one row. */
  readonly products: readonly number[];
  /** The chosen values of the rows that were fed, row after row. */
  readonly numbers: readonly (readonly number[])[];
}

/** @throws OddityError where the model does not run, or where its batch cannot have any size */
export async function look(model: ForeignModel, inputs: readonly FragmentInput[], runtime: Runtime): Promise<Look> {
  const { place, outputs } = model;
  const batch = fixedBatch(model);
  const layers = productsIn(model);
  const names = [...new Set([...outputs, ...layers.map(({ name }) => name)])];
  const refuse = (got: string): OddityError =>
    new OddityError({
      place,
      expected: "a model that takes batches of any size",
      got,
      hint: `export it with a dynamic batch axis: in PyTorch torch.onnx.export(…, dynamic_shapes=({0: torch.export.Dim("batch")},)) or the older dynamic_axes={"${inputs[0]!.name}": {0: "batch"}}, in Keras with inputs of batch size None`,
    });
  const cannotRun = (error: unknown): never => {
    throw new OddityError({ place, expected: "a model that ONNX Runtime runs", got: reason(error) });
  };
  const run = (which: ForeignModel, rows: readonly number[], failed: (error: unknown) => never): Promise<Run[]> =>
    runForeign(runtime, which, names, { feeds: rows.map((count) => feedsOf(inputs, count)), cannotRun, failed });

  const [fixed] = batch === undefined ? [] : await run(model, [batch], cannotRun);
  const [many, few, again] = (await run(
    withOpenBatch(model),
    [MANY, FEW, ...(batch === undefined ? [] : [batch])],
    (error) => {
      throw refuse(
        batch === undefined
          ? `one that fails for ${MANY} or ${FEW} rows: ${reason(error)}`
          : `one saved for batches of ${batch}, and not in the shape of its inputs alone: ${reason(error)}`,
      );
    },
  )) as [Run, Run, Run | undefined];

  const chosen = outputs.map((name): Chosen => {
    const [value, other] = [many.values.get(name)!, few.values.get(name)!];
    if (value.dtype === "string")
      throw new OddityError({ place, expected: "values that are numbers", got: `"${name}", which is text` });
    const found = batchIn(value.shape, other.shape);
    if (found === undefined) throw refuse(`"${name}", whose sizes do not follow from the number of rows`);
    return { name, ...found, isF32: many.isRaw && value.dtype === "f32" };
  });
  const rowsIn = ({ values }: Run): number[][] => chosen.map(({ name, axis }) => batchFirst(values.get(name)!, axis));
  const numbers = rowsIn(many);
  const first = numbers.map((all) => all.slice(0, (all.length / MANY) * FEW));
  const apart = different(first, rowsIn(few));
  if (apart !== undefined) throw refuse(`"${outputs[apart]}", in which a row depends on the rows beside it`);
  if (fixed !== undefined && different(rowsIn(fixed), rowsIn(again!)) !== undefined)
    throw refuse(`one saved for batches of ${batch}, which computes something else where the size is another`);
  const products = layers.map(({ name, each }) => (each * many.values.get(name)!.data.length) / MANY);
  return { chosen, products, numbers };
}

/** @throws OddityError where the copy of the chosen values does not compute what the model did */
export async function compare(
  fragment: Fragment,
  numbers: Look["numbers"],
  { runtime, place }: { readonly runtime: Runtime; readonly place: string },
): Promise<void> {
  const nodes = fragment.inputs.map(({ name, dtype, shape }) => input(name, dtype, ["batch", ...shape]));
  const outputs = foreign(nodes, fragment).map((node, i) => ({ name: `value ${i}`, node }));
  const refuse = (got: string): OddityError =>
    new OddityError({
      place,
      expected: `a model that computes the same in opset ${OPSET}`,
      got,
      hint: `export it with opset ${OPSET}`,
    });
  const failed = (error: unknown): never => {
    throw refuse(`one that does not run there: ${reason(error)}`);
  };
  const session = await runtime.open(writeOnnx({ name: "watched", inputs: nodes, outputs })).catch(failed);
  const got = await session.run(feedsOf(fragment.inputs, MANY)).catch(failed);
  await session.close();
  const wrong = different(
    numbers,
    outputs.map(({ name }) => toNumbers(got[name]!)),
  );
  if (wrong !== undefined) throw refuse(`other numbers for "${fragment.outputs[wrong]!.name}"`);
}

interface Run {
  readonly values: ReadonlyMap<string, Tensor>;
  /** Whether the values came with their own element types; else they were cast to f32. */
  readonly isRaw: boolean;
}

interface Runs {
  readonly feeds: readonly Feeds[];
  /** What to do where the model cannot be opened, and where it fails on some rows. */
  cannotRun(error: unknown): never;
  failed(error: unknown): never;
}

/** The named values, once for each of the feeds. */
async function runForeign(
  runtime: Runtime,
  model: ForeignModel,
  names: readonly string[],
  { feeds, cannotRun, failed }: Runs,
): Promise<Run[]> {
  const attempt = async (isRaw: boolean): Promise<Run[]> => {
    const { bytes, outputs } = encodeForeign(model, names, { asF32: !isRaw });
    const session = await runtime.open(bytes).catch(cannotRun);
    try {
      const runs: Run[] = [];
      for (const each of feeds) {
        const got = await session.run(each);
        runs.push({ values: new Map(names.map((name, i) => [name, got[outputs[i]!]!])), isRaw });
      }
      return runs;
    } finally {
      await session.close();
    }
  };
  return attempt(true).catch((error: unknown) => {
    if (error instanceof OddityError) throw error;
    // element types that we have no arrays for, such as half floats
    return error instanceof Error && error.message.includes("has the element type")
      ? attempt(false).catch(failed)
      : failed(error);
  });
}

/** What ONNX Runtime says, without the places in its source. */
function reason(error: unknown): string {
  const line = firstLine(error);
  const [, op, node] = /while running (\S+) node\. Name:'([^']*)'/.exec(line) ?? [];
  return op === undefined ? line : `its node "${node}" (${op}) cannot compute them`;
}
