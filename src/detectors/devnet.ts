// DevNet (Pang, Shen, van den Hengel 2019, arXiv 1911.08623): a few known anomalies teach a network one score. Scores of
// normal rows are drawn to the mean of a normal reference, those of known anomalies to at least `margin` of its deviations
// above. It needs anomalies.
//
// `variant: "published"` is the authors' code: a hidden layer of 20, numbers scaled to 0..1, RMSprop 1e-3 with gradients no
// longer than 1, and the weights of the epoch with the least training loss. The default drops some
// numbers of the rows, or else the network learns the few known anomalies by heart, and lets a larger rate fall. Half of
// every minibatch are known anomalies, which the method hangs on: drawn as they come, they hardly count.

import { scalings } from "../encode/encoding.js";
import type { Node } from "../graph/node.js";
import { constant, scalar } from "../graph/op.js";
import { add, div, maximum, mul, square, sub } from "../graph/ops/arithmetic.js";
import { abs } from "../graph/ops/piecewise.js";
import { mean, sum } from "../graph/ops/reduce.js";
import { squeeze } from "../graph/ops/shape.js";
import { dense, dropout, relu } from "../nn/layers.js";
import { paired, total } from "../nn/losses.js";
import { type Network, network, sequential } from "../nn/network.js";
import { adam, rmsProp } from "../nn/optimisers.js";
import { cosine } from "../nn/schedules.js";
import { OddityError } from "../tensor/errors.js";
import type { Random } from "../tensor/random.js";
import { tensor } from "../tensor/tensor.js";
import type { Rows } from "../train/feeds.js";
import { defineDetector, type LearningSite, type RowShape } from "./define.js";
import { balanced, labelOf } from "./labelled.js";
import { choice, int, real, type Values } from "./parameters.js";
import { judgedOf } from "./row.js";
import { learnByTraining, type Trained } from "./trained.js";

const depths = { linear: [], shallow: [20], deep: [1000, 250, 20] } as const;

const parameters = {
  variant: choice(["sound", "published"], {
    fallback: "sound",
    doc: "published: scaling, schedule and choice of weights of the authors' code",
  }),
  network: choice(["linear", "shallow", "deep"], {
    fallback: "shallow",
    doc: "hidden layers: none, one of 20, or 1000, 250 and 20 (the publication's depths 1, 2 and 4)",
  }),
  epochs: int({ min: 0, fallback: 50, doc: "rounds of 20 minibatches, however many the rows; 0: untrained network" }),
  fewestSteps: int({ min: 0, fallback: 0, doc: "steps at least (sound variant)" }),
  batch: int({ min: 2, fallback: 512, doc: "rows in a minibatch, half of them known anomalies" }),
  rate: real({ fallback: 3e-3, doc: "Adam step size, falling along half a cosine (published: RMSprop, 1e-3)" }),
  drop: real({ max: 0.9, fallback: 0.1, doc: "share of a row's numbers set to zero while training (published: 0)" }),
  margin: real({ fallback: 5, doc: "deviations that known anomalies are to score above normal rows" }),
  reference: int({ min: 2, fallback: 5000, doc: "draws of the normal reference, made once" }),
  decay: real({ fallback: 0.01, doc: "weight of the squared weights of hidden layers in the loss" }),
  scaling: choice(scalings, { fallback: "minmax", doc: "scaling of numbers (published: minmax)" }),
};

type Parameters = Values<typeof parameters>;

/** What the network says of rows. */
interface Said {
  /** f32[batch]. */
  readonly score: Node;
  /** Σw² over the weights of the hidden layers. */
  readonly squares: Node;
}

type Networks = { readonly scorer: Network<readonly [Node], Said> };

function networkOf(features: number, widths: readonly number[], drop: number): Networks["scorer"] {
  const from = [features, ...widths];
  const layers = network(
    {
      kept: dropout(drop),
      hidden: sequential(...widths.flatMap((to, i) => [dense(from[i]!, to), relu])),
      score: dense(from.at(-1)!, 1),
    },
    (parts, x: Node) => squeeze(parts.score(parts.hidden(parts.kept(x))), { axes: [1] }),
  );
  const penalised = layers.parameters.filter(({ name }) => /^hidden\..*weight$/.test(name));
  return {
    parameters: layers.parameters,
    bind(scope) {
      const apply = layers.bind(scope);
      const squares = penalised.map(({ name }) => sum(square(scope.parameter(name)), {}));
      return (x) => ({ score: apply(x), squares: total([scalar(0), ...squares]) });
    },
  };
}

