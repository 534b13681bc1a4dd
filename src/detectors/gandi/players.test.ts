// The players of 2017: their sizes, their noise, and rows that are scored alone.

import { expect, test } from "vitest";
import { nearLine, siteOf, tableOf } from "../../../test/learning-site.js";
import { interpret } from "../../graph/interpret.js";
import { constant } from "../../graph/op.js";
import { layerTable } from "../../nn/table.js";
import { tensor, toNumbers } from "../../tensor/tensor.js";
import { gandi, recipeOf } from "../gandi.js";
import { parseParameters } from "../parameters.js";
import { trainNetworks } from "../trained.js";
import { shareBelow } from "./players.js";

const given = { players: "gandi", epochs: 1, fewestSteps: 30, snapshots: 2 } as const;
const site = siteOf(nearLine(100, 1), tableOf(3));
const recipe = recipeOf(parseParameters("gandi", gandi.parameters, given), site);

test("generator 3 from one number, discriminator 1 with five kernels of three dimensions, minibatches of 12", () => {
  const total = (name: "generator" | "discriminator") => layerTable(recipe.networks[name]).at(-1)!;
  expect(total("generator").trained).toBe(2 * 25 + 26 * 25 + 26 * 20 + 21 * 10 + 11 * 3);
  expect(total("discriminator").trained).toBe(4 * 5 + 6 * 15 + 11);
  expect(total("discriminator").running).toBe(256 * 3);
  expect(recipe.batch).toBe(12);
});

test("noise is uniform: the share of a normal distribution below", () => {
  const z = constant(tensor("f32", [5], Float32Array.of(-2, -0.5, 0, 1, 3)), "z");
  const found = toNumbers(interpret([shareBelow(z)], new Map())[0]!);
  for (const [i, share] of [0.0227501, 0.3085375, 0.5, 0.8413447, 0.9986501].entries())
    expect(Math.abs(found[i]! - share)).toBeLessThan(2e-4);
});

test("rows are scored alone: against training rows that weigh as much as eleven others of a minibatch", async () => {
  const { networks } = await trainNetworks(recipe, site);
  const logits = (values: Float32Array): number[] =>
    toNumbers(
      interpret(
        [networks.discriminator(constant(tensor("f32", [values.length / 3, 3], values), "x")).logit],
        new Map(),
      )[0]!,
    );
  const fresh = nearLine(5, 2);
  const together = logits(fresh);
  for (let row = 0; row < 5; row++) expect(logits(fresh.slice(3 * row, 3 * row + 3))[0]).toBeCloseTo(together[row]!, 5);
  // the measures of nearness of a row are 1 + 11·(0 to 1)
  const { features } = networks.discriminator(constant(tensor("f32", [5, 3], fresh), "x"));
  const near = toNumbers(interpret([features], new Map())[0]!).filter((_, i) => i % 10 >= 5);
  expect(Math.min(...near)).toBeGreaterThan(1);
  expect(Math.max(...near)).toBeLessThan(12);
  expect(Math.max(...near)).toBeGreaterThan(3);
});

test("fewer training rows than references, and all criteria", async () => {
  const few = siteOf(nearLine(8, 1), tableOf(3));
  for (const pick of ["fit", "real-against-made"] as const) {
    const { facts } = await gandi({ ...given, pick })
      .recipe({})
      .learn(few);
    expect(facts).toMatchObject({ steps: 30, batch: 8, snapshotSteps: "11, 30" });
    expect(String(facts.criterionValues).split(", ").map(Number).every(Number.isFinite)).toBe(true);
  }
});
