import { expect, test } from "vitest";
import { figuresOf } from "./figures/index.js";
import { toPng, toSvg } from "./render.js";
import type { DetectReport } from "./report.js";
import { writeReport } from "./write.js";

const evil = `<script>alert("x")</script>&'`;

/** A report with as little as a report can have. */
const bare: DetectReport = {
  title: "Strange rows in pump.csv",
  created: "2025-11-22T14:35:00Z",
  source: { name: "pump.csv", rows: 1234, columns: 3 },
  detector: {
    id: "autoencoder",
    about: "What it cannot rebuild.",
    parameters: {},
    seed: 7,
    trainedRows: 1000,
    seconds: 4,
  },
  rule: "at a false-alarm rate of 1\u202f%",
  flagged: 12,
  scores: { values: Float32Array.from({ length: 1234 }, (_, i) => i % 97), threshold: 96, calibrationRows: 19 },
  strangest: [],
  notes: [],
};

/** A report with everything, and hostile text wherever users' text can come. */
const full: DetectReport = {
  ...bare,
  title: evil,
  source: { ...bare.source, name: evil },
  detector: {
    ...bare.detector,
    id: evil,
    about: evil,
    paper: evil,
    note: evil,
    steps: 500,
    parameters: { [evil]: [evil] },
  },
  rule: evil,
  falseAlarmRate: 0.01,
  scores: {
    ...bare.scores,
    labels: Uint8Array.from({ length: 1234 }, (_, i) => (i % 97 === 96 ? 1 : 0)),
    pValues: Float32Array.from({ length: 1234 }, (_, i) => (97 - (i % 97)) / 97),
  },
  strangest: [
    {
      row: 96,
      score: 96,
      pValue: 0.0103,
      truth: evil,
      values: { [evil]: evil, empty: null },
      reasons: [{ column: evil, share: 0.75, value: evil, typical: evil }],
    },
  ],
  losses: [
    { step: 1, [evil]: 2 },
    { step: 2, [evil]: 1 },
  ],
  metrics: [{ name: evil, value: 0.98765, low: 0.98, high: 0.99, chance: 0.5, about: evil }],
  curves: {
    roc: [
      { x: 0, y: 0 },
      { x: 1, y: 1 },
    ],
    precisionRecall: [
      { x: 0, y: 1 },
      { x: 1, y: 0.01 },
    ],
  },
  controls: [{ name: evil, metrics: { [evil]: 0.9 } }],
  usage: [{ title: evil, code: evil }],
  notes: [evil],
};

async function written(report: DetectReport) {
  const files = new Map<string, string | Uint8Array>();
  const result = await writeReport(report, async (name, content) => void files.set(name, content));
  return { files, result, html: String(files.get("report.html")) };
}

/** The text a reader sees, white space as one blank. */
const textOf = (html: string) =>
  html.replace(/<style>[\s\S]*?<\/style>|<title>[\s\S]*?<\/title>|<[^>]*>/g, " ").replace(/[ \n]+/g, " ");

const voids = new Set(["meta", "br"]);

