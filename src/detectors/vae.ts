// Variational autoencoder (Kingma and Welling 2014) as a detector (An and Cho 2015): an encoder gives each row a normal
// distribution of codes, a decoder the distribution of rows given a code. Strange rows are unlikely under what the decoder
// makes of their codes, or have codes that no normal row has. The score is deterministic: that of the mean of the code, or an
// average over draws whose noise is the same for all rows and stands in the model's file.
//
// `variant: "published"` is An and Cho's for MNIST: one dense hidden layer of 400, a code of 200, and the reconstruction
// probability under variances that the decoder gives.

import { scalings } from "../encode/encoding.js";
import type { Node } from "../graph/node.js";
import { constant } from "../graph/op.js";
import { add, maximum, minimum, mul, neg, square, sub } from "../graph/ops/arithmetic.js";
import { sigmoid } from "../graph/ops/exponential.js";
import { mean, sum } from "../graph/ops/reduce.js";
import { tanh } from "../nn/layers.js";
import { distanceSquared, total } from "../nn/losses.js";
import { adam } from "../nn/optimisers.js";
import { constantRate, cosine } from "../nn/schedules.js";
import { bernoulliLoss, divergence, drawnCode, type NormalCode, normalLoss, shifted } from "../nn/variational.js";
import { Random } from "../tensor/random.js";
import { tensor } from "../tensor/tensor.js";
import type { BoundNetworks } from "../train/program.js";
import { defineDetector, type RowShape } from "./define.js";
import { choice, int, real, type Values } from "./parameters.js";
import { epochs, learnByTraining, type Trained } from "./trained.js";
import { asIs, denseNetworks, pictureNetworks, type Rows, type Sizes, type VaeNetworks } from "./vae/networks.js";

const parameters = {
  variant: choice(["sound", "published"], {
    fallback: "sound",
    doc: "published: An and Cho's networks and score",
  }),
  score: choice(["bound", "mean", "probability"], {
    fallback: "bound",
    doc: "-log p of the row given the mean of its code and beta times the divergence of its code, the first alone, or its average over draws of the code (reconstruction probability; published)",
  }),
  samples: int({ fallback: 10, doc: "draws of the code where the score is an average over them" }),
  likelihood: choice(["normal", "bernoulli"], {
    fallback: "normal",
    doc: "what rows are given a code; bernoulli is for pixels and flags (tables are scaled to 0 to 1 for it)",
  }),
  variances: choice(["one", "features", "rows"], {
    fallback: "one",
    doc: "of normal variables: 1 in scaled units, learned for each feature, or said by the decoder for each row (published)",
  }),
  beta: real({
    fallback: 0.1,
    doc: "weight of the divergence in the loss (published: 1); with variances of 1, as if they were 0.1; at 0 nothing holds codes near the standard normal",
  }),
  code: int({
    min: 0,
    fallback: 0,
    doc: "length of the code; 0: half a table's features, 2 to 32, or 32 for pictures",
  }),
  hidden: int({ fallback: 256, doc: "width of dense hidden layers" }),
  filters: int({ fallback: 16, doc: "channels of pictures before the first halving (sound variant)" }),
  epochs: int({ min: 0, fallback: 10, doc: "passes over the training rows; 0: untrained" }),
  fewestSteps: int({ min: 0, fallback: 500, doc: "steps at least, however few the rows (sound variant)" }),
  batch: int({ fallback: 128, doc: "rows in a minibatch" }),
  rate: real({ fallback: 1e-3, doc: "Adam step size, falling along half a cosine (published: constant)" }),
  scaling: choice(scalings, { fallback: "standard", doc: "scaling of numbers, where rows are normal variables" }),
};

type P = Values<typeof parameters>;

interface Plan extends Sizes {
  readonly likelihood: P["likelihood"];
  readonly score: P["score"];
}

function planOf(p: P, { features, picture }: RowShape): Plan {
  const { likelihood, filters } = p;
  if (p.variant === "published")
    return { likelihood, filters, hidden: [400], code: 200, variances: "rows", score: "probability" };
  const code = p.code || (picture ? 32 : Math.min(32, Math.max(2, Math.round(features / 2))));
  return { likelihood, filters, hidden: [p.hidden, p.hidden], code, variances: p.variances, score: p.score };
}

