import { describe, expect, test } from "vitest";
import { windowsOf } from "../data/series/windows.js";
import { type Column, pick, type Table } from "../data/table.js";
import { falseAlarms } from "../decide/rules.js";
import { reasonsOf } from "../explain/reasons.js";
import { Random } from "../tensor/random.js";
import { egbad, knn, meanDistance } from "./index.js";
import { load } from "./load.js";
import { windowsAt } from "./series.js";

const HOUR = 3600;

/** A day of 24 hours, over and over, with some noise; `swapped` days run backwards: each value is usual, the order is not. */
function days(count: number, seed: number, swapped: readonly number[] = []): Table {
  const random = new Random(seed);
  const rows = 24 * count;
  const load = Float64Array.from({ length: rows }, (_, i) => {
    const hour = swapped.includes(Math.floor(i / 24)) ? 23 - (i % 24) : i % 24;
    return 100 + 10 * hour + random.normal();
  });
  const at = Float64Array.from({ length: rows }, (_, i) => i * HOUR);
  return {
    rows,
    columns: [{ kind: "date", name: "at", values: at } as Column, { kind: "number", name: "load", values: load }],
  };
}

const train = days(100, 1);
const strange = days(30, 2, [11, 20]);
const isStrange = (row: number): boolean => [11, 20].includes(Math.floor(row / 24));
const window = { length: 12 };

describe("a model of windows", () => {
  test("scores the rows of a new series, and finds days whose every value is usual", async () => {
    const model = await knn().fit(train, { seed: 1, window });
    const { score, pValue, label, from } = await model.run(strange);
    const order = Array.from(score.keys()).sort((a, b) => score[b]! - score[a]!);
    expect(order.slice(0, 40).every((row) => isStrange(row))).toBe(true);
    expect(score).toHaveLength(strange.rows);
    // every point of the two days, in the middle of them at least
    for (const row of [11 * 24 + 12, 20 * 24 + 12]) {
      expect(label[row]).toBe(1);
      expect(pValue[row]).toBeCloseTo(1 / (model.calibration.length + 1), 6);
      expect(Math.abs(from![row]! - row)).toBeLessThan(12);
    }
    await model.close();
  });

  test("says in its header how to cut, and comes back from its bytes the same", async () => {
    const model = await meanDistance().fit(train, {
      seed: 1,
      window: { ...window, step: 3, relative: "mean", calendar: true, points: "max" },
    });
    expect(model.header.window).toMatchObject({
      ...{
        length: 12,
        step: 3,
        relative: "mean",
        points: "max",
        channels: ["load"],
        time: "at",
        calendar: true,
        ends: [],
      },
    });
    expect(model.header.encoding.columns.map(({ name }) => name).slice(0, 2)).toEqual(["load[-11]", "load[-10]"]);
    expect(model.header.encoding.columns).toHaveLength(16);
    const again = await load(model.bytes);
    expect(again.header).toEqual(model.header);
    expect(await again.run(strange)).toEqual(await model.run(strange));
    expect(again.calibration).toEqual(model.calibration);
    const other = await again.withRule(falseAlarms(0.2));
    expect(other.calibration).toEqual(model.calibration);
    const { pValue, label } = await other.run(strange);
    expect(Array.from(label)).toEqual(Array.from(pValue, (p) => Number(p <= 0.2)));
    expect(other.threshold).toBe(other.header.window!.threshold);
    await Promise.all([model.close(), again.close(), other.close()]);
  });

  test("rows in any order have the scores of their moment", async () => {
    const model = await meanDistance().fit(train, { seed: 1, window });
    const order = new Random(5).permutation(strange.rows);
    const [sorted, mixed] = [await model.run(strange), await model.run(pick(strange, order))];
    expect(Array.from(mixed.score)).toEqual(Array.from(order, (row) => sorted.score[row]!));
    await model.close();
  });

  test("windows with rows known to be strange neither train nor calibrate", async () => {
    const without = Uint8Array.from({ length: strange.rows }, (_, row) => Number(isStrange(row)));
    const model = await knn().fit(strange, { seed: 1, window: { ...window, without }, heldOut: 0 });
    // 720 - 11 windows, less those over the two days: 24 + 11 each
    expect(model.header.rows.trained).toBe(709 - 70);
    const { score } = await model.run(strange);
    expect(isStrange(score.indexOf(Math.max(...score)))).toBe(true);
    await model.close();
    const all = new Uint8Array(strange.rows).fill(1);
    await expect(knn().fit(strange, { seed: 1, window: { ...window, without: all } })).rejects.toThrow(
      "expected 12 rows one after the other that are not known to be strange, got none; take shorter windows",
    );
  });

  test("a context is that of the window's last row", async () => {
    const model = await egbad({ epochs: 1, fewestSteps: 1 }).fit(train, { seed: 1, window, condition: ["at"] });
    expect(model.header.window?.ends).toEqual(["at"]);
    expect(model.header.encoding.condition).toMatchObject([{ kind: "date", name: "at", cyclic: true }]);
    expect((await model.run(strange)).score).toHaveLength(strange.rows);
    await model.close();
  });

  test("names channel and lag of what is odd", async () => {
    const model = await knn().fit(train, { seed: 1, window });
    const spiked = days(30, 3);
    const { values } = spiked.columns[1] as { values: Float64Array };
    values[300]! += 2000;
    const { score, from } = await model.run(spiked);
    const row = score.indexOf(Math.max(...score));
    expect(Math.abs(row - 300)).toBeLessThan(12);
    const start = from![row]!;
    const [reasons] = await reasonsOf(model, windowsAt(spiked, model.header.window!, [start]).windows);
    expect(reasons![0]!.column).toBe(`load[${300 - start - 11}]`);
    expect(reasons![0]!.share).toBeGreaterThan(0.9);
    await model.close();
  });

  test("a series that is too short, and what windows do not go with", async () => {
    const model = await meanDistance().fit(train, { seed: 1, window });
    await expect(model.run(pick(strange, [0, 1, 2]))).rejects.toThrow("at least 12, the length of a window, got 3");
    await model.close();
    const few = await meanDistance().fit(pick(train, [...Array(20).keys()]), { seed: 1, window });
    expect(few.header.notes).toEqual([expect.stringMatching(/too short for held-out blocks with windows of 12/)]);
    await few.close();
    const oracle = { rows: strange, labels: new Uint8Array(strange.rows) };
    await expect(meanDistance().fit(train, { seed: 1, window, oracle })).rejects.toThrow(
      "a series and nothing beside it",
    );
  });
});

