// The sphere by hand: quantiles, distances, the radius as training goes on, centres away from 0, and collapse.

import { describe, expect, test } from "vitest";
import { nearLine, siteOf, tableOf } from "../../../test/learning-site.js";
import type { Node } from "../../graph/node.js";
import { mul } from "../../graph/ops/arithmetic.js";
import { closeTo, given, held, valuesOf } from "../../nn/held.js";
import { fixed, linear } from "../../nn/layers.js";
import { centreOf, collapseOf, sphereOf, topQuantile } from "./sphere.js";

test("quantiles from above are those of NumPy", () => {
  const x = given([5], [3, 9, 1, 7, 5]);
  // numpy.quantile([1, 3, 5, 7, 9], [0.9, 0.5, 0.75, 1, 0])
  for (const [share, expected] of [
    [0.1, 8.2],
    [0.5, 5],
    [0.25, 7],
    [0, 9],
    [1, 1],
  ] as const)
    closeTo(valuesOf(topQuantile(x, share)), [expected]);
  closeTo(valuesOf(topQuantile(given([1], [4]), 0.1)), [4]);
});

const same = fixed((x) => mul(x, 1));
const rows = given([5, 2], [3, 4, 0, 0, 1, 0, 0, 2, 6, 8]);

describe("a sphere around (0, 1)", () => {
  const values = { centre: [0, 1] };
  test("squared distances", () => {
    const { distance, radius, code, centre } = held(sphereOf(same, 2), values).call(rows);
    closeTo(valuesOf(distance), [9 + 9, 1, 1 + 1, 1, 36 + 49]);
    closeTo(valuesOf(code), valuesOf(rows));
    expect([valuesOf(centre), radius]).toEqual([[0, 1], undefined]);
  });
  test("the radius stays for as many steps as it waits, then follows the batch's quantile; not when scoring", () => {
    const network = sphereOf(same, 2, { nu: 0.25 });
    const training = held(network, { ...values, wait: [2], radius: [0] }, { training: true });
    const seen: number[] = [];
    for (let step = 0; step < 4; step++) seen.push(...valuesOf(training.call(rows).radius!));
    // distances 85, 18, 2, 1, 1: a quarter of the way down from the top lies 18
    closeTo(seen, [0, 0, 0, Math.sqrt(18)]);
    const scoring = held(network, { ...values, wait: [0], radius: [3] });
    scoring.call(rows);
    closeTo(valuesOf(scoring.call(rows).radius!), [3]);
  });
});

test("the centre is the mean of the codes, numbers near 0 moved away from it", async () => {
  const values = Float32Array.of(1, 0.3, -0.1, 2, 3, -0.4, 0, 0);
  const shape = tableOf(4);
  const of = (factor: number, near: "absolute" | "relative") =>
    centreOf({ values, count: 2 }, siteOf(values, shape), (x) => mul(x, factor), near).then(Array.from<number>);
  closeTo(await of(1, "absolute"), [2, -0.1, -0.1, 1]);
  closeTo(await of(0.01, "absolute"), [0.1, -0.1, -0.1, 0.1]);
  // a tenth of the root of the mean of 1, 0.09, 0.01, 4, 9, 0.16, 0 and 0
  const tenth = 0.1 * Math.sqrt(14.26 / 8);
  closeTo(await of(1, "relative"), [2, -tenth, -tenth, 1]);
  closeTo(await of(0.01, "relative"), [0.02, -tenth / 100, -tenth / 100, 0.01]);
  closeTo(await of(0, "relative"), [0.1, 0.1, 0.1, 0.1]);
  const many = nearLine(9000, 1);
  const line = await centreOf({ values: many, count: 9000 }, siteOf(many, tableOf(3)), (x) => mul(x, 100), "absolute");
  const expected = [0, 1, 2].map((j) => many.reduce((sum, x, i) => sum + (i % 3 === j ? x / 90 : 0), 0));
  closeTo(
    Array.from(line),
    expected.map((x) => (Math.abs(x) >= 0.1 ? x : Math.sign(x) * 0.1)),
    1e-3,
  );
});

describe("a network that says the same of all rows is found out", () => {
  const values = nearLine(50, 1);
  const site = siteOf(values, tableOf(3));
  const placeOf = (weights: readonly number[]) => {
    const { call } = held(sphereOf(linear(3, 1), 1), { centre: [1], "body.weight": weights });
    return (x: Node) => call(x);
  };
  test("of different rows", async () => {
    expect(await collapseOf(site.rows, site, placeOf([0, 0, 0]))).toMatch("the network collapsed: it maps all");
    expect(await collapseOf(site.rows, site, placeOf([1e-9, 0, 0]))).toMatch("collapsed");
    expect(await collapseOf(site.rows, site, placeOf([0.01, 0, 0]))).toBeUndefined();
  });
  test("rows that are all the same are no collapse", async () => {
    const constant = new Float32Array(30).fill(2);
    const alike = siteOf(constant, tableOf(3));
    expect(await collapseOf(alike.rows, alike, placeOf([1, 1, 1]))).toBeUndefined();
  });
});
