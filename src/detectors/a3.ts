// A3, Activation Anomaly Analysis (Sperl, Schulze, Böttinger 2020, arXiv 2003.01801): a target network is trained on normal
// rows and frozen; an alarm network reads what its activation layers give and learns to tell normal rows from synthetic
// anomalies, and from known ones where there are any.
//
// `variant: "published"` is the authors' code: inputs in 0 to 1, an autoencoder with their widths, an alarm network of
// 1000-500-200-75, noise N(0.5, 1) as anomalies, Adam 1e-5. Against such noise the activations of normal rows are easily
// told; so the default makes anomalies out of normal rows, and has a smaller alarm network that learns faster.

import { type Scaling, scalings } from "../encode/encoding.js";
import type { Node } from "../graph/node.js";
import { add, mul, sub } from "../graph/ops/arithmetic.js";
import { sigmoid } from "../graph/ops/exponential.js";
import { meanSquareByRow } from "../nn/losses.js";
import type { Network } from "../nn/network.js";
import { adam } from "../nn/optimisers.js";
import { constantRate, cosine } from "../nn/schedules.js";
import { denseVae } from "../nn/variational.js";
import { OddityError } from "../tensor/errors.js";
import { alarmNetwork, alarmSizes } from "./a3/alarm.js";
import { bounded, ownSpace } from "./a3/space.js";
import { type A3Networks, alarmTurn, targetTurn, vaeTurn } from "./a3/stages.js";
import { kinds } from "./a3/synthetic.js";
import {
  activationsOf,
  convolutionalTarget,
  denseTarget,
  publishedWidths,
  type Target,
  widthsFor,
} from "./a3/targets.js";
import { pixelRanges, type Watched, watch } from "./a3/watched.js";
import { defineDetector, type Learned, type LearningSite, type RowShape } from "./define.js";
import { balanced, labelOf, withLabels } from "./labelled.js";
import { choice, int, real, type Values } from "./parameters.js";
import { epochs, learnByTraining, type Stage, type Trained } from "./trained.js";

const parameters = {
  variant: choice(["sound", "published"], {
    fallback: "sound",
    doc: "published: the networks and the recipe of the authors' code",
  }),
  epochs: int({
    min: 0,
    fallback: 10,
    doc: "passes of the alarm network over the training rows (published: 60); 0: untrained",
  }),
  targetEpochs: int({
    min: 0,
    fallback: 0,
    doc: "passes of the target; 0: half as many as the alarm network's (published: 30)",
  }),
  fewestSteps: int({
    min: 0,
    fallback: 2000,
    doc: "steps of both networks at least, however few the rows (sound variant)",
  }),
  batch: int({ min: 0, fallback: 0, doc: "rows in a minibatch; 0: 128 (published: 256; on IDS 2048)" }),
  known: int({
    fallback: 32,
    doc: "known anomalies besides in each minibatch, where there are any (published: as many as chance brings)",
  }),
  widths: choice(["auto", "nsl-kdd", "creditcard", "ids"], {
    fallback: "auto",
    doc: "hidden layers of the target for tables, published: 200-100-50-25, 50-25-10-5, 150-80-40-20; auto: by the features",
  }),
  filters: int({ fallback: 16, doc: "channels of the first convolution of the target, for pictures (published: 16)" }),
  alarm: choice(["variant", "big", "small", "huge"], {
    fallback: "variant",
    doc: "alarm network: big 1000-500-200-75 (published), small 100-50-25-10 (sound), huge 5000-2000-500-200",
  }),
  rate: real({ fallback: 0, doc: "Adam step size of the alarm network; 0: 1e-3, falling (published: 1e-5)" }),
  synthetic: choice(["variant", ...kinds], {
    fallback: "variant",
    doc: "anomalies that are made: noise N(0.5, 1) (published), uniform noise, by a VAE, noise around rows, numbers drawn from beyond their range too, columns shuffled, points beyond two rows, or mixed (sound): around, shuffle and beyond",
  }),
  weight: real({ fallback: 1, doc: "weight λ of the synthetic anomalies" }),
  inputL1: real({ fallback: 0, doc: "L1 penalty on the alarm network's first layer" }),
  inputL2: real({ fallback: 0, doc: "L2 penalty on the alarm network's first layer" }),
  outputL1: real({ fallback: 0, doc: "penalty on |a - 1|, a the alarm" }),
  outputL2: real({ fallback: 0, doc: "penalty on (a - 1)²" }),
  score: choice(["alarm", "reconstruction"], {
    fallback: "alarm",
    doc: "what is strange: what the alarm network says, or rows that the target itself rebuilds badly (squared error)",
  }),
  pixels: choice(pixelRanges, {
    fallback: "unit",
    doc: "what a given model takes pixels for: 0 to 1, -1 to 1, 0 to 255, or by ImageNet's mean and deviation",
  }),
  scaling: choice(scalings, { fallback: "quantile", doc: "scaling of numbers (published: minmax)" }),
};

type P = Values<typeof parameters>;

const DROP = 0.1;
const BATCH = 128;
/** Adam's step size for the target and for the variational autoencoder. */
const RATE = 1e-3;
const vaeWidths = { hidden: [800, 400, 100], code: 25, drop: DROP };

/** What the sound variant lets through: the training rows' range and as much on both sides, or so many deviations. */
const UNIT_BOUNDS = { low: -1, high: 2 };
const DEVIATION_BOUNDS = { low: -10, high: 10 };

