// Numbers and pictures in the form that TensorBoard shows.

import type { HistogramMessage, ImageMessage } from "./schema.js";

/** As many as TensorFlow's own summaries have. */
const BUCKETS = 30;

/** Buckets of equal width from the least to the greatest of the finite values; one without width where all are equal. */
export function histogramOf(values: ArrayLike<number>): HistogramMessage | undefined {
  const finite = Float64Array.from(values).filter(Number.isFinite);
  if (finite.length === 0) return undefined;
  let [min, max, sum, squares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const x of finite) {
    if (x < min) min = x;
    if (x > max) max = x;
    sum += x;
    squares += x * x;
  }
  // not (max - min) / BUCKETS: the difference may be more than a double holds
  const width = max / BUCKETS - min / BUCKETS;
  const count = width > 0 ? BUCKETS : 1;
  const bucket = new Array<number>(count).fill(0);
  for (const x of finite) {
    const at = count === 1 ? 0 : Math.floor((x - min) / width);
    bucket[Math.min(count - 1, at)]!++;
  }
  const bucket_limit = Array.from({ length: count }, (_, i) => {
    const share = (i + 1) / count;
    return min * (1 - share) + max * share;
  });
  return { min, max, num: finite.length, sum, sum_squares: squares, bucket_limit, bucket };
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Channels by the colour type of a PNG file; a palette is of RGB. */
const channels: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };

/** Width, height and colours stand in the header of a PNG file, whose first chunk it always is. */
export function imageOf(png: Uint8Array): ImageMessage {
  if (png.length < 33 || SIGNATURE.some((byte, i) => png[i] !== byte)) throw new Error("internal: not a PNG file");
  const view = new DataView(png.buffer, png.byteOffset);
  const colorspace = channels[png[25]!] ?? 3;
  return { width: view.getUint32(16), height: view.getUint32(20), colorspace, encoded_image_string: png };
}
