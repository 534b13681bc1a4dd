import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, expect, test } from "vitest";
import { linesToParquet } from "./lines-to-parquet.js";

// letters that a glob would take for those of another folder
const root = mkdtempSync(join(tmpdir(), "oddity-lines-to-parquet-test-"));
const folder = join(root, "it's [1]*");
mkdirSync(folder);
mkdirSync(join(root, "it's 1"));
writeFileSync(join(root, "it's 1/results.jsonl"), '{"wrong":1}\n');
afterAll(() => rmSync(root, { recursive: true }));
const from = join(folder, "results.jsonl");
const to = join(folder, "results.parquet");

async function written(lines: readonly object[], tail = "") {
  writeFileSync(from, lines.map((line) => `${JSON.stringify(line)}\n`).join("") + tail);
  await linesToParquet(from, to, { force: true });
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const path = to.replaceAll("'", "''").replaceAll(/[*[]/g, "[$&]");
  const reader = await connection.runAndReadAll(`SELECT * FROM read_parquet('${path}')`);
  const types = reader.columnNames().map((name, i) => [name, String(reader.columnType(i))]);
  return { types: Object.fromEntries(types), rows: reader.getRowObjectsJS() };
}

test("a column for every field, in the order in which fields occur", async () => {
  const { types, rows } = await written(
    [
      { kind: "truth", dims: 1, x: [0, 0.5], anomalies: [{ name: "+1", shift: 1 }, { name: "wide" }] },
      { kind: "fit", step: 0, tests: { ks: 1, "kl bits": 0.25 } },
      { kind: "fit", step: 10, tests: { ks: 0.5 } },
      {
        kind: "anomaly",
        step: 10,
        confusion: { found: 3, missed: 0 },
        roc: [
          [0, 0],
          [0.5, 1],
        ],
        isDone: true,
      },
    ],
    '{"kind":"anomaly","step":',
  );
  expect(types).toEqual({
    kind: "VARCHAR",
    dims: "BIGINT",
    x: "DOUBLE[]",
    anomalies: 'STRUCT("name" VARCHAR, "shift" BIGINT)[]',
    step: "BIGINT",
    "tests.ks": "DOUBLE",
    "tests.kl bits": "DOUBLE",
    "confusion.found": "BIGINT",
    "confusion.missed": "BIGINT",
    roc: "DOUBLE[][]",
    isDone: "BOOLEAN",
  });
  const none = Object.fromEntries(Object.keys(types).map((name) => [name, null]));
  expect(rows).toEqual([
    {
      ...none,
      kind: "truth",
      dims: 1n,
      x: [0, 0.5],
      anomalies: [
        { name: "+1", shift: 1n },
        { name: "wide", shift: null },
      ],
    },
    { ...none, kind: "fit", step: 0n, "tests.ks": 1, "tests.kl bits": 0.25 },
    { ...none, kind: "fit", step: 10n, "tests.ks": 0.5 },
    {
      ...none,
      kind: "anomaly",
      step: 10n,
      "confusion.found": 3n,
      "confusion.missed": 0n,
      roc: [
        [0, 0],
        [0.5, 1],
      ],
      isDone: true,
    },
  ]);
  expect(readdirSync(folder).sort()).toEqual(["results.jsonl", "results.parquet"]);
});

test("text stays as it was written; what is mixed is text; numbers beyond 64 bits are doubles", async () => {
  const day = { day: "2026-1-02", id: "123E4567-e89b-12d3-a456-426614174000", at: "2026-01-01T00:00:00.000Z" };
  const { types, rows } = await written([
    { ...day, mixed: 3, big: 1e20, none: null },
    { mixed: "three", big: 1 },
    { mixed: { a: 1 } },
  ]);
  expect(types).toMatchObject({ day: "VARCHAR", id: "VARCHAR", at: "VARCHAR", mixed: "VARCHAR", big: "DOUBLE" });
  expect(rows[0]).toEqual({ ...day, mixed: "3", big: 1e20, none: null });
  expect(rows.map((row) => row.mixed)).toEqual(["3", "three", '{"a":1}']);
});

test("a field that first occurs after many lines, and many fields in one object, are columns too", async () => {
  const late = [...Array.from({ length: 30_000 }, (_, step) => ({ step })), { step: 30_000, late: true }];
  const { types, rows } = await written(late);
  expect(types).toEqual({ step: "BIGINT", late: "BOOLEAN" });
  expect(rows.map((row) => row.step)).toEqual(late.map(({ step }) => BigInt(step)));
  expect(rows.at(-1)).toEqual({ step: 30_000n, late: true });
  const values = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`v${i}`, i]));
  const wide = await written([{ values }, { values: {} }]);
  expect(wide.rows[0]).toEqual(Object.fromEntries(Object.keys(values).map((name, i) => [`values.${name}`, BigInt(i)])));
});

test("refused: no lines, damaged lines, names that DuckDB takes for the same, a target that exists", async () => {
  await expect(written([])).rejects.toThrow(/results.jsonl: expected lines with fields, got 0 lines/);
  await expect(written([{ a: 1 }], "{\n{}\n")).rejects.toThrow(/results.jsonl:2: expected a JSON object, got "{"/);
  await expect(written([{ loss: 1 }, { Loss: 2 }])).rejects.toThrow(
    /differ in more than upper and lower case, got "loss", "Loss"/,
  );
  await expect(written([{ a: { b: 1 } }, { "a.b": 2 }])).rejects.toThrow(/names differ/);
  await expect(written([{ a: { b: 1 } }, { a: { B: 2 } }])).rejects.toThrow(/fit into columns, got Duplicate name "B"/);
  await written([{ a: 1 }]);
  await expect(linesToParquet(from, to)).rejects.toThrow(/expected a file that does not exist yet/);
});
