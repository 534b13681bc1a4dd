// Convolution of pictures [n, channels, height, width], and the two ops its derivatives are made of. The three share one
// form, linear in a picture x, a filter w and a map of places:  Σ x[n,c,s·i+d·a-p] · w[o,c,a] · map[n,o,i].
// Its derivative by the map is `conv`, by x `convTranspose`, by w `convFilter`; so each one's derivatives are the two others.

import type { Shape, TensorType } from "../../tensor/dtype.js";
import { type Tensor, tensorOf, toNumbers } from "../../tensor/tensor.js";
import { expectDType } from "../node.js";
import type { Emit } from "../onnx/emit.js";
import { type Case, defineOp, type Op } from "../op.js";
import { known } from "../shapes.js";
import { convProduct, type Form, filterProduct, formOf, forms, type Sizes, transposeProduct } from "./conv-forms.js";
import { type Pair, placesAlong, planeOf, restAlong, sizeOver, slides, type Window } from "./windows.js";

interface Written {
  /** How it is written in ONNX; chosen by the sizes unless given. */
  readonly form?: Form;
}

type Sliding = Window & Written;

interface Transposed extends Sliding {
  /** Rows and columns added at the end, of the sizes that give the same map the one that is meant; 0 unless given. */
  readonly outputPadding?: Pair;
}

interface Filter extends Sliding {
  /** Height and width of the filter. */
  readonly size: Pair;
}

const expectFloats = (...operands: readonly TensorType[]): void => {
  for (const operand of operands) expectDType(operand, "f32");
};

function expectChannels(what: string, got: Shape[number], expected: Shape[number]): void {
  if (got !== expected) throw new Error(`${what} differ`);
}

const onnxWindow = ({ strides = [1, 1], pads = [0, 0, 0, 0], dilations = [1, 1] }: Window) => ({
  strides: { ints: strides },
  pads: { ints: pads },
  dilations: { ints: dilations },
});

/** The sizes of a picture, a filter and a map of places. */
function sizesOf(x: Sized, w: Sized, map: Sized, window: Window): Sizes {
  const [pictures, channels, ...picture] = x.shape;
  return {
    pictures: pictures!,
    channels: channels as number,
    outputs: w.shape[0] as number,
    picture: known(picture),
    places: known(map.shape.slice(2)),
    ways: slides(planeOf(w), window),
  };
}

type Sized = Pick<TensorType, "shape">;

/** The same cases written in each way. */
const inBothForms = <Name extends string, A extends Written>(cases: readonly Case<Name, A>[]): Case<Name, A>[] =>
  cases.flatMap((each) => forms.map((form) => ({ ...each, with: { ...(each.with as A), form } })));

/** Calls with the places in x, w and y of each product of the form above. */
function eachProduct(
  [x, w, y]: readonly [x: readonly number[], w: readonly number[], y: readonly number[]],
  window: Window,
  visit: (x: number, w: number, y: number) => void,
): void {
  const [n, channels, height, width] = x as [number, number, number, number];
  const [outputs, , kh, kw] = w as [number, number, number, number];
  const [, , rows, columns] = y as [number, number, number, number];
  const [down, across] = slides([kh, kw], window) as [ReturnType<typeof slides>[0], ReturnType<typeof slides>[0]];
  for (let b = 0; b < n; b++)
    for (let o = 0; o < outputs; o++)
      for (let c = 0; c < channels; c++)
        for (let i = 0; i < rows; i++)
          for (let j = 0; j < columns; j++)
            for (let u = 0; u < kh; u++)
              for (let v = 0; v < kw; v++) {
                const row = i * down.stride + u * down.dilation - down.before;
                const column = j * across.stride + v * across.dilation - across.before;
                if (row < 0 || row >= height || column < 0 || column >= width) continue;
                visit(
                  ((b * channels + c) * height + row) * width + column,
                  ((o * channels + c) * kh + u) * kw + v,
                  ((b * outputs + o) * rows + i) * columns + j,
                );
              }
}

const zeros = (shape: Shape): number[] => new Array<number>(known(shape).reduce((n, dim) => n * dim, 1)).fill(0);

/**
 * Convolution as networks mean it (no flip): x [n, in, h, w], filter w [out, in, kh, kw] gives [n, out, h', w'] with
 * h' = floor((h + pads - dilation·(kh - 1) - 1) / stride) + 1.
 */
