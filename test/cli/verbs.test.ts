// Every verb once, as a newcomer would use it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newPlace, tableText } from "./run.js";

const place = newPlace();
afterAll(() => place.remove());
const text = (...path: string[]) => readFileSync(join(place.path, ...path), "utf8");

/** stdout of a run that must succeed without a word on stderr. */
async function quietly(...words: string[]): Promise<string> {
  const ended = await place.run(...words, "--quiet");
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  return ended.stdout;
}
const json = async (...words: string[]) => JSON.parse(await quietly(...words, "--json"));

const bad = Array.from({ length: 10 }, (_, i) => 40 * (i + 1));
const labels = ["--label", "label", "--normal", "good"];
// Isolation Forest cannot see beyond the range of its training rows, which is where the bad rows lie.
const far = ["-d", "mean-distance"];

beforeAll(async () => {
  writeFileSync(join(place.path, "log.csv"), tableText());
  await quietly("fit", "log.csv", ...labels, ...far, "--seed", "3", "-o", "model.onnx");
}, 120_000);

test("help lists every verb, and each has help of its own", async () => {
  const { code, stdout } = await place.run("--help");
  expect(code).toBe(0);
  const verbs = ["detect", "fit", "score", "evaluate", "explain", "inspect", "detectors", "data"];
  for (const verb of verbs) expect(stdout).toMatch(new RegExp(`^  ${verb} {2,}\\w`, "m"));
  const { stdout: own } = await place.run("help", "score");
  expect(own).toContain("Usage: oddity score [options] <model> <data>");
});

test("detect: the folder, the strangest rows, and the labels' verdict", async () => {
  const { code, stdout, stderr } = await place.run("detect", "log.csv", ...labels, ...far, "--top", "12");
  expect(code).toBe(0);
  expect(stderr).toMatch(/^read 400 rows of log\.csv in .*; 10 are labelled as anomalies$/m);
  expect(stderr).toMatch(/^training mean-distance on 260 rows of 3 columns, seed 1$/m);
  const rows = [...stdout.matchAll(/^ *(\d+) +[\d.]+ +0\.\d+ +(anomaly|normal)\s+(\d+)\s% (\w) = /gm)];
  expect(rows).toHaveLength(12);
  // the bad rows lie six deviations out in column a
  expect(
    rows
      .slice(0, 10)
      .map((row) => Number(row[1]))
      .sort((x, y) => x - y),
  ).toEqual(bad);
  expect(rows.slice(0, 10).every((row) => row[2] === "anomaly" && row[4] === "a")).toBe(true);
  expect(stdout).toMatch(/^AUROC +1\.0000 +1\.0000 to 1\.0000 +0\.5$/m);
  const lines = text("oddity-log", "scores.csv").trimEnd().split("\n");
  expect(lines[0]).toBe("a,b,c,label,score,p_value,label_1");
  expect(lines).toHaveLength(401);
  expect(lines.slice(1).map((line) => line.split(",").slice(0, 4).join(","))).toEqual(
    tableText().trimEnd().split("\n").slice(1),
  );
  expect(JSON.parse(text("oddity-log", "config.json"))).toMatchObject({
    data: "log.csv",
    detector: "mean-distance",
    seed: 1,
  });
  expect(text("oddity-log", "report.html")).toContain("Strange rows in log.csv");

  // --force replaces results, whatever their format, and leaves other files alone
  writeFileSync(join(place.path, "oddity-log", "notes.txt"), "mine");
  const again = await json(
    "detect",
    "log.csv",
    ...labels,
    ...far,
    "--force",
    "--format",
    "ndjson",
    "--rule",
    "contamination=0.025",
  );
  expect(again).toMatchObject({ rows: 140, flagged: 10, rule: "contamination=0.025" });
  expect(again.strangest).toHaveLength(20);
  expect(again.metrics.find((line: { name: string }) => line.name === "F1")).toMatchObject({ value: 1 });
  expect(() => text("oddity-log", "scores.csv")).toThrow("ENOENT");
  expect(text("oddity-log", "notes.txt")).toBe("mine");
  const scored = text("oddity-log", "scores.ndjson")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(scored.flatMap(({ label_1 }, i) => (label_1 === 1 ? [i + 1] : []))).toEqual(bad);
});

test("detect without labels, from standard input", async () => {
  const unlabelled = tableText().replaceAll(/,[^,\n]*$/gm, "");
  const { ended } = place.start(["detect", "-", "-q", "--json", "--top", "3"], { stdin: unlabelled });
  const { code, stdout } = await ended;
  expect(code).toBe(0);
  const result = JSON.parse(stdout);
  expect(result.metrics).toBeUndefined();
  expect(result.files).toContain(join("oddity-stdin", "report.html"));
  expect(bad).toEqual(expect.arrayContaining(result.strangest.map(({ row }: { row: number }) => row)));
});

