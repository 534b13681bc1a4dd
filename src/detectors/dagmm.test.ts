// DAGMM: the published networks layer by layer, features and losses by hand, the mixture of all rows against that of a
// batch, and rows of which covariances would be singular.

import { describe, expect, test } from "vitest";
import { nearLine, picturesOf, siteOf, tableOf } from "../../test/learning-site.js";
import type { Table } from "../data/table.js";
import { differentiate } from "../graph/differentiate.js";
import { interpret } from "../graph/interpret.js";
import type { Node } from "../graph/node.js";
import { add, mul, sub } from "../graph/ops/arithmetic.js";
import { concat, slice } from "../graph/ops/cut.js";
import { sigmoid } from "../graph/ops/exponential.js";
import { sum } from "../graph/ops/reduce.js";
import { auroc } from "../metrics/index.js";
import { closeTo, drawn, given, held, slopesAgree, valuesOf } from "../nn/held.js";
import { energyOf, mixtureOf } from "../nn/mixture.js";
import type { Network } from "../nn/network.js";
import { layerTable } from "../nn/table.js";
import { toNumbers } from "../tensor/tensor.js";
import type { BoundNetworks } from "../train/program.js";
import {
  apartness,
  beside,
  cosineOf,
  type DagmmNetworks,
  logError,
  networksOf,
  relativeDistance,
} from "./dagmm/networks.js";
import { wholeMixture } from "./dagmm/whole.js";
import { dagmm, recipeOf } from "./dagmm.js";
import type { RowShape, Verdict } from "./define.js";
import { type Given, parseParameters } from "./parameters.js";
import { type Trained, trainNetworks } from "./trained.js";

type Wanted = Given<typeof dagmm.parameters>;
const recipe = (wanted: Wanted, shape: RowShape): Trained<DagmmNetworks> =>
  recipeOf(parseParameters("dagmm", dagmm.parameters, wanted), shape);
const trained = (network: Parameters<typeof layerTable>[0]): number[] => layerTable(network).map((row) => row.trained);

describe("published networks", () => {
  const layer = (from: number, to: number): number => from * to + to;
  const withTotal = (...layers: number[]): number[] => [...layers, layers.reduce((a, b) => a + b)];
  test.each([
    ["kdd", 120, [60, 30, 10, 1], 4, 1024],
    ["thyroid", 6, [12, 4, 1], 2, 1024],
    ["arrhythmia", 274, [10, 2], 2, 128],
  ] as const)("%s", (name, width, widths, components, batch) => {
    const game = recipe({ variant: "published", table: name, epochs: 200 }, tableOf(width));
    const down = [width, ...widths];
    const up = down.toReversed();
    expect(trained(game.networks.encoder)).toEqual(withTotal(...widths.map((to, i) => layer(down[i]!, to))));
    expect(trained(game.networks.decoder)).toEqual(withTotal(...up.slice(1).map((to, i) => layer(up[i]!, to))));
    // the code, the relative distance and the cosine; the mixture is no layer that gradients move
    const z = widths.at(-1)! + 2;
    expect(trained(game.networks.estimator)).toEqual(withTotal(layer(z, 10), layer(10, components), 0));
    expect(game).toMatchObject({ batch, optimiser: { kind: "adam", rate: 1e-4, schedule: { kind: "constant" } } });
    expect(game.steps(10 * batch, batch)).toBe(2000);
  });
  test("sources: constants of λ2, of the cosine and of gradients", () => {
    const game = (source: "tnakae" | "paper" | "danieltan07") => recipe({ variant: "published", source }, tableOf(9));
    expect(["tnakae", "paper", "danieltan07"].map((name) => game(name as "paper").optimiser.clip)).toEqual([
      undefined,
      undefined,
      5,
    ]);
  });
});

describe("features of errors", () => {
  const [x, rebuilt] = [given([2, 2], [3, 4, 1, 0]), given([2, 2], [3, 0, 1, 1])];
  test("by hand", () => {
    closeTo(valuesOf(relativeDistance(x, rebuilt, 0)), [4 / 5, 1]);
    closeTo(valuesOf(relativeDistance(x, rebuilt, 1)), [4 / 6, 1 / 2]);
    closeTo(valuesOf(cosineOf(x, rebuilt)), [9 / 15, 1 / Math.SQRT2]);
    closeTo(valuesOf(apartness(x, rebuilt)), [6 / 15, 1 - 1 / Math.SQRT2]);
    // a cosine of 1 - 5e-9 is 1 to numbers of 24 bits
    const [near] = valuesOf(apartness(given([1, 2], [1, 0]), given([1, 2], [1, 1e-4])));
    expect(near! / 5e-9).toBeCloseTo(1, 3);
    closeTo(valuesOf(logError(x, rebuilt)), [Math.log(8 + 1e-3), Math.log(0.5 + 1e-3)]);
    closeTo(valuesOf(beside(given([2, 1], [7, 8]), given([2], [1, 2]))), [7, 1, 8, 2]);
  });
  test("of rows of zeros, and of rows rebuilt without error, they and their slopes are finite", () => {
    for (const y of [x, mul(x, 0)]) {
      const loss = [
        relativeDistance(x, y, 0),
        relativeDistance(mul(x, 0), y, 1e-3),
        cosineOf(x, y),
        apartness(x, y),
        logError(x, y),
      ];
      const slopes = loss.flatMap((each) => differentiate(sum(each, {}), [y]));
      const values = interpret([...loss, ...slopes], new Map()).flatMap((each) => toNumbers(each));
      expect(values.every(Number.isFinite)).toBe(true);
    }
  });
});

