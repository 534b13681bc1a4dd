// Every detector, fitted on real tables, saved, and scored by onnxruntime for Python on the raw columns: the same scores,
// p-values and labels. onnx's own checker passes the file, types and shapes included.

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { loadDataset } from "../../src/data/sets/load.js";
import { pick, type Table } from "../../src/data/table.js";
import { pValues } from "../../src/decide/conformal.js";
import type { DetectorMaker } from "../../src/detectors/define.js";
import { detectors } from "../../src/detectors/list.js";
import type { Model } from "../../src/detectors/model.js";
import { Random } from "../../src/tensor/random.js";
import { ofThese } from "../conformance/conform.js";
import { spots, together } from "../conformance/pictures.js";
import { need } from "../need.js";
import { fitTold } from "../told.js";

const script = fileURLToPath(new URL("../../bench/peers/score_onnx.py", import.meta.url));
const run = promisify(execFile);

/** Rows drawn from a set, with every text it has and some values taken away. */
async function sample(id: string, count: number): Promise<Table> {
  const { features } = await loadDataset(id);
  const table = pick(features, new Random(1).sample(features.rows, count));
  const [first, ...others] = table.columns;
  if (first === undefined || first.kind === "category") throw new Error(`${id} begins with text`);
  return {
    ...table,
    columns: [{ ...first, values: first.values.map((x, i) => (i % 50 === 0 ? Number.NaN : x)) }, ...others],
  };
}

/** Numbers with all their digits, missing values as nothing. */
function toCsv({ rows, columns }: Table): string {
  const field = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const cells = columns.map((column) =>
    column.kind === "category"
      ? Array.from(column.codes, (code) => field(column.levels[code] ?? ""))
      : Array.from(column.values, (x) => (Number.isNaN(x) ? "" : `${x}`)),
  );
  const lines = Array.from({ length: rows }, (_, i) => cells.map((column) => column[i]).join(","));
  return `${[columns.map(({ name }) => field(name)).join(","), ...lines].join("\n")}\n`;
}

/** Pictures u8[rows, height, width, channels] as NumPy's .npy, version 1. */
function toNpy({ rows, pictures }: Table): Uint8Array {
  const { height, width, channels, pixels } = pictures!;
  const shape = `(${rows}, ${height}, ${width}, ${channels})`;
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': ${shape}, }`;
  const padded = `${header.padEnd(117)}\n`; // 10 bytes before it make 128
  const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, padded.length, 0]);
  return Buffer.concat([start, Buffer.from(padded), pixels]);
}

const first = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

async function sameElsewhere(model: Model, table: Table, data: string, content: string | Uint8Array): Promise<void> {
  const python = need("python");
  const folder = await mkdtemp(join(tmpdir(), "oddity-parity-"));
  try {
    const [onnx, given, out] = ["model.onnx", data, "scored.csv"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await model.save(onnx);
    await writeFile(given, content);
    await run(python, [script, onnx, given, out]);
    const lines = (await readFile(out, "utf8")).trim().split(/\r?\n/).slice(1);
    const there = lines.map((line) => line.split(",").map(Number));
    const here = await model.run(table);
    expect(there.length).toBe(table.rows);

    const near = 1e-5 * (Math.max(...here.score) - Math.min(...here.score));
    expect(near).toBeGreaterThan(0);
    expect(Math.max(...there.map(([score], i) => Math.abs(score! - here.score[i]!)))).toBeLessThanOrEqual(near);
    // both follow from the score: where they differ from ours, a step lies between two almost equal scores
    const theirs = Float32Array.from(there, ([score]) => score!);
    expect(there.map(([, p]) => p)).toEqual(Array.from(pValues(model.calibration, theirs), Math.fround));
    expect(there.map(([, , label]) => label)).toEqual(Array.from(theirs, (s) => Number(s >= model.header.threshold)));
    expect(there.filter(([, p, label], i) => p === here.pValue[i] && label === here.label[i]).length).toBeGreaterThan(
      0.99 * table.rows,
    );
    expect(new Set(here.label)).toEqual(new Set([0, 1]));
  } finally {
    await rm(folder, { recursive: true });
    await model.close();
  }
}

const takes = (kind: "tables" | "pictures") => detectors.filter((maker) => (maker.takes ?? kind) === kind);

const brief = (maker: DetectorMaker): Record<string, unknown> =>
  ofThese(maker, { epochs: 1, fewestSteps: 500, filters: 8, steps: 100 });

describe.each([
  ["kdd99", 3000],
  ["thyroid", 3000],
])("%s", (id, count) => {
  for (const maker of takes("tables"))
    test(`${maker.id}: onnxruntime for Python scores the file the same`, async () => {
      const table = await sample(id, count);
      const model = await fitTold(maker(brief(maker)), pick(table, first(2000)), { seed: 1 });
      await sameElsewhere(model, table, "rows.csv", toCsv(table));
    });
});

describe("pictures", () => {
  for (const maker of takes("pictures"))
    test(`${maker.id}: onnxruntime for Python scores the file the same`, async () => {
      const model = await fitTold(maker({ ...brief(maker), ...ofThese(maker, { fewestSteps: 100 }) }), spots(300, 1), {
        seed: 1,
      });
      const table = together(spots(200, 2), spots(40, 2, true));
      await sameElsewhere(model, table, "pictures.npy", toNpy(table));
    });
});
