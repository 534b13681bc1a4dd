import { expect, test } from "vitest";
import { between, binned, evenly, quantileOn, smoothed } from "./densities.js";
import { rangeOf } from "./parts.js";
import { runningMedian } from "./seen.js";
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

test("cells of one colour become one shape, others do not", () => {
  const cell = (at: number, colour: string) => `<path d="M${at},0h1v1h-1Z" fill="${colour}" stroke-width="0"/>`;
  expect(slim(`<svg width="1">${cell(1, "#111111")}${cell(2, "#111111")}${cell(3, "#222222")}</svg>`, "map")).toBe(
    '<svg width="1"><path d="M1,0h1v1h-1ZM2,0h1v1h-1Z" fill="#111111" stroke-width="0"/>' +
      `${cell(3, "#222222")}</svg>`,
  );
});

test("an axis leaves out what lies far beyond the rest, and nothing else", () => {
  const even = evenly([1, 2], 101);
  expect(rangeOf(even)).toEqual({ domain: [1, 2], isCut: false });
  const spiked = rangeOf([...even, 40]);
  expect(spiked.isCut).toBe(true);
  expect(spiked.domain[0]).toBe(1);
  expect(spiked.domain[1]).toBeCloseTo(1.9 + 1.5 * 0.8, 1);
  expect(rangeOf([3, 3, 3])).toEqual({ domain: [2.5, 3.5], isCut: false });
  expect(rangeOf([Number.NaN])).toEqual({ domain: [-0.5, 0.5], isCut: false });
});

test("a running median keeps a step and drops a spike", () => {
  expect(runningMedian([0, 0, 9, 0, 0], 1)).toEqual([0, 0, 0, 0, 0]);
  expect(runningMedian([0, 0, 1, 1, 1], 1)).toEqual([0, 0, 1, 1, 1]);
  expect(runningMedian([4, 2], 3)).toEqual([3, 3]);
});
