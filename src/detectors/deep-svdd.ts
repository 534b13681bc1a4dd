// Deep SVDD (Ruff et al. 2018, ICML, "Deep One-Class Classification"): a network learns to map normal rows near a fixed
// centre, the mean of what it gives before training; the score is the squared distance from the centre. Only the lack of
// biases and of bounded activations keeps the network from mapping everything there: a fit that did so anyway says it.
//
// `variant: "published"` has the paper's networks and recipe: for pictures LeNet on contrast-normalised pixels, to be used
// with 150 passes of pretraining as an autoencoder and 150 of training; for tables, of which the paper has none, the dense
// networks that the authors used later (Ruff et al. 2020, "Deep Semi-Supervised Anomaly Detection").

import { scalings } from "../encode/encoding.js";
import { maximum, mul, square, sub } from "../graph/ops/arithmetic.js";
import { mean } from "../graph/ops/reduce.js";
import { fixed } from "../nn/layers.js";
import { adam } from "../nn/optimisers.js";
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
import { choice, int, real, type Values } from "./parameters.js";
import { judgedOf } from "./row.js";
import { epochs, type Stage, type Trained, trainNetworks } from "./trained.js";

const parameters = {
  ...bodyParameters,
  scaling: choice(scalings, {
    fallback: "standard",
    doc: "scaling of numbers (published: minmax, which brings most rows of skewed columns near 0, where a network without biases has to leave them)",
  }),
  objective: choice(["one-class", "soft-boundary"], {
    fallback: "one-class",
    doc: "all rows are drawn to the centre, or those outside a radius that leaves a share nu outside",
  }),
  nu: real({ max: 1, fallback: 0.1, doc: "share of the rows that the soft boundary leaves outside" }),
  epochs: int({ min: 0, fallback: 10, doc: "passes over the training rows (published: 150, tables 50); 0: untrained" }),
  fewestSteps: int({ min: 0, fallback: 400, doc: "steps at least, however few the rows (sound variant)" }),
  warmUp: int({ min: 0, fallback: 2, doc: "passes before the soft boundary's radius leaves 0 (published: 10)" }),
  batch: int({ fallback: 128, doc: "rows in a minibatch (published: 200, tables 128)" }),
  rate: real({ fallback: 1e-3, doc: "Adam step size, falling along half a cosine (published: 1e-4, tables 1e-3)" }),
  decay: real({ fallback: 1e-6, doc: "weight decay (published: 0.5e-6)" }),
};

type P = Values<typeof parameters>;

const PUBLISHED = { decay: 0.5e-6, warmUp: 10 };
/** Of the autoencoder. */
const PRETRAINING_DECAY = 0.5e-3;

function settingsOf(p: P, { picture }: RowShape): Pick<P, "batch" | "rate" | "decay" | "warmUp" | "fewestSteps"> {
  if (p.variant !== "published") return p;
  return { ...PUBLISHED, fewestSteps: 1, ...(picture ? { batch: 200, rate: 1e-4 } : { batch: 128, rate: 1e-3 }) };
}

/** The game and the score. @public tests and benches step through it */
export function recipeOf(p: P, shape: RowShape, range: Range = unmeasured): Trained<SvddNetworks> {
  const { body, code, decoder, target } = bodyOf(p, shape, range);
  const isSoft = p.objective === "soft-boundary";
  const settings = settingsOf(p, shape);
  const { batch, rate, decay, warmUp } = settings;
  const training: Stage<SvddNetworks> = {
    turns: [
      {
        moves: ["sphere"],
        losses: (n, x) => {
          const { distance, radius } = n.sphere(judgedOf(x, shape));
          if (radius === undefined) return { distance: mean(distance, {}) };
          // the paper's equation 3, R being constant in the step
          const outside = maximum(sub(distance, square(radius)), 0);
          return { radius: square(radius), outside: mul(mean(outside, {}), 1 / Math.max(p.nu, 1e-6)) };
        },
      },
    ],
    optimiser: adam({ rate, weightDecay: decay, schedule: scheduleOf(p, shape, "training") }),
    batch,
    steps: (rows, size) => (p.epochs === 0 ? 0 : Math.max(settings.fewestSteps, epochs(p.epochs)(rows, size))),
    async prepare(n, site) {
      const near = p.variant === "published" ? "absolute" : "relative";
      const centre = await centreOf(site.rows, site, (x) => n.sphere(judgedOf(x, shape)).code, near);
      if (!isSoft) return { "sphere.centre": centre };
      const wait = warmUp * Math.max(1, Math.floor(site.rows.count / batch));
      return {
        "sphere.centre": centre,
        "sphere.radius": Float32Array.of(0),
        "sphere.wait": Float32Array.of(wait),
      };
    },
  };
  const isPretrained = p.pretraining > 0 && p.epochs > 0;
  const pretraining = { ...settings, p, shape, target, decay: p.variant === "published" ? PRETRAINING_DECAY : decay };
  return {
    networks: {
      sphere: sphereOf(body, code, isSoft ? { nu: p.nu } : undefined),
      decoder: isPretrained ? decoder : fixed((z) => z),
    },
    ...(isPretrained ? { ...pretrainingStage(pretraining), further: [training] } : training),
    score: (n, x) => {
      const { distance, radius } = n.sphere(judgedOf(x, shape));
      return radius === undefined ? distance : sub(distance, square(radius));
    },
  };
}

async function learn(p: P, site: LearningSite): Promise<Learned> {
  const recipe = recipeOf(p, site, rangeOf(p, site));
  const { networks, facts } = await trainNetworks(recipe, site);
  const collapse = await collapseOf(site.rows, site, (x) => networks.sphere(judgedOf(x, site)));
  return { score: (x) => recipe.score(networks, x), facts, ...(collapse ? { notes: [collapse] } : {}) };
}

/** With `select: "held-out"` the weights that map held-out rows nearest to the centre are kept. */
export const deepSvdd = defineDetector({
  id: "deep-svdd",
  about: "A network draws normal rows to a fixed centre; strange rows end up far from it.",
  paper: "Ruff et al. 2018, Deep One-Class Classification, ICML",
  parameters,
  encoding: ({ variant, scaling }) => ({ scaling: variant === "published" ? "minmax" : scaling }),
  learn,
});
