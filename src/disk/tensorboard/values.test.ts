import { expect, test } from "vitest";
import { histogramOf, imageOf } from "./values.js";

test("buckets of equal width, the greatest value in the last", () => {
  const histogram = histogramOf([0, 0.5, 1, 1.5, 29.5, 30])!;
  expect(histogram).toMatchObject({ min: 0, max: 30, num: 6, sum: 62.5, sum_squares: 0.25 + 1 + 2.25 + 870.25 + 900 });
  expect(histogram.bucket).toEqual([2, 2, ...new Array(27).fill(0), 2]);
  expect(histogram.bucket_limit.map((limit) => Number(limit.toFixed(12)))).toEqual(
    Array.from({ length: 30 }, (_, i) => i + 1),
  );
  expect(histogram.bucket_limit.at(-1)).toBe(30);
});

test("equal values, one value, and the width of all doubles", () => {
  expect(histogramOf(Float32Array.of(4, 4))).toMatchObject({ min: 4, max: 4, bucket_limit: [4], bucket: [2] });
  const most = Number.MAX_VALUE;
  const wide = histogramOf([-most, 0, most])!;
  expect(wide.bucket.reduce((a, b) => a + b)).toBe(3);
  expect(wide.bucket_limit.every(Number.isFinite)).toBe(true);
});

test("what is not finite is left out", () => {
  const [nan, infinity] = [Number.NaN, Number.POSITIVE_INFINITY];
  expect(histogramOf([nan, 1, infinity, -infinity, 3])).toMatchObject({ min: 1, max: 3, num: 2, sum: 4 });
  expect(histogramOf([nan])).toBeUndefined();
  expect(histogramOf([])).toBeUndefined();
});

test("a PNG file says its size and colours, wherever its bytes lie", () => {
  // 300×2, 8 bits, RGBA
  const header = "89504e470d0a1a0a0000000d494844520000012c00000002080600000000000000";
  const inside = Buffer.concat([Buffer.alloc(3), Buffer.from(header, "hex")]).subarray(3);
  expect(imageOf(inside)).toMatchObject({ width: 300, height: 2, colorspace: 4, encoded_image_string: inside });
  inside[25] = 0;
  expect(imageOf(inside).colorspace).toBe(1);
  expect(() => imageOf(Buffer.from(`ff${header.slice(2)}`, "hex"))).toThrow("internal: not a PNG file");
});