export const conv: Op<readonly ["x", "w"], Sliding> = defineOp({
  name: "conv",
  inputs: ["x", "w"],
  type: ({ x, w }, window: Sliding) => {
    expectFloats(x, w);
    const ways = slides(planeOf(w), window);
    const plane = planeOf(x).map((size, way) => placesAlong(size, ways[way]!));
    expectChannels("channels of picture and filter", w.shape[1]!, x.shape[1]!);
    return { dtype: "f32", shape: [x.shape[0]!, w.shape[0]!, ...plane] };
  },
  onnx: (emit, [x, w], { inputs, results }, { form, ...window }: Sliding) => {
    const sizes = sizesOf(inputs[0]!, inputs[1]!, results[0]!, window);
    return formOf(sizes, "conv", form) === "product"
      ? convProduct(emit, x!, w!, sizes)
      : emit.node("Conv", [x!, w!], onnxWindow(window));
  },
  gradient: ({ x, w, dy, attributes }) => ({
    x: convTranspose(dy, w, { ...attributes, outputPadding: restOf(x, w, attributes) }),
    w: convFilter(x, dy, { ...attributes, size: planeOf(w) }),
  }),
  reference: ({ x, w }, window, [type]) => {
    const out = zeros(type!.shape);
    const [xs, ws] = [toNumbers(x), toNumbers(w)];
    eachProduct([x.shape, w.shape, known(type!.shape)], window, (i, j, k) => {
      out[k]! += xs[i]! * ws[j]!;
    });
    return out;
  },
  cases: inBothForms<"x" | "w", Sliding>([
    { x: [2, 3, 5, 4], w: [2, 3, 3, 3], with: {} },
    { x: [1, 2, 7, 6], w: [3, 2, 4, 4], with: { strides: [2, 2], pads: [1, 1, 1, 1] } },
    { x: [2, 1, 6, 5], w: [2, 1, 3, 2], with: { strides: [2, 1], pads: [0, 2, 1, 0] } },
    { x: [2, 3, 4, 3], w: [4, 3, 1, 1], with: {} },
    { x: [2, 3, 5, 5], w: [4, 3, 1, 1], with: { strides: [2, 2] } },
    { x: [2, 2, 4, 4], w: [3, 2, 4, 4], with: {} },
    { x: [1, 2, 3, 2], w: [2, 2, 5, 5], with: { pads: [2, 2, 2, 2] } },
    { x: [1, 1, 8, 7], w: [1, 1, 3, 3], with: { strides: [3, 2], pads: [1, 0, 0, 1], dilations: [2, 1] } },
  ]),
});

/** What the window leaves over of a picture, down and across. */
function restOf(x: TensorType, w: TensorType, window: Window): Pair {
  const [down, across] = slides(planeOf(w), window);
  const [height, width] = planeOf(x);
  return [restAlong(height!, down!), restAlong(width!, across!)];
}

/**
 * The transpose of `conv`: map [n, out, h', w'], filter w [out, in, kh, kw] gives [n, in, h, w] with
 * h = stride·(h' - 1) + dilation·(kh - 1) + 1 + outputPadding - pads.
 */
export const convTranspose: Op<readonly ["map", "w"], Transposed> = defineOp({
  name: "convTranspose",
  inputs: ["map", "w"],
  type: ({ map, w }, { outputPadding = [0, 0], ...window }: Transposed) => {
    expectFloats(map, w);
    const ways = slides(planeOf(w), window);
    const plane = planeOf(map).map((places, way) => sizeOver(places, ways[way]!, outputPadding[way]!));
    expectChannels("channels of map and filter", w.shape[0]!, map.shape[1]!);
    return { dtype: "f32", shape: [map.shape[0]!, w.shape[1]!, ...plane] };
  },
  onnx: (emit, [map, w], { inputs, results }, { form, outputPadding = [0, 0], ...window }: Transposed) => {
    const sizes = sizesOf(results[0]!, inputs[1]!, inputs[0]!, window);
    return formOf(sizes, "transpose", form) === "product"
      ? transposeProduct(emit, map!, w!, sizes)
      : emit.node("ConvTranspose", [map!, w!], { ...onnxWindow(window), output_padding: { ints: outputPadding } });
  },
  gradient: ({ map, w, dy, attributes: { outputPadding: _, ...window } }) => ({
    map: conv(dy, w, window),
    w: convFilter(dy, map, { ...window, size: planeOf(w) }),
  }),
  reference: ({ map, w }, window, [type]) => {
    const out = zeros(type!.shape);
    const [ys, ws] = [toNumbers(map), toNumbers(w)];
    eachProduct([known(type!.shape), w.shape, map.shape], window, (i, j, k) => {
      out[i]! += ys[k]! * ws[j]!;
    });
    return out;
  },
  cases: inBothForms<"map" | "w", Transposed>([
    { map: [2, 3, 3, 2], w: [3, 2, 3, 3], with: {} },
    { map: [1, 2, 3, 4], w: [2, 3, 4, 4], with: { strides: [2, 2], pads: [1, 1, 1, 1] } },
    { map: [2, 2, 3, 3], w: [2, 1, 3, 3], with: { strides: [2, 2], pads: [1, 0, 0, 1], outputPadding: [1, 0] } },
    { map: [2, 2, 3, 2], w: [2, 3, 3, 4], with: { strides: [1, 2], pads: [1, 1, 0, 1] } },
    { map: [2, 3, 1, 1], w: [3, 2, 4, 4], with: {} },
    { map: [2, 3, 2, 3], w: [3, 2, 1, 1], with: { strides: [2, 2], outputPadding: [1, 1] } },
    { map: [1, 1, 3, 2], w: [1, 2, 2, 3], with: { strides: [3, 1], pads: [1, 0, 0, 1], dilations: [2, 1] } },
  ]),
});

