// Every detector on pictures: strange ones come first and are strange where the strangeness is, a score belongs to its
// picture and its seed, and the file scores the same elsewhere.

import { expect } from "vitest";
import { pick, type Table } from "../../src/data/table.js";
import type { DetectorMaker } from "../../src/detectors/define.js";
import { Model } from "../../src/detectors/model.js";
import { feedsOf } from "../../src/encode/program.js";
import { auroc } from "../../src/metrics/auroc.js";
import { webRuntime } from "../../src/runtime/web.js";
import { Random } from "../../src/tensor/random.js";
import { fitTold } from "../told.js";
import { conformance, largestDifference, ofThese, rangeOf } from "./conform.js";
import { BAR, SIDE, spots, together } from "./pictures.js";

const NORMAL = 60;
const training = spots(300, 1);
const mixed = together(spots(NORMAL, 2), spots(20, 2, true));
const isStrange = Array.from({ length: mixed.rows }, (_, i) => Number(i >= NORMAL));

const EQUALLY_STRANGE =
  "beyond the training rows all values are equally strange: a patch covered with another grey stays so";

const check = conformance({
  on: "pictures",
  except: {
    copod: { "heat maps are hotter where the strangeness is": EQUALLY_STRANGE },
    ecod: { "heat maps are hotter where the strangeness is": EQUALLY_STRANGE },
    "isolation-forest": {
      "heat maps are hotter where the strangeness is":
        "a tree looks at a few pixels: covering a small patch changes the length of few paths",
    },
  },
});

/** Convolutions are slow: narrow networks and few steps, as far as a detector lets one say so. */
const quick = (maker: DetectorMaker, steps: number) =>
  maker(
    ofThese(maker, {
      ...{ epochs: 1, fewestSteps: steps, encoderSteps: steps, critics: 1 },
      ...{ filters: steps < 100 ? 4 : 8, steps: steps < 100 ? 5 : 20 },
    }),
  );

const models = new Map<string, Promise<Model>>();
function fitted(maker: DetectorMaker): Promise<Model> {
  const model = models.get(maker.id) ?? fitTold(quick(maker, 150), training, { seed: 3 });
  models.set(maker.id, model);
  return model;
}

check("strange pictures outrank normal ones", async (maker) => {
  expect(auroc.compute(await (await fitted(maker)).score(mixed), isStrange)).toBeGreaterThan(0.9);
});

check("heat maps are hotter where the strangeness is", async (maker) => {
  const strange = pick(
    mixed,
    Array.from({ length: 20 }, (_, i) => NORMAL + i),
  );
  const { heat, rebuilt } = await (await fitted(maker)).show(strange);
  expect(heat).toHaveLength(strange.rows * SIDE * SIDE);
  const isBar = Array.from(heat, (_, i) => Number(i % SIDE >= BAR.left && i % SIDE < BAR.right));
  expect(auroc.compute(heat, isBar)).toBeGreaterThan(0.6);
  if (rebuilt === undefined) return;
  expect(rebuilt).toHaveLength(heat.length);
  expect(Math.min(...rebuilt)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...rebuilt)).toBeLessThanOrEqual(255);
});

check("a score belongs to its picture: alone, in another order, and the second time", async (maker) => {
  const model = await fitted(maker);
  const whole = await model.score(mixed);
  expect(await model.score(mixed)).toEqual(whole);
  const near = 1e-5 * rangeOf(whole);
  const order = new Random(7).permutation(mixed.rows);
  const shuffled = await model.score(pick(mixed, order));
  expect(
    largestDifference(
      shuffled,
      whole.map((_, i) => whole[order[i]!]!),
    ),
  ).toBeLessThanOrEqual(near);
  for (const row of [0, NORMAL]) {
    const [alone] = await model.score(pick(mixed, [row]));
    expect(Math.abs(alone! - whole[row]!)).toBeLessThanOrEqual(near);
  }
});

check("the same seed gives the same scores, another seed others", async (maker) => {
  const rows = pick(
    training,
    Array.from({ length: 80 }, (_, i) => i),
  );
  const score = async (seed: number): Promise<Float32Array> =>
    (await fitTold(quick(maker, 5), rows, { seed })).score(mixed);
  const first = await score(3);
  expect(await score(3)).toEqual(first);
  // a distance to the mean draws nothing but the held-out rows
  expect(await score(4)).not.toEqual(first);
});

check("the bytes of its file score the same here and in onnxruntime-web", async (maker) => {
  const model = await fitted(maker);
  const here = await model.run(mixed);
  const again = await Model.open(Uint8Array.from(model.bytes), "bytes");
  expect(await again.score(mixed)).toEqual(here.score);
  await again.close();
  const session = await webRuntime.open(model.bytes);
  const there = await session.run(feedsOf(model.header.encoding, mixed));
  await session.close();
  const near = 1e-5 * rangeOf(here.score);
  expect(largestDifference(there.score!.data as Float32Array, here.score)).toBeLessThanOrEqual(near);
});

check("pictures of another size or colour get a sentence", async (maker) => {
  const model = await fitted(maker);
  const { pixels } = mixed.pictures!;
  const wide: Table = {
    rows: mixed.rows / 2,
    columns: [],
    pictures: { height: SIDE, width: 2 * SIDE, channels: 1, pixels },
  };
  await expect(model.score(wide)).rejects.toThrow(
    "expected pictures of 16 x 16 pixels in grey, got pictures of 32 x 16",
  );
  const colour: Table = {
    rows: 1,
    columns: [],
    pictures: { height: SIDE, width: SIDE, channels: 3, pixels: pixels.subarray(0, 3 * SIDE * SIDE) },
  };
  await expect(model.score(colour)).rejects.toThrow("in colour");
  await expect(model.score({ rows: 3, columns: [] })).rejects.toThrow("a table without pictures");
});

check("equal pictures, one picture, and fewer than a batch still train and give numbers", async (maker) => {
  for (const rows of [pick(training, [0]), pick(training, [0, 0, 0, 0, 0]), pick(training, [0, 1, 2])]) {
    const model = await fitTold(quick(maker, 2), rows, { seed: 1 });
    const scores = await model.score(mixed);
    expect(scores.every(Number.isFinite)).toBe(true);
    await model.close();
  }
});

check("colour, and sides that are not equal", async (maker) => {
  const random = new Random(5);
  const [height, width, rows] = [12, 20, 24];
  const pixels = Uint8Array.from({ length: rows * height * width * 3 }, () => 256 * random.uniform());
  const colour: Table = { rows, columns: [], pictures: { height, width, channels: 3, pixels } };
  const model = await fitTold(quick(maker, 3), colour, { seed: 1 });
  expect((await model.score(colour)).every(Number.isFinite)).toBe(true);
  expect((await model.show(colour)).heat).toHaveLength(rows * height * width);
  await model.close();
});