/** Stands for a network that a run does without. */
const absent: Network<readonly [Node], never> = {
  parameters: [],
  bind: () => () => {
    throw new Error("internal: a network that is not there was called");
  },
};

const scalingOf = ({ variant, scaling }: P): Scaling => (variant === "published" ? "minmax" : scaling);

const targetOf = (p: P, { features, picture }: RowShape): Target =>
  picture
    ? convolutionalTarget(picture, p.filters)
    : denseTarget(features, p.widths === "auto" ? widthsFor(features) : publishedWidths[p.widths]);

/** The stages and the score, for rows with a label at their tail where `condition` is 1. @public tests step through it */
export function recipeOf(p: P, shape: RowShape, watched?: Watched): Trained<A3Networks> {
  const isPublished = p.variant === "published";
  const kind = p.synthetic !== "variant" ? p.synthetic : isPublished ? "normal" : "mixed";
  const size = p.alarm !== "variant" ? p.alarm : isPublished ? "big" : "small";
  const target = watched?.target ?? targetOf(p, shape);
  // where numbers lie within 0 to 1 rows are rebuilt by a logistic output
  const isUnit = shape.picture !== undefined || ["minmax", "quantile"].includes(scalingOf(p));
  const bounds = isUnit || watched ? UNIT_BOUNDS : DEVIATION_BOUNDS;
  const whole = watched?.space ?? ownSpace(shape);
  const space = isPublished || shape.picture ? whole : bounded(whole, bounds);
  const given = {
    space,
    features: shape.features,
    labels: (x: Node) => (shape.condition > 0 ? labelOf(x, shape) : undefined),
  };
  const schedule = isPublished ? constantRate : cosine();
  const stage = (turn: Stage<A3Networks>["turns"][number], rate: number, passes: number): Stage<A3Networks> => ({
    turns: [turn],
    optimiser: adam({ rate, schedule }),
    batch: p.batch || (isPublished ? 256 : BATCH),
    steps: (rows, batch) => {
      if (p.epochs === 0) return 0;
      const wanted = epochs(passes)(rows, batch);
      return isPublished ? wanted : Math.max(p.fewestSteps, wanted);
    },
  });
  const targetEpochs = p.targetEpochs || Math.ceil(p.epochs / 2);
  const [first, ...further] = [
    ...(watched ? [] : [stage(targetTurn(given, isUnit), RATE, targetEpochs)]),
    ...(kind === "vae" ? [stage(vaeTurn(given), RATE, targetEpochs)] : []),
    ...(p.score === "alarm"
      ? [
          stage(
            alarmTurn(given, { kind, bounds, weight: p.weight, penalties: p }),
            p.rate || (isPublished ? 1e-5 : 1e-3),
            p.epochs,
          ),
        ]
      : []),
  ];
  return {
    networks: {
      target,
      alarm: alarmNetwork(watched?.activations ?? activationsOf(target, shape.features), alarmSizes[size], DROP),
      ...(kind === "vae" ? denseVae({ width: shape.features, ...vaeWidths }) : { encoder: absent, decoder: absent }),
    },
    ...first!,
    further,
    score: (n, x) => {
      const seen = n.target(space.seen(x));
      const rebuilt = seen.rebuilt && (isUnit ? sigmoid(seen.rebuilt) : seen.rebuilt);
      const shown = rebuilt ? { rebuilt: shape.picture ? sub(mul(rebuilt, 2), 1) : rebuilt } : {};
      if (p.score === "reconstruction") return { score: meanSquareByRow(rebuilt!, whole.unit(x)), ...shown };
      // the logit ranks as the probability does, which is exactly 1 in single precision from 17 on
      const { logit } = n.alarm(seen.activations);
      return { score: space.excess ? add(logit, space.excess(x)) : logit, ...shown };
    },
  };
}

/** The rows with labels where anomalies are known: mixed as they come if published, else a part of each minibatch. */
function told(p: P, site: LearningSite): LearningSite {
  if (site.anomalies === undefined) return site;
  return p.variant === "published"
    ? withLabels(site)
    : balanced(site, { normal: p.batch || BATCH, anomalous: p.known });
}

async function learn(p: P, site: LearningSite): Promise<Learned> {
  const labelled = told(p, site);
  if (site.target === undefined) return learnByTraining(recipeOf(p, labelled), labelled);
  if (p.score === "reconstruction")
    throw new OddityError(
      { place: "a3.score", expected: "alarm, where a model is given", got: p.score },
      { usage: true },
    );
  const watched = await watch(site.target, site, labelled, p.pixels);
  return { ...(await learnByTraining(recipeOf(p, labelled, watched), labelled)), notes: watched.notes };
}

/** Where held-out rows pick the weights, those of the alarm network are picked that say least of them. */
export const a3 = defineDetector({
  id: "a3",
  about:
    "Watches the hidden activations of a network that knows normal rows: an alarm network tells them from anomalies.",
  paper: "Sperl, Schulze, Böttinger 2020, Activation Anomaly Analysis, arXiv 2003.01801",
  parameters,
  extras: ["anomalies", "target"],
  encoding: (p, { target }) => ({
    // a given model has its own scaling
    scaling: target ? "none" : scalingOf(p),
    ...(p.variant === "published" ? { unseen: false } : {}),
  }),
  learn,
});