describe("p-values of points", () => {
  test.each(["mean", "max", "last"] as const)(
    "by %s: about as many false alarms as stated, on new series",
    async (points) => {
      let [flagged, rows] = [0, 0];
      for (const seed of [11, 12, 13]) {
        const model = await knn().fit(days(150, seed), {
          seed,
          window: { ...window, points },
          rule: falseAlarms(0.05),
        });
        const { label } = await model.run(days(150, seed + 100));
        flagged += label.reduce((sum, each) => sum + each, 0);
        rows += label.length;
        await model.close();
      }
      expect(flagged / rows).toBeGreaterThan(0.02);
      expect(flagged / rows).toBeLessThan(0.09);
    },
  );

  test("windows held out at random have nearly been seen, and would promise far fewer", async () => {
    const smooth = (seed: number): Table => {
      const random = new Random(seed);
      let [level, slope] = [0, 0];
      const values = Float64Array.from({ length: 3000 }, () => {
        slope = 0.95 * slope + random.normal();
        level = 0.95 * level + slope;
        return level;
      });
      return { rows: 3000, columns: [{ kind: "number", name: "v", values }] };
    };
    const long = { length: 48 };
    const rule = falseAlarms(0.05);
    const share = (label: Uint8Array): number => label.reduce((sum, each) => sum + each, 0) / label.length;
    let [inBlocks, atRandom] = [0, 0];
    for (const seed of [1, 3, 5]) {
      const [known, fresh] = [smooth(seed), smooth(seed + 1)];
      const apart = await knn({ neighbours: 1 }).fit(known, { seed, window: { ...long, points: "last" }, rule });
      const mixed = await knn({ neighbours: 1 }).fit(windowsOf(known, long).table, { seed, rule });
      inBlocks += share((await apart.run(fresh)).label) / 3;
      atRandom += share((await mixed.run(windowsOf(fresh, long).table)).label) / 3;
      await Promise.all([apart.close(), mixed.close()]);
    }
    expect(inBlocks).toBeLessThan(0.15);
    expect(atRandom).toBeGreaterThan(0.9);
  });
});
