import { scheme } from "vega";
import { expect, test } from "vitest";
import { heatScale, inferno, overlay } from "./heat.js";

test("the colours are those of inferno", () => {
  const published = scheme("inferno") as (t: number) => string;
  for (let t = 0; t <= 1; t += 0.01) {
    const wanted = published(t).match(/\d+/g)!.map(Number);
    for (const [c, shade] of inferno(t).entries()) expect(Math.abs(shade - wanted[c]!), `${t}`).toBeLessThanOrEqual(8);
  }
  expect(inferno(-1)).toEqual(inferno(0));
  expect(inferno(2)).toEqual(inferno(1));
});

test("one scale for all: from the median up, a single hot pixel does not pale the rest", () => {
  const dull = Float32Array.from({ length: 1000 }, (_, i) => i / 1000);
  const hot = dull.slice().fill(1e6, 0, 1);
  expect(heatScale([dull, hot])).toEqual({ low: Math.fround(0.5), high: Math.fround(0.995) });
  expect(heatScale([Float32Array.of(-3, -2, -1, 5)])).toEqual({ low: 0, high: 5 });
  const flat = heatScale([Float32Array.of(2, 2)]);
  expect(flat.high).toBeGreaterThanOrEqual(flat.low);
});

test("where there is no heat the picture is as it was, in grey; where there is most, the last colour", () => {
  const scale = { low: 1, high: 3 };
  expect([...overlay([10, 200], 1, Float32Array.of(0.5, 1), scale)]).toEqual([10, 10, 10, 200, 200, 200]);
  expect([...overlay([100, 0, 0], 3, Float32Array.of(-2), scale)]).toEqual([30, 30, 30]);
  const [red, green, blue] = overlay([0], 1, Float32Array.of(9), scale);
  expect([red, green, blue]).toEqual([214, 217, 139]); // 0.85 of the last colour over black
});