/** Networks that are formulas: the code of x is its first number, the row of a code is the code twice; one component. */
const first = (x: Node): Node => slice(x, { axis: 1, start: 0, end: 1 });
const formulas: BoundNetworks<DagmmNetworks> = {
  encoder: first,
  decoder: (z: Node) => mul(z, given([1, 2], [1, 1])),
  estimator: (z: Node) => {
    const memberships = given([z.shape[0] as number, 1], new Array<number>(z.shape[0] as number).fill(1));
    return { z, memberships, mixture: mixtureOf(z, memberships, 0.5) };
  },
};

describe("by hand, on networks that are formulas", () => {
  const x = given([3, 2], [1, 2, 2, 2, 3, 1]);
  const rebuilt = given([3, 2], [1, 1, 2, 2, 3, 3]);
  const cosine = cosineOf(x, rebuilt);
  const expected = (z: Node): number => {
    const all = mixtureOf(z, given([3, 1], [1, 1, 1]), 0.5);
    return valuesOf(energyOf(z, all, 0.5)).reduce((a, b) => a + b / 3, 0);
  };
  const losses = (wanted: Wanted): number[] =>
    Object.values(recipe({ ridge: 0.5, ...wanted }, tableOf(2)).turns[0]!.losses(formulas, x, undefined as never)).map(
      (loss) => valuesOf(loss)[0]!,
    );
  test("squared errors summed over a row, λ1 times the mean energy, λ2 times the inverse variances", () => {
    const z = beside(first(x), relativeDistance(x, rebuilt, 1e-3), sub(1, cosine), logError(x, rebuilt));
    // variances on the diagonal, one after another
    const { covariances } = mixtureOf(z, given([3, 1], [1, 1, 1]), 0.5);
    const cost = valuesOf(covariances).reduce((total, v, i) => total + (i % 5 === 0 ? 1 / v : 0), 0);
    closeTo(losses({}), [(1 + 0 + 4) / 3, 0.1 * expected(z), 0.005 * cost], 1e-4);
    closeTo(losses({ energy: 1, penalty: 1 }), [5 / 3, expected(z), cost], 1e-4);
  });
  test("published: relative distance and cosine, or half of 1 less the cosine", () => {
    const energyOfSource = (source: "paper" | "tnakae"): number => losses({ variant: "published", source })[1]!;
    // the formulas' mixture has its own ridge; only the features differ
    const ofPaper = beside(first(x), relativeDistance(x, rebuilt, 0), cosine);
    const ofTnakae = beside(first(x), relativeDistance(x, rebuilt, 1e-3), mul(sub(1, cosine), 0.5));
    closeTo([energyOfSource("paper")], [0.1 * expected(ofPaper)], 1e-4);
    closeTo([energyOfSource("tnakae")], [0.1 * expected(ofTnakae)], 1e-4);
  });
});

test("slopes of the loss by what goes into the estimation network are those of differences", () => {
  const { estimator } = networksOf({
    ...{ width: 4, hidden: [3], code: 1, estimation: 5, components: 2, ridge: 1e-2, normalised: true, errors: 2 },
  });
  const { call } = held(estimator, {}, { training: true });
  const loss = (z: Node): Node => {
    const said = call(z);
    return sum(energyOf(said.z, said.mixture, 1e-3), {});
  };
  slopesAgree(loss, [drawn([8, 3], 3)], { twice: false, within: 1e-4 });
});

test("the score is the energy above the least: 0 at the centre of a component without variance", () => {
  const { score } = recipe({ ridge: 0.5, code: 1 }, tableOf(2));
  // two rows that are the same: their mixture has the ridge alone
  closeTo(valuesOf((score(formulas, given([2, 2], [1, 2, 1, 2])) as Verdict).score), [0, 0], 1e-4);
  const far = valuesOf((score(formulas, given([3, 2], [1, 2, 1, 2, 3, 1])) as Verdict).score);
  expect(Math.min(...far)).toBeGreaterThan(0);
});

