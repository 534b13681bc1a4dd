// How convolutions are written as ONNX. Every one can be written as `Conv` or `ConvTranspose`; where these are slow, as
// one matrix product over all pictures of a batch, which also gains more from a second thread than a product for each.
// `formOf` chooses by shape. It goes by times like these, of 64 pictures on one thread of a server with AVX-512, in
// milliseconds, "window" / "product"; "both" are the first two in one graph. `node bench/conv.mjs` measures them.
//
//   filter                          convolution   by the filter  both          transpose
//   64 to 128, 4×4 by 2, 8×8 places   6.9 / 8.1     9.7 / 9.3    16.5 / 17.2    8.9 / 7.7
//   128 to 256, 4×4 by 2, 4×4         7.4 / 6.7     8.4 / 8.0    15.4 / 13.1   13.6 / 6.4
//   3 to 64, 4×4 by 2, 16×16          2.9 / 3.9     1.5 / 2.9     2.9 / 3.9     1.4 / 6.9
//   64 to 64, 3×3, 28×28             24.1 / 40.4   72.5 / 49.6   96.8 / 76.1   28.7 / 38.2
//   256 to 512, 1×1, 8×8              6.0 / 9.7    30.8 / 8.9    36.5 / 17.7    7.9 / 10.9
//   256 to 100, 4×4, one place        1.9 / 0.3     0.8 / 0.5     3.0 / 0.9     1.9 / 0.5

import { type Tensor, tensorOf } from "../../tensor/tensor.js";
import type { Emit } from "../onnx/emit.js";
import { placeOver, positionOf, type Slide } from "./windows.js";

/** "window": ONNX's own operators. "product": a matrix product over the columns of what lies under the window. */
export const forms = ["window", "product"] as const;
export type Form = (typeof forms)[number];

/** The numbers of a convolution; its derivatives have the same. */
export interface Sizes {
  /** A name where it is open. */
  readonly pictures: number | string;
  readonly channels: number;
  readonly outputs: number;
  readonly picture: readonly number[];
  readonly places: readonly number[];
  readonly ways: readonly Slide[];
}

/**
 * Numbers in the columns of a convolution up to which it is a product too, though it is slower alone: its derivative by
 * the filter then finds the columns made (ONNX Runtime computes equal nodes once). 16 MB, as they are kept until then.
 */
const COLUMNS_KEPT = 2 ** 22;
/** The same for the derivative by the filter, which needs them only for itself: 128 MB. */
const MOST_COLUMNS = 2 ** 25;
/** Places of the map up to which the transpose is a product; a product for each picture is slow when it has few columns. */
const FEW_PLACES = 64;
/** Channels from which on columns are gathered in pieces that are long enough. */
const MANY_CHANNELS = 16;

const area = ([height, width]: readonly number[]): number => height! * width!;
const kernelOf = ({ ways }: Sizes): number[] => ways.map(({ kernel }) => kernel);

/** One place of a window that covers the whole picture: an ordinary dense layer. */
const isDense = ({ picture, places, ways }: Sizes): boolean =>
  area(places) === 1 && ways.every((way, i) => way.kernel === picture[i] && way.before === 0 && way.after === 0);

type Task = "conv" | "filter" | "transpose";

/** The form of a convolution, of its derivative by the filter, or of its transpose; as wished, where that can be. */
export function formOf(sizes: Sizes, task: Task, wish?: Form): Form {
  if (task === "transpose" && !everyRestHasTaps(sizes)) return "window";
  return wish ?? (isDense(sizes) || isProductFaster(sizes, task) ? "product" : "window");
}

function isProductFaster(sizes: Sizes, task: Task): boolean {
  const { pictures, channels, places } = sizes;
  const taps = area(kernelOf(sizes));
  if (typeof pictures === "string" || channels < MANY_CHANNELS) return false;
  if (task === "transpose") return taps > 1 && area(places) <= FEW_PLACES;
  const columns = pictures * area(places) * channels * taps;
  return task === "filter" ? columns <= MOST_COLUMNS : taps > 1 && columns <= COLUMNS_KEPT;
}

