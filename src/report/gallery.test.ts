import { expect, test } from "vitest";
import { gallery } from "./gallery.js";
import type { Gallery, PictureCard } from "./report.js";

const png = (...bytes: number[]) => Uint8Array.from([137, 80, ...bytes]);
const card = (name: string, more: Partial<PictureCard> = {}): PictureCard => ({
  ...{ name, score: 3.25, pValue: 0.02, original: png(1), heat: png(2) },
  ...more,
});
const some: Gallery = {
  strangest: [card("a/<1>.png", { truth: "anomaly" }), card("a/2.png")],
  ordinary: [card("b.png")],
  heat: { low: 0.125, high: 0.75 },
  ...{ width: 20, height: 40 },
};

test("each picture stands beside its heat map, inside the page, in the shape it has", () => {
  const { markup } = gallery(some);
  expect(markup.match(/<figure /g)).toHaveLength(3);
  expect(markup.match(/src="data:image\/png;base64,[\w+/=]+"/g)).toHaveLength(6);
  expect(markup).toContain(Buffer.from(png(2)).toString("base64"));
  expect(markup.match(/width="120" height="240"/g)).toHaveLength(6);
  expect(markup).toContain("a/&lt;1&gt;.png");
  expect(markup).toContain("<strong>anomaly</strong>");
  expect(markup).not.toContain("reconstruction");
});

test("a reconstruction stands between the two", () => {
  const { markup } = gallery({ ...some, strangest: [card("a.png", { rebuilt: png(3) })], ordinary: [] });
  expect([...markup.matchAll(/title="([a-z ]+)"/g)].map(([, what]) => what)).toEqual([
    "original",
    "reconstruction",
    "heat map",
  ]);
  expect(markup).not.toContain("most normal");
});

test("the legend tells the ends of the one scale", () => {
  const { markup } = gallery(some);
  expect(markup).toMatch(/<span>0\.125<\/span><i style="background:linear-gradient\(to right, rgb\(0 0 4\), /);
  expect(markup).toMatch(/rgb\(252 255 164\)\)"><\/i><span>0\.75<\/span>/);
  expect(markup).toContain("One scale of heat for all pictures");
});
