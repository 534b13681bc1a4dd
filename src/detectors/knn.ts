// k nearest neighbours (distance to the k-th as Ramaswamy, Rastogi, Shim 2000; mean distance as Angiulli and Pizzuti
// 2002): strange rows are far from the training rows nearest to them. Training rows stand in the model file. A training
// row that is scored again finds itself, at distance 0, among its neighbours.

import { scalings } from "../encode/encoding.js";
import { max, mean } from "../graph/ops/reduce.js";
import { defineDetector } from "./define.js";
import { nearest } from "./neighbours/nearest.js";
import { drawReferences } from "./neighbours/references.js";
import { choice, int } from "./parameters.js";

export const knn = defineDetector({
  id: "knn",
  about: "Distance to the nearest training rows: simple, strong where normal rows form clumps.",
  paper: "Angiulli, Pizzuti 2002, Fast Outlier Detection in High Dimensional Spaces, PKDD",
  parameters: {
    neighbours: int({ max: 1000, fallback: 5, doc: "k, the neighbours that are looked at" }),
    distance: choice(["mean", "largest"], {
      fallback: "mean",
      doc: "mean distance to the k neighbours, or distance to the k-th",
    }),
    sample: int({
      max: 200_000,
      fallback: 20_000,
      doc: "training rows kept in the model, at most: drawn where there are more",
    }),
    scaling: choice(scalings, { fallback: "standard", doc: "scaling of numbers" }),
  },
  encoding: ({ scaling }) => ({ scaling }),
  learn({ neighbours, distance, sample }, { rows, width, random }) {
    const references = drawReferences(rows, width, sample, random.at("sample"));
    const k = Math.min(neighbours, references.count);
    return Promise.resolve({
      score: (x) => {
        const { distances } = nearest(x, references, k);
        return (distance === "mean" ? mean : max)(distances, { axes: [1] });
      },
      facts: { references: references.count, neighbours: k },
    });
  },
});
