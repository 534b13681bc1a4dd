// Principal components (Shyu, Chen, Sarinnapakorn, Chang 2003): squared distances along the principal axes of the training
// rows, each in units of the variance along it. Strange rows are far out along some axis, or break a relation between
// columns that all training rows keep.

import { scalings } from "../encode/encoding.js";
import type { Node } from "../graph/node.js";
import { writeOnnx } from "../graph/onnx/write.js";
import { constant, input } from "../graph/op.js";
import { add, maximum, minimum, mul, sub } from "../graph/ops/arithmetic.js";
import { slice } from "../graph/ops/cut.js";
import { matmul } from "../graph/ops/matmul.js";
import { sum } from "../graph/ops/reduce.js";
import { tensor } from "../tensor/tensor.js";
import { defineDetector, type LearningSite } from "./define.js";
import { choice, real } from "./parameters.js";
import { ledoitWolf } from "./pca/shrinkage.js";
import { NOTHING, type Spread, spreadOf } from "./pca/spread.js";

/** Squares of this, summed over any number of axes, stay finite. */
const FAR = 1e15;
/** Of the training rows, the share that each of the paper's two sums leaves below its limit. */
const BELOW_LIMIT = 0.99;
const MOST_FOR_LIMITS = 10_000;
/** Where training rows have no spread at all. */
const LEAST_LIMIT = 1e-6;
const ROWS_AT_ONCE = 1024;

export const pca = defineDetector({
  id: "pca",
  about:
    "Distances along the principal axes in units of their variance: strange rows break what columns have in common.",
  paper:
    "Shyu, Chen, Sarinnapakorn, Chang 2003, A Novel Anomaly Detection Scheme Based on Principal Component Classifier, ICDM workshops",
  parameters: {
    components: choice(["all", "major", "minor", "major-minor"], {
      fallback: "all",
      doc: "axes that count; major-minor: the paper's rule, the larger of both sums, each relative to what 99 % of the training rows keep below",
    }),
    major: real({ max: 1, fallback: 0.5, doc: "major axes are the first that have this share of the variance" }),
    minor: real({ max: 1, fallback: 0.2, doc: "minor axes have less than this share of the mean variance" }),
    shrinkage: choice(["ledoit-wolf", "none"], {
      fallback: "ledoit-wolf",
      doc: "how far variances are drawn to their mean: as far as the number of rows leaves them uncertain (Ledoit, Wolf 2004), or not",
    }),
    scaling: choice(scalings, { fallback: "standard", doc: "scaling of numbers" }),
  },
  encoding: ({ scaling }) => ({ scaling }),
  async learn({ components, major, minor, shrinkage }, site) {
    const spread = await spreadOf(site.rows, site.width, site);
    const share = shrinkage === "none" ? 0 : ledoitWolf(spread, site.rows.count, site.width);
    const axes = axesOf(spread, share, site.width);
    const parts = partsOf(axes, major, minor);
    const both = [parts.major, parts.minor];
    const limits = components === "major-minor" ? await limitsOf(axes, both, site) : undefined;
    return {
      score: (x) => {
        if (components !== "major-minor") return sumsOver(x, axes, [parts[components]])[0]!;
        return sumsOver(x, axes, both)
          .map((part, i) => mul(part, 1 / limits![i]!))
          .reduce((a, b) => maximum(a, b));
      },
      facts: {
        axes: spread.variances.length,
        "major axes": parts.major.to - parts.major.from,
        "minor axes": parts.minor.to - parts.minor.from,
        shrinkage: share,
      },
    };
  },
});

interface Axes {
  readonly mean: Float32Array;
  /** f32[count, width] */
  readonly directions: Float32Array;
  readonly count: number;
  readonly variances: Float64Array;
  /** 1 / deviation along each axis, and along what no axis spans. */
  readonly units: Float32Array;
  readonly unitOfRest: number;
}

/** The axes from `from` to before `to`, and with `rest` the directions that no axis at all spans. */
interface Part {
  readonly from: number;
  readonly to: number;
  readonly rest: boolean;
}

