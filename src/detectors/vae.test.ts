// The variational autoencoder: losses and scores by hand, what each switch changes, and that the divergence is not lost.

import { describe, expect, test } from "vitest";
import { nearLine, picturesOf, siteOf, tableOf } from "../../test/learning-site.js";
import type { Node } from "../graph/node.js";
import { add, mul } from "../graph/ops/arithmetic.js";
import { closeTo, drawn, given, held, noiseOf, valuesOf } from "../nn/held.js";
import type { Noise } from "../nn/network.js";
import { layerTable } from "../nn/table.js";
import { divergence, type NormalCode } from "../nn/variational.js";
import { Random } from "../tensor/random.js";
import type { BoundNetworks } from "../train/program.js";
import type { RowShape, Verdict } from "./define.js";
import { type Given, parseParameters } from "./parameters.js";
import { type Trained, trainNetworks } from "./trained.js";
import type { VaeNetworks } from "./vae/networks.js";
import { recipeOf, vae } from "./vae.js";

type Wanted = Given<typeof vae.parameters>;
const recipe = (wanted: Wanted, shape: RowShape): Trained<VaeNetworks> =>
  recipeOf(parseParameters("vae", vae.parameters, wanted), shape);
const meanOf = (...values: number[]): number => values.reduce((a, b) => a + b) / values.length;
const ln = Math.log;

/** Networks that are formulas: the code of x is N(x, 4), a row of a code is 2z. */
const formulas = (variance?: number): BoundNetworks<VaeNetworks> => ({
  encoder: (x: Node): NormalCode => ({ mean: x, logVariance: add(mul(x, 0), ln(4)) }),
  decoder: (z: Node) => ({
    centre: mul(z, 2),
    logVariance: variance === undefined ? undefined : add(mul(z, 0), ln(variance)),
  }),
});
const x = given([2, 1], [1, -0.5]);
/** e is 1 and then -1: codes 3 and -2.5, rows 6 and -5. */
const noise: Noise = { ...noiseOf(1), normal: () => given([2, 1], [1, -1]) };
const numbers = (losses: Readonly<Record<string, Node>>): number[] =>
  Object.values(losses).map((loss) => valuesOf(loss)[0]!);

describe("by hand, on networks that are formulas", () => {
  const kl = meanOf(...[1, -0.5].map((mean) => 0.5 * (mean ** 2 + 4 - 1 - ln(4))));
  test("the loss: ½ the squared error of one draw, and β times the divergence", () => {
    const losses = (wanted: Wanted): number[] =>
      numbers(recipe(wanted, tableOf(1)).turns[0]!.losses(formulas(), x, noise));
    const error = meanOf(0.5 * 5 ** 2, 0.5 * 4.5 ** 2);
    closeTo(losses({ beta: 1 }), [error, kl]);
    closeTo(losses({ beta: 0.25 }), [error, 0.25 * kl]);
    expect(Object.keys(recipe({}, tableOf(1)).turns[0]!.losses(formulas(), x, noise))).toEqual([
      "reconstruction",
      "divergence",
    ]);
  });
  test("the score by the mean of the code: ½(x - 2x)², or -log p with a variance", () => {
    const said = recipe({ score: "mean" }, tableOf(1)).score(formulas(), x) as Verdict;
    closeTo(valuesOf(said.score), [0.5, 0.125]);
    closeTo(valuesOf(said.rebuilt!), [2, -1]);
    const wide = recipe({ variances: "features", score: "mean" }, tableOf(1)).score(formulas(4), x) as Verdict;
    const peak = 0.5 * ln(2 * Math.PI * 4);
    closeTo(valuesOf(wide.score), [peak + 1 / 8, peak + 0.25 / 8]);
  });
  test("the reconstruction probability: an average over draws that come in opposite pairs", () => {
    // codes x ± 2e, rows 2x ± 4e: ½ of the mean square of x ± 4e is ½x² + 8e²
    const wanted = { score: "probability", samples: 2, code: 1 } as const;
    const e = new Random(0).at("vae").fillNormal(new Float32Array(1))[0]!;
    const said = recipe(wanted, tableOf(1)).score(formulas(), x) as Verdict;
    closeTo(valuesOf(said.score), [0.5 + 8 * e ** 2, 0.125 + 8 * e ** 2]);
  });
  test("the bound: by the mean of the code, and β times the divergence", () => {
    const said = recipe({ score: "bound", beta: 0.5 }, tableOf(1)).score(formulas(), x) as Verdict;
    closeTo(valuesOf(said.score), [0.5 + 0.25 * (1 + 3 - ln(4)), 0.125 + 0.25 * (0.25 + 3 - ln(4))]);
    const usual = recipe({ beta: 0.5 }, tableOf(1)).score(formulas(), x) as Verdict;
    expect(valuesOf(usual.score)).toEqual(valuesOf(said.score));
  });
  test("Bernoulli: the cross-entropy, and how far new rows lie beyond 0 to 1", () => {
    const { score } = recipe({ likelihood: "bernoulli", score: "mean" }, tableOf(1));
    const said = score(formulas(), given([3, 1], [1, 0, 3])) as Verdict;
    // logits 2, 0, 6; the third row counts as 1, and 2 beyond it
    closeTo(valuesOf(said.score), [ln(1 + Math.exp(-2)), ln(2), ln(1 + Math.exp(-6)) + 4]);
    closeTo(
      valuesOf(said.rebuilt!),
      [2, 0, 6].map((z) => 1 / (1 + Math.exp(-z))),
    );
  });
  test("of pixels, which are -1 to 1, the Bernoulli variable is (x + 1)/2", () => {
    const shape: RowShape = { ...tableOf(1), picture: { height: 4, width: 4, channels: 1 } };
    const said = recipe({ likelihood: "bernoulli", score: "mean" }, shape).score(
      formulas(),
      given([2, 1], [-1, 0]),
    ) as Verdict;
    // logits -2 and 0, of a row of 0 and of ½
    closeTo(valuesOf(said.score), [ln(1 + Math.exp(-2)), ln(2)]);
    closeTo(valuesOf(said.rebuilt!), [-Math.tanh(1), 0]);
  });
});

