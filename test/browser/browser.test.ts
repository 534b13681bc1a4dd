// Saved models in a browser: onnxruntime-web scores raw columns in a page as the model does here.

import { readFile } from "node:fs/promises";
import { type Browser, chromium } from "playwright-core";
import { expect, test } from "vitest";
import type { Table } from "../../src/data/table.js";
import { pValues } from "../../src/decide/conformal.js";
import { autoencoder, egbad, isolationForest } from "../../src/detectors/index.js";
import { fit } from "../conformance/conform.js";
import { normalRows, stack, strangeRows, texts, textsOf, valuesOf, withColumn } from "../conformance/tables.js";
import { need } from "../need.js";
import { serve } from "./serve.js";

const quiet = [
  "--no-sandbox", // it does not start as root otherwise
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Numbers with gaps, text with gaps, times. */
function withGapsAndTimes(table: Table): Table {
  const [heat, mode] = ["heat", "mode"].map((name) => table.columns.find((column) => column.name === name)!);
  const numbers = valuesOf(table, heat!.name).map((x, i) => (i % 9 === 0 ? Number.NaN : x));
  const words = textsOf(mode!).map((text, i) => (i % 7 === 0 ? "" : text));
  const times = Float64Array.from({ length: table.rows }, (_, i) => 1.7e9 + 4321 * i);
  const gaps = withColumn(withColumn(table, { kind: "number", name: "heat", values: numbers }), texts("mode", words));
  return { rows: table.rows, columns: [...gaps.columns, { kind: "date", name: "at", values: times }] };
}

/** The columns as the page is given them: JSON, null for a missing number. */
const toJson = ({ columns }: Table): string =>
  JSON.stringify(
    columns.map((column) =>
      column.kind === "category"
        ? { name: column.name, type: "string", values: textsOf(column) }
        : { name: column.name, type: "float64", values: Array.from(column.values) },
    ),
  );

for (const maker of [isolationForest, autoencoder, egbad])
  test(`${maker.id} scores in a page as it does here`, async () => {
    const executablePath = need("browser");
    const rows = withGapsAndTimes(stack(normalRows(200, 2), strangeRows(40, 2)));
    const model = await fit(maker, withGapsAndTimes(normalRows(400, 1)));
    const server = await serve(
      new Map<string, string | Uint8Array>([
        ["/page.html", await readFile(new URL("page.html", import.meta.url))],
        ["/columns.json", toJson(rows)],
        ["/model.onnx", model.bytes],
      ]),
    );
    let browser: Browser | undefined;
    try {
      browser = await chromium.launch({ executablePath, args: quiet });
      const page = await browser.newPage();
      await page.goto(`${server.address}/page.html`);
      type Got = Readonly<Record<"score" | "p_value" | "label", readonly number[]>>;
      const there = await page.evaluate<Got>("scoreAll()");
      const here = await model.run(rows);

      expect(there.score).toHaveLength(rows.rows);
      const near = 1e-5 * (Math.max(...here.score) - Math.min(...here.score));
      expect(near).toBeGreaterThan(0);
      expect(Math.max(...there.score.map((score, i) => Math.abs(score - here.score[i]!)))).toBeLessThanOrEqual(near);
      // both follow from the score: where they differ from ours, a step lies between two almost equal scores
      const scores = Float32Array.from(there.score);
      expect(there.p_value).toEqual(Array.from(pValues(model.calibration, scores), Math.fround));
      expect(there.label).toEqual(Array.from(scores, (score) => Number(score >= model.header.threshold)));
      expect(new Set(there.label)).toEqual(new Set([0, 1]));
    } finally {
      await browser?.close();
      await server.close();
      await model.close();
    }
  });