/** -log p of rows, up to a constant where variances are 1; and how rows and what is rebuilt are changed for it. */
interface Likelihood {
  loss(rows: Rows, x: Node): Node;
  /** In the units of x. */
  rebuilt(rows: Rows): Node;
}

const normalRows: Likelihood = {
  loss: ({ centre, logVariance }, x) =>
    logVariance === undefined ? mul(distanceSquared(centre, x), 0.5) : normalLoss(centre, logVariance, x),
  rebuilt: ({ centre }) => centre,
};

/** Pixels are -1 to 1, the numbers of tables 0 to 1 but for new rows, of which what lies beyond counts squared. */
const bernoulliRows = (isPicture: boolean): Likelihood => ({
  loss: ({ centre }, x) => {
    const given = isPicture ? add(mul(x, 0.5), 0.5) : x;
    const inside = maximum(minimum(given, 1), 0);
    return add(bernoulliLoss(centre, inside), sum(square(sub(given, inside)), { axes: [1] }));
  },
  rebuilt: ({ centre }) => (isPicture ? sub(mul(sigmoid(centre), 2), 1) : sigmoid(centre)),
});

/** Standard normal noise f32[1, code] for each draw, every second the first turned round: the same in every model. */
function noiseOf(samples: number, code: number): Node[] {
  const random = new Random(0).at("vae");
  const drawn: Node[] = [];
  while (drawn.length < samples) {
    const values = random.fillNormal(new Float32Array(code));
    const first = constant(tensor("f32", [1, code], values));
    drawn.push(first, neg(first));
  }
  return drawn.slice(0, samples);
}

/** The loss and the score. @public tests and benches step through it */
export function recipeOf(p: P, shape: RowShape): Trained<VaeNetworks> {
  const isPublished = p.variant === "published";
  const isPicture = shape.picture !== undefined;
  const plan = planOf(p, shape);
  const beta = isPublished ? 1 : p.beta;
  const { loss, rebuilt } = plan.likelihood === "normal" ? normalRows : bernoulliRows(isPicture);
  const draws = plan.score !== "probability" ? [] : noiseOf(p.samples, plan.code);
  const scoreOf = (n: BoundNetworks<VaeNetworks>, code: NormalCode, centre: Rows, x: Node): Node => {
    if (plan.score === "mean") return loss(centre, x);
    if (plan.score === "bound") return add(loss(centre, x), mul(divergence(code), beta));
    const each = draws.map((e) => loss(n.decoder(shifted(code, e)), x));
    const probability = mul(total(each), 1 / draws.length);
    return probability;
  };
  return {
    networks:
      isPicture && !isPublished
        ? pictureNetworks(shape, plan, plan.likelihood === "normal" ? tanh : asIs)
        : denseNetworks(shape, plan),
    turns: [
      {
        moves: ["encoder", "decoder"],
        losses: (n, x, noise) => {
          const code = n.encoder(x);
          return {
            reconstruction: mean(loss(n.decoder(drawnCode(code, noise)), x), {}),
            divergence: mul(mean(divergence(code), {}), beta),
          };
        },
      },
    ],
    optimiser: adam({ rate: p.rate, schedule: isPublished ? constantRate : cosine() }),
    batch: p.batch,
    steps: (rows, batch) => {
      const wanted = p.epochs === 0 ? 0 : epochs(p.epochs)(rows, batch);
      return isPublished || wanted === 0 ? wanted : Math.max(p.fewestSteps, wanted);
    },
    score: (n, x) => {
      const code = n.encoder(x);
      const centre = n.decoder(code.mean);
      return { score: scoreOf(n, code, centre, x), rebuilt: rebuilt(centre) };
    },
    criterion: (n, x) => {
      const code = n.encoder(x);
      return add(loss(n.decoder(code.mean), x), divergence(code));
    },
  };
}

/** With `select: "held-out"` the weights with the least bound of -log p over held-out rows, by the mean of the code, are kept. */
export const vae = defineDetector({
  id: "vae",
  about: "Variational autoencoder: strange rows are unlikely under what the decoder makes of their codes.",
  paper: "Kingma, Welling 2014, arXiv 1312.6114; An, Cho 2015, Variational Autoencoder Based Anomaly Detection",
  parameters,
  encoding: ({ likelihood, scaling }) => ({ scaling: likelihood === "bernoulli" ? "minmax" : scaling }),
  learn: (p, site) => learnByTraining(recipeOf(p, site), site),
});
