// GANomaly and Skip-GANomaly on real digits, in seconds: a digit that was never seen outranks one that was. And rows that
// are strange in their context only.

import { expect, test } from "vitest";
import { textsOf } from "../../src/data/pictures/columns.js";
import { locateFiles } from "../../src/data/sets/find.js";
import { pictureSetOf } from "../../src/data/sets/index.js";
import { loadPictures } from "../../src/data/sets/load-pictures.js";
import { pick, type Table } from "../../src/data/table.js";
import type { Detector } from "../../src/detectors/define.js";
import { ganomaly, skipGanomaly } from "../../src/detectors/index.js";
import { auroc } from "../../src/metrics/auroc.js";
import { Random } from "../../src/tensor/random.js";
import { numbers, tableOfColumns, texts } from "../conformance/tables.js";

const EACH = 100;

async function digits(): Promise<{ train: Table; mixed: Table } | string> {
  const missing = await locateFiles(pictureSetOf("mnist"), {}).then(
    () => undefined,
    (error: Error) => error.message,
  );
  if (missing !== undefined) return missing;
  const { table } = await loadPictures("mnist");
  const classes = textsOf(table.columns.find(({ name }) => name === "class"));
  const of = (digit: string): number[] => classes.flatMap((each, row) => (each === digit ? [row] : []));
  const [usual, strange] = [of("7"), of("0")];
  return {
    train: pick(table, usual.slice(0, 600)),
    mixed: pick(table, [...usual.slice(600, 600 + EACH), ...strange.slice(0, EACH)]),
  };
}

const secondHalf = Array.from({ length: 2 * EACH }, (_, i) => Number(i >= EACH));

async function scored(detector: Detector, train: Table, rows: Table, condition: string[] = []): Promise<number> {
  const model = await detector.fit(train, { seed: 1, condition });
  const scores = await model.score(rows);
  await model.close();
  return auroc.compute(scores, secondHalf);
}

const brief = { filters: 8, epochs: 1, fewestSteps: 300 };

test.for([
  ["ganomaly", ganomaly(brief)],
  ["ganomaly, as published", ganomaly({ variant: "published", filters: 8, epochs: 30 })],
  ["ganomaly by cross-entropy", ganomaly({ ...brief, adversarial: "cross-entropy" })],
  ["skip-ganomaly", skipGanomaly(brief)],
  ["skip-ganomaly, as published", skipGanomaly({ variant: "published", filters: 8, epochs: 30 })],
] as const)("%s: zeros outrank sevens after a few hundred steps over sevens", async ([, detector], { skip }) => {
  const found = await digits();
  if (typeof found === "string") return skip(found);
  expect(await scored(detector, found.train, found.mixed)).toBeGreaterThan(0.8);
});

/** By day it is about 20 degrees, by night about 8, and the load falls with them. Strange rows have the wrong hour. */
function hours(rows: number, seed: number, isStrange: boolean): Table {
  const random = new Random(seed);
  const day = Array.from({ length: rows }, () => random.uniform() < 0.5);
  const heat = day.map((isDay) => (isDay ? 20 : 8) + 3 * random.normal());
  return tableOfColumns(
    texts(
      "hour",
      day.map((isDay) => (isDay === isStrange ? "night" : "day")),
    ),
    numbers("heat", heat),
    numbers(
      "load",
      heat.map((degrees) => 100 - 2 * degrees + 4 * random.normal()),
    ),
  );
}

test("a warm night is strange where the hour is the context, and not where nobody looks at it", async () => {
  const train = hours(2000, 1, false);
  const [usual, strange] = [hours(EACH, 2, false), hours(EACH, 3, true)];
  const rows = tableOfColumns(
    texts("hour", [...textsOf(usual.columns[0]), ...textsOf(strange.columns[0])] as string[]),
    ...["heat", "load"].map((name, i) =>
      numbers(
        name,
        [usual, strange].flatMap(({ columns }) => {
          const column = columns[i + 1]!;
          return column.kind === "number" ? Array.from(column.values) : [];
        }),
      ),
    ),
  );
  const without = (table: Table): Table => ({ ...table, columns: table.columns.slice(1) });
  const detector = ganomaly({ epochs: 1, fewestSteps: 2000 });
  expect(await scored(detector, train, rows, ["hour"])).toBeGreaterThan(0.75);
  expect(await scored(detector, without(train), without(rows))).toBeLessThan(0.6);
});
