// DAGMM (Zong et al. 2018, ICLR): an autoencoder and a mixture of normal distributions learned together. A row becomes its
// code beside its error of reconstruction; another network says how much it belongs to each component; the components are
// the means and covariances that follow. The score is the energy, -log of the mixture's density, less a constant.
//
// `variant: "published"` has the networks of the paper's tables and its recipe, with the constants of one of three sources.
// The default brings codes and errors to variance 1, since otherwise codes shrink as fast as the energy falls, adds an
// error that does not saturate, and adds more to the variances, so that no covariance becomes singular.

import { scalings } from "../encode/encoding.js";
import type { Node } from "../graph/node.js";
import { mul, sub } from "../graph/ops/arithmetic.js";
import { mean } from "../graph/ops/reduce.js";
import { distanceSquared } from "../nn/losses.js";
import { energyOf, type Mixture, varianceCost } from "../nn/mixture.js";
import { adam } from "../nn/optimisers.js";
import { constantRate, cosine } from "../nn/schedules.js";
import type { BoundNetworks } from "../train/program.js";
import {
  apartness,
  beside,
  cosineOf,
  type DagmmNetworks,
  type Estimate,
  logError,
  networksOf,
  relativeDistance,
  type Sizes,
} from "./dagmm/networks.js";
import { wholeMixture } from "./dagmm/whole.js";
import { defineDetector, type Learned, type LearningSite, type RowShape, type Verdict } from "./define.js";
import { choice, int, real, type Values } from "./parameters.js";
import { epochs, type Trained, trainNetworks } from "./trained.js";

const parameters = {
  variant: choice(["sound", "published"], {
    fallback: "sound",
    doc: "published: the paper's networks, recipe and features",
  }),
  table: choice(["kdd", "thyroid", "arrhythmia"], {
    fallback: "kdd",
    doc: "whose networks of the paper the published variant has: 60-30-10-1 and 4 components, 12-4-1 and 2, or 10-2 and 2",
  }),
  source: choice(["tnakae", "paper", "danieltan07"], {
    fallback: "tnakae",
    doc: "whose constants the published variant has: λ2 0.0001 and (1 - cosine)/2 (tnakae/DAGMM), or λ2 0.005 and the cosine; danieltan07/dagmm also shortens gradients to 5",
  }),
  mixture: choice(["all-rows", "last-batch"], {
    fallback: "all-rows",
    doc: "what scores: the mixture of all training rows, or that of the last minibatch, as danieltan07/dagmm has it",
  }),
  components: int({ fallback: 4, doc: "components of the mixture" }),
  code: int({ fallback: 8, doc: "length of the code" }),
  hidden: int({ fallback: 128, doc: "width of the first hidden layer; the second has half of it" }),
  energy: real({ fallback: 0.1, doc: "weight λ1 of the energy in the loss (published: 0.1)" }),
  penalty: real({ fallback: 0.005, doc: "weight λ2 of the inverse variances in the loss" }),
  ridge: real({ min: 1e-6, fallback: 0.01, doc: "added to the variances of codes and errors (published: 1e-6)" }),
  epochs: int({ min: 0, fallback: 20, doc: "passes over the training rows (published: 200); 0: untrained networks" }),
  fewestSteps: int({ min: 0, fallback: 500, doc: "steps at least, however few the rows (sound variant)" }),
  batch: int({ fallback: 256, doc: "rows in a minibatch (published: 1024, arrhythmia 128)" }),
  rate: real({ fallback: 3e-3, doc: "Adam step size, falling along half a cosine (published: 1e-4, constant)" }),
  scaling: choice(scalings, { fallback: "standard", doc: "scaling of numbers" }),
};

type P = Values<typeof parameters>;
type Bounds = BoundNetworks<DagmmNetworks>;

const tables = {
  kdd: { hidden: [60, 30, 10], code: 1, components: 4, batch: 1024 },
  thyroid: { hidden: [12, 4], code: 1, components: 2, batch: 1024 },
  arrhythmia: { hidden: [10], code: 2, components: 2, batch: 128 },
} as const;

const sources = {
  tnakae: { penalty: 1e-4, ridge: 1e-6, away: 1e-3 },
  paper: { penalty: 0.005, ridge: 1e-6, away: 0 },
  danieltan07: { penalty: 0.005, ridge: 1e-12, away: 0 },
} as const;

interface Plan {
  readonly sizes: Sizes;
  readonly energy: number;
  readonly penalty: number;
  readonly batch: number;
  readonly clip?: number;
  /** What stands in z beside the code. */
  errors(x: Node, rebuilt: Node): Node[];
}

