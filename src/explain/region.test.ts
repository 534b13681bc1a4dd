import { expect, test } from "vitest";
import { hottestRegion } from "./region.js";

test("the box holds what touches the hottest pixel with half its heat, and nothing else", () => {
  const heat = Float32Array.of(
    ...[9, 0, 0, 0, 0],
    ...[0, 0, 6, 10, 0],
    ...[0, 0, 0, 5, 4],
    ...[-7, 0, 0, 0, 0], // below 0 counts as none
  );
  // 9 is hot but does not touch; 4 lies outside of the box
  expect(hottestRegion(heat, 5)).toEqual({ left: 2, top: 1, width: 2, height: 2, share: 21 / 34 });
});

test("a row does not touch the next one around the edge", () => {
  expect(hottestRegion(Float32Array.of(0, 0, 4, 4, 0, 0), 3)).toMatchObject({ left: 2, top: 0, width: 1, height: 1 });
});

test("without heat there is no region", () => {
  expect(hottestRegion(Float32Array.of(0, 0, -1, -3), 2)).toBeUndefined();
});
