// Every distribution of the list, unasked: density, distribution function, quantiles and samples must tell the same story.

import { describe, expect, test } from "vitest";
import { Random } from "../../tensor/random.js";
import { type Distribution, distributionOf, families } from "./index.js";

/** Parameters for each kind besides its defaults. */
const others: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  gaussian: [{ mean: -1, deviation: 0.01 }],
  uniform: [{ low: 3, high: 3.5 }],
  exponential: [{ offset: -2, scale: 7 }],
  "student-t": [{ freedom: 0.5 }, { freedom: 30, location: 5, scale: 0.1 }],
  "log-normal": [{ mu: 1, sigma: 1.5, offset: -3 }],
  "gaussian-mixture": [
    { weights: [1, 5, 2], means: [-30, 0, 0.5], deviations: [0.1, 1, 7] },
    { weights: [7], means: [2], deviations: [3] },
  ],
  rings: [{ radii: [0.5, 3, 1], deviation: 0.3 }],
  moons: [{ deviation: 0.25 }],
  grid: [
    { side: 1, deviation: 3 },
    { side: 2, spacing: 1, deviation: 0.4 },
  ],
  spirals: [
    { arms: 1, turns: 0.25, radius: 2, deviation: 0.2 },
    { arms: 3, turns: 2, deviation: 0.12 },
  ],
};

const cases = families.flatMap(({ kind }) =>
  [{}, ...(others[kind] ?? [])].map((given) => ({
    name: `${kind} ${JSON.stringify(given)}`,
    distribution: distributionOf({ kind, ...given }, "real"),
  })),
);
const ofDims = (dims: 1 | 2) => cases.filter(({ distribution }) => distribution.dims === dims);

const draw = (distribution: Distribution, count: number, seed = 1): Float32Array => {
  const out = new Float32Array(count * distribution.dims);
  distribution.sample(new Random(seed), out);
  return out;
};

