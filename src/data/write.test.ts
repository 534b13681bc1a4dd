import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { openSource } from "./source.js";
import { type Scored, scoreNames, writeScored } from "./write.js";

const folder = mkdtempSync(join(tmpdir(), "oddity-write-test-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
});
const at = (name: string) => join(folder, name);

async function* scores(count: number, batch = 2): AsyncGenerator<Scored> {
  for (let from = 0; from < count; from += batch) {
    const rows = Array.from({ length: Math.min(batch, count - from) }, (_, i) => from + i);
    yield {
      score: Float32Array.from(rows, (row) => row / 4),
      pValue: Float32Array.from(rows, (row) => 1 / (row + 1)),
      label: Uint8Array.from(rows, (row) => row % 2),
    };
  }
}

async function write(content: string | Uint8Array, out: string, { count = 3, force = false, name = "in.csv" } = {}) {
  writeFileSync(at(name), content);
  const source = await openSource(at(name));
  try {
    return await writeScored(source, scores(count), out, { force });
  } finally {
    await source.close();
  }
}

const csv = 'code,note,v\n007,"a, b",1.50\n012,,2\n003,NA,1e3\n';

describe("every format", () => {
  const scored =
    'code,note,v,score,p_value,label\n007,"a, b",1.50,0.0,1.0,0\n012,,2,0.25,0.5,1\n003,NA,1e3,0.5,0.33333334,0\n';
  test("CSV keeps each value as it was written", async () => {
    expect(await write(csv, at("out.csv"))).toEqual({ rows: 3 });
    expect(readFileSync(at("out.csv"), "utf8")).toBe(scored);
    expect(readdirSync(folder).sort()).toEqual(["in.csv", "out.csv"]);
  });
  test("CSV in gzip", async () => {
    await write(csv, at("out.csv.gz"));
    expect(gunzipSync(readFileSync(at("out.csv.gz"))).toString()).toBe(scored);
  });
  test("TSV", async () => {
    await write(csv, at("out.tsv"));
    expect(readFileSync(at("out.tsv"), "utf8").split("\n")[1]).toBe("007\ta, b\t1.50\t0.0\t1.0\t0");
  });
  test("NDJSON has types", async () => {
    await write(csv, at("out.ndjson"));
    expect(JSON.parse(readFileSync(at("out.ndjson"), "utf8").split("\n")[2]!)).toEqual({
      code: "003",
      note: null,
      v: 1000,
      score: 0.5,
      p_value: Math.fround(1 / 3),
      label: 0,
    });
  });
  test("Parquet, read again", async () => {
    await write(csv, at("out.parquet"));
    const source = await openSource(at("out.parquet"));
    const table = await source.read({ select: ["v", "score"] });
    expect(table.columns.map((column) => column.kind === "number" && [...column.values])).toEqual([
      [1.5, 2, 1000],
      [0, 0.25, 0.5],
    ]);
    await source.close();
  });
  test("typed formats hold values that differ from the first 20,000", async () => {
    const lines = Array.from({ length: 30_000 }, (_, i) => `${i},${i},${i}`);
    await write(`a,b,c\n${lines.join("\n")}\n1,0.25,late\n`, at("out.parquet"), { count: 30_001 });
    const source = await openSource(at("out.parquet"));
    expect(source.origin.relation.columns.map((column) => column.type)).toEqual([
      "BIGINT",
      "DOUBLE",
      "VARCHAR",
      "FLOAT",
      "FLOAT",
      "UTINYINT",
    ]);
    const [b] = (await source.read({ select: ["b"] })).columns;
    expect(b?.kind === "number" && b.values.at(-1)).toBe(0.25);
    await source.close();
  });
  test("JSON to CSV and to NDJSON, fractions and nested values kept", async () => {
    const json = '{"a":1,"t":"x, y","l":[1,2]}\n{"a":2.5,"t":null,"l":null}\n';
    await write(json, at("out.csv"), { name: "in.ndjson", count: 2 });
    expect(readFileSync(at("out.csv"), "utf8")).toBe(
      'a,t,l,score,p_value,label\n1,"x, y","[1,2]",0.0,1.0,0\n2.5,,,0.25,0.5,1\n',
    );
    await write(json, at("out.ndjson"), { name: "in.ndjson", count: 2 });
    expect(JSON.parse(readFileSync(at("out.ndjson"), "utf8").split("\n")[0]!)).toMatchObject({ a: 1, l: [1, 2] });
  });
  test("standard output is CSV", async () => {
    writeFileSync(at("in.csv"), csv);
    const source = await openSource(at("in.csv"));
    const stdout = new PassThrough();
    const [written] = await Promise.all([text(stdout), writeScored(source, scores(3), "-", { stdout })]);
    expect(written).toBe(scored);
    await source.close();
  });
  test("the columns of an .npz file", async () => {
    const header = "{'descr': '|u1', 'fortran_order': False, 'shape': (3, 2), }\n";
    const npy = (shape: string, bytes: number[]) => {
      const words = header.replace("(3, 2)", shape);
      return Uint8Array.from([
        0x93,
        0x4e,
        0x55,
        0x4d,
        0x50,
        0x59,
        1,
        0,
        words.length,
        0,
        ...Buffer.from(words),
        ...bytes,
      ]);
    };
    const npz = zipSync({ "X.npy": npy("(3, 2)", [1, 2, 3, 4, 5, 6]), "y.npy": npy("(3,)", [0, 1, 0]) });
    await write(npz, at("out.csv"), { name: "in.npz" });
    expect(readFileSync(at("out.csv"), "utf8").split("\n").slice(0, 2)).toEqual([
      "x0,x1,y,score,p_value,label",
      "1,2,0,0.0,1.0,0",
    ]);
  });
});