function planOf(p: P, { width }: RowShape): Plan {
  if (p.variant === "published") {
    const { batch, ...widths } = tables[p.table];
    const { penalty, ridge, away } = sources[p.source];
    return {
      sizes: { width, ...widths, estimation: 10, ridge, normalised: false, errors: 2 },
      ...{ energy: 0.1, penalty, batch },
      ...(p.source === "danieltan07" ? { clip: 5 } : {}),
      errors: (x, rebuilt) => [
        relativeDistance(x, rebuilt, away),
        p.source === "tnakae" ? mul(apartness(x, rebuilt), 0.5) : cosineOf(x, rebuilt),
      ],
    };
  }
  const { hidden, code, components, ridge, energy, penalty, batch } = p;
  return {
    sizes: {
      ...{ width, hidden: [hidden, Math.ceil(hidden / 2)], code, estimation: 16 },
      ...{ components, ridge, normalised: true, errors: 3 },
    },
    ...{ energy, penalty, batch, clip: 5 },
    errors: (x, rebuilt) => [relativeDistance(x, rebuilt, 1e-3), apartness(x, rebuilt), logError(x, rebuilt)],
  };
}

/** Of rows: what is rebuilt, and what the estimation network says of code and errors. */
function estimateOf({ errors }: Plan, n: Bounds, x: Node): Estimate & { readonly rebuilt: Node } {
  const code = n.encoder(x);
  const rebuilt = n.decoder(code);
  return { ...n.estimator(beside(code, ...errors(x, rebuilt))), rebuilt };
}

/**
 * The energy above the least that there can be, that of the centre of a component whose variances are all the ridge: the
 * same order as that of energies, which are as often negative.
 */
function verdictOf(plan: Plan, n: Bounds, x: Node, mixture?: Mixture): Verdict {
  const { code, errors, ridge } = plan.sizes;
  const { z, rebuilt, mixture: last } = estimateOf(plan, n, x);
  const least = 0.5 * (code + errors) * Math.log(2 * Math.PI * ridge);
  return { score: sub(energyOf(z, mixture ?? last, ridge), least), rebuilt };
}

/** The loss, and the score by the mixture of the last minibatch. @public tests and benches step through it */
export function recipeOf(p: P, shape: RowShape): Trained<DagmmNetworks> {
  const isPublished = p.variant === "published";
  const plan = planOf(p, shape);
  const { sizes, energy, penalty, batch, clip } = plan;
  return {
    networks: networksOf(sizes),
    turns: [
      {
        moves: ["encoder", "decoder", "estimator"],
        losses: (n, x) => {
          const { z, rebuilt, mixture } = estimateOf(plan, n, x);
          return {
            reconstruction: mean(distanceSquared(x, rebuilt), {}),
            energy: mul(mean(energyOf(z, mixture, sizes.ridge), {}), energy),
            variances: mul(varianceCost(mixture), penalty),
          };
        },
      },
    ],
    optimiser: adam({
      ...(isPublished ? { rate: 1e-4, schedule: constantRate } : { rate: p.rate, schedule: cosine() }),
      ...(clip === undefined ? {} : { clip }),
    }),
    batch,
    steps: (rows, size) => {
      const wanted = p.epochs === 0 ? 0 : epochs(p.epochs)(rows, size);
      return isPublished || wanted === 0 ? wanted : Math.max(p.fewestSteps, wanted);
    },
    score: (n, x) => verdictOf(plan, n, x),
  };
}

async function learn(p: P, site: LearningSite): Promise<Learned> {
  const plan = planOf(p, site);
  const { networks, facts } = await trainNetworks(recipeOf(p, site), site);
  if (p.mixture === "last-batch") return { score: (x) => verdictOf(plan, networks, x), facts };
  const mixture = await wholeMixture(site, plan.sizes.ridge, (x) => estimateOf(plan, networks, x));
  return { score: (x) => verdictOf(plan, networks, x, mixture), facts };
}

/**
 * With `select: "held-out"` the weights with the least energy over held-out rows, by the mixture of the last minibatch, are
 * kept.
 */
export const dagmm = defineDetector({
  id: "dagmm",
  about:
    "An autoencoder and a mixture of normal distributions over its codes and errors; strange rows are unlikely there.",
  paper: "Zong et al. 2018, Deep Autoencoding Gaussian Mixture Model for Unsupervised Anomaly Detection, ICLR",
  parameters,
  encoding: ({ scaling }) => ({ scaling }),
  learn,
});
