// Losses of the laboratory worked out by hand, on logits 0 and ln 3 (confidence 1/2 and 3/4).

import { expect, test } from "vitest";
import { differentiate } from "../graph/differentiate.js";
import { interpret } from "../graph/interpret.js";
import { mul } from "../graph/ops/arithmetic.js";
import { given, valuesOf } from "../nn/held.js";
import { toNumbers } from "../tensor/tensor.js";
import { checkLosses, discriminatorLoss, discriminatorLosses, generatorLosses } from "./losses.js";

const logits = (...values: number[]) => given([values.length], values);
const { log } = Math;
const of = (node: Parameters<typeof valuesOf>[0]): number => valuesOf(node)[0]!;

test("discriminators", () => {
  const [real, fake] = [logits(0, log(3)), logits(0, log(3))];
  // -log σ: ln 2 and ln(4/3); -log(1 - σ): ln 2 and ln 4
  const entropy = (log(2) + log(4 / 3)) / 2 + (log(2) + log(4)) / 2;
  expect(of(discriminatorLosses.game.loss(real, fake))).toBeCloseTo(entropy, 6);
  expect(of(discriminatorLosses.cross_entropy.loss(real, fake))).toBeCloseTo(entropy, 6);
  expect(of(discriminatorLosses.least_squares.loss(logits(0, 1), logits(0, 2)))).toBeCloseTo(0.25 + 1, 6);
  expect(of(discriminatorLosses.hinge.loss(logits(2, 0), logits(-2, 1)))).toBeCloseTo(0.5 + 1, 6);
  expect(of(discriminatorLosses.wasserstein_gp.loss(logits(1, 3), logits(0, 1)))).toBeCloseTo(0.5 - 2, 6);
});

test("uninformed values: what each loss is where all confidences are one half, or all scores the best constant", () => {
  for (const name of ["game", "cross_entropy"] as const)
    expect(of(discriminatorLosses[name].loss(logits(0), logits(0)))).toBeCloseTo(
      discriminatorLosses[name].uninformed,
      6,
    );
  expect(of(discriminatorLosses.least_squares.loss(logits(0.5), logits(0.5)))).toBeCloseTo(0.25, 6);
  expect(of(discriminatorLosses.hinge.loss(logits(0), logits(0)))).toBeCloseTo(2, 6);
});

test("generators, those among them that the published code cannot run", () => {
  const fake = logits(0, log(3));
  expect(of(generatorLosses.minimax.loss(fake))).toBeCloseTo(-(log(2) + log(4)) / 2, 6); // mean log(1 - σ)
  expect(of(generatorLosses.non_sat_heu.loss(fake))).toBeCloseTo((log(2) + log(4 / 3)) / 2, 6);
  expect(of(generatorLosses.cross_entropy.loss(fake))).toBeCloseTo((log(2) + log(4 / 3)) / 2, 6);
  expect(of(generatorLosses.max_like.loss(fake))).toBeCloseTo(-(1 + 3) / 2, 6);
  expect(of(generatorLosses.least_squares.loss(logits(0, 3)))).toBeCloseTo((1 + 4) / 4, 6);
  expect(of(generatorLosses.critic.loss(logits(0, 3)))).toBeCloseTo(-1.5, 6);
});

test("every generator wants higher logits", () => {
  for (const [name, { loss }] of Object.entries(generatorLosses)) {
    const fake = logits(-0.3, 0.2);
    const [slope] = differentiate(loss(fake), [fake]);
    for (const each of toNumbers(interpret([slope!], new Map())[0]!)) expect(each, name).toBeLessThan(0);
  }
});

test("only wasserstein_gp asks for shares, and adds what slopes cost", () => {
  const asked: string[] = [];
  const share = () => {
    asked.push("share");
    return logits(0.5);
  };
  for (const name of Object.keys(discriminatorLosses) as (keyof typeof discriminatorLosses)[])
    discriminatorLoss(name, (rows) => rows, logits(1), logits(0), share);
  expect(asked).toEqual(["share"]);
  // a slope of 3 everywhere: 3·0 - 3·1, and 10·(3 - 1)²
  const steep = discriminatorLoss(
    "wasserstein_gp",
    (rows) => mul(rows, 3),
    given([1, 1], [1]),
    given([1, 1], [0]),
    share,
  );
  expect(of(steep)).toBeCloseTo(-3 + 40, 4);
});

test("a critic and its generator play the same game", () => {
  expect(() => checkLosses({ discriminator: "wasserstein_gp", generator: "minimax" }, "s.losses")).toThrow(
    's.losses.generator: expected one that plays against wasserstein_gp: critic, got "minimax"',
  );
  expect(() => checkLosses({ discriminator: "game", generator: "critic" }, "s.losses")).toThrow("minimax, non_sat_heu");
  expect(() => checkLosses({ discriminator: "hinge", generator: "critic" }, "s.losses")).not.toThrow();
});