test("rows stay in order over many batches and vectors", async () => {
  const count = 50_000;
  const lines = Array.from({ length: count }, (_, i) => String(i));
  writeFileSync(at("long.csv"), `row\n${lines.join("\n")}\n`);
  const source = await openSource(at("long.csv"));
  await writeScored(source, scores(count, 3001), at("out.csv"));
  await source.close();
  const written = readFileSync(at("out.csv"), "utf8").trim().split("\n").slice(1);
  expect(written).toHaveLength(count);
  for (const [i, line] of written.entries()) {
    const [row, score, , label] = line.split(",").map(Number);
    if (row !== i || score !== Math.fround(i / 4) || label !== i % 2) throw new Error(`row ${i}: ${line}`);
  }
});

test("names that are taken get a number", () => {
  expect(scoreNames(["a", "Score", "score_1", "label"])).toEqual({
    score: "score_2",
    pValue: "p_value",
    label: "label_1",
  });
});

describe("nothing is lost", () => {
  test("an existing file stays unless forced", async () => {
    writeFileSync(at("out.csv"), "precious");
    await expect(write(csv, at("out.csv"))).rejects.toThrow(
      /expected a file that does not exist yet, got one that does; --force/,
    );
    expect(readFileSync(at("out.csv"), "utf8")).toBe("precious");
    await write(csv, at("out.csv"), { force: true });
    expect(readFileSync(at("out.csv"), "utf8")).toContain("p_value");
  });
  test.each<[string, string, RegExp]>([
    ["unknown ending", "out.xlsx", /ends in .csv/],
    ["no folder", "none/out.csv", /expected an existing folder/],
    ["file for a folder", "in.csv/out.csv", /expected an existing folder/],
  ])("%s", async (_, out, sentence) => {
    await expect(write(csv, at(out))).rejects.toThrow(sentence);
    expect(readdirSync(folder)).toEqual(["in.csv"]);
  });
  test("scoring that fails on the way leaves no file", async () => {
    writeFileSync(at("in.csv"), csv);
    const source = await openSource(at("in.csv"));
    async function* failing(): AsyncGenerator<Scored> {
      yield* scores(2);
      throw new Error("the model failed");
    }
    await expect(writeScored(source, failing(), at("out.csv"))).rejects.toThrow("the model failed");
    expect(readdirSync(folder)).toEqual(["in.csv"]);
    await writeScored(source, scores(3), at("out.csv"));
    await source.close();
  });
  test("too few scores are noticed", async () => {
    await expect(write(csv, at("out.csv"), { count: 2 })).rejects.toThrow("internal: 2 scores for 3 rows");
    expect(readdirSync(folder)).toEqual(["in.csv"]);
  });
});
