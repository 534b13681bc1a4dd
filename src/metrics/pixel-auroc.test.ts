import { expect, test } from "vitest";
import { Random } from "../tensor/random.js";
import { auroc } from "./auroc.js";
import { pixelAuroc } from "./pixel-auroc.js";

test("the examples of AUROC", () => {
  for (const { scores, labels, value } of auroc.examples)
    expect(pixelAuroc(Float32Array.from(scores), Uint8Array.from(labels))).toBeCloseTo(value, 12);
});

test("equal to AUROC on many pixels with ties", () => {
  const random = new Random(3);
  const heat = random.fillUniform(new Float32Array(5000)).map((u) => Math.round(u * 40) / 40);
  const marked = Uint8Array.from(heat, (value) => Number(random.uniform() + value > 1.4));
  const value = auroc.compute(heat, marked);
  expect(value).toBeGreaterThan(0.6);
  expect(value).toBeLessThan(0.99);
  expect(pixelAuroc(heat, marked)).toBeCloseTo(value, 12);
});

test("refused: NaN, other lengths, pixels of one kind", () => {
  expect(() => pixelAuroc(Float32Array.of(Number.NaN, 1), Uint8Array.of(0, 1))).toThrow(/got NaN/);
  expect(() => pixelAuroc(Float32Array.of(1), Uint8Array.of(0, 1))).toThrow(/expected 1 labels/);
  expect(() => pixelAuroc(Float32Array.of(1, 2), Uint8Array.of(0, 0))).toThrow(/got 0 of 2 marked/);
});