test("score: to a file, to stdout, and by other rules; the scores agree", async () => {
  expect(await quietly("score", "model.onnx", "log.csv", "-o", "scored.csv")).toMatch(
    /^scored\.csv: 400 rows, \d+ flagged$/m,
  );
  const toStdout = await quietly("score", "model.onnx", "log.csv");
  expect(toStdout).toBe(text("scored.csv"));
  const piped = place.start(["score", "model.onnx", "-", "-q"], { stdin: tableText() });
  expect((await piped.ended).stdout).toBe(toStdout);
  const together = await json("score", "model.onnx", "log.csv", "-o", "c.parquet", "--rule", "contamination=0.025");
  expect(together).toMatchObject({ rows: 400, flagged: 10, rule: "contamination=0.025" });
  const fixed = await json("score", "model.onnx", "log.csv", "-o", "f.ndjson", "--rule", "quantile=0.5");
  const flags = text("f.ndjson")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).label_1);
  expect(flags.filter((flag) => flag === 1)).toHaveLength(fixed.flagged);
  expect(fixed.flagged).toBeGreaterThan(150);
});

test("a reader that stops early is no failure", async () => {
  writeFileSync(join(place.path, "long.csv"), tableText(50_000));
  const { ended } = place.start(["score", "model.onnx", "long.csv", "-q"], {
    shell: '{ "$0" "$@"; echo "code $?" >&2; } | head -n 1',
  });
  expect(await ended).toMatchObject({ stdout: "a,b,c,label,score,p_value,label_1\n", stderr: "code 0\n" });
  expect(place.scratch()).toEqual([]);
});

test("evaluate: figures with chance levels, and a report", async () => {
  const result = await json("evaluate", "model.onnx", "log.csv", ...labels, "--top-share", "0.025", "-o", "verdict");
  expect(result).toMatchObject({ rows: 400, anomalies: 10, flagged: 10, rule: "contamination=0.025" });
  const metric = (name: string) => result.metrics.find((line: { name: string }) => line.name === name);
  expect(metric("AUROC")).toMatchObject({ value: 1, low: 1, high: 1, chance: 0.5 });
  expect(metric("average precision")).toMatchObject({ value: 1, chance: 0.025 });
  expect(metric("recall")).toMatchObject({ value: 1, chance: 0.025 });
  expect(text("verdict", "report.html")).toContain("mean-distance on log.csv");
});

test("explain: asked rows in the asked order", async () => {
  const { rows } = await json("explain", "model.onnx", "log.csv", "--rows", "80,1");
  expect(rows.map(({ row }: { row: number }) => row)).toEqual([80, 1]);
  expect(rows[0].reasons[0]).toMatchObject({ column: "a" });
  const top = await json("explain", "model.onnx", "log.csv", "--top", "10");
  expect(top.rows.map(({ row }: { row: number }) => row).sort((x: number, y: number) => x - y)).toEqual(bad);
});

test("rows in a context: the columns of the context are asked for again, and are not judged", async () => {
  const quick = ["-d", "egbad", "--set", "epochs=1", "--select", "held-out", "--drop", "label"];
  await quietly("fit", "log.csv", ...quick, "--condition", "c", "-o", "context.onnx");
  const { encoding } = await json("inspect", "context.onnx");
  expect(encoding.columns.map(({ name }: { name: string }) => name)).toEqual(["a", "b"]);
  expect(encoding.condition.map(({ name }: { name: string }) => name)).toEqual(["c"]);
  expect(await quietly("inspect", "context.onnx")).toMatch(/^ {2}c +category .*; the context, not judged itself$/m);
  expect(await json("score", "context.onnx", "log.csv", "-o", "context.csv")).toMatchObject({ rows: 400 });
  const { rows } = await json("explain", "context.onnx", "log.csv", "--rows", "40");
  expect(rows[0].reasons.map(({ column }: { column: string }) => column)).not.toContain("c");
});

test("inspect, detectors and data", async () => {
  expect(await json("inspect", "model.onnx")).toMatchObject({
    detector: "mean-distance",
    seed: 3,
    rows: { trained: 312, heldOut: 78 },
    calibrationRows: 78,
  });
  expect(await quietly("inspect", "model.onnx")).toMatch(
    /^ {2}c +category +one-hot of 3 levels \(x, y, z\) and one for others/m,
  );
  await quietly("fit", "log.csv", "-d", "auto", "--drop", "label", "-o", "auto.onnx");
  expect(await quietly("inspect", "auto.onnx")).toMatch(/^note: auto chose the nearest neighbour, /m);
  expect(await quietly("detectors")).toMatch(/^auto .*\(the default\)$/m);
  expect(await quietly("detectors", "egbad")).toMatch(
    /^batch +128 +rows in a minibatch \(published: 50; pictures 100\) \(a whole number ≥ 1\)$/m,
  );
  expect((await json("data", "list"))[0]).toMatchObject({ id: "kdd99", rows: 494_021 });
  expect(await quietly("data", "info", "thyroid")).toMatch(/^rows +3,772, of them 93 anomalies \(2\.5.%\)$/m);
  expect(await quietly("data", "check", "log.csv", "--label", "label")).toMatch(
    /^label +category +label +0 +2: good ×390, bad ×10$/m,
  );
});
