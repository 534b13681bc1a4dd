import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, describe, expect, test } from "vitest";
import { kindOf } from "./read.js";
import { openSource, type SourceOptions, type Want } from "./source.js";
import type { Table } from "./table.js";

const folder = mkdtempSync(join(tmpdir(), "oddity-source-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function readAll(path: string, want?: Want, options?: SourceOptions): Promise<Table> {
  const source = await openSource(path, options);
  try {
    return await source.read(want);
  } finally {
    await source.close();
  }
}

/** Columns as plain values: texts for categories, null for missing. */
const plain = (table: Table): Record<string, (string | number | null | undefined)[]> =>
  Object.fromEntries(
    table.columns.map((column) => [
      column.name,
      column.kind === "category"
        ? Array.from(column.codes, (code) => (code < 0 ? null : column.levels[code]))
        : Array.from(column.values, (value) => (Number.isNaN(value) ? null : value)),
    ]),
  );

const csv =
  "n,f,t,b,d,s\n1,0.5,red,true,2020-01-02,1970-01-01 00:00:01\n,,,,,\n3,-2,blue,false,1970-01-02,2000-01-01 00:00:00\n1,1e3,red,true,,\n";
const expected = {
  n: [1, null, 3, 1],
  f: [0.5, null, -2, 1000],
  t: ["red", null, "blue", "red"],
  b: [1, null, 0, 1],
  d: [1577923200, null, 86400, null],
  s: [1, null, 946684800, null],
};

describe("formats hold the same table", () => {
  test("CSV, with kinds", async () => {
    const table = await readAll(file("a.csv", csv));
    expect(table.rows).toBe(4);
    expect(table.columns.map((column) => column.kind)).toEqual([
      "number",
      "number",
      "category",
      "number",
      "date",
      "date",
    ]);
    expect(plain(table)).toEqual(expected);
  });
  test.each([
    ["TSV", "a.tsv", csv.replaceAll(",", "\t")],
    ["semicolons", "semicolon.csv", csv.replaceAll(",", ";")],
    ["Windows line ends", "crlf.csv", csv.replaceAll("\n", "\r\n")],
    ["gzip", "a.csv.gz", gzipSync(csv)],
    ["gzip without a telling name", "data_10_percent.gz", gzipSync(csv)],
  ])("%s", async (_, name, content) => {
    expect(plain(await readAll(file(name, content)))).toEqual(expected);
  });
  test("standard input", async () => {
    expect(plain(await readAll("-", {}, { stdin: Readable.from([csv.slice(0, 20), csv.slice(20)]) }))).toEqual(
      expected,
    );
  });
  test("NDJSON, JSON, Parquet, and each in gzip", async () => {
    const from = file("b.csv", csv);
    const database = await DuckDBInstance.create();
    const connection = await database.connect();
    await connection.run(`COPY (FROM '${from}') TO '${folder}/b.ndjson' (FORMAT json)`);
    await connection.run(`COPY (FROM '${from}') TO '${folder}/b.json' (FORMAT json, ARRAY true)`);
    await connection.run(`COPY (FROM '${from}') TO '${folder}/b.parquet' (FORMAT parquet)`);
    database.closeSync();
    for (const ending of ["ndjson", "json", "parquet"]) {
      expect(plain(await readAll(join(folder, `b.${ending}`))), ending).toEqual(expected);
      const zipped = file(`b.${ending}.gz`, gzipSync(readFileSync(join(folder, `b.${ending}`))));
      expect(plain(await readAll(zipped)), `${ending}.gz`).toEqual(expected);
    }
  });
  test("a glob reads its files in the order of their names, and refuses other columns", async () => {
    mkdirSync(join(folder, "parts"));
    file("parts/2.csv", "a,b\n3,z\n");
    file("parts/1.csv", "a,b\n1,x\n2,y\n");
    expect(plain(await readAll(join(folder, "parts/*.csv")))).toEqual({ a: [1, 2, 3], b: ["x", "y", "z"] });
    file("parts/3.csv", "b,a\n3,z\n");
    await expect(readAll(join(folder, "parts/*.csv"))).rejects.toThrow(
      /3\.csv: expected the columns of .*1\.csv: a, b, got b, a/,
    );
  });
  test("names for a file that has none", async () => {
    const path = file("bare.csv", "1,x\n2,y\n");
    expect(plain(await readAll(path, {}, { header: ["n", "t"] }))).toEqual({ n: [1, 2], t: ["x", "y"] });
    await expect(readAll(path, {}, { header: ["n", "t", "u"] })).rejects.toThrow(
      /expected 3 columns, as many as names were given, got 2/,
    );
  });
});

describe("kinds", () => {
  test("of DuckDB's types", () => {
    for (const type of ["BOOLEAN", "UTINYINT", "HUGEINT", "INTEGER", "DECIMAL(18,3)", "FLOAT"])
      expect(kindOf(type)).toBe("number");
    for (const type of ["DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_NS"])
      expect(kindOf(type)).toBe("date");
    for (const type of ["VARCHAR", "TIME", "INTEGER[]", "STRUCT(a DOUBLE)", "UUID"])
      expect(kindOf(type)).toBe("category");
  });
  test("markers of missing values; infinities stay", async () => {
    const table = await readAll(file("missing.csv", "a,b,c\n1,nan,x\nNA,inf,?\n3,-inf,NULL\n4,2,\n"));
    expect(plain(table)).toEqual({
      a: [1, null, 3, 4],
      b: [null, Infinity, -Infinity, 2],
      c: ["x", null, null, null],
    });
  });
  test("codes with leading zeros are categories", async () => {
    expect(plain(await readAll(file("zip.csv", "zip,v\n01099,0.5\n80331,1\n")))).toEqual({
      zip: ["01099", "80331"],
      v: [0.5, 1],
    });
  });
  test("asked for: order, text as it stands, numbers as category", async () => {
    const path = file("codes.csv", "code,v\n007,1.50\n012,2\n");
    const table = await readAll(path, { select: ["v", "code"], kinds: { code: "category" } });
    expect(Object.keys(plain(table))).toEqual(["v", "code"]);
    expect(plain(table)).toEqual({ v: [1.5, 2], code: ["007", "012"] });
  });
  test("a fraction long after whole numbers is still read", async () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => String(i));
    const table = await readAll(file("late-fraction.csv", `v\n${lines.join("\n")}\n0.25\n`));
    expect(table.rows).toBe(50_001);
    expect(plain(table).v!.at(-1)).toBe(0.25);
  });
  test("a quote long after lines without any is still understood", async () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `${i},a`);
    const table = await readAll(file("late-quote.csv", `v,w\n${lines.join("\n")}\n5,"a, b"\n`));
    expect(plain(table).w!.at(-1)).toBe("a, b");
  });
  test("a text long after numbers is refused with column, row and value", async () => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `${i},1`);
    const path = file("late.csv", `a,b\n${lines.join("\n")}\n5,oops\n`);
    await expect(readAll(path)).rejects.toThrow(/column b, row 50001: expected a number, got "oops"/);
    expect((await readAll(path, { select: ["a"] })).rows).toBe(50_001);
    await expect(readAll(file("t.csv", "a,b\nx,1\ny,2\n"), { kinds: { a: "number" } })).rejects.toThrow(
      /column a, row 1: expected a number, got "x"/,
    );
  });
  test("unknown columns get a suggestion", async () => {
    await expect(readAll(file("u.csv", "amount,b\n1,2\n"), { select: ["amuont"] })).rejects.toThrow(
      /did you mean "amount"/,
    );
  });
});