const order = (...perm: number[]) => ({ perm: { ints: perm } });
const reshaped = (emit: Emit, x: string, ...shape: number[]): string =>
  emit.node("Reshape", [x, emit.constant(int64(shape))])[0]!;

/** Tensors of whole numbers, equal ones the same, so that what is computed from them can be shared. */
const wholes = new Map<string, WeakRef<Tensor>>();
function int64(values: readonly number[]): Tensor {
  const key = values.join();
  const before = wholes.get(key)?.deref();
  if (before !== undefined) return before;
  const tensor = tensorOf("i64", [values.length], values);
  wholes.set(key, new WeakRef(tensor));
  return tensor;
}

/** [n, channels, height, width] to [n, height·width, channels]. */
function rowsOf(emit: Emit, x: string, plane: readonly number[], channels: number): string {
  return reshaped(emit, emit.node("Transpose", [x], order(0, 2, 3, 1))[0]!, -1, area(plane), channels);
}

/** Back again. */
function planesOf(emit: Emit, rows: string, [height, width]: readonly number[], channels: number): string[] {
  return emit.node("Transpose", [reshaped(emit, rows, -1, height!, width!, channels)], order(0, 3, 1, 2));
}

/** Rows [n, m, channels] by their numbers, which are zeros where the number is m: [n·count, channels·width]. */
function gathered(emit: Emit, rows: string, m: number, numbers: readonly number[], channels: number, width: number) {
  const source = numbers.includes(m) ? emit.node("Pad", [rows, emit.constant(int64([0, 0, 0, 0, 1, 0]))])[0]! : rows;
  const taken = emit.node("Gather", [source, emit.constant(int64(numbers))], { axis: { i: 1 } })[0]!;
  return reshaped(emit, taken, -1, channels * width);
}

/** What lies under the window at each place: [n·places, taps·channels], zeros for the padding. */
function columnsOf(emit: Emit, x: string, { channels, picture, places, ways }: Sizes): string {
  const numbers: number[] = [];
  const [height, width] = picture;
  const under = (place: number, tap: number, way: number): number => positionOf(place, tap, ways[way]!);
  for (let i = 0; i < places[0]!; i++)
    for (let j = 0; j < places[1]!; j++)
      for (let u = 0; u < ways[0]!.kernel; u++)
        for (let v = 0; v < ways[1]!.kernel; v++) {
          const [row, column] = [under(i, u, 0), under(j, v, 1)];
          const isInside = row >= 0 && row < height! && column >= 0 && column < width!;
          numbers.push(isInside ? row * width! + column : area(picture));
        }
  const taps = area(ways.map(({ kernel }) => kernel));
  return gathered(emit, rowsOf(emit, x, picture, channels), area(picture), numbers, channels, taps);
}

const transA = { transA: { i: 1 } };
const transB = { transB: { i: 1 } };

export function convProduct(emit: Emit, x: string, w: string, sizes: Sizes): string[] {
  const { channels, outputs, places } = sizes;
  const inner = channels * area(kernelOf(sizes));
  if (isDense(sizes)) {
    const product = emit.node("Gemm", [reshaped(emit, x, -1, inner), reshaped(emit, w, outputs, inner)], transB);
    return [reshaped(emit, product[0]!, -1, outputs, 1, 1)];
  }
  const filter = reshaped(emit, emit.node("Transpose", [w], order(0, 2, 3, 1))[0]!, outputs, inner);
  const product = emit.node("Gemm", [columnsOf(emit, x, sizes), filter], transB);
  return planesOf(emit, product[0]!, places, outputs);
}