/** Simpson's rule. */
function integral(f: (x: number) => number, from: number, to: number, steps = 10_000): number {
  let sum = 0;
  for (let i = 0; i <= steps; i++)
    sum += (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * f(from + ((to - from) * i) / steps);
  return (sum * (to - from)) / (3 * steps);
}

describe.each(ofDims(1))("$name", ({ distribution }) => {
  const { pdf, cdf, quantile } = distribution as Required<Distribution>;
  const tail = [1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01];
  const shares = [...tail, ...Array.from({ length: 19 }, (_, i) => (i + 1) / 20), ...tail.map((p) => 1 - p).reverse()];

  test("the density integrates to 1, and between any two points to the difference of the distribution function", () => {
    let total = 0;
    for (const [i, to] of shares.slice(1).entries()) {
      const [low, high] = [quantile(shares[i]!), quantile(to)];
      const mass = integral((x) => pdf([x]), low, high);
      total += mass;
      expect(Math.abs(mass - (cdf(high) - cdf(low)))).toBeLessThan(1e-8);
    }
    expect(Math.abs(total - 1)).toBeLessThan(2e-8);
  });

  test("quantiles undo the distribution function", () => {
    for (const p of shares) expect(Math.abs(cdf(quantile(p)) / p - 1)).toBeLessThan(1e-6);
    expect(cdf(quantile(0))).toBe(0);
    expect(cdf(quantile(1))).toBe(1);
  });

  test("20,000 points agree with the distribution function (Kolmogorov and Smirnov, at 1 %)", () => {
    const points = draw(distribution, 20_000).sort();
    const apart = Array.from(points, (x, i) => Math.max((i + 1) / 20_000 - cdf(x), cdf(x) - i / 20_000));
    expect(Math.max(...apart)).toBeLessThan(1.63 / Math.sqrt(20_000));
  });
});

describe.each(ofDims(2))("$name", ({ distribution }) => {
  const points = draw(distribution, 20_000);
  const deviation = distribution.parameters.deviation as number;
  /** Squares two deviations wide, each the sum over 8 × 8 points of the density, over all that was drawn and more. */
  const cellsOf = (): { readonly expected: Float64Array; readonly counts: Float64Array } => {
    const side = 2 * deviation;
    const ends = [0, 1].map((d) => {
      const along = points.filter((_, i) => i % 2 === d);
      return [along.reduce((a, b) => Math.min(a, b)) - 5 * deviation, along.reduce((a, b) => Math.max(a, b))] as const;
    });
    const [[x0, x1], [y0, y1]] = ends as [readonly [number, number], readonly [number, number]];
    const [wide, high] = [Math.ceil((x1 - x0) / side + 3), Math.ceil((y1 - y0) / side + 3)];
    const expected = new Float64Array(wide * high);
    const fine = side / 8;
    for (let i = 0; i < 8 * wide; i++)
      for (let j = 0; j < 8 * high; j++)
        expected[(i >> 3) * high + (j >> 3)]! +=
          fine ** 2 * distribution.pdf([x0 + (i + 0.5) * fine, y0 + (j + 0.5) * fine]);
    const counts = new Float64Array(wide * high);
    for (let i = 0; i < points.length; i += 2)
      counts[Math.floor((points[i]! - x0) / side) * high + Math.floor((points[i + 1]! - y0) / side)]!++;
    return { expected, counts };
  };
  const { expected, counts } = cellsOf();

  test("the density integrates to 1", () => {
    expect(Math.abs(expected.reduce((a, b) => a + b) - 1)).toBeLessThan(1e-6);
  });

  test("20,000 points fall into cells as the density says (chi-square)", () => {
    let [rest, restCount, cells, square] = [0, 0, 0, 0];
    for (const [i, share] of expected.entries()) {
      const due = 20_000 * share;
      if (due < 5) {
        rest += due;
        restCount += counts[i]!;
      } else {
        cells++;
        square += (counts[i]! - due) ** 2 / due;
      }
    }
    expect(cells).toBeGreaterThan(10);
    square += (restCount - rest) ** 2 / Math.max(rest, 5);
    expect((square - cells) / Math.sqrt(2 * cells)).toBeLessThan(3.5);
  });
});

describe.each(cases)("$name", ({ distribution }) => {
  const { kind, dims, parameters, location, scale } = distribution;

  test("the same seed draws the same points, another others", () => {
    expect(draw(distribution, 50)).toEqual(draw(distribution, 50));
    expect(draw(distribution, 50)).not.toEqual(draw(distribution, 50, 2));
  });

  test("exactly what was asked for is filled", () => {
    for (const count of [1, 2, 7]) {
      const around = new Float32Array(dims * count + 4).fill(-1234.5);
      distribution.sample(new Random(3), around.subarray(2, -2));
      expect(Array.from(around, (x) => x === -1234.5)).toEqual(
        Array.from(around, (_, i) => i < 2 || i >= around.length - 2),
      );
    }
  });

  test("a density is found anywhere in an array", () => {
    const points = draw(distribution, 5);
    for (let i = 0; i < 5; i++)
      expect(distribution.pdf(points, i * dims)).toBe(distribution.pdf(points.slice(i * dims)));
  });

  test("its parameters make it again", () => {
    const again = distributionOf({ kind, ...parameters }, "real");
    expect(draw(again, 20)).toEqual(draw(distribution, 20));
    expect({ kind: again.kind, location: again.location, scale: again.scale }).toEqual({ kind, location, scale });
  });
});

// of the others location and scale are not mean and deviation; an arm alone does not lie around (0, 0)
const byMean = cases.filter(
  ({ distribution: { kind, parameters } }) =>
    !["uniform", "student-t", "log-normal"].includes(kind) && parameters.arms !== 1,
);
test.each(byMean)("$name: location and scale are mean and deviation", ({ distribution }) => {
  const { dims, location, scale } = distribution;
  const points = draw(distribution, 50_000);
  for (let d = 0; d < dims; d++) {
    const along = points.filter((_, i) => i % dims === d);
    const mean = along.reduce((a, b) => a + b) / along.length;
    const square = along.reduce((a, x) => a + (x - mean) ** 2, 0) / along.length;
    expect(Math.abs(mean - location[d]!)).toBeLessThan(0.02 * scale[d]!);
    expect(Math.abs(Math.sqrt(square) / scale[d]! - 1)).toBeLessThan(0.02);
  }
});

test("uniform, Student's t and the log-normal: location and scale as they state them", () => {
  const of = (kind: string, given: Record<string, unknown>) => {
    const { location, scale, quantile } = distributionOf({ kind, ...given }, "real");
    return { location: location[0]!, scale: scale[0]!, quantile: quantile! };
  };
  expect(of("uniform", { low: -2, high: 4 })).toMatchObject({ location: 1, scale: 3 });
  expect(of("student-t", { location: 7, scale: 2 })).toMatchObject({ location: 7, scale: 2 });
  const { location, scale, quantile } = of("log-normal", { mu: 1, sigma: 0.7, offset: 5 });
  expect(location).toBeCloseTo(quantile(0.5), 12);
  // Φ(1) = 0.84134…: half of what lies between the quantiles of one deviation on either side
  expect(scale).toBeCloseTo((quantile(0.8413447460685429) - quantile(0.15865525393145705)) / 2, 12);
});

test("rings: the density along the circle is the closed form with Bessel's I₀", () => {
  // I₀(z)e^{-z}, by its series, whose terms are all positive
  const scaledBessel = (z: number): number => {
    let [term, sum] = [1, 1];
    for (let k = 1; k < 2000; k++) {
      term *= (z / 2 / k) ** 2;
      sum += term;
    }
    return sum * Math.exp(-z);
  };
  for (const [radius, deviation] of [
    [1, 0.1],
    [2, 0.7],
    [3, 4],
  ] as const) {
    const ring = distributionOf({ kind: "rings", radii: [radius], deviation }, "real");
    for (const distance of [0, 0.3, 0.9, 1, 1.4, 2.5]) {
      const z = (distance * radius) / deviation ** 2;
      const bell = Math.exp(-((distance - radius) ** 2) / (2 * deviation ** 2)) / (2 * Math.PI * deviation ** 2);
      const density = ring.pdf([distance * Math.cos(2), distance * Math.sin(2)]);
      expect(Math.abs(density / (bell * scaledBessel(z)) - 1)).toBeLessThan(1e-11);
    }
  }
});

test.each([
  [{ kind: "gauss" }, "real.kind: expected one of gaussian, uniform"],
  [
    { kind: "gaussian", deviaton: 2 },
    'real: expected one of mean, deviation, got "deviaton"; did you mean "deviation"?',
  ],
  [{ kind: "gaussian", deviation: 0 }, "real.deviation: expected a number above 0, got 0"],
  [{ kind: "gaussian", mean: Number.NaN }, "real.mean: expected a number, got NaN"],
  [{ kind: "uniform", low: 2, high: 2 }, "real.high: expected a number above low (2), got 2"],
  [{ kind: "uniform", low: 2, high: -1 }, "real.high: expected a number above low (2), got -1"],
  [{ kind: "exponential", scale: -1 }, "real.scale: expected a number above 0, got -1"],
  [{ kind: "student-t", freedom: 0.1 }, "real.freedom: expected a number ≥ 0.5 and ≤ 1000000, got 0.1"],
  [{ kind: "log-normal", sigma: 0 }, "real.sigma: expected a number above 0, got 0"],
  [{ kind: "gaussian-mixture", weights: [] }, "real.weights: expected a list of at least 1, got []"],
  [{ kind: "gaussian-mixture", weights: [1, -1] }, "real.weights.1: expected a number above 0, got -1"],
  [
    { kind: "gaussian-mixture", weights: [1, 2, 3] },
    "real.means: expected as many numbers as there are weights (3), got 2",
  ],
  [
    { kind: "gaussian-mixture", weights: [1], means: [1], deviations: [1, 2] },
    "real.deviations: expected as many numbers as there are weights (1), got 2",
  ],
  [{ kind: "rings", radii: [1, 0] }, "real.radii.1: expected a number above 0, got 0"],
  [
    { kind: "rings", radii: [1], deviation: 1e-5 },
    "real.deviation: expected at least 0.00021 for curves of this length",
  ],
  [{ kind: "moons", deviation: "thick" }, 'real.deviation: expected a number above 0, got "thick"'],
  [{ kind: "grid", side: 2.5 }, "real.side: expected a whole number ≥ 1 and ≤ 100, got 2.5"],
  [{ kind: "spirals", arms: 0 }, "real.arms: expected a whole number ≥ 1, got 0"],
])("%j is refused", (given, sentence) => {
  expect(() => distributionOf(given, "real")).toThrow(sentence);
});
