// The parts of variational autoencoders against numbers worked out by hand, and the layers of a published one.

import { describe, expect, test } from "vitest";
import type { Node } from "../graph/node.js";
import { sum } from "../graph/ops/reduce.js";
import { closeTo, drawn, given, held, noiseOf, slopesAgree, valuesOf } from "./held.js";
import { layerTable } from "./table.js";
import { bernoulliLoss, denseVae, divergence, drawnCode, type NormalCode, normalLoss, shifted } from "./variational.js";

const ln = Math.log;
const code = (mean: readonly number[], variance: readonly number[]): NormalCode => ({
  mean: given([mean.length / 2, 2], mean),
  logVariance: given([mean.length / 2, 2], variance.map(ln)),
});

describe("the divergence from the standard normal", () => {
  test("is 0 for the standard normal and more for any other, by hand", () => {
    const of = code([0, 0, 1, -2, 0, 0], [1, 1, 1, 1, 4, 0.25]);
    // ½(1 + 4); ½(4 - 1 - ln 4 + ¼ - 1 + ln 4)
    closeTo(valuesOf(divergence(of)), [0, 2.5, 0.5 * (3 - 0.75)]);
  });
  test("has the slopes of its differences", () => {
    const loss = (mean: Node, logVariance: Node): Node => sum(divergence({ mean, logVariance }), {});
    slopesAgree(loss, [drawn([3, 2], 1), drawn([3, 2], 2)]);
  });
});

describe("losses of rows", () => {
  test("Bernoulli: ln 2 for a half, -ln p and -ln (1 - p), and between them by share", () => {
    const logits = given([3, 2], [0, 0, ln(3), ln(3), -ln(3), ln(3)]);
    const x = given([3, 2], [1, 0, 1, 0, 0.25, 0.5]);
    const [yes, no] = [ln(4 / 3), ln(4)];
    closeTo(valuesOf(bernoulliLoss(logits, x)), [2 * ln(2), yes + no, 0.25 * no + 0.75 * yes + 0.5 * (yes + no)]);
  });
  test("normal: the density of 0 and 1 around 1 with variance 4", () => {
    const [mean, variance] = [given([2, 1], [1, 1]), given([2, 1], [ln(4), ln(4)])];
    const peak = 0.5 * ln(2 * Math.PI * 4);
    closeTo(valuesOf(normalLoss(mean, variance, given([2, 1], [0, 1]))), [peak + 1 / 8, peak]);
    slopesAgree(
      (...all: Node[]) => sum(normalLoss(all[0]!, all[1]!, all[2]!), {}),
      [drawn([3, 2], 1), drawn([3, 2], 2), drawn([3, 2], 3)],
    );
  });
  test("no loss compares every row with every other", () => {
    const [column, row] = [given([2, 1], [1, 2]), given([1, 2], [1, 2])];
    expect(() => bernoulliLoss(column, row)).toThrow("shapes differ");
    expect(() => normalLoss(column, row, row)).toThrow("shapes differ");
  });
});

test("a draw is μ + σ·e", () => {
  const of = code([1, -2], [4, 0.25]);
  closeTo(valuesOf(shifted(of, given([1, 2], [0.5, -2]))), [1 + 2 * 0.5, -2 - 0.5 * 2]);
  const e = valuesOf(noiseOf(3).normal([1, 2]));
  closeTo(valuesOf(drawnCode(of, noiseOf(3))), [1 + 2 * e[0]!, -2 + 0.5 * e[1]!]);
});

test("log σ² of an encoder stays within ±10, whatever the row", () => {
  const { encoder } = denseVae({ width: 3, hidden: [4], code: 2 });
  const { mean, logVariance } = held(encoder).call(given([2, 3], [1e6, 1e6, 1e6, -1e6, 1e5, 1e6]));
  expect(Math.max(...valuesOf(mean).map(Math.abs))).toBeGreaterThan(1e4);
  expect(valuesOf(logVariance).every((x) => Math.abs(x) <= 10)).toBe(true);
});

test("the layers of 800, 400, 100 and a code of 25 on 784 pixels, by hand", () => {
  const { encoder, decoder } = denseVae({ width: 784, hidden: [800, 400, 100], code: 25, drop: 0.1 });
  const layer = (from: number, to: number): number => from * to + to;
  const trained = (network: Parameters<typeof layerTable>[0]): number[] =>
    layerTable(network).map((row) => row.trained);
  const down = [layer(784, 800), layer(800, 400), layer(400, 100), layer(100, 25), layer(100, 25)];
  const up = [layer(25, 100), layer(100, 400), layer(400, 800), layer(800, 784)];
  const total = (of: readonly number[]): number => of.reduce((a, b) => a + b);
  expect(trained(encoder)).toEqual([...down, total(down)]);
  expect(trained(decoder)).toEqual([...up, total(up)]);
});

test("dropout stands before the decoder's last layer alone, and only while training", () => {
  const { decoder } = denseVae({ width: 4, hidden: [6], code: 2, drop: 0.5 });
  const z = given([3, 2], drawn([3, 2], 4).data);
  const still = valuesOf(held(decoder).call(z));
  closeTo(valuesOf(held(decoder).call(z)), still);
  expect(valuesOf(held(decoder, {}, { training: true }).call(z))).not.toEqual(still);
  const whole = denseVae({ width: 4, hidden: [6], code: 2 }).decoder;
  closeTo(valuesOf(held(whole, {}, { training: true }).call(z)), valuesOf(held(whole).call(z)));
});
