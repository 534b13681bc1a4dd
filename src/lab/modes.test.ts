// Reading off between points, and what makes pure batches leak.

import { expect, test } from "vitest";
import type { Judge, Others } from "./judge.js";
import { aloneAmongNormal, pureLogits, readOff } from "./modes.js";
import { type Setting, settingOf } from "./setting.js";
import { settings } from "./settings/index.js";

test("between points along straight lines, beyond them the nearest", () => {
  const [x, y] = [Float32Array.of(0, 1, 3), Float32Array.of(10, 20, 0)];
  expect([...readOff(Float32Array.of(-1, 0, 0.5, 1, 2.5, 3, 9), x, y)]).toEqual([10, 10, 15, 20, 5, 0, 0]);
  // two points at one place: no division by zero
  expect([...readOff(Float32Array.of(1, 2), Float32Array.of(1, 1, 2), Float32Array.of(5, 7, 9))]).toEqual([5, 9]);
});

/** Stands in for a discriminator: a row's logit is how many rows it is compared with, each times its distance. */
const counting = (dims: number, asked: number[] = []): Judge => ({
  generate: async () => new Float32Array(0),
  async logits(_state, rows, others) {
    const among: Others = others ?? { rows, weights: new Float32Array(rows.length / dims).fill(1), own: 0 };
    asked.push(among.weights.length);
    return Float32Array.from({ length: rows.length / dims }, (_, i) => {
      let total = among.own * 0.25;
      for (const [j, weight] of among.weights.entries())
        total += weight * Math.exp(-Math.abs(rows[i * dims]! - among.rows[j * dims]!));
      return total;
    });
  },
  close: async () => undefined,
});

const setting: Setting = settingOf(settings[0], "first");
const rowsOf = (count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i * i) * 3 + (i % 7));

test("a small batch is judged as it is; a large one by stand-ins, nearly as exactly", async () => {
  const asked: number[] = [];
  const rows = rowsOf(2000);
  const exact = await counting(1).logits({}, rows);
  expect(await pureLogits(setting, counting(1, asked), {}, rows, 2000)).toEqual(exact);
  const near = await pureLogits(setting, counting(1, asked), {}, rows, 200);
  expect(asked).toEqual([2000, 200]);
  const range = Math.max(...exact) - Math.min(...exact);
  const off = Math.max(...near.map((logit, i) => Math.abs(logit - exact[i]!)));
  expect(off).toBeLessThan(0.01 * range);
});

test("single rows: each among as many normal rows as in training, whatever else is asked about", async () => {
  const alone = await aloneAmongNormal(setting, counting(1), {}, [-10, 18]);
  const [one] = await alone(Float32Array.of(4));
  const among = await alone(Float32Array.of(4, 9, -3));
  expect(among[0]).toBe(one);
  // 11 rows of N(4, 1) at a mean of exp(-|x - 4|): E exp(-|z|) = exp(1/2)·2·Φ(-1) = 0.523
  expect(one! - 0.25).toBeGreaterThan(11 * 0.523 * 0.9);
  expect(one! - 0.25).toBeLessThan(11 * 0.523 * 1.1);
});