export function filterProduct(emit: Emit, x: string, map: string, sizes: Sizes): string[] {
  const { channels, outputs, picture } = sizes;
  const kernel = kernelOf(sizes);
  const inner = channels * area(kernel);
  if (isDense(sizes)) {
    const product = emit.node("Gemm", [reshaped(emit, map, -1, outputs), reshaped(emit, x, -1, inner)], transA);
    return [reshaped(emit, product[0]!, outputs, channels, ...picture)];
  }
  // not the rows that the transpose takes: a product with both sides as they lie is faster by a sixth
  const maps = reshaped(emit, emit.node("Transpose", [map], order(1, 0, 2, 3))[0]!, outputs, -1);
  const product = emit.node("MatMul", [maps, columnsOf(emit, x, sizes)]);
  return planesOf(emit, product[0]!, kernel, channels);
}

/** For each position of the picture along one way: the taps that reach it, with the place that each is of. */
function reaching(size: number, places: number, way: Slide): { tap: number; place: number }[][] {
  return Array.from({ length: size }, (_, position) =>
    Array.from({ length: way.kernel }, (_, tap) => ({ tap, place: placeOver(position, tap, way) }))
      .filter(({ place }) => Number.isInteger(place))
      .map(({ tap, place }) => ({ tap, place: place >= 0 && place < places ? place : -1 })),
  );
}

const everyRestHasTaps = ({ picture, places, ways }: Sizes): boolean =>
  ways.every((way, i) => reaching(picture[i]!, places[i]!, way).every((taps) => taps.length > 0));

/**
 * The positions of the picture that leave the same remainders by the strides are reached by the same taps: one product
 * for each such set, without the zeros that a stretched map would have.
 */
export function transposeProduct(emit: Emit, map: string, w: string, sizes: Sizes): string[] {
  const { channels, outputs, picture, places, ways } = sizes;
  const kernel = kernelOf(sizes);
  if (isDense(sizes)) {
    const filter = reshaped(emit, w, outputs, channels * area(kernel));
    const product = emit.node("MatMul", [reshaped(emit, map, -1, outputs), filter]);
    return [reshaped(emit, product[0]!, -1, channels, ...kernel)];
  }
  const rows = rowsOf(emit, map, places, outputs);
  const byTap = reshaped(
    emit,
    emit.node("Transpose", [reshaped(emit, w, outputs * channels, area(kernel))], order(1, 0))[0]!,
    area(kernel),
    outputs,
    channels,
  );
  const [down, across] = ways.map((way, i) => reaching(picture[i]!, places[i]!, way));
  const sets = new Map<string, { taps: number[]; positions: number[]; numbers: number[] }>();
  down!.forEach((vertical, row) => {
    across!.forEach((horizontal, column) => {
      const pairs = vertical.flatMap((a) => horizontal.map((b) => [a, b] as const));
      const taps = pairs.map(([a, b]) => a.tap * kernel[1]! + b.tap);
      const set = sets.get(taps.join()) ?? { taps, positions: [], numbers: [] };
      sets.set(taps.join(), set);
      set.positions.push(row * picture[1]! + column);
      for (const [a, b] of pairs)
        set.numbers.push(a.place < 0 || b.place < 0 ? area(places) : a.place * places[1]! + b.place);
    });
  });
  const products = [...sets.values()].map(({ taps, positions, numbers }) => {
    const columns = gathered(emit, rows, area(places), numbers, outputs, taps.length);
    const filter = emit.node("Gather", [byTap, emit.constant(int64(taps))], { axis: { i: 0 } })[0]!;
    const product = emit.node("MatMul", [columns, reshaped(emit, filter, taps.length * outputs, channels)])[0]!;
    return reshaped(emit, product, -1, positions.length, channels);
  });
  const found = [...sets.values()].flatMap(({ positions }) => positions);
  const where = new Array<number>(found.length);
  for (const [i, position] of found.entries()) where[position] = i;
  const [all] = emit.node("Concat", products, { axis: { i: 1 } });
  const [sorted] = emit.node("Gather", [all!, emit.constant(int64(where))], { axis: { i: 1 } });
  return planesOf(emit, sorted!, picture, channels);
}
