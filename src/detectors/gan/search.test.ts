// The search lowers the loss, follows its slope, knows nothing of other rows, and does not lose by starting more often.

import { expect, test } from "vitest";
import { differentiate } from "../../graph/differentiate.js";
import { interpret } from "../../graph/interpret.js";
import type { Node } from "../../graph/node.js";
import { writeOnnx } from "../../graph/onnx/write.js";
import { input } from "../../graph/op.js";
import { sum } from "../../graph/ops/reduce.js";
import { drawn, given, held, slopesAgree, valuesOf } from "../../nn/held.js";
import { mlp, tanh } from "../../nn/layers.js";
import { distanceL1, distanceSquared } from "../../nn/losses.js";
import { adam, sgd } from "../../nn/optimisers.js";
import { nodeRuntime } from "../../runtime/node.js";
import { webRuntime } from "../../runtime/web.js";
import { tensorOf, toNumbers } from "../../tensor/tensor.js";
import { descend, nearestStarts, sameStarts, search, startsOf } from "./search.js";

const [CODE, FEATURES] = [3, 5];
const generator = held(mlp([CODE, 8, FEATURES], tanh), {}, { seed: 4 }).call;
const rows = given([6, FEATURES], drawn([6, FEATURES], 2, 0.5).data);
const starts = given([4, CODE], drawn([4, CODE], 3).data);
const lossTo =
  (x: Node) =>
  (codes: Node): Node =>
    distanceSquared(x, generator(codes));
const optimiser = adam({ rate: 0.1 });

test("the search lowers the loss of every row, further with more steps", () => {
  const lossOf = lossTo(rows);
  const [start] = sameStarts(rows, starts);
  const [before, after5, after40] = [0, 5, 40].map((steps) =>
    valuesOf(lossOf(descend(start!, lossOf, { steps, optimiser }))),
  );
  expect(after5!.every((loss, i) => loss < before![i]!)).toBe(true);
  expect(after40!.every((loss, i) => loss < after5![i]!)).toBe(true);
});

test("one step of plain descent is the start less the slope, which agrees with differences", () => {
  const x = given([1, FEATURES], drawn([1, FEATURES], 2).data);
  const code = drawn([1, CODE], 5);
  slopesAgree((z) => sum(lossTo(x)(z!), {}), [code], { twice: false });
  const z = input("z", "f32", [1, CODE]);
  const [slope] = differentiate(sum(lossTo(x)(z), {}), [z]);
  const moved = descend(z, lossTo(x), { steps: 1, optimiser: sgd({ rate: 0.25 }) });
  const [got, by] = interpret([moved, slope!], new Map([[z, code]])).map(toNumbers);
  got!.forEach((value, i) => {
    expect(value).toBeCloseTo(code.data[i]! - 0.25 * by![i]!, 5);
  });
});

test("a row's code does not depend on the rows beside it", () => {
  const codesOf = (x: Node): number[] =>
    valuesOf(search(nearestStarts(x, starts, generator(starts), 2), lossTo(x), { steps: 10, optimiser }));
  const whole = codesOf(rows);
  const data = valuesOf(rows);
  for (const row of [0, 3, 5]) {
    const alone = codesOf(given([1, FEATURES], data.slice(row * FEATURES, (row + 1) * FEATURES)));
    expect(alone).toEqual(whole.slice(row * CODE, (row + 1) * CODE));
  }
});

test("more starts never end with a greater loss, and the least of all is kept", () => {
  const lossOf = lossTo(rows);
  const from = sameStarts(rows, starts);
  const descent = { steps: 8, optimiser };
  const each = from.map((start) => valuesOf(lossOf(search([start], lossOf, descent))));
  const all = valuesOf(lossOf(search(from, lossOf, descent)));
  expect(all).toEqual(all.map((_, row) => Math.min(...each.map((losses) => losses[row]!))));
  // in another order the same
  expect(valuesOf(lossOf(search([...from].reverse(), lossOf, descent)))).toEqual(all);
  expect(new Set(all.map((loss, row) => each.findIndex((losses) => losses[row] === loss))).size).toBeGreaterThan(1);
});

test("searches start at the nearest generated rows", () => {
  const generated = valuesOf(generator(starts));
  const x = valuesOf(rows);
  const distance = (row: number, code: number): number =>
    Array.from({ length: FEATURES }, (_, j) => (x[row * FEATURES + j]! - generated[code * FEATURES + j]!) ** 2).reduce(
      (a, b) => a + b,
    );
  const [first, second] = nearestStarts(rows, starts, generator(starts), 2).map(valuesOf);
  for (let row = 0; row < 6; row++) {
    const order = [0, 1, 2, 3].sort((a, b) => distance(row, a) - distance(row, b));
    const codeOf = (place: number): number[] => valuesOf(starts).slice(place * CODE, (place + 1) * CODE);
    expect(first!.slice(row * CODE, (row + 1) * CODE)).toEqual(codeOf(order[0]!));
    expect(second!.slice(row * CODE, (row + 1) * CODE)).toEqual(codeOf(order[1]!));
  }
  expect(nearestStarts(rows, starts, generator(starts), 9)).toHaveLength(4);

  // and so do the searches of the detectors, unless the codes are to be those that were drawn, or rows have a context
  const n = { generator: (codes: Node) => generator(codes), starts: () => starts };
  const startOf = (nearest: boolean, context: Node | undefined): number[] =>
    valuesOf(startsOf(n, { row: rows, context }, { nearest, count: 1 })[0]!);
  const drawn = Array.from({ length: 6 }, () => valuesOf(starts).slice(0, CODE)).flat();
  expect(first).not.toEqual(drawn);
  expect(startOf(true, undefined)).toEqual(first);
  expect(startOf(false, undefined)).toEqual(drawn);
  expect(startOf(true, rows)).toEqual(drawn);
});

test("a model file carries it, for any number of rows, in both runtimes", async () => {
  const x = input("x", "f32", ["batch", FEATURES]);
  const lossOf = (codes: Node): Node => distanceL1(x, generator(codes));
  const found = search(nearestStarts(x, starts, generator(starts), 2), lossOf, { steps: 12, optimiser });
  const loss = lossOf(found);
  const feed = tensorOf("f32", [6, FEATURES], valuesOf(rows));
  const expected = toNumbers(interpret([loss], new Map([[x, feed]]))[0]!);
  const bytes = writeOnnx({ name: "search", inputs: [x], outputs: [{ name: "loss", node: loss }] });
  for (const runtime of [nodeRuntime, webRuntime]) {
    const session = await runtime.open(bytes);
    const got = toNumbers((await session.run({ x: feed })).loss!);
    await session.close();
    got.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 3);
    });
  }
});
