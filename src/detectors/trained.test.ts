// Networks as they were on the way: those of a shorter run, averages and statistics with them, and the last ones where nobody
// asked.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { nearLine, siteOf, tableOf } from "../../test/learning-site.js";
import { interpret } from "../graph/interpret.js";
import type { Node } from "../graph/node.js";
import { constant } from "../graph/op.js";
import { batchNorm } from "../nn/batch-norm.js";
import { dense } from "../nn/layers.js";
import { meanSquare } from "../nn/losses.js";
import { sequential } from "../nn/network.js";
import { sgd } from "../nn/optimisers.js";
import { tensor, toNumbers } from "../tensor/tensor.js";
import type { LearningSite } from "./define.js";
import { AbortedError, type KeptNetworks, type Trained, trainNetworks } from "./trained.js";

const networks = { encode: sequential(dense(3, 2), batchNorm(2)), decode: dense(2, 3) };
type Nets = typeof networks;

const recipe = (steps: number, more: Partial<Trained<Nets>> = {}): Trained<Nets> => ({
  networks,
  turns: [
    {
      moves: ["encode", "decode"],
      losses: (n, x) => ({ rebuilt: meanSquare(n.decode(n.encode(x)), x) }),
    },
  ],
  optimiser: sgd({ rate: 0.1 }),
  batch: 16,
  steps: () => steps,
  score: (n, x) => n.encode(x),
  ...more,
});

const site = siteOf(nearLine(64, 1), tableOf(3));
const rows = constant(tensor("f32", [4, 3], nearLine(4, 2)), "rows");
const codesOf = ({ networks: n }: Pick<KeptNetworks<Nets>, "networks">): number[] => numbersOf(n.encode(rows));
const rebuiltOf = ({ networks: n }: Pick<KeptNetworks<Nets>, "networks">): number[] =>
  numbersOf(n.decode(constant(tensor("f32", [2, 2], Float32Array.of(1, 0, 0, 1)), "codes")));

function numbersOf(node: Node): number[] {
  const [value] = interpret([node], new Map());
  return toNumbers(value!);
}

const keep = { networks: ["encode"], marks: (count: number) => [5, 12, count] } as const;

describe.each([{}, { average: 0.9 }])("%j", (more) => {
  test("kept networks are those of a run that ends there; the others are as they score", async () => {
    const whole = await trainNetworks(recipe(20, { ...more, keep }), site);
    expect(whole.kept.map(({ step }) => step)).toEqual([5, 12, 20]);
    for (const each of whole.kept) {
      const short = await trainNetworks(recipe(each.step, more), site);
      expect(codesOf(each)).toEqual(codesOf(short));
      expect(rebuiltOf(each)).toEqual(rebuiltOf(whole));
    }
    expect(codesOf(whole.kept[0]!)).not.toEqual(codesOf(whole));
  });
});

test("nothing is kept unasked, and of several games only the last is", async () => {
  expect((await trainNetworks(recipe(20), site)).kept).toEqual([]);
  const { kept } = await trainNetworks(recipe(4, { keep, further: [{ ...recipe(30) }] }), site);
  expect(kept.map(({ step }) => step)).toEqual([5, 12, 30]);
});

test("a run that was stopped behind a mark and taken up again keeps the same", async () => {
  const folder = await mkdtemp(join(tmpdir(), "oddity-kept-"));
  try {
    const checkpoint = { path: join(folder, "run.safetensors"), fingerprint: "f", everySeconds: 1e9 };
    const controller = new AbortController();
    const stopping: LearningSite = {
      ...site,
      checkpoint: { ...checkpoint, resume: false },
      signal: controller.signal,
      onProgress: ({ step }) => {
        if (step >= 12) controller.abort();
      },
    };
    const long = recipe(20_000, { keep });
    await expect(trainNetworks(long, stopping)).rejects.toThrow(AbortedError);
    const again = await trainNetworks(long, { ...site, checkpoint: { ...checkpoint, resume: true } });
    const whole = await trainNetworks(long, site);
    expect(again.kept.map(({ step }) => step)).toEqual([5, 12, 20_000]);
    expect(again.kept.map(codesOf)).toEqual(whole.kept.map(codesOf));
  } finally {
    await rm(folder, { recursive: true });
  }
});
