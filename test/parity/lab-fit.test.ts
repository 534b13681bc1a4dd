// The laboratory's tests of fit beside SciPy, NumPy and scikit-learn: on seeded samples of the size that runs measure, and on awkward ones.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { gaussian } from "../../src/lab/distributions/gaussian.js";
import type { Distribution } from "../../src/lab/distributions/index.js";
import { measureFit } from "../../src/lab/fit/index.js";
import { Random } from "../../src/tensor/random.js";
import { need } from "../need.js";

const script = fileURLToPath(new URL("lab-fit.py", import.meta.url));
const MEAN = 4;
const DEVIATION = 1;

const line = gaussian.make({ mean: MEAN, deviation: DEVIATION }, "line");
const plane: Distribution = {
  kind: "plane",
  dims: 2,
  parameters: {},
  location: [0, 0],
  scale: [1, 1],
  pdf: () => 0,
  sample: (random, out) => void random.fillNormal(out),
};

const normal = (count: number, seed: number, mean = MEAN, deviation = DEVIATION): Float32Array =>
  new Random(seed).fillNormal(new Float32Array(count)).map((x) => mean + deviation * x);
const rows = (...values: number[]): Float32Array => Float32Array.from(values);
const whole = (values: Float32Array): Float32Array => values.map(Math.round);

type Pair = readonly [name: string, generated: Float32Array, real: Float32Array];

const ofLine: readonly Pair[] = [
  ["a perfect generator", normal(6000, 1), normal(6000, 2)],
  ["one that is nearly there", normal(6000, 1, 4.1, 0.9), normal(6000, 2)],
  ["one that is far off", normal(6000, 1, -3, 0.1), normal(6000, 2)],
  ["one that is much too wide", normal(6000, 1, 4, 100), normal(6000, 2)],
  ["two heaps", Float32Array.from([...normal(3000, 1, 2, 0.1), ...normal(3000, 3, 6, 0.1)]), normal(6000, 2)],
  ["uniform rows", new Random(1).fillUniform(new Float32Array(6000), 0, 8), normal(6000, 2)],
  ["ties everywhere", whole(normal(6000, 1)), whole(normal(6000, 2))],
  ["a collapsed one", new Float32Array(6000).fill(4.2), normal(6000, 2)],
  ["a collapsed one but for a row", new Float32Array(6000).fill(4.2).fill(5, 0, 1), normal(6000, 2)],
  ["one row far off", normal(6000, 1).fill(1e6, 7, 8), normal(6000, 2)],
  ["the true rows again", normal(6000, 2), normal(6000, 2)],
  ["fewer rows", normal(70, 1), normal(90, 2)],
  ["two rows", rows(3, 4.5), rows(4, 6)],
  ["two equal rows", rows(3, 3), rows(4, 6)],
  ["one row", rows(3), rows(4)],
  ["all rows equal", rows(4, 4, 4), rows(4, 4, 4)],
];

const ofPlane: readonly Pair[] = [
  ["a perfect generator", normal(12_000, 1, 0), normal(12_000, 2, 0)],
  ["one that is far off", normal(2000, 1, 5, 0.1), normal(1600, 2, 0)],
  ["ties everywhere", whole(normal(200, 1, 0)), whole(normal(160, 2, 0))],
  ["a collapsed one", new Float32Array(60).fill(1), normal(60, 2, 0)],
  ["fewer rows", normal(80, 1, 0), normal(120, 2, 0)],
  ["two rows", rows(0, 1, 2, 5), rows(0, 0, 7, 1)],
];

function elsewhere(cases: readonly Pair[], dims: 1 | 2): Record<string, number>[] {
  const input = cases.map(([, generated, real]) => ({
    dims,
    mean: MEAN,
    deviation: DEVIATION,
    generated: Array.from(generated),
    real: Array.from(real),
  }));
  const { status, stdout, stderr } = spawnSync(need("python"), [script], {
    input: JSON.stringify(input),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as Record<string, number>[];
}

/** What NumPy and SciPy have no number for, and ours documents. */
function undefinedOf(generated: Float32Array, real: Float32Array): string[] {
  const isFlat = new Set(generated).size === 1;
  return [
    ...(isFlat && new Set([...generated, ...real]).size === 1 ? ["KL", "CDF_l1"] : []),
    ...(isFlat ? ["Anderson"] : []),
  ];
}

describe.each([
  ["one dimension", ofLine, line],
  ["two dimensions", ofPlane, plane],
] as const)("of %s", (_, cases, distribution) => {
  test("the same numbers", () => {
    const there = elsewhere(cases, distribution.dims);
    let byClassifier = 0;
    for (const [i, [name, generated, real]] of cases.entries()) {
      const { by_classifier: seen = 0, ...values } = there[i]!;
      byClassifier += seen;
      const here = measureFit(generated, real, distribution);
      const missing = Object.keys(here).filter((id) => !(id in values));
      expect(missing, name).toEqual(distribution.dims === 1 ? undefinedOf(generated, real) : []);
      for (const [id, value] of Object.entries(values)) {
        const most = 1e-9 * Math.max(1, Math.abs(value));
        expect(Math.abs(here[id]! - value), `${id} of ${name}: ${here[id]} and ${value}`).toBeLessThanOrEqual(most);
      }
    }
    expect(byClassifier).toBeGreaterThanOrEqual(2); // scikit-learn's own classifier saw some
  });
});
