// Rows of random numbers for a model whose shapes are to be found out, and what their results say.

import type { Chosen, FragmentInput } from "../graph/onnx/foreign/fragment.js";
import { strides } from "../graph/shapes.js";
import { Random } from "../tensor/random.js";
import { type Tensor, tensor, tensorOf, toNumbers } from "../tensor/tensor.js";
import type { Feeds } from "./runtime.js";

/** Two sizes of a batch: what differs between the shapes they give is the batch. */
export const MANY = 5;
export const FEW = 2;
/** Mean difference of two runs of the same numbers, by their mean size: other kernels round otherwise, quantised ones coarsely. */
const TOLERANCE = 1e-3;

/** The first rows of always the same random numbers; whole numbers are 0 and 1, texts are empty. */
export function feedsOf(inputs: readonly FragmentInput[], rows: number): Feeds {
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
export function batchIn(many: readonly number[], few: readonly number[]): Omit<Chosen, "name" | "isF32"> | undefined {
  const differing = many.flatMap((size, axis) => (size === few[axis] ? [] : [axis]));
  const [axis, ...more] = differing;
  if (axis === undefined || more.length > 0 || many.length !== few.length) return undefined;
  const each = many[axis]! / MANY;
  const rest = many.filter((_, i) => i !== axis);
  if (!Number.isInteger(each) || few[axis] !== each * FEW || (each > 1 && axis > 0)) return undefined;
  return { axis, each, shape: each > 1 ? [each, ...rest] : rest };
}

/** The elements with the given axis as the first. */
export function batchFirst(value: Tensor, axis: number): number[] {
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
export function different(
  expected: readonly (readonly number[])[],
  got: readonly (readonly number[])[],
): number | undefined {
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