test("the networks of An and Cho: one hidden layer of 400, a code of 200, variances by row", () => {
  const { networks, turns } = recipe({ variant: "published" }, picturesOf(28));
  const counts = (network: Parameters<typeof layerTable>[0]): number[] => layerTable(network).map((row) => row.trained);
  const layers = [784 * 400 + 400, 400 * 200 + 200, 400 * 200 + 200];
  expect(counts(networks.encoder)).toEqual([...layers, layers.reduce((a, b) => a + b)]);
  const back = [200 * 400 + 400, 400 * 784 + 784, 200 * 784 + 784];
  expect(counts(networks.decoder)).toEqual([...back, back.reduce((a, b) => a + b)]);
  expect(turns).toHaveLength(1);
});

describe.each([
  ["a table", tableOf(6), {}],
  ["pictures", picturesOf(8), { filters: 2, code: 3 }],
] as const)("on %s", (_, shape, wanted) => {
  test.each(["one", "features", "rows"] as const)(
    "variances: %s, a row is judged alone and the same twice",
    (variances) => {
      const game = recipe({ ...wanted, variances, score: "probability" }, shape);
      const networks = {
        encoder: held(game.networks.encoder).call,
        decoder: held(game.networks.decoder).call,
      };
      const rows = drawn([3, shape.width], 5, 0.3).data;
      const scores = (values: ArrayLike<number>): number[] => {
        const said = game.score(networks, given([values.length / shape.width, shape.width], values)) as Verdict;
        return valuesOf(said.score);
      };
      const together = scores(rows);
      expect(scores(rows)).toEqual(together);
      closeTo(scores(rows.slice(0, shape.width)), together.slice(0, 1), 1e-4);
      expect(new Set(together).size).toBe(3);
    },
  );
});

test("a picture whose sides 4 does not divide is refused", () => {
  expect(() => recipe({}, picturesOf(10))).toThrow("a height and a width that 4 divides");
});

test("after training codes differ from the standard normal: the divergence is above 0, and less the more β is", async () => {
  const shape = tableOf(3);
  const divergences: number[] = [];
  for (const beta of [0.01, 0.1, 50]) {
    const game = recipe({ beta, epochs: 1, fewestSteps: 300 }, shape);
    const { networks } = await trainNetworks(game, siteOf(nearLine(300, 1), shape));
    divergences.push(meanOf(...valuesOf(divergence(networks.encoder(given([50, 3], nearLine(50, 2)))))));
  }
  const [loose, usual, tight] = divergences as [number, number, number];
  expect(usual).toBeGreaterThan(0.5);
  expect(loose).toBeGreaterThan(usual);
  expect(tight).toBeLessThan(0.1);
});
