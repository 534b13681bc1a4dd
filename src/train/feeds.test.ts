// Feeds: a function of seed and step, however steps are cut into chunks.

import { describe, expect, test } from "vitest";
import { adam, stepScalars } from "../nn/optimisers.js";
import { cosine } from "../nn/schedules.js";
import type { Tensor } from "../tensor/tensor.js";
import { bytesPerStep, Feeder, minibatchOf, type Rows } from "./feeds.js";
import type { Plan } from "./program.js";

const optimiser = adam({ rate: 0.1, schedule: cosine() });
const plan: Plan = {
  state: [],
  parameters: {},
  streams: ["first", "second"],
  noise: [
    { kind: "normal", shape: [3, 5] },
    { kind: "keep", shape: [7], share: 0.5 },
    { kind: "normal", shape: [3, 5] },
  ],
  moves: [{ optimiser, nth: 0, of: 1 }],
  losses: [],
  norms: [],
  batch: 4,
  width: 2,
};
const STEPS = 40;
/** Row i is (i, -i). */
const rowsOf = (count: number): Rows => ({
  count,
  values: Float32Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? i / 2 : -(i - 1) / 2)),
});
const feeder = (seed = 1, count = 12, given = plan): Feeder => new Feeder(given, rowsOf(count), seed, STEPS);
const data = (tensor: Tensor | undefined): number[] => Array.from(tensor!.data as Float32Array);
/** The rows of a stream by their number, step after step. */
const numbers = (tensor: Tensor | undefined): number[] => data(tensor).filter((_, i) => i % 2 === 0);

test("names, shapes and what rows hold", () => {
  const feeds = feeder().chunk(0, 3);
  expect(Object.entries(feeds).map(([name, { dtype, shape }]) => `${name} ${dtype} ${shape.join("×")}`)).toEqual([
    "batch.first f32 3×4×2",
    "batch.second f32 3×4×2",
    "noise.0 f32 3×3×5",
    "noise.1 f32 3×7",
    "noise.2 f32 3×3×5",
    "scalars f32 3×2",
  ]);
  const pairs = data(feeds["batch.first"]);
  numbers(feeds["batch.first"]).forEach((row, i) => {
    expect(pairs[2 * i + 1]).toBe(-row);
  });
  const total = Object.values(feeds).reduce((sum, { data: each }) => sum + (each as Float32Array).byteLength, 0);
  expect(bytesPerStep(plan)).toBe(total / 3 - 4 * 2); // scalars are not counted
});

test("chunk boundaries do not matter, nor the order chunks are made in", () => {
  const whole = feeder().chunk(0, 10);
  const pieces = feeder();
  const last = pieces.chunk(7, 3);
  const [first, second] = [pieces.chunk(0, 1), pieces.chunk(1, 6)];
  for (const name of Object.keys(whole))
    expect(
      [first, second, last].flatMap((feeds) => data(feeds[name])),
      name,
    ).toEqual(data(whole[name]));
});

describe("rows", () => {
  test("come once in every epoch, in an order of its own", () => {
    const epochs = [0, 1, 2].map((epoch) => numbers(feeder().chunk(3 * epoch, 3)["batch.first"]));
    for (const order of epochs)
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
    expect(epochs[0]).not.toEqual(epochs[1]);
    expect(epochs[1]).not.toEqual(epochs[2]);
  });
  test("that do not fill a batch wait for the next epoch; none comes twice in one", () => {
    expect(feeder(1, 14).stepsPerEpoch).toBe(3);
    const order = numbers(feeder(1, 14).chunk(0, 3)["batch.first"]);
    expect(new Set(order).size).toBe(12);
    const seen = new Set(numbers(feeder(1, 14).chunk(0, 30)["batch.first"]));
    expect(seen.size).toBe(14);
  });
  test("fewer than a batch come round again, all as often", () => {
    const order = numbers(feeder(1, 2).chunk(0, 2)["batch.first"]);
    expect(order.filter((row) => row === 0)).toHaveLength(4);
    expect(order.filter((row) => row === 1)).toHaveLength(4);
  });
});

