// The laboratory's distributions of one dimension beside SciPy's: density, distribution function and quantiles, from the
// middle far into the tails.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { distributionOf, families } from "../../src/lab/distributions/index.js";
import { need } from "../need.js";

const script = fileURLToPath(new URL("lab-distributions.py", import.meta.url));

/** Parameters for each kind besides its defaults. */
const others: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  gaussian: [{ mean: 0, deviation: 1 }],
  uniform: [{ low: 2, high: 2.5 }],
  exponential: [{ offset: -3, scale: 0.02 }],
  "student-t": [0.5, 1, 1.5, 2, 7.3, 30, 100, 1000, 1e6].map((freedom) => ({ freedom, location: 0, scale: 2 })),
  "log-normal": [
    { mu: 3, sigma: 0.01 },
    { mu: -1, sigma: 2.5, offset: 0 },
  ],
  "gaussian-mixture": [
    { weights: [3], means: [1], deviations: [2] },
    { weights: [1, 5, 2], means: [-30, 0, 0.5], deviations: [0.1, 1, 7] },
  ],
};

const tails = [1e-70, 1e-50, 1e-20, 1e-12, 1e-9, 1e-6, 1e-4, 1e-3, 0.01, 0.03];
const p = [
  ...tails,
  ...Array.from({ length: 91 }, (_, i) => 0.05 + i / 100),
  ...[0.4999, 0.5 - 1e-10, 0.5 + 1e-6],
  ...[0.97, 0.99, 0.999, 1 - 1e-6, 1 - 1e-9, 1 - 1e-12],
];

const asked = families
  .filter(({ dims }) => dims === 1)
  .flatMap(({ kind }) =>
    [{}, ...(others[kind] ?? [])].map((given) => {
      const distribution = distributionOf({ kind, ...given }, kind);
      const [centre, scale] = [distribution.location[0]!, distribution.scale[0]!];
      const steps = [0, 1e-9, 1e-3, ...Array.from({ length: 60 }, (_, i) => 0.17 * (i + 1)), 15, 20, 30, 37];
      const x = [...steps.map((step) => centre + step * scale), ...steps.map((step) => centre - step * scale)];
      return { distribution, kind, parameters: distribution.parameters, x, p };
    }),
  );

test("densities, distribution functions and quantiles are SciPy's to 1e-9 of themselves", () => {
  const python = need("python");
  const input = JSON.stringify(asked.map(({ kind, parameters, x }) => ({ kind, parameters, x, p })));
  const { stdout, stderr, status } = spawnSync(python, [script], { input, encoding: "utf8", maxBuffer: 1e8 });
  expect(status, stderr).toBe(0);
  const answers = JSON.parse(stdout) as { pdf: number[]; cdf: number[]; ppf: number[] }[];
  const wrong: string[] = [];
  for (const [i, { kind, parameters, distribution, x }] of asked.entries()) {
    const { pdf, cdf, ppf } = answers[i]!;
    const note = (what: string, at: number, ours: number, theirs: number, least = 1e-300): void => {
      if (ours !== theirs && !(Math.abs(ours - theirs) <= 1e-9 * Math.abs(theirs) + least))
        wrong.push(`${kind} ${JSON.stringify(parameters)} ${what}(${at}): ${ours}, SciPy ${theirs}`);
    };
    for (const [j, at] of x.entries()) {
      note("pdf", at, distribution.pdf([at]), pdf[j]!);
      note("cdf", at, distribution.cdf!(at), cdf[j]!);
    }
    // beside the median SciPy's t has few digits of its own, but small numbers
    for (const [j, at] of p.entries()) note("quantile", at, distribution.quantile!(at), ppf[j]!, 1e-12);
  }
  expect(wrong).toEqual([]);
});