/**
 * The derivative of `conv` by its filter: x [n, in, h, w] and a map [n, out, h', w'] of its places give
 * [out, in, kh, kw], the sum over pictures and places of what lies under the window, times the map there.
 */
export const convFilter: Op<readonly ["x", "map"], Filter> = defineOp({
  name: "convFilter",
  inputs: ["x", "map"],
  type: ({ x, map }, { size, ...window }: Filter): TensorType => {
    expectFloats(x, map);
    const ways = slides(size, window);
    const places = planeOf(map);
    expectChannels("numbers of pictures and maps", map.shape[0]!, x.shape[0]!);
    planeOf(x).forEach((length, way) => {
      if (placesAlong(length, ways[way]!) !== places[way]) throw new Error("the map is not one of these places");
    });
    return { dtype: "f32", shape: [...known([map.shape[1]!, x.shape[1]!]), ...size] };
  },
  onnx: (emit, [x, map], { inputs, results }, { form, ...window }: Filter) => {
    const sizes = sizesOf(inputs[0]!, results[0]!, inputs[1]!, window);
    return formOf(sizes, "filter", form) === "product"
      ? filterProduct(emit, x!, map!, sizes)
      : asConvolution(emit, x!, map!, window, known(results[0]!.shape));
  },
  gradient: ({ x, map, dy, attributes: { size: _, ...window } }) => ({
    x: convTranspose(map, dy, { ...window, outputPadding: restOf(x, dy, window) }),
    map: conv(x, dy, window),
  }),
  reference: ({ x, map }, window, [type]) => {
    const out = zeros(type!.shape);
    const [xs, ys] = [toNumbers(x), toNumbers(map)];
    eachProduct([x.shape, known(type!.shape), map.shape], window, (i, j, k) => {
      out[j]! += xs[i]! * ys[k]!;
    });
    return out;
  },
  cases: inBothForms<"x" | "map", Filter>([
    { x: [2, 3, 5, 4], map: [2, 2, 3, 2], with: { size: [3, 3] } },
    { x: [2, 2, 7, 6], map: [2, 3, 3, 3], with: { size: [4, 4], strides: [2, 2], pads: [1, 1, 1, 1] } },
    { x: [2, 1, 6, 5], map: [2, 2, 3, 6], with: { size: [3, 2], strides: [2, 1], pads: [0, 2, 1, 0] } },
    { x: [2, 2, 4, 4], map: [2, 3, 1, 1], with: { size: [4, 4] } },
    { x: [2, 3, 5, 4], map: [2, 2, 3, 2], with: { size: [1, 1], strides: [2, 2] } },
    {
      x: [1, 1, 8, 7],
      map: [1, 2, 2, 3],
      with: { size: [3, 3], strides: [3, 2], pads: [1, 0, 0, 1], dilations: [2, 1] },
    },
  ]),
});

/** Pictures and channels change places, and the maps become the filter: stride and dilation do so too. */
function asConvolution(
  emit: Emit,
  x: string,
  map: string,
  { strides = [1, 1], pads, dilations = [1, 1] }: Window,
  [, , height, width]: readonly number[],
): string[] {
  const swapped = { perm: { ints: [1, 0, 2, 3] } };
  const [pictures] = emit.node("Transpose", [x], swapped);
  const [filter] = emit.node("Transpose", [map], swapped);
  const [wide] = emit.node(
    "Conv",
    [pictures!, filter!],
    onnxWindow({ strides: dilations, dilations: strides, ...(pads ? { pads } : {}) }),
  );
  // what the window left over of the picture gives taps beyond the filter's end
  const int64 = (values: readonly number[]): Tensor => tensorOf("i64", [values.length], values);
  const cut = [int64([0, 0]), int64([height!, width!]), int64([2, 3])].map((value) => emit.constant(value));
  const [exact] = emit.node("Slice", [wide!, ...cut]);
  return emit.node("Transpose", [exact!], swapped);
}
