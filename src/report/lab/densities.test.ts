import { expect, test } from "vitest";
import { between, binned, evenly, quantileOn, smoothed } from "./densities.js";
import { slim } from "./write.js";

test("values between grid points, at the ends those of the ends", () => {
  expect([0, 1, 1.5, 2, 9].map((x) => between(x, [1, 2, 4], [10, 20, 40]))).toEqual([10, 10, 15, 20, 40]);
  expect(between(1, [1, 1, 1], [3, 3, 3])).toBe(3);
});

test("a quantile is where the distribution function reaches its share", () => {
  expect(quantileOn(0.5, [0, 10], [0, 1])).toBe(5);
  expect(quantileOn(0.25, [0, 10, 20], [0, 0.5, 1])).toBe(5);
});

test("bins of even rows are even, what is outside counts at the ends, and all together are 1", () => {
  const even = evenly([0, 1], 401);
  for (const { density } of binned(even, [0, 1], 4)) expect(density).toBeCloseTo(1, 9);
  for (const { density } of binned(even, [0.25, 0.75], 2)) expect(density).toBeCloseTo(2, 9);
  const collapsed = binned(
    even.map(() => 3),
    [0, 10],
    10,
  );
  expect(collapsed.map(({ density }) => Math.round(1e9 * density) / 1e9)).toEqual([0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
});

test("a smooth density is 1 in all, in the right place, and of equal rows a narrow peak", () => {
  const at = evenly([0, 10], 1001);
  for (const quantiles of [evenly([4, 6], 401), at.slice(0, 401).map(() => 3)]) {
    const spots = smoothed(quantiles, at);
    expect(spots.reduce((sum, { y }) => sum + y * 0.01, 0)).toBeCloseTo(1, 2);
    const top = spots.reduce((best, spot) => (spot.y > best.y ? spot : best));
    expect(Math.abs(top.x - (quantiles[0]! + quantiles.at(-1)!) / 2)).toBeLessThan(0.8);
  }
});

test("slim pictures keep their text and their place", () => {
  const text =
    '<text font-family="a, &quot;b&quot;" class="c" transform="translate(1.23456,2)" opacity="1">0.123456 class="x"</text>';
  const clipped = '<g clip-path="url(#clip71)"/><clipPath id="clip71"></clipPath>';
  expect(slim(`<svg width="3">${text}<path aria-hidden="true" d="" display="none"/>${clipped}</svg>`, "pdf")).toBe(
    '<svg font-family="a, &quot;b&quot;" width="3"><text transform="translate(1.23,2)">0.123456 class="x"</text><g clip-path="url(#pdf-0)"/><clipPath id="pdf-0"></clipPath></svg>',
  );
});
