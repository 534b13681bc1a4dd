// What scores mean, for every detector: strange rows come first, a score belongs to its row and to its seed, units do not
// matter, and a model in a file is the same model.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { pick, type Table } from "../../src/data/table.js";
import { pValues } from "../../src/decide/conformal.js";
import type { DetectorMaker } from "../../src/detectors/define.js";
import { Model } from "../../src/detectors/model.js";
import { feedsOf } from "../../src/encode/program.js";
import { auroc } from "../../src/metrics/auroc.js";
import { webRuntime } from "../../src/runtime/web.js";
import { Random } from "../../src/tensor/random.js";
import { toNumbers } from "../../src/tensor/tensor.js";
import { conformance, fit, largestDifference, rangeOf, usual, usualOfNumbers } from "./conform.js";
import { normalRows, numbers, onlyNumbers, stack, strangeRows, valuesOf, withColumn } from "./tables.js";

const check = conformance();

const NORMAL = 200;
const mixed = stack(normalRows(NORMAL, 2), strangeRows(50, 2));
const isStrange = Array.from({ length: mixed.rows }, (_, i) => Number(i >= NORMAL));

check("planted outliers outrank normal rows, numbers and text together", async (maker) => {
  expect(auroc.compute(await (await usual(maker)).score(mixed), isStrange)).toBeGreaterThan(0.9);
});

check("planted outliers outrank normal rows, numbers alone", async (maker) => {
  const model = await usualOfNumbers(maker);
  expect(auroc.compute(await model.score(onlyNumbers(mixed)), isStrange)).toBeGreaterThan(0.9);
});

check("normal rows do not all score the same", async (maker) => {
  const scores = await (await usual(maker)).score(normalRows(NORMAL, 2));
  expect(new Set(scores).size).toBeGreaterThan(NORMAL / 2);
});

check("a score belongs to its row: alone, in a batch, in another order, among strange rows", async (maker) => {
  const model = await usual(maker);
  const together = await model.score(mixed);
  const order = new Random(7).permutation(mixed.rows);
  const shuffled = await model.score(pick(mixed, order));
  const near = 1e-5 * rangeOf(together); // products are summed in another order for another place in the batch
  expect(
    largestDifference(
      shuffled,
      together.map((_, i) => together[order[i]!]!),
    ),
  ).toBeLessThanOrEqual(near);
  for (const row of [0, 5, NORMAL]) {
    const [alone] = await model.score(pick(mixed, [row]));
    expect(Math.abs(alone! - together[row]!)).toBeLessThanOrEqual(near);
  }
});

check("a row scores the same in a batch of any size", async (maker) => {
  // more rows than one call of the runtime takes
  const model = await usual(maker);
  const rows = await model.score(mixed);
  const many = await model.score(
    pick(
      mixed,
      Array.from({ length: 5000 }, (_, i) => i % mixed.rows),
    ),
  );
  expect(
    largestDifference(
      many,
      many.map((_, i) => rows[i % mixed.rows]!),
    ),
  ).toBeLessThanOrEqual(1e-5 * rangeOf(rows));
});

check("scoring twice is identical", async (maker) => {
  const model = await usual(maker);
  expect(await model.run(mixed)).toEqual(await model.run(mixed));
});

check("the same seed gives the same file, another seed other scores", async (maker) => {
  const rows = normalRows(400, 1);
  const [again, other] = [await fit(maker, rows), await fit(maker, rows, { seed: 4 })];
  const first = await usual(maker);
  expect(await again.score(mixed)).toEqual(await first.score(mixed));
  expect(Buffer.from(again.bytes).equals(first.bytes)).toBe(true);
  expect(await other.score(mixed)).not.toEqual(await first.score(mixed));
});

check("fitting leaves the rows as they were", async (maker) => {
  const rows = normalRows(60, 1);
  await fit(maker, rows);
  expect(rows).toEqual(normalRows(60, 1));
});

const inOtherUnits = (table: Table): Table =>
  ["heat", "pressure", "flow"].reduce(
    (changed, name) =>
      withColumn(
        changed,
        numbers(
          name,
          valuesOf(changed, name).map((x) => 1000 * x + 5),
        ),
      ),
    table,
  );

check("other units of a column keep the ranking", async (maker) => {
  const changed = await fit(maker, inOtherUnits(normalRows(400, 1)));
  const scores = await changed.score(inOtherUnits(mixed));
  expect(spearman(scores, await (await usual(maker)).score(mixed))).toBeGreaterThan(0.98);
});

/** Correlation of ranks; ties, of which there are few, in the order they come. */
function spearman(a: Float32Array, b: Float32Array): number {
  const ranks = (x: Float32Array): number[] => {
    const order = Array.from(x.keys()).sort((i, j) => x[i]! - x[j]!);
    const rank = new Array<number>(x.length);
    for (const [place, i] of order.entries()) rank[i] = place;
    return rank;
  };
  const [p, q] = [ranks(a), ranks(b)];
  const n = p.length;
  return 1 - (6 * p.reduce((sum, rank, i) => sum + (rank - q[i]!) ** 2, 0)) / (n * (n * n - 1));
}

check("columns may come in any order, and others beside them", async (maker) => {
  const model = await usual(maker);
  const turned = {
    rows: mixed.rows,
    columns: [numbers("more", new Float64Array(mixed.rows)), ...mixed.columns.toReversed()],
  };
  expect(await model.score(turned)).toEqual(await model.score(mixed));
});

check("save, then load: the same model", async (maker) => {
  const folder = await mkdtemp(join(tmpdir(), "oddity-conform-"));
  try {
    const model = await usual(maker);
    const path = join(folder, "model.onnx");
    await model.save(path);
    await expect(model.save(path)).rejects.toThrow(/expected a file that does not exist yet/);
    const again = await Model.open(await readFile(path), path);
    expect(again.header).toEqual(model.header);
    expect(again.calibration).toEqual(model.calibration);
    expect(await again.run(mixed)).toEqual(await model.run(mixed));
    expect(await again.explain(pick(mixed, [0, NORMAL]))).toEqual(await model.explain(pick(mixed, [0, NORMAL])));
  } finally {
    await rm(folder, { recursive: true });
  }
});

check("the file scores the same in onnxruntime-web", async (maker: DetectorMaker) => {
  const model = await usual(maker);
  const { score, pValue, label } = await model.run(mixed);
  const session = await webRuntime.open(model.bytes);
  const web = await session.run(feedsOf(model.header.encoding, mixed));
  await session.close();
  expect(largestDifference(toNumbers(web.score!), score)).toBeLessThanOrEqual(1e-5 * rangeOf(score));
  // p-values and labels follow from the score, wherever it was computed
  const theirs = web.score!.data as Float32Array;
  expect(toNumbers(web.p_value!)).toEqual(Array.from(pValues(model.calibration, theirs), Math.fround));
  expect(toNumbers(web.label!)).toEqual(Array.from(theirs, (s) => Number(s >= model.header.threshold)));
  const same = toNumbers(web.p_value!).filter((p, i) => p === pValue[i] && Number(web.label!.data[i]) === label[i]);
  expect(same.length).toBeGreaterThan(0.95 * mixed.rows);
});