describe.each([
  ["a table", tableOf(6)],
  ["pictures", picturesOf(4)],
] as const)("on %s", (_, shape) => {
  test.each(["sound", "published"] as const)("%s: a step has a slope for every parameter", (variant) => {
    const game = recipe({ variant }, shape);
    const networks = Object.entries(game.networks).map(([name, network]) => {
      const { call, values } = held(network as Network, {}, { training: true });
      const moved = network.parameters.filter(({ running }) => !running).map((each) => each.name);
      return { name, call, parameters: moved.map((each) => [each, values.get(each)!] as const) };
    });
    const bound = Object.fromEntries(networks.map(({ name, call }) => [name, call]));
    const rows = given([16, shape.width], drawn([16, shape.width], 7).data);
    const losses = game.turns[0]!.losses(bound as unknown as BoundNetworks<DagmmNetworks>, rows, undefined as never);
    const total = Object.values(losses).reduce((a, b) => add(a, b));
    for (const { name, parameters } of networks) {
      const nodes = parameters.map(([, node]) => node);
      const slopes = interpret(differentiate(total, nodes), new Map()).map(toNumbers);
      const still = parameters.filter((_each, i) => slopes[i]!.every((slope) => slope === 0));
      expect([name, still.map(([each]) => each)]).toEqual([name, []]);
    }
  });
});

describe("the mixture", () => {
  const shape = tableOf(3);
  const values = nearLine(5000, 1);
  test("of all rows, in batches, is that of one batch of them", async () => {
    const rows = nearLine(4500, 2);
    const memberships = (x: Node): Node => {
      const share = sigmoid(first(x));
      return concat([share, sub(1, share)], 1);
    };
    const estimate = (x: Node) => ({ z: x, memberships: memberships(x) });
    const whole = await wholeMixture(siteOf(rows, shape), 0.25, estimate);
    const node = given([4500, 3], rows);
    const batch = mixtureOf(node, memberships(node), 0.25);
    for (const part of ["shares", "means", "covariances"] as const)
      closeTo(valuesOf(whole[part]), valuesOf(batch[part]), 1e-4);
  });
  test("that scores is of all training rows, or of the last minibatch", async () => {
    const table = (rows: Float32Array): Table => ({
      rows: rows.length / 3,
      columns: [0, 1, 2].map((j) => ({
        kind: "number",
        name: `x${j}`,
        values: Float64Array.from(rows.filter((_, i) => i % 3 === j)),
      })),
    });
    const wanted = { epochs: 1, fewestSteps: 100, batch: 16 };
    const all = await dagmm(wanted).fit(table(values.slice(0, 900)), { seed: 1, threads: 1 });
    const last = await dagmm({ ...wanted, mixture: "last-batch" }).fit(table(values.slice(0, 900)), {
      seed: 1,
      threads: 1,
    });
    const test = table(nearLine(50, 3));
    expect(await all.score(test)).not.toEqual(await last.score(test));
    await Promise.all([all.close(), last.close()]);
  });
});

describe("trained", () => {
  const shape = tableOf(3);
  const scores = (game: Trained<DagmmNetworks>, networks: BoundNetworks<DagmmNetworks>, rows: Float32Array): number[] =>
    valuesOf((game.score(networks, given([rows.length / 3, 3], rows)) as Verdict).score);

  test("a row off the line has more energy than those on it", async () => {
    const game = recipe({ epochs: 1, fewestSteps: 300, batch: 64 }, shape);
    const { networks } = await trainNetworks(game, siteOf(nearLine(400, 1), shape));
    const normal = scores(game, networks, nearLine(100, 3));
    const off = scores(
      game,
      networks,
      nearLine(100, 4).map((v, i) => (i % 3 === 1 ? -v : v)),
    );
    const labels = Uint8Array.from({ length: 200 }, (_, i) => Number(i >= 100));
    expect(auroc.compute(Float32Array.from([...normal, ...off]), labels)).toBeGreaterThan(0.8);
  });
  test.each([
    ["sound", {}],
    ["published", { variant: "published" }],
    ["published, as the paper", { variant: "published", source: "paper" }],
    ["published, as danieltan07/dagmm", { variant: "published", source: "danieltan07" }],
  ] as const)(
    "%s: rows that are all the same, or on a line without noise, train to the end and score finite",
    async (_, wanted) => {
      const onLine = Float32Array.from({ length: 300 }, (_v, i) => Math.floor(i / 3) / 50 - 1);
      for (const rows of [new Float32Array(300).fill(3), onLine]) {
        const game = recipe({ epochs: 60, fewestSteps: 60, ...wanted }, shape);
        const { networks, facts } = await trainNetworks(game, siteOf(rows, shape));
        expect(facts.steps).toBe(60);
        const found = scores(game, networks, Float32Array.of(0, 0, 0, 1, 1, 1, 1e6, -1e6, 1e6));
        expect(found.every(Number.isFinite)).toBe(true);
      }
    },
  );
});
