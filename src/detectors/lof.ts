// Local Outlier Factor (Breunig, Kriegel, Ng, Sander 2000) for new rows: how much thinner the training rows are spread
// around a row than around its neighbours. 1 is as dense as its neighbourhood. Training rows, with their k-distances and
// local reachability densities, stand in the model file.

import { scalings } from "../encode/encoding.js";
import type { Node } from "../graph/node.js";
import { add, div, maximum, mul } from "../graph/ops/arithmetic.js";
import { cast } from "../graph/ops/cast.js";
import { lessEqual } from "../graph/ops/comparison.js";
import { slice } from "../graph/ops/cut.js";
import { sum } from "../graph/ops/reduce.js";
import { defineDetector, type LearningSite } from "./define.js";
import { nearestAmong } from "./neighbours/among.js";
import { nearest } from "./neighbours/nearest.js";
import { drawReferences, merged, type References } from "./neighbours/references.js";
import { choice, int } from "./parameters.js";

/** Of rows as far as the k-th neighbour, so many more than k are looked for; each costs as much as a neighbour. */
const MOST_TIES = 8;
/** Rows this little further than the k-th neighbour are as far: the paper counts all of those, whatever rounding says. */
const TIE = 1 + 1e-5;
/** Keeps densities finite where all neighbours are at distance 0; scikit-learn's number. */
const LEAST_DISTANCE = 1e-10;

export const lof = defineDetector({
  id: "lof",
  about: "How much thinner the training rows are spread around a row than around its neighbours.",
  paper: "Breunig, Kriegel, Ng, Sander 2000, LOF: Identifying Density-Based Local Outliers, SIGMOD",
  parameters: {
    neighbours: int({ max: 1000, fallback: 20, doc: "k, the neighbours that densities are taken over" }),
    duplicates: choice(["weighted", "apart"], {
      fallback: "weighted",
      doc: "equal training rows: one place that counts for all of them (the paper's k-distinct-distance), or each for itself",
    }),
    sample: int({
      max: 200_000,
      fallback: 20_000,
      doc: "training rows kept in the model, at most: drawn where there are more",
    }),
    scaling: choice(scalings, { fallback: "standard", doc: "scaling of numbers" }),
  },
  encoding: ({ scaling }) => ({ scaling }),
  async learn({ neighbours, duplicates, sample }, site) {
    const drawn = drawReferences(site.rows, site.width, sample, site.random.at("sample"));
    const { rows, copies } =
      duplicates === "weighted" ? merged(drawn) : { rows: drawn, copies: new Float32Array(drawn.count).fill(1) };
    const k = Math.max(1, Math.min(neighbours, rows.count - 1));
    const { reach, densities } = await densitiesOf(rows, copies, k, site);
    return {
      score: (x) => {
        const { distances, beside } = nearest(x, rows, withTies(k, rows.count), [reach, densities, copies]);
        const [reachOf, densityOf, copiesOf] = beside as [Node, Node, Node];
        const kth = slice(distances, { axis: 1, start: k - 1, end: k });
        const weight = mul(copiesOf, cast(lessEqual(distances, mul(kth, TIE)), { to: "f32" }));
        const over = (node: Node): Node => sum(mul(node, weight), { axes: [1] });
        const weights = sum(weight, { axes: [1] });
        // mean density of the neighbours · (1 / own density)
        const thinness = add(div(over(maximum(reachOf, distances)), weights), LEAST_DISTANCE);
        return mul(div(over(densityOf), weights), thinness);
      },
      facts: { references: drawn.count, distinct: rows.count, neighbours: k },
    };
  },
});

/**
 * For each reference its k-distance and its local reachability density: 1 / mean over the neighbours o of
 * max(k-distance(o), distance to o). Copies of a neighbour count as often as they are, and so do the row's own copies.
 */
async function densitiesOf(
  rows: References,
  copies: Float32Array,
  k: number,
  site: LearningSite,
): Promise<{ reach: Float32Array; densities: Float32Array }> {
  const { count } = rows;
  if (count === 1) return { reach: new Float32Array(1), densities: Float32Array.of(1 / LEAST_DISTANCE) };
  const found = withTies(k, count - 1);
  const { distances, places } = await nearestAmong(rows, found, site);
  const reach = Float32Array.from({ length: count }, (_, i) => distances[i * found + k - 1]!);
  const densities = Float32Array.from({ length: count }, (_, i) => {
    let weights = copies[i]! - 1;
    let total = weights * reach[i]!;
    for (let j = i * found; j < (i + 1) * found && distances[j]! <= reach[i]! * TIE; j++) {
      const neighbour = places[j]!;
      weights += copies[neighbour]!;
      total += copies[neighbour]! * Math.max(reach[neighbour]!, distances[j]!);
    }
    return 1 / (total / weights + LEAST_DISTANCE);
  });
  return { reach, densities };
}

/** Neighbours that are looked up, so that those as far as the k-th are among them. */
const withTies = (k: number, count: number): number => Math.min(2 * k, k + MOST_TIES, count);
