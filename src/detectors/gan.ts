// An ordinary GAN (Goodfellow et al. 2014, arXiv 1406.2661) as a detector, with the two elementary scores that it has: the
// discriminator's doubt 1 - D(x), and how far x is from what the generator can make, |x - G(z)|². The code z of a row is
// searched as AnoGAN does, in few steps. Before they are added, each is measured in its deviations among held-out rows.

import type { Node } from "../graph/node.js";
import { writeOnnx } from "../graph/onnx/write.js";
import { input } from "../graph/op.js";
import { add, mul, sub } from "../graph/ops/arithmetic.js";
import { sigmoid } from "../graph/ops/exponential.js";
import { crossEntropyOf, meanSquareByRow } from "../nn/losses.js";
import { adam } from "../nn/optimisers.js";
import { cosine } from "../nn/schedules.js";
import { tensor } from "../tensor/tensor.js";
import type { BoundNetworks } from "../train/program.js";
import { defineDetector, type Learned, type LearningSite, type RowShape, type Verdict } from "./define.js";
import type { GanNetworks } from "./gan/game.js";
import { briefResidual, search, startsOf } from "./gan/search.js";
import { encodingOf, ganOf, trainingParameters } from "./gan/training.js";
import { choice, int, real, type Values } from "./parameters.js";
import { partsOf } from "./row.js";
import { type Trained, trainNetworks } from "./trained.js";

/** Codes among whose generated rows the nearest is the start of a search. */
const CANDIDATES = 256;
/** Held-out rows that are scored for p-values where each is searched for, and those that the terms are measured on. */
const MOST_SEARCHED = 1000;
const AT_ONCE = 250;

const parameters = {
  ...trainingParameters,
  score: choice(["both", "discriminator", "reconstruction"], {
    fallback: "both",
    doc: "what is strange: rows that the discriminator doubts, rows that the generator cannot make, or both together",
  }),
  confidence: choice(["cross-entropy", "probability"], {
    fallback: "cross-entropy",
    doc: "the doubt as -log D(x), or as 1 - D(x): the same order, with many equal values near 1",
  }),
  weight: real({ max: 1, fallback: 0.5, doc: "share of the discriminator in both" }),
  against: choice(["searched", "random"], {
    fallback: "searched",
    doc: "the generated row that a row is compared with: the nearest that a search finds, or one random G(z) for all",
  }),
  steps: int({ min: 0, fallback: 20, doc: "steps of the search for each row" }),
};

type Given = Values<typeof parameters>;

interface Terms {
  /** f32[batch]. */
  readonly doubt?: Node;
  readonly residual?: Node;
  /** f32[batch, features]. */
  readonly rebuilt?: Node;
}

/** Only what the score is made of. */
function termsOf(p: Given, shape: RowShape, n: BoundNetworks<GanNetworks>, x: Node): Terms {
  const rows = partsOf(x, shape);
  const doubtOf = (): Node => {
    const { logit } = n.discriminator(rows.row, rows.context);
    return p.confidence === "cross-entropy" ? crossEntropyOf(logit, 1) : sub(1, sigmoid(logit));
  };
  const rebuild = (): Node => {
    const isRandom = p.against === "random";
    const starts = startsOf(n, rows, { nearest: !isRandom, count: 1 });
    const generated = (codes: Node): Node => n.generator(codes, rows.context);
    if (isRandom) return generated(starts[0]!);
    const descent = { steps: p.steps, optimiser: adam({ rate: 0.1, schedule: cosine() }) };
    return generated(search(starts, (codes) => meanSquareByRow(rows.row, generated(codes)), descent));
  };
  const rebuilt = p.score === "discriminator" ? undefined : rebuild();
  return {
    ...(p.score === "reconstruction" ? {} : { doubt: doubtOf() }),
    ...(rebuilt === undefined ? {} : { rebuilt, residual: meanSquareByRow(rows.row, rebuilt) }),
  };
}

/** The deviation of each term among normal rows. */
interface Scales {
  readonly doubt: number;
  readonly residual: number;
}

const unmeasured: Scales = { doubt: 1, residual: 1 };

function verdictOf({ weight }: Given, { doubt, residual, rebuilt }: Terms, scales: Scales): Verdict {
  if (rebuilt === undefined) return { score: doubt! };
  if (doubt === undefined) return { score: residual!, rebuilt };
  const share = { doubt: weight / scales.doubt, residual: (1 - weight) / scales.residual };
  return { score: add(mul(residual!, share.residual), mul(doubt, share.doubt)), rebuilt };
}

/** The game, and the score as it is before its terms are measured. @public tests and benches step through it */
export function recipeOf(p: Given, shape: RowShape): Trained<GanNetworks> {
  return {
    ...ganOf(p, shape, shape.condition > 0 ? 1 : CANDIDATES),
    score: (n, x) => verdictOf(p, termsOf(p, shape, n, x), unmeasured),
    criterion: (n, x) => briefResidual(n, partsOf(x, shape)),
  };
}

/** Deviations of both terms over held-out rows; over training rows where none are held out. */
async function measure(p: Given, site: LearningSite, n: BoundNetworks<GanNetworks>): Promise<Scales> {
  const x = input("x", "f32", ["batch", site.width]);
  const { doubt, residual } = termsOf(p, site, n, x);
  const outputs = Object.entries({ doubt: doubt!, residual: residual! }).map(([name, node]) => ({ name, node }));
  const session = await site.host.runtime.open(writeOnnx({ name: "terms", inputs: [x], outputs }));
  const { values, count } = site.heldOut.count > 0 ? site.heldOut : site.rows;
  const found = { doubt: [] as number[], residual: [] as number[] };
  const most = Math.min(count, MOST_SEARCHED);
  try {
    for (let first = 0; first < most; first += AT_ONCE) {
      const last = Math.min(first + AT_ONCE, most);
      const rows = tensor("f32", [last - first, site.width], values.slice(first * site.width, last * site.width));
      const got = await session.run({ x: rows }, { give: true });
      site.signal?.throwIfAborted();
      for (const term of ["doubt", "residual"] as const) found[term].push(...(got[term]!.data as Float32Array));
    }
  } finally {
    await session.close();
  }
  return { doubt: deviationOf(found.doubt), residual: deviationOf(found.residual) };
}

/** 1 where all values are equal. */
function deviationOf(values: readonly number[]): number {
  const centre = values.reduce((total, v) => total + v, 0) / values.length;
  const variance = values.reduce((total, v) => total + (v - centre) ** 2, 0) / values.length;
  return Math.sqrt(variance) || 1;
}

async function learn(p: Given, site: LearningSite): Promise<Learned> {
  const { networks, facts } = await trainNetworks(recipeOf(p, site), site);
  const scales = p.score === "both" ? await measure(p, site, networks) : unmeasured;
  return {
    score: (x) => verdictOf(p, termsOf(p, site, networks, x), scales),
    ...(p.score === "discriminator" || p.against === "random" ? {} : { calibrating: MOST_SEARCHED }),
    facts,
  };
}

/**
 * Where held-out rows pick the weights (`select: "held-out"`), the criterion is the mean of |x - G(z)| after a search of 10
 * steps: what the discriminator says of normal rows tells nothing of how well it is trained.
 */
export const gan = defineDetector({
  id: "gan",
  about: "GAN of normal rows: strange rows are doubted by the discriminator and out of the generator's reach.",
  paper: "Goodfellow et al. 2014, Generative Adversarial Nets, arXiv 1406.2661",
  conditional: true,
  parameters,
  encoding: (p) => encodingOf(p),
  learn,
});
