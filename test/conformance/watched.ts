// A detector of the suite's own, which stops when held-out rows score no better: what none of the list does, but may.

import { defineDetector } from "../../src/detectors/define.js";
import { int } from "../../src/detectors/parameters.js";
import { learnByTraining } from "../../src/detectors/trained.js";
import { mlp, tanh } from "../../src/nn/layers.js";
import { distanceSquared, meanSquare } from "../../src/nn/losses.js";
import { sgd } from "../../src/nn/optimisers.js";

export const watched = defineDetector({
  id: "watched",
  about: "Rebuilds rows until held-out rows are rebuilt no better.",
  paper: "none: for these tests",
  parameters: {
    epochs: int({ min: 0, fallback: 1, doc: "0: no training at all" }),
    batch: int({ fallback: 32, doc: "rows in a minibatch" }),
  },
  encoding: () => ({ scaling: "standard" }),
  learn: (p, site) =>
    learnByTraining(
      {
        networks: { rebuild: mlp([site.width, 4, site.width], tanh) },
        turns: [{ moves: ["rebuild"], losses: (n, x) => ({ error: meanSquare(n.rebuild(x), x) }) }],
        optimiser: sgd({ rate: 0.05, momentum: 0.9 }),
        average: 0.9,
        batch: p.batch,
        steps: () => (p.epochs === 0 ? 0 : 4000),
        patience: { every: 7, looks: 40 },
        score: (n, x) => distanceSquared(n.rebuild(x), x),
      },
      site,
    ),
});