test("a file whose name looks like a pattern is that file, not others that the pattern fits", async () => {
  for (const [ending, row] of [
    ["csv", (x: number) => `x,y\n${x},1\n${x},2\n`],
    ["json", (x: number) => JSON.stringify([{ x, y: 1 }])],
  ] as const) {
    file(`day1.${ending}`, row(7));
    for (const name of [`day[1].${ending}`, `day?.${ending}`, `da*.${ending}`]) {
      const { columns } = await readAll(file(name, row(9)));
      expect(
        [...(columns[0] as { values: Float64Array }).values].every((x) => x === 9),
        name,
      ).toBe(true);
    }
  }
});

test("batches are the whole table in order, each with levels of its own", async () => {
  const rows = Array.from({ length: 10_000 }, (_, i) => `${i},t${i % 7}`);
  const source = await openSource(file("batches.csv", `i,t\n${rows.join("\n")}\n`));
  const sizes: number[] = [];
  let next = 0;
  for await (const table of source.batches(3000)) {
    sizes.push(table.rows);
    const [numbers, texts] = table.columns;
    if (numbers?.kind !== "number" || texts?.kind !== "category") throw new Error("kinds");
    expect(texts.levels).toHaveLength(7);
    for (let i = 0; i < table.rows; i++, next++) {
      if (numbers.values[i] !== next || texts.levels[texts.codes[i]!] !== `t${next % 7}`)
        throw new Error(`row ${next}`);
    }
  }
  expect(sizes).toEqual([3000, 3000, 3000, 1000]);
  await source.close();
});