function axesOf({ mean, variances, axes }: Spread, share: number, width: number): Axes {
  const middle = variances.reduce((total, value) => total + value, 0) / width;
  const least = variances.length === 0 ? 1 : NOTHING * variances[0]!;
  const unit = (variance: number): number => 1 / Math.sqrt(Math.max((1 - share) * variance + share * middle, least));
  const units = Float32Array.from(variances, unit);
  return { mean, directions: axes, count: variances.length, variances, units, unitOfRest: unit(0) };
}

function partsOf({ mean, variances, count }: Axes, major: number, minor: number) {
  const width = mean.length;
  const total = variances.reduce((sum, value) => sum + value, 0);
  let first = 0;
  for (let sum = 0; first < count && sum < major * total; first++) sum += variances[first]!;
  const small = variances.findIndex((value) => value < (minor * total) / width);
  const rest = count < width;
  return {
    all: { from: 0, to: count, rest },
    // where a kind is missing the nearest to it stands in
    major: count === 0 ? { from: 0, to: 0, rest } : { from: 0, to: Math.max(1, first), rest: false },
    minor: { from: small >= 0 ? small : rest ? count : count - 1, to: count, rest },
  };
}

/** For each part the sum of squared distances along its axes, in their units, f32[batch]. */
function sumsOver(x: Node, { mean, directions, count, units, unitOfRest }: Axes, parts: readonly Part[]): Node[] {
  const width = mean.length;
  const centred = sub(x, constant(tensor("f32", [1, width], mean), "mean"));
  const hasRest = parts.some(({ rest }) => rest);
  const start = hasRest ? 0 : Math.min(...parts.map(({ from }) => from));
  const end = hasRest ? count : Math.max(...parts.map(({ to }) => to));
  const squares = (node: Node): Node => {
    const far = maximum(minimum(node, FAR), -FAR);
    return sum(mul(far, far), { axes: [1] });
  };
  if (start === end) return parts.map(() => squares(mul(centred, unitOfRest)));
  const axes = constant(tensor("f32", [end - start, width], directions.slice(start * width, end * width)), "axes");
  const along = matmul(centred, axes, { transB: true });
  const scaled = mul(along, constant(tensor("f32", [1, end - start], units.slice(start, end)), "units"));
  return parts.map(({ from, to, rest }) => {
    const own = from === to ? [] : [squares(slice(scaled, { axis: 1, start: from - start, end: to - start }))];
    const beside = rest ? [squares(mul(sub(centred, matmul(along, axes, {})), unitOfRest))] : [];
    return [...own, ...beside].reduce((a, b) => add(a, b));
  });
}

/** What 99 % of the training rows (of 10,000 of them at most) keep below, for each part. */
async function limitsOf(axes: Axes, parts: readonly Part[], site: LearningSite): Promise<number[]> {
  const { rows, width, random } = site;
  const places = random.at("limits").sample(rows.count, MOST_FOR_LIMITS);
  const x = input("x", "f32", ["batch", width]);
  const outputs = sumsOver(x, axes, parts).map((node, i) => ({ name: `${i}`, node }));
  const session = await site.host.runtime.open(writeOnnx({ name: "limits", inputs: [x], outputs }));
  const sums = parts.map(() => new Float32Array(places.length));
  try {
    for (let first = 0; first < places.length; first += ROWS_AT_ONCE) {
      const some = places.subarray(first, first + ROWS_AT_ONCE);
      const values = new Float32Array(some.length * width);
      for (const [i, row] of some.entries())
        values.set(rows.values.subarray(row * width, (row + 1) * width), i * width);
      const got = await session.run({ x: tensor("f32", [some.length, width], values) }, { give: true });
      site.signal?.throwIfAborted();
      for (const [i, of] of sums.entries()) of.set(got[`${i}`]!.data as Float32Array, first);
    }
  } finally {
    await session.close();
  }
  return sums.map((of) => Math.max(of.sort()[Math.ceil(BELOW_LIMIT * of.length) - 1]!, LEAST_LIMIT));
}
