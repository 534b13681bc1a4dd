// Few rows, odd values and wrong tables, for every detector: finite scores and a documented treatment, or a sentence.

import { expect } from "vitest";
import type { Column, Table } from "../../src/data/table.js";
import type { DetectorMaker } from "../../src/detectors/define.js";
import type { Model } from "../../src/detectors/model.js";
import { scalings } from "../../src/encode/encoding.js";
import { feedsOf } from "../../src/encode/program.js";
import { webRuntime } from "../../src/runtime/web.js";
import { toNumbers } from "../../src/tensor/tensor.js";
import { fitTold } from "../told.js";
import { conformance, fit, ofThese, rangeOf, usual } from "./conform.js";
import { columnOf, normalRows, numbers, tableOfColumns, texts, valuesOf, withColumn } from "./tables.js";

const check = conformance({
  except: {
    "isolation-forest": {
      "another value in a constant column is stranger than the usual one":
        "trees cut only along features that vary in the training rows",
    },
  },
});

const some = normalRows(60, 1);
const fresh = normalRows(30, 2);

/** Scores, p-values and labels of all rows, all of them finite. */
async function finite(model: Model, rows: Table): Promise<Float32Array> {
  const { score, pValue, label } = await model.run(rows);
  expect(score.every(Number.isFinite)).toBe(true);
  expect(pValue.every((p) => p > 0 && p <= 1)).toBe(true);
  expect(label.every((l) => l === 0 || l === 1)).toBe(true);
  return score;
}

const mean = (x: Float32Array): number => x.reduce((sum, v) => sum + v, 0) / x.length;

for (const rows of [1, 2, 3, 19, 21])
  check(`${rows} rows train, and a table of them scores`, async (maker) => {
    const model = await fit(maker, normalRows(rows, 1));
    await finite(model, fresh);
    expect(model.header.rows.trained + model.header.rows.heldOut).toBe(rows);
    // below 20 rows none is kept apart, and the model says what follows from it
    expect(model.header.notes.some((note) => note.startsWith("p-values come from training rows"))).toBe(rows < 20);
    expect(model.calibration.length).toBe(rows < 20 ? rows : model.header.rows.heldOut);
  });

check("no rows are refused, for fitting and for scoring", async (maker) => {
  await expect(fit(maker, normalRows(0, 1))).rejects.toThrow("rows: expected at least one row to train on, got none");
  await expect((await usual(maker)).score(normalRows(0, 1))).rejects.toThrow(
    "rows: expected at least one row, got none",
  );
});

check("no columns are refused, and two of one name", async (maker) => {
  await expect(fit(maker, { rows: 5, columns: [] })).rejects.toThrow("columns: expected at least one column, got none");
  const twice = tableOfColumns(numbers("a", [1, 2, 3]), numbers("a", [4, 5, 6]));
  await expect(fit(maker, twice)).rejects.toThrow('columns: expected each name once, got "a" twice');
});

check("a share to hold out that leaves nothing to learn from is refused", async (maker) => {
  for (const heldOut of [1, 1.5, -0.1, Number.NaN])
    await expect(fit(maker, some, { heldOut })).rejects.toThrow(/heldOut: expected a share from 0 to below 1, got/);
});

const without = (name: string): Table => ({ ...fresh, columns: fresh.columns.filter((each) => each.name !== name) });

check("a table without a column of the model is refused by its name", async (maker) => {
  const model = await usual(maker);
  for (const name of ["heat", "mode"]) {
    await expect(model.score(without(name))).rejects.toThrow(
      `column "${name}": expected the columns the model was trained on`,
    );
    await expect(model.explain(without(name))).rejects.toThrow(`column "${name}"`);
  }
});

check("text where numbers were, and numbers where text was, are refused by name", async (maker) => {
  const model = await usual(maker);
  const swapped = withColumn(fresh, texts("heat", new Array<string>(30).fill("warm")));
  await expect(model.score(swapped)).rejects.toThrow('column "heat": expected numbers, got text');
  const turned = withColumn(fresh, numbers("mode", new Float64Array(30)));
  await expect(model.score(turned)).rejects.toThrow('column "mode": expected text, got numbers');
});

const fill = (value: number): Column => numbers("heat", new Float64Array(fresh.rows).fill(value));

check("missing and infinite values score finitely, infinite ones as very strange", async (maker) => {
  const model = await usual(maker);
  const usualScores = await finite(model, fresh);
  await finite(model, withColumn(fresh, fill(Number.NaN)));
  await finite(model, withColumn(fresh, texts("mode", new Array<string>(30).fill(""))));
  for (const value of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MAX_VALUE, -Number.MAX_VALUE])
    expect(mean(await finite(model, withColumn(fresh, fill(value))))).toBeGreaterThan(mean(usualScores));
});

const everyThird = (value: number) => (x: number, i: number) => (i % 3 === 0 ? value : x);