/** Names what is wrong with the nesting of the tags, or nothing. */
function misnested(html: string): string | undefined {
  const open: string[] = [];
  for (const [, closing, name, selfClosed] of html.matchAll(
    /<(\/?)([a-zA-Z][\w-]*)(?:\s+[\w:-]+(?:="[^"<]*")?)*\s*(\/?)>/g,
  )) {
    if (voids.has(name!) || selfClosed) continue;
    if (!closing) open.push(name!);
    else if (open.pop() !== name) return `</${name}> closes nothing`;
  }
  const strays = html.replace(/<!doctype html>|<style>[\s\S]*?<\/style>/g, "").replace(/<\/?[a-zA-Z][^<>]*>/g, "");
  if (/[<>]/.test(strays)) return "a stray angle bracket";
  return open.length > 0 ? `<${open.at(-1)}> is never closed` : undefined;
}

test.each([
  ["bare", bare, 1],
  ["full", full, 6],
  [
    "one row",
    { ...full, source: { ...bare.source, rows: 1 }, scores: { values: Float32Array.of(3), calibrationRows: 0 } },
    5,
  ],
  [
    "no rows",
    {
      ...bare,
      source: { ...bare.source, rows: 0 },
      flagged: 0,
      scores: { values: new Float32Array(), calibrationRows: 0 },
    },
    0,
  ],
] as [string, DetectReport, number][])("a %s report is whole, well nested and alone", async (_, report, figures) => {
  const { html, files } = await written(report);
  expect(misnested(html)).toBeUndefined();
  expect(html.match(/<figure /g)?.length ?? 0).toBe(figures);
  expect([...files.keys()].filter((name) => name.endsWith(".svg"))).toHaveLength(figures);
  expect(html).not.toMatch(/NaN|undefined|\[object|<script|<link|src=|@import|url\(/);
  const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test("the nesting check sees faults", () => {
  expect(misnested("<p><b>x</p></b>")).toBe("</p> closes nothing");
  expect(misnested("<p>1 < 2</p>")).toBe("a stray angle bracket");
  expect(misnested("<p><br>")).toBe("<p> is never closed");
});

test("the summary says in words how many rows are flagged and why the first is strange", async () => {
  const text = textOf((await written(bare)).html);
  expect(text).toContain("12 of 1,234 rows are flagged (0.97\u202f%) at a false-alarm rate of 1\u202f%.");
  expect(text).toContain("No row was singled out.");
  expect(text).toContain("19 held-out rows, so none can be smaller than 0.05.");
  const reason = { column: "pressure", share: 0.62, value: 9.5, typical: 1.25 };
  const strange = { row: 17, score: 8.25, pValue: 0.004, values: { pressure: 9.5 }, reasons: [reason] };
  const more = textOf((await written({ ...bare, flagged: 1, falseAlarmRate: 0.01, strangest: [strange] })).html);
  expect(more).toContain("1 of 1,234 rows is flagged");
  expect(more).toContain("Were every row normal, about 12 would be flagged by chance.");
  expect(more).toContain("row 17, with a score of 8.25 and a p-value of 0.004; pressure accounts for 62\u202f% of it.");
  expect(more).toContain("pressure is 9.5 , usually 1.25");
});

test("text from users is text, everywhere, and nothing of it is lost", async () => {
  const { html, files } = await written(full);
  const escaped = "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;";
  // title twice, source, rule, detector (tile, making, controls), about, paper, note, parameter name and value, metric (tile,
  // row, controls head), its about, control, usage twice, note, truth, value name and value, reason 3, summary's column
  expect(html.split(escaped).length - 1).toBeGreaterThanOrEqual(26);
  for (const name of files.keys()) if (name.endsWith(".svg")) expect(String(files.get(name))).not.toContain("<script");
});

test("metrics show interval and chance; controls stand beside the detector", async () => {
  const report: DetectReport = {
    ...bare,
    metrics: [{ name: "AUROC", value: 0.98765, low: 0.98, high: 0.99, chance: 0.5 }],
    controls: [{ name: "untrained", metrics: { AUROC: 0.9 } }],
  };
  const text = textOf((await written(report)).html);
  expect(text).toMatch(/AUROC +0\.988 +0\.980 to 0\.990 +0\.5/);
  expect(text).toMatch(/autoencoder +\(this report\) +0\.988 +untrained +0\.900/);
  expect((await written(bare)).html).not.toContain("Against the known labels");
});

test("a dark page finds the colours that the figures use", async () => {
  const svg = await toSvg(figuresOf(full)[0]!.spec);
  const { html } = await written(full);
  const used = [...svg.matchAll(/(fill|stroke)="(#[^"]+)"/g)].map(
    ([, paint, colour]) => `.figure [${paint}="${colour}"]`,
  );
  expect(used.length).toBeGreaterThan(0);
  for (const selector of used) expect(html).toContain(selector);
});

test("PNG is drawn at twice the size, and refused where there is no font", async () => {
  const svg = await toSvg(figuresOf(bare)[0]!.spec);
  const width = Number(/width="(\d+)"/.exec(svg)![1]);
  const png = await toPng(svg);
  if (png) expect(new DataView(png.buffer, png.byteOffset).getUint32(16)).toBe(2 * width);
  expect(await toPng(svg, { systemFonts: false })).toBeUndefined();
});
