// Deep SAD (Ruff et al. 2020, ICLR, "Deep Semi-Supervised Anomaly Detection"): Deep SVDD that may be told some anomalies. Rows
// are drawn to a fixed centre, known anomalies pushed away from it by the inverse of their squared distance. Without any it is
// Deep SVDD.
//
// `variant: "published"` has the networks and recipe of the authors' code, to be used with pretraining as an autoencoder;
// known anomalies come in its minibatches as often as their share of the rows. The default draws `share` of each minibatch
// from them: a handful among thousands would hardly be seen.

import type { Node } from "../graph/node.js";
import { constant } from "../graph/op.js";
import { add, div, mul, sub } from "../graph/ops/arithmetic.js";
import { mean } from "../graph/ops/reduce.js";
import { fixed } from "../nn/layers.js";
import { paired } from "../nn/losses.js";
import { adam } from "../nn/optimisers.js";
import { tensor } from "../tensor/tensor.js";
import type { Rows } from "../train/feeds.js";
import { centreOf, collapseOf, sphereOf } from "./deep-svdd/sphere.js";
import {
  bodyOf,
  bodyParameters,
  pretrainingStage,
  type Range,
  rangeOf,
  type SvddNetworks,
  scheduleOf,
  unmeasured,
} from "./deep-svdd/stages.js";
import { defineDetector, type Learned, type LearningSite, type RowShape } from "./define.js";
import { balanced, labelOf, withLabels } from "./labelled.js";
import { int, real, type Values } from "./parameters.js";
import { judgedOf } from "./row.js";
import { epochs, type Stage, type Trained, trainNetworks } from "./trained.js";

const parameters = {
  ...bodyParameters,
  epochs: int({ min: 0, fallback: 10, doc: "passes over the training rows (published: 150, tables 50); 0: untrained" }),
  fewestSteps: int({ min: 0, fallback: 1000, doc: "steps at least, however few the rows (sound variant)" }),
  batch: int({ min: 2, fallback: 128, doc: "rows in a minibatch (published: 128)" }),
  share: real({
    max: 0.9,
    fallback: 0.25,
    doc: "share of known anomalies in a minibatch; 0: as they come (published: 0)",
  }),
  eta: real({ fallback: 1, doc: "weight η of known anomalies in the loss" }),
  rate: real({ fallback: 3e-4, doc: "Adam step size (published: 1e-4, tables 1e-3)" }),
  decay: real({ fallback: 1e-6, doc: "weight decay (published: 0.5e-6)" }),
};

type P = Values<typeof parameters>;

/** Added to squared distances before they are inverted. */
const EPSILON = 1e-6;
/** Of the published autoencoder. */
const PRETRAINING_DECAY = 0.5e-3;

function settingsOf(p: P, { picture }: RowShape): Pick<P, "batch" | "rate" | "decay" | "fewestSteps" | "share"> {
  if (p.variant !== "published") return p;
  return { batch: 128, rate: picture ? 1e-4 : 1e-3, decay: 0.5e-6, fewestSteps: 1, share: 0 };
}

/** What the loss is measured with, besides the rows. */
export interface Known {
  readonly anomalies?: Rows | undefined;
  readonly range?: Range;
}

/** The game and the score, for rows with a label at their tail. @public tests and benches step through it */
export function recipeOf(p: P, shape: RowShape, { anomalies, range = unmeasured }: Known = {}): Trained<SvddNetworks> {
  const { body, code, decoder, target } = bodyOf(p, shape, range);
  const settings = settingsOf(p, shape);
  const { batch, rate, decay } = settings;
  const pushed = (distance: Node): Node => div(p.eta, add(distance, EPSILON));
  const training: Stage<SvddNetworks> = {
    turns: [
      {
        moves: ["sphere"],
        losses: (n, row) => {
          const { distance } = n.sphere(judgedOf(row, shape));
          const label = labelOf(row, shape);
          paired("deep-sad", distance, label);
          // both are means over all rows of the minibatch, as the paper's equation 7 has them
          return {
            distance: mean(mul(sub(1, label), distance), {}),
            known: mean(mul(label, pushed(distance)), {}),
          };
        },
      },
    ],
    optimiser: adam({ rate, weightDecay: decay, schedule: scheduleOf(p, shape, "training") }),
    batch,
    steps: (rows, size) => (p.epochs === 0 ? 0 : Math.max(settings.fewestSteps, epochs(p.epochs)(rows, size))),
    prepare: async (n, site) => ({
      "sphere.centre": await centreOf(site.rows, site, (x) => n.sphere(judgedOf(x, shape)).code),
    }),
  };
  const isPretrained = p.pretraining > 0 && p.epochs > 0;
  const pretraining = { ...settings, p, shape, target, decay: p.variant === "published" ? PRETRAINING_DECAY : decay };
  return {
    networks: { sphere: sphereOf(body, code), decoder: isPretrained ? decoder : fixed((z) => z) },
    ...(isPretrained ? { ...pretrainingStage(pretraining), further: [training] } : training),
    score: (n, x) => n.sphere(judgedOf(x, shape)).distance,
    criterion: (n, row) => {
      const { distance } = n.sphere(judgedOf(row, shape));
      if (anomalies === undefined) return distance;
      const known = constant(tensor("f32", [anomalies.count, shape.features], anomalies.values), "anomalies");
      return add(distance, mean(pushed(n.sphere(known).distance), {}));
    },
  };
}

async function learn(p: P, site: LearningSite): Promise<Learned> {
  const { batch, share } = settingsOf(p, site);
  const { anomalies } = site;
  const anomalous = Math.round(share * batch);
  const isDrawn = anomalies !== undefined && anomalous > 0;
  const labelled = isDrawn ? balanced(site, { normal: batch - anomalous, anomalous }) : withLabels(site);
  const recipe = recipeOf(p, labelled, { anomalies, range: rangeOf(p, site) });
  const { networks, facts } = await trainNetworks(recipe, labelled);
  const collapse = await collapseOf(site.rows, site, (x) => networks.sphere(judgedOf(x, site)));
  return { score: (x) => recipe.score(networks, x), facts, ...(collapse ? { notes: [collapse] } : {}) };
}

/**
 * With `select: "held-out"` the weights are kept that map held-out rows near to the centre and known anomalies far from it: those with
 * the least loss of both.
 */
export const deepSad = defineDetector({
  id: "deep-sad",
  about: "A network draws rows to a fixed centre and pushes known anomalies away from it; it works without any.",
  paper: "Ruff et al. 2020, Deep Semi-Supervised Anomaly Detection, ICLR, arXiv 1906.02694",
  extras: ["anomalies"],
  parameters,
  encoding: ({ scaling }) => ({ scaling }),
  learn,
});
