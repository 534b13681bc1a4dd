// Where a window that slides over a picture lies: strides, padding, dilation, and the sizes that follow from them.

import { known } from "../shapes.js";

export type Pair = readonly [number, number];
/** Rows above, columns on the left, rows below, columns on the right: the order of ONNX. */
export type Sides = readonly [number, number, number, number];

export interface Window {
  /** Steps of the window, down and across; 1 unless given. */
  readonly strides?: Pair;
  /** Zeros around the picture; none unless given. */
  readonly pads?: Sides;
  /** Distance between neighbouring taps of the window; 1 unless given. */
  readonly dilations?: Pair;
}

/** One direction of a window over a picture. */
export interface Slide {
  readonly kernel: number;
  readonly stride: number;
  readonly before: number;
  readonly after: number;
  readonly dilation: number;
}

/** The two directions, down and across, of a window of this size; throws an Error where the numbers make no sense. */
export function slides(size: readonly number[], { strides = [1, 1], pads = [0, 0, 0, 0], dilations }: Window): Slide[] {
  return [0, 1].map((way): Slide => {
    const slide = {
      kernel: size[way]!,
      stride: strides[way]!,
      before: pads[way]!,
      after: pads[way + 2]!,
      dilation: dilations?.[way] ?? 1,
    };
    if (!(slide.kernel >= 1 && slide.stride >= 1 && slide.dilation >= 1))
      throw new Error("window, strides and dilations are at least 1");
    if (!(slide.before >= 0 && slide.after >= 0)) throw new Error("padding is not negative");
    return slide;
  });
}

const reach = ({ kernel, dilation }: Slide): number => dilation * (kernel - 1) + 1;

/** How many places the window has along `size`. */
export function placesAlong(size: number, slide: Slide): number {
  const room = size + slide.before + slide.after - reach(slide);
  if (room < 0) throw new Error(`a window that reaches over ${reach(slide)} does not fit`);
  return Math.floor(room / slide.stride) + 1;
}

/** What the last place of the window leaves over at the end of `size`. */
export const restAlong = (size: number, slide: Slide): number =>
  (size + slide.before + slide.after - reach(slide)) % slide.stride;

/** The size that has `places` places of the window and leaves `rest` over. */
export function sizeOver(places: number, slide: Slide, rest: number): number {
  if (!(rest >= 0 && rest < slide.stride)) throw new Error("output padding lies from 0 to below the stride");
  const size = slide.stride * (places - 1) + reach(slide) + rest - slide.before - slide.after;
  if (size < 1) throw new Error("nothing is left after the padding is cut off");
  return size;
}

/** Where in the picture a tap of the window lies when the window is at a place. */
export const positionOf = (place: number, tap: number, { stride, dilation, before }: Slide): number =>
  place * stride + tap * dilation - before;

/** The place at which a tap of the window lies on a position of the picture; not whole where there is none. */
export const placeOver = (position: number, tap: number, { stride, dilation, before }: Slide): number =>
  (position + before - tap * dilation) / stride;

/** Height and width of a tensor [n, channels, height, width]. */
export function planeOf({ shape }: { readonly shape: readonly (number | string)[] }): Pair {
  if (shape.length !== 4) throw new Error("needs tensors [n, channels, height, width]");
  const [height, width] = known(shape.slice(2));
  return [height!, width!];
}

/**
 * TensorFlow's "SAME": zeros before and after that make ceil(size / stride) places of the window. The odd one stands
 * after.
 */
export function samePads(size: number, kernel: number, stride: number): Pair {
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** TensorFlow's "SAME" for a transposed convolution, whose result is stride times as large as its operand. */
export function samePadsTransposed(kernel: number, stride: number): { pads: Pair; outputPadding: number } {
  return { pads: samePads(stride, kernel, stride), outputPadding: Math.max(stride - kernel, 0) };
}