describe("bad input gets a sentence", () => {
  const junk = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256);
  test.each<[string, () => string, RegExp]>([
    [
      "missing",
      () => join(file("sales.csv", csv), "../slaes.csv"),
      /expected a file, got nothing there; did you mean ".*sales.csv"/,
    ],
    ["folder", () => folder, /expected a file, got a folder; name the files/],
    ["no match", () => join(folder, "*.nothing"), /expected at least one file, got no match/],
    ["empty", () => file("empty.csv", ""), /got an empty file/],
    ["empty gzip", () => file("empty.csv.gz", gzipSync("")), /got an empty file/],
    ["binary", () => file("junk.csv", junk), /got binary data/],
    ["Parquet in name only", () => file("junk.parquet", junk), /got binary data/],
    ["header only", () => file("header.csv", "a,b,c\n"), /got column names and nothing below them/],
    [
      "ragged",
      () => file("ragged.csv", "a,b,c\n1,2,3\n4,5,6\n7,8\n1,2,3\n"),
      /line 4: expected 3 values, as in the first line, got 2 in "7,8"/,
    ],
    [
      "too wide",
      () => file("wide.csv", "a,b\n1,2\n4,5,6\n7,8\n"),
      /line 3: expected 2 values, as in the first line, got 3/,
    ],
    [
      "lines before the header",
      () => file("title.csv", "Sales, 2020\na,b,c\n1,2,3\n2,3,4\n"),
      /line 2: expected 2 values/,
    ],
    ["names twice", () => file("dup.csv", "a,b,a\n1,2,3\n"), /expected column names that differ, got "a" twice/],
    ["names that differ by case", () => file("case.csv", "a,b,A\n1,2,3\n"), /got "a" and "A"/],
    ["not UTF-8", () => file("latin.csv", Buffer.from("name,v\nann,1\nb\u00e9b,2\n", "latin1")), /UTF-8/],
    ["JSON that is none", () => file("bad.json", '{ "a": 1,'), /bad.json: expected/],
    ["cut Parquet", () => file("cut.parquet", "PAR1 and no more of it"), /cut.parquet: expected a whole file/],
    [
      "cut gzip",
      () => file("cut.csv.gz", gzipSync(csv.repeat(50)).subarray(0, 120)),
      /expected a whole gzip file, got one that is cut short/,
    ],
  ])("%s", async (_, make, sentence) => {
    await expect(openSource(make())).rejects.toThrow(sentence);
    await expect(openSource(make())).rejects.toHaveProperty("name", "OddityError");
  });
  test("ragged far below the first lines", async () => {
    const lines = Array.from({ length: 400_000 }, (_, i) => `${i},1`);
    await expect(readAll(file("far.csv", `a,b\n${lines.join("\n")}\n5\n`))).rejects.toThrow(
      /line 400002: expected 2 values, as in the first line, got 1 in "5"/,
    );
  });
  test("nothing is left in the scratch folder's place", async () => {
    const before = execFileSync("sh", ["-c", `ls ${tmpdir()} | grep -c '^oddity-......$' || true`]).toString();
    await expect(openSource(join(folder, "header.csv"))).rejects.toThrow();
    expect(execFileSync("sh", ["-c", `ls ${tmpdir()} | grep -c '^oddity-......$' || true`]).toString()).toBe(before);
  });
});

const data = process.env.ODDITY_DATA;
test.skipIf(!data)("KDD Cup 99: 494,021 rows, 97,278 of them normal", async () => {
  const header = Array.from({ length: 42 }, (_, j) => `c${j}`);
  const table = await readAll(`${data}/kdd99/kddcup.data_10_percent.gz`, {}, { header });
  expect(table.rows).toBe(494_021);
  const label = table.columns[41]!;
  if (label.kind !== "category") throw new Error("kind");
  const normal = label.levels.indexOf("normal.");
  expect(label.codes.reduce((sum, code) => sum + (code === normal ? 1 : 0), 0)).toBe(97_278);
  expect(label.levels).toHaveLength(23);
});
