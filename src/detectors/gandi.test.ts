// Which discriminators score and what their score is, against networks that were kept; the header; labels that pick.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { nearLine, tableOf as shapeOf, siteOf } from "../../test/learning-site.js";
import { tableOf } from "../data/table.js";
import { interpret } from "../graph/interpret.js";
import type { Node } from "../graph/node.js";
import { constant } from "../graph/op.js";
import { tensor, toNumbers } from "../tensor/tensor.js";
import { standardOf } from "./gandi/choose.js";
import { gandi, marksOf, recipeOf } from "./gandi.js";
import { parseParameters } from "./parameters.js";
import { trainNetworks } from "./trained.js";

const numbersOf = (node: Node): number[] => toNumbers(interpret([node], new Map())[0]!);
const rowsNode = (values: Float32Array): Node => constant(tensor("f32", [values.length / 3, 3], values), "rows");

const brief = { epochs: 1, fewestSteps: 60, batch: 16, snapshots: 5 } as const;
/** 60·(k/5)^1.5 */
const STEPS = [5, 15, 28, 43, 60];
const site = siteOf(nearLine(100, 1), shapeOf(3));
const fresh = rowsNode(nearLine(20, 2));

async function learned(given: Parameters<typeof gandi>[0]) {
  const { score, facts, notes } = await gandi({ ...brief, ...given })
    .recipe({})
    .learn(site);
  const said = score(fresh);
  return { scores: numbersOf("score" in said ? said.score : said), facts, notes };
}

/** Logits of every kept discriminator over training rows, of which none are held out, and over fresh rows. */
async function kept() {
  const { kept: all } = await trainNetworks(recipeOf(parseParameters("gandi", gandi.parameters, brief), site), site);
  return all.map(({ step, networks }) => ({
    step,
    usual: standardOf(numbersOf(networks.discriminator(rowsNode(site.rows.values)).logit)),
    logits: numbersOf(networks.discriminator(fresh).logit),
  }));
}

describe("steps that are kept", () => {
  test("are closer at first, and end with the last", () => {
    expect(marksOf(5, 60)).toEqual(STEPS);
    expect(marksOf(1, 60)).toEqual([60]);
  });
  test("are whole steps, each once, where there are few", () => {
    expect(marksOf(24, 3)).toEqual([1, 2, 3]);
    expect(marksOf(24, 0)).toEqual([]);
  });
});

test("the last discriminator's doubt is its negative logit", async () => {
  const { scores, facts } = await learned({ pick: "last", together: 1, score: "doubt" });
  const last = (await kept()).at(-1)!;
  expect(scores).toEqual(last.logits.map((logit) => -logit));
  expect(facts).toMatchObject({ pickedSteps: "60", snapshotSteps: STEPS.join(", "), steps: 60 });
});

test("several score by how far they are from what each says of normal rows", async () => {
  const { scores, facts, notes } = await learned({ pick: "last", together: 2 });
  const two = (await kept()).slice(-2);
  expect(facts.pickedSteps).toBe("43, 60");
  for (const [i, score] of scores.entries()) {
    const squares = two.map(({ logits, usual }) => ((logits[i]! - usual.mean) / usual.deviation) ** 2);
    expect(score).toBeCloseTo(Math.sqrt((squares[0]! + squares[1]!) / 2), 4);
  }
  expect(notes).toEqual(['discriminators were picked by "last" over the training rows, as none are held out']);
});

test("what scores has the highest values of the criterion, of those that need generators too", async () => {
  for (const pick of ["real-against-background", "fit", "loss-equilibrium", "real-against-generated"] as const) {
    const { facts } = await learned({ pick, together: 1 });
    const values = String(facts.criterionValues).split(", ").map(Number);
    expect(values).toHaveLength(STEPS.length);
    expect(facts.pickedSteps).toBe(String(STEPS[values.lastIndexOf(Math.max(...values))]));
  }
});

test("agreement has no value for the first, which is never picked before another", async () => {
  const { facts } = await learned({ pick: "agreement", together: 4 });
  expect(String(facts.criterionValues)).toMatch(/^none, /);
  expect(facts.pickedSteps).toBe(STEPS.slice(1).join(", "));
});

test("without a step the network scores as it is", async () => {
  const { scores, facts } = await learned({ epochs: 0 });
  expect(facts).toMatchObject({ steps: 0, pickedSteps: "0" });
  expect(scores.every(Number.isFinite)).toBe(true);
});

test("the header tells what was picked; held-out rows that picked and calibrate are said, and `select` changes nothing", async () => {
  const rows = tableOf(nearLine(200, 3), 3);
  const model = await gandi(brief).fit(rows, { seed: 2 });
  expect(model.header.training).toMatchObject({ snapshotSteps: STEPS.join(", ") });
  expect(model.header.notes.join()).toContain("over held-out rows, which calibrate the p-values too");
  const selected = await gandi(brief).fit(rows, { seed: 2, select: "held-out" });
  expect(await selected.score(rows)).toEqual(await model.score(rows));
});

test("players of 2017 are stopped and taken up again with the normal rows that they compare with", async () => {
  const folder = await mkdtemp(join(tmpdir(), "oddity-gandi-"));
  try {
    const rows = tableOf(nearLine(200, 3), 3);
    const checkpoint = { path: join(folder, "run.safetensors") };
    const detector = gandi({ players: "gandi", fewestSteps: 1500, snapshots: 8 });
    const controller = new AbortController();
    const stopping = detector.fit(rows, {
      seed: 2,
      checkpoint,
      signal: controller.signal,
      onProgress: ({ step }) => {
        if (step > 100) controller.abort();
      },
    });
    await expect(stopping).rejects.toMatchObject({ name: "AbortError" });
    const again = await detector.fit(rows, { seed: 2, checkpoint: { ...checkpoint, resume: true } });
    const whole = await detector.fit(rows, { seed: 2 });
    expect(Buffer.from(again.bytes).equals(whole.bytes)).toBe(true);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("contexts are seen by both players, and judged as what they are", async () => {
  const values = nearLine(200, 3);
  const rows = tableOf(values, 3);
  const [first, , last] = rows.columns.map(({ name }) => name) as [string, string, string];
  for (const players of ["gan", "gandi"] as const) {
    const detector = gandi({ ...brief, players, pick: "real-against-generated", together: 2 });
    const model = await detector.fit(rows, { seed: 2, condition: [last] });
    expect(model.header.encoding.columns.map(({ name }) => name)).not.toContain(last);
    const moved = (name: string) =>
      model.score({
        rows: rows.rows,
        columns: rows.columns.map((column) =>
          column.name === name && column.kind === "number"
            ? { ...column, values: column.values.map((x) => x + 1) }
            : column,
        ),
      });
    const scores = await model.score(rows);
    expect(scores.every(Number.isFinite)).toBe(true);
    expect(await moved(last)).not.toEqual(scores);
    expect(await moved(first)).not.toEqual(scores);
  }
});

test("labels that pick weights leave nothing to pick", async () => {
  const rows = tableOf(nearLine(200, 3), 3);
  const labels = Uint8Array.from({ length: 200 }, (_, i) => i % 2);
  const { header } = await gandi(brief).fit(rows, { seed: 2, oracle: { rows, labels } });
  expect(header.training).toMatchObject({ selection: "labels" });
  expect(header.notes.join()).not.toContain("were picked by");
});