/** What scores are measured by, and the known anomalies. */
export interface Known {
  readonly reference: { readonly mean: number; readonly deviation: number };
  readonly anomalies: Rows;
}

/** Mean and deviation of so many draws of a standard normal. */
export function referenceOf(random: Random, draws: number): Known["reference"] {
  const values = random.fillNormal(new Float32Array(draws));
  const middle = values.reduce((total, x) => total + x, 0) / draws;
  return { mean: middle, deviation: Math.sqrt(values.reduce((total, x) => total + (x - middle) ** 2, 0) / draws) };
}

/** The loss, its schedule and the score, for rows with a label at their tail. */
export function recipeOf(p: Parameters, shape: RowShape, { reference, anomalies }: Known): Trained<Networks> {
  const isPublished = p.variant === "published";
  const deviationOf = (score: Node): Node => div(sub(score, reference.mean), reference.deviation);
  const tooLow = (score: Node): Node => maximum(sub(p.margin, deviationOf(score)), 0);
  return {
    networks: { scorer: networkOf(shape.features, depths[p.network], isPublished ? 0 : p.drop) },
    turns: [
      {
        moves: ["scorer"],
        losses: (n, row) => {
          const { score, squares } = n.scorer(judgedOf(row, shape));
          const label = labelOf(row, shape);
          paired("deviation loss", score, label);
          const normal = mul(sub(1, label), abs(deviationOf(score)));
          return {
            deviation: mean(add(normal, mul(label, tooLow(score))), {}),
            weights: mul(squares, p.decay),
          };
        },
      },
    ],
    // Keras's constants
    optimiser: isPublished
      ? rmsProp({ rate: 1e-3, epsilon: 1e-7, clip: 1 })
      : adam({ rate: p.rate, schedule: cosine(), clip: 1 }),
    batch: p.batch,
    steps: () => {
      const wanted = p.epochs * BATCHES;
      return isPublished || wanted === 0 ? wanted : Math.max(p.fewestSteps, wanted);
    },
    ...(isPublished ? { patience: { on: "loss", every: BATCHES, looks: Number.POSITIVE_INFINITY } as const } : {}),
    score: (n, row) => n.scorer(judgedOf(row, shape)).score,
    criterion: (n, row) => {
      const told = constant(tensor("f32", [anomalies.count, shape.features], anomalies.values), "anomalies");
      return add(abs(deviationOf(n.scorer(judgedOf(row, shape)).score)), mean(tooLow(n.scorer(told).score), {}));
    },
  };
}

/** Minibatches in what the publication calls an epoch. */
const BATCHES = 20;

/** With `select: "held-out"` the weights with the least deviation loss of held-out rows and known anomalies are kept. */
export const devnet = defineDetector({
  id: "devnet",
  about: "A few known anomalies teach a network one score: they are pushed far above what normal rows score.",
  paper: "Pang, Shen, van den Hengel 2019, Deep Anomaly Detection with Deviation Networks, arXiv 1911.08623",
  extras: ["anomalies"],
  parameters,
  encoding: ({ variant, scaling }) => ({ scaling: variant === "published" ? "minmax" : scaling }),
  learn: (p, site) => {
    const anomalies = anomaliesOf(site);
    const half = Math.floor(p.batch / 2);
    const labelled = balanced(site, { normal: p.batch - half, anomalous: half });
    const reference = referenceOf(site.random.at("reference"), p.reference);
    return learnByTraining(recipeOf(p, labelled, { reference, anomalies }), labelled);
  },
});

function anomaliesOf({ anomalies }: LearningSite): Rows {
  if (anomalies !== undefined) return anomalies;
  throw new OddityError(
    {
      place: "devnet",
      expected: "some rows that are known to be anomalies",
      got: "none",
      hint: "name them with --known-anomalies, or `anomalies` in `fit`; isolation-forest and deep-sad need none",
    },
    { usage: true },
  );
}
