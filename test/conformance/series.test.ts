// Every detector of tables learns windows over a series, and says how strange each row is.

import { expect } from "vitest";
import { type Column, pick, type Table } from "../../src/data/table.js";
import { load } from "../../src/detectors/load.js";
import { Random } from "../../src/tensor/random.js";
import { conformance, ofThese } from "./conform.js";
import { numbers, tableOfColumns } from "./tables.js";

const TAKES = "takes a series, finds what is far off, and comes back from its file the same";

const check = conformance({
  except: {
    devnet: { [TAKES]: "learns from known anomalies alone, and these go with rows that stand alone" },
  },
});

const HOUR = 3600;

/** Two channels with a day's rhythm, and a switch that never changes. */
function days(count: number, seed: number): Table {
  const random = new Random(seed);
  const hours = Float64Array.from({ length: 24 * count }, (_, i) => i);
  const at: Column = { kind: "date", name: "at", values: hours.map((hour) => hour * HOUR) };
  const wave = (shift: number) =>
    hours.map((hour) => 5 * Math.sin((2 * Math.PI * (hour + shift)) / 24) + 0.3 * random.normal());
  return tableOfColumns(
    at,
    numbers("load", wave(0)),
    numbers("heat", wave(6)),
    numbers(
      "switch",
      hours.map(() => 1),
    ),
  );
}

check(TAKES, async (maker) => {
  const detector = maker(ofThese(maker, { epochs: 2, fewestSteps: 150, filters: 8, steps: 20 }));
  const model = await detector.fit(days(40, 1), { seed: 3, window: { length: 6 } });
  expect(model.header.window).toMatchObject({ length: 6, channels: ["load", "heat", "switch"], time: "at" });
  const odd = days(10, 2);
  const values = (odd.columns[1] as { values: Float64Array }).values;
  for (let row = 120; row < 132; row++) values[row] = 60;
  const { score, pValue, label } = await model.run(odd);
  expect(score.every(Number.isFinite)).toBe(true);
  expect(score).toHaveLength(odd.rows);
  const inside = score.subarray(123, 129);
  const outside = Float32Array.from([...score.subarray(0, 110), ...score.subarray(142)]).sort();
  // stranger than nearly every row that is far from it
  expect(Math.min(...inside)).toBeGreaterThan(outside[Math.floor(0.9 * outside.length)]!);
  expect(Array.from(label)).toEqual(Array.from(score, (each) => Number(each >= model.threshold)));
  expect(Math.min(...pValue)).toBeGreaterThan(0);
  const again = await load(model.bytes);
  expect((await again.run(odd)).score).toEqual(score);
  // the order of time counts, not that of the table
  const order = new Random(1).permutation(odd.rows);
  expect((await again.run(pick(odd, order))).score).toEqual(Float32Array.from(order, (row) => score[row]!));
  await Promise.all([model.close(), again.close()]);
});
