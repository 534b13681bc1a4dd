// Series on the command line: windows said once, when a model is fitted, and known to it from then on.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newPlace } from "./run.js";

const place = newPlace();
afterAll(() => place.remove());

/** Hours of `count` days with a load that follows the hour, and a switch; day `odd` runs backwards. */
function daysText(count: number, odd: number): string {
  const lines = Array.from({ length: 24 * count }, (_, i) => {
    const day = Math.floor(i / 24);
    const hour = day === odd ? 23 - (i % 24) : i % 24;
    const load = 100 + 10 * hour + 3 * Math.sin(i * 2.399963);
    const at = new Date(Date.UTC(2024, 0, 1, i)).toISOString().slice(0, 19);
    return `${at},${load.toFixed(2)},${hour >= 8 && hour < 18 ? 1 : 0},${day === odd ? 1 : 0}`;
  });
  return `at,load,open,odd\n${lines.join("\n")}\n`;
}

async function quietly(...words: string[]): Promise<string> {
  const ended = await place.run(...words, "--quiet");
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  return ended.stdout;
}
const json = async (...words: string[]) => JSON.parse(await quietly(...words, "--json"));
const knn = ["-d", "knn"];

beforeAll(async () => {
  writeFileSync(join(place.path, "known.csv"), daysText(80, -1));
  writeFileSync(join(place.path, "new.csv"), daysText(30, 17));
  await quietly("fit", "known.csv", "--drop", "odd", "--window", "12", ...knn, "-o", "model.onnx");
}, 120_000);

test("score: a model of windows cuts a new series by itself; every row has a score", async () => {
  const lines = (await quietly("score", "model.onnx", "new.csv")).trimEnd().split("\n");
  expect(lines[0]).toBe("at,load,open,odd,score,p_value,label");
  expect(lines).toHaveLength(1 + 24 * 30);
  const scores = lines.slice(1).map((line) => Number(line.split(",")[4]));
  expect(Math.floor(scores.indexOf(Math.max(...scores)) / 24)).toBe(17);
  const flagged = lines.slice(1).filter((line) => line.endsWith(",1")).length;
  expect(flagged).toBeGreaterThan(10);
  expect(flagged).toBeLessThan(60);
});

test("inspect, evaluate and explain know the window", async () => {
  const { window, rows, encoding } = await json("inspect", "model.onnx");
  expect(window).toMatchObject({ length: 12, step: 1, channels: ["load", "open"], time: "at", points: "mean" });
  expect(encoding.columns).toHaveLength(24);
  expect(rows.heldOut).toBeGreaterThan(100);
  expect(await quietly("inspect", "model.onnx")).toMatch(
    /^windows over +12 rows of 2 channels \(load, open\); one every row; in the order of at; a row has the mean score of its windows$/m,
  );
  const { rows: judged, metrics } = await json("evaluate", "model.onnx", "new.csv", "--label", "odd", "-o", "verdict");
  expect(judged).toBe(720);
  expect(metrics[0]).toMatchObject({ name: "AUROC" });
  expect(metrics[0].value).toBeGreaterThan(0.95);
  const { rows: why } = await json("explain", "model.onnx", "new.csv", "--top", "3");
  expect(Math.floor((why[0].row - 1) / 24)).toBe(17);
  expect(why[0].window.last - why[0].window.first).toBe(11);
  expect(why[0].window.first).toBeLessThanOrEqual(why[0].row);
  expect(why[0].values).toMatchObject({ load: expect.any(Number), at: expect.stringContaining("2024-01-18") });
  expect(why[0].reasons[0].column).toMatch(/^(load|open)\[(0|-\d+)\]$/);
  // one event is one line
  expect(Math.abs(why[1].row - why[0].row)).toBeGreaterThanOrEqual(12);
});

test("detect: windows that hold a labelled anomaly do not train", async () => {
  const found = await json(
    "detect",
    "new.csv",
    "--label",
    "odd",
    "--window",
    "12",
    ...knn,
    "--points",
    "max",
    "--top",
    "4",
  );
  expect(found.rows).toBe(720);
  expect(found.notes.join(" ")).toContain("No window that holds a labelled anomaly was among those that trained.");
  expect(Math.abs(found.strangest[0].row - (17 * 24 + 12))).toBeLessThan(24);
  const scored = readFileSync(join(place.path, "oddity-new", "scores.csv"), "utf8")
    .trimEnd()
    .split("\n");
  expect(scored).toHaveLength(721);
  const { window } = await json("inspect", join("oddity-new", "model.onnx"));
  expect(window.points).toBe("max");
  const report = readFileSync(join(place.path, "oddity-new", "report.html"), "utf8");
  expect(report).toContain("load[");
  // a table of windows is not what a user has: the report says how to cut them elsewhere
  expect(report).toContain("sliding_window_view(series[channel].to_numpy(numpy.float64), 12)");
});

test("one series of a collection is a table with labels", async () => {
  const { rows, columns } = await json("data", "check", "nab/nyc_taxi");
  expect(rows).toBe(10_320);
  expect(columns.map(({ name, role }: { name: string; role: string }) => [name, role])).toEqual([
    ["timestamp", "feature"],
    ["value", "feature"],
    ["anomaly", "label"],
  ]);
  const { code, stderr } = await place.run("data", "check", "nab");
  expect(code).toBe(2);
  expect(stderr).toContain("nab: expected one of its 58 series, as in nab/");
});

test("what does not go together is said", async () => {
  const refused = async (...words: string[]) => {
    const { code, stderr } = await place.run(...words, "-q");
    expect(code).toBe(2);
    return stderr;
  };
  expect(await refused("fit", "known.csv", "--window-step", "3", "-o", "x.onnx")).toContain(
    "--window-step: expected --window ROWS with it, got none",
  );
  expect(await refused("fit", "known.csv", "--window", "12", "--window-step", "13", "-o", "x.onnx")).toContain(
    "window step: expected 1 to 12 rows, so that windows leave no row out, got 13",
  );
  expect(await refused("fit", "known.csv", "--window", "12", "--time", "att", "-o", "x.onnx")).toContain(
    'did you mean "at"?',
  );
  writeFileSync(join(place.path, "few.csv"), daysText(80, -1).split("\n").slice(0, 9).join("\n"));
  const { code, stderr } = await place.run("score", "model.onnx", "few.csv", "-q");
  expect(code).toBe(1);
  expect(stderr).toContain("rows: expected at least 12, the length of a window, got 8");
});