check("missing and infinite values among the training rows", async (maker) => {
  const heat = valuesOf(some, "heat");
  const gaps = withColumn(some, numbers("heat", heat.map(everyThird(Number.NaN))));
  const holes = withColumn(
    gaps,
    texts(
      "mode",
      Array.from(heat, (_, i) => (i % 4 === 0 ? "" : "slow")),
    ),
  );
  const model = await fit(maker, holes);
  await finite(model, holes);
  await finite(model, fresh);
  const endless = await fit(maker, withColumn(some, numbers("heat", heat.map(everyThird(Number.POSITIVE_INFINITY)))));
  await finite(endless, fresh);
});

check("columns that are wholly missing, or infinite, or as large and as small as numbers get", async (maker) => {
  const rows = Array.from({ length: 40 }, (_, i) => i);
  const table = tableOfColumns(
    numbers(
      "missing",
      rows.map(() => Number.NaN),
    ),
    numbers(
      "endless",
      rows.map(() => Number.POSITIVE_INFINITY),
    ),
    numbers(
      "huge",
      rows.map((i) => (i % 2 === 0 ? 1 : -1) * (1.7e308 - i * 1e306)),
    ),
    numbers(
      "tiny",
      rows.map((i) => i * 5e-324),
    ),
    numbers(
      "large",
      rows.map((i) => i * 1e200),
    ),
    numbers("plain", rows),
    texts(
      "blank",
      rows.map(() => ""),
    ),
    {
      kind: "date",
      name: "time",
      values: Float64Array.from(rows, (i) => (i === 7 ? Number.POSITIVE_INFINITY : 1.7e9 + i)),
    },
  );
  const never = new Float64Array(rows.length).fill(Number.NEGATIVE_INFINITY);
  const far = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1.7e308, -1.7e308];
  for (const scaling of "scaling" in maker.parameters ? scalings : ["as it is"]) {
    const model = await fitTold(maker(ofThese(maker, { epochs: 1, fewestSteps: 5, scaling })), table, {
      seed: 3,
    }).catch((error: Error) => {
      // numbers as they are may be too much for training; then it says so
      if (scaling === "none" && error.message.includes("scaled inputs")) return undefined;
      throw error;
    });
    if (model === undefined) continue;
    await finite(model, table);
    for (const value of far)
      for (const name of ["missing", "endless", "huge", "tiny", "large", "plain"])
        await finite(model, withColumn(table, numbers(name, new Float64Array(rows.length).fill(value))));
    await finite(model, withColumn(table, { kind: "date", name: "time", values: never }));
  }
});

check("text never seen before is stranger than the usual text", async (maker) => {
  const model = await usual(maker);
  const unseen = withColumn(fresh, texts("valve", new Array<string>(30).fill("stuck")));
  const seen = withColumn(fresh, texts("valve", new Array<string>(30).fill("open")));
  expect(mean(await finite(model, unseen))).toBeGreaterThan(mean(await finite(model, seen)));
});

check("another value in a constant column is stranger than the usual one", async (maker) => {
  const still = (value: number, rows: Table): Table => ({
    ...rows,
    columns: [...rows.columns, numbers("still", new Float64Array(rows.rows).fill(value))],
  });
  const model = await fit(maker, still(7, some));
  expect(mean(await finite(model, still(8, fresh)))).toBeGreaterThan(mean(await finite(model, still(7, fresh))));
});

check("rows that are all the same train, and score the same", async (maker) => {
  const same = (rows: number): Table =>
    tableOfColumns(numbers("a", new Float64Array(rows).fill(5)), texts("b", new Array<string>(rows).fill("x")));
  const model = await fit(maker, same(50));
  const scores = await finite(model, same(10));
  // a product may be summed in another order for another place in the batch, and a search goes on from there
  expect(rangeOf(scores)).toBeLessThanOrEqual(1e-5 * Math.max(...scores.map(Math.abs)));
  await finite(model, tableOfColumns(numbers("a", [6, Number.NaN]), texts("b", ["y", ""])));
});

check("columns may bear any name, those of the model's own outputs and constants too", async (maker: DetectorMaker) => {
  const names = ["score", "p_value", "label", "threshold", "x", "batch", "a b", "ü", "{}", "scores_1", "toString"];
  const named = (rows: Table): Table => ({
    rows: rows.rows,
    columns: names.map((name, i) => {
      const column = columnOf(rows, ["heat", "pressure", "flow", "mode"][i % 4]!);
      return { ...column, name };
    }),
  });
  const model = await fit(maker, named(some));
  const scores = await finite(model, named(fresh));
  const session = await webRuntime.open(model.bytes);
  const web = await session.run(feedsOf(model.header.encoding, named(fresh)));
  await session.close();
  for (const [i, score] of toNumbers(web.score!).entries()) expect(score).toBeCloseTo(scores[i]!, 3);
  const strict = await model.withRule({ id: "quantile", value: 0.5 });
  expect(await strict.score(named(fresh))).toEqual(scores);
});