test("streams, places of noise, steps and seeds differ", () => {
  const feeds = feeder(1).chunk(0, 2);
  const other = feeder(2).chunk(0, 2);
  expect(data(feeds["batch.first"])).not.toEqual(data(feeds["batch.second"]));
  expect(data(feeds["noise.0"])).not.toEqual(data(feeds["noise.2"]));
  expect(data(feeds["noise.0"]).slice(0, 15)).not.toEqual(data(feeds["noise.0"]).slice(15));
  for (const name of ["batch.first", "batch.second", "noise.0", "noise.1", "noise.2"])
    expect(data(feeds[name]), name).not.toEqual(data(other[name]));
  expect(feeder(1).chunk(0, 2)).toEqual(feeds);
});

test("noise is standard normal, or 1/share at the share asked for", () => {
  const feeds = feeder().chunk(0, 2000);
  const normal = data(feeds["noise.0"]);
  expect(normal.reduce((sum, v) => sum + v, 0) / normal.length).toBeCloseTo(0, 1);
  expect(normal.reduce((sum, v) => sum + v * v, 0) / normal.length).toBeCloseTo(1, 1);
  const keep = data(feeds["noise.1"]);
  expect(new Set(keep)).toEqual(new Set([0, 2]));
  expect(keep.filter((v) => v === 2).length / keep.length).toBeCloseTo(0.5, 1);
});

test("optimiser numbers are those of the step in the whole run", () => {
  const scalars = data(feeder().chunk(5, 3).scalars);
  expect(scalars).toEqual([5, 6, 7].flatMap((step) => stepScalars(optimiser, step, STEPS)).map(Math.fround));
});

describe("strata", () => {
  const STRATA = [
    { count: 9, batch: 3 },
    { count: 3, batch: 1 },
  ];
  const stratified = (seed = 1): Feeder => new Feeder(plan, { ...rowsOf(12), strata: STRATA }, seed, STEPS);
  const steps = (feeds: ReturnType<Feeder["chunk"]>): number[][] =>
    Array.from({ length: STEPS }, (_, k) => numbers(feeds["batch.first"]).slice(4 * k, 4 * k + 4));

  test("every minibatch holds its share of each, in order, drawn with replacement", () => {
    const batches = steps(stratified().chunk(0, STEPS));
    for (const batch of batches) expect(batch.map((row) => row >= 9)).toEqual([false, false, false, true]);
    expect(new Set(batches.flat()).size).toBe(12); // all come at some time
    expect(batches.some(([a, b, c]) => a === b || b === c || a === c)).toBe(true);
  });

  test("chunks and seeds", () => {
    const feeder = stratified();
    const [late, early] = [feeder.chunk(10, 3), feeder.chunk(0, 10)];
    const whole = numbers(stratified().chunk(0, 13)["batch.first"]);
    expect([...numbers(early["batch.first"]), ...numbers(late["batch.first"])]).toEqual(whole);
    expect(numbers(stratified(2).chunk(0, 13)["batch.first"])).not.toEqual(whole);
  });

  test("say how many rows a minibatch has", () => {
    expect(minibatchOf({ ...rowsOf(12), strata: STRATA }, 100)).toBe(4);
    expect(minibatchOf(rowsOf(12), 100)).toBe(12);
    expect(minibatchOf(rowsOf(12), 5)).toBe(5);
  });
});

test("drawn rows: anew for every step and stream, the same however steps are cut", () => {
  const sizes: number[] = [];
  const drawing = (seed: number): Feeder =>
    new Feeder(
      plan,
      {
        draw(random, out) {
          sizes.push(out.length);
          random.fillUniform(out);
        },
      },
      seed,
      STEPS,
    );
  const whole = drawing(1).chunk(3, 4);
  expect(new Set(sizes)).toEqual(new Set([plan.batch * plan.width]));
  const [first, second] = [data(whole["batch.first"]), data(whole["batch.second"])];
  expect(new Set([...first, ...second]).size).toBe(2 * 4 * 8);
  const parts = [drawing(1).chunk(3, 1), drawing(1).chunk(4, 3)];
  expect(parts.flatMap((feeds) => data(feeds["batch.first"]))).toEqual(first);
  expect(data(drawing(2).chunk(3, 4)["batch.first"])).not.toEqual(first);
});
