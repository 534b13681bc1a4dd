// Pictures on the command line, as a newcomer would use it; and bad ones of every kind.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { draw, drawMany, drawMask, SIDE, SQUARE } from "./pictures.js";
import { newPlace } from "./run.js";

const place = newPlace();
afterAll(() => place.remove());
const at = (...path: string[]) => join(place.path, ...path);
const text = (...path: string[]) => readFileSync(at(...path), "utf8");
/** Width and height of a PNG file. */
const sizeOf = (path: string) => {
  const bytes = readFileSync(path);
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
};

async function quietly(...words: string[]): Promise<string> {
  const ended = await place.run(...words, "--quiet");
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  return ended.stdout;
}
const json = async (...words: string[]) => JSON.parse(await quietly(...words, "--json"));
const metric = (result: { metrics: { name: string; value: number }[] }, name: string) =>
  result.metrics.find((line) => line.name === name)?.value;

beforeAll(async () => {
  await drawMany(at("plain"), 0, 60);
  for (const i of [17, 41]) await draw(at("plain", `odd-${i}.png`), i, { isOdd: true });
  await drawMany(at("parts", "train", "good"), 0, 40);
  await drawMany(at("parts", "test", "good"), 40, 50);
  await drawMany(at("parts", "test", "square"), 50, 56, { isOdd: true });
  for (let i = 50; i < 56; i++) await drawMask(at("parts", "ground_truth", "square", `0${i}_mask.png`));
  await drawMany(at("large"), 60, 64, { times: 2 });
  await drawMany(at("coloured"), 60, 64, { channels: 3 });
  mkdirSync(at("empty"));
  mkdirSync(at("broken"));
  writeFileSync(at("broken", "text.png"), "not a picture\n");
  writeFileSync(at("broken", "cut.png"), readFileSync(at("plain", "000.png")).subarray(0, 100));
  writeFileSync(at("notes.png"), "not a picture\n");
  writeFileSync(at("table.csv"), `a,b\n${Array.from({ length: 40 }, (_, i) => `${i},${(i * 7) % 5}\n`).join("")}`);
  await quietly("fit", "plain", "-o", "model.onnx");
  await quietly("fit", "table.csv", "-o", "table.onnx");
}, 120_000);

test("detect on a folder, without an option: the odd ones come first, and the folder shows where they are odd", async () => {
  const { code, stdout, stderr } = await place.run("detect", "plain", "--top", "4");
  expect(code).toBe(0);
  expect(stderr).toMatch(/^read 62 pictures of plain in /m);
  expect(stderr).toMatch(/^training [\w-]+ on 62 pictures of 24×24 pixels in grey, seed 1$/m);
  const names = [...stdout.matchAll(/^(\S+\.png) +[\d.]+ +0?\.?\d+ +\d+×\d+ at/gm)].map(([, name]) => name);
  expect(names).toHaveLength(4);
  expect(new Set(names.slice(0, 2))).toEqual(new Set(["odd-17.png", "odd-41.png"]));
  const [head, first] = text("oddity-plain", "scores.csv").split("\n");
  expect(head).toBe("picture,score,p_value,label");
  expect(first).toMatch(/^plain\/000\.png,[\d.]+,[\d.]+,[01]$/);
  const files = readdirSync(at("oddity-plain", "strangest"));
  expect(files).toEqual(expect.arrayContaining([`1-${names[0]!.replace(".png", "")}.heat.png`]));
  expect(files.filter((name) => name.endsWith(".original.png"))).toHaveLength(4);
  expect(sizeOf(at("oddity-plain", "strangest", files[0]!))).toEqual([SIDE, SIDE]);
  const report = text("oddity-plain", "report.html");
  expect(report).toContain("Strange pictures in plain");
  expect(report.match(/src="data:image\/png/g)!.length).toBeGreaterThanOrEqual(2 * (4 + 8));
  expect(report).not.toMatch(/src="(?!data:)/);
});

test("train and test parts with masks: what is said is of the test part, pixels included", async () => {
  const result = await json("detect", "parts", "-d", "knn", "-o", "found", "--format", "ndjson");
  expect(result).toMatchObject({ rows: 16, detector: "knn", skipped: [] });
  expect(metric(result, "AUROC")).toBe(1);
  expect(metric(result, "pixel AUROC")).toBeGreaterThan(0.8);
  expect(result.strangest[0]).toMatchObject({ truth: "anomaly", picture: expect.stringMatching(/^test\/square\//) });
  expect(result.strangest[0].region.share).toBeGreaterThan(0);
  const scores = text("found", "scores.ndjson")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(scores).toHaveLength(56);
  expect(scores[0]).toMatchObject({ picture: "parts/test/good/040.png", class: "good", split: "test" });
  const { rows } = await json("inspect", at("found", "model.onnx"));
  expect(rows).toEqual({ trained: 32, heldOut: 8 });
});

test("folders of classes: a third of the normal pictures is kept from training", async () => {
  const result = await json("detect", "parts/test", "--normal", "good", "-o", "by-class");
  expect(result.rows).toBe(3 + 6);
  expect(result.notes.at(-1)).toMatch(/^7 of the 10 normal pictures trained the detector/);
});

test("fit, score, evaluate and explain in a model's size", async () => {
  const fitted = await json("fit", "parts", "--size", "12x16", "--flip", "-d", "knn", "-o", "small.onnx");
  expect(fitted).toMatchObject({
    rows: { trained: 64, heldOut: 8 },
    picture: { height: 12, width: 16, channels: 1, resized: "stretch" },
  });
  expect(await quietly("score", "small.onnx", "large", "-o", "large.csv")).toBe("large.csv: 4 pictures, 0 flagged\n");
  const judged = await json("evaluate", "small.onnx", "parts", "-o", "verdict");
  expect(judged).toMatchObject({ rows: 16, anomalies: 6 });
  expect(metric(judged, "AUROC")).toBe(1);
  expect(metric(judged, "pixel AUROC")).toBeGreaterThan(0.7);
  expect(text("verdict", "report.html")).toContain("data:image/png");

  const told = await json("explain", "model.onnx", "plain/odd-*.png", "-o", "why");
  expect(told.size).toEqual({ height: SIDE, width: SIDE });
  for (const { region } of told.rows) {
    expect(region.left).toBeLessThan(SQUARE.left + SQUARE.side);
    expect(region.left + region.width).toBeGreaterThan(SQUARE.left);
    expect(region.top).toBeLessThan(SQUARE.top + SQUARE.side);
    expect(region.top + region.height).toBeGreaterThan(SQUARE.top);
  }
  const files = readdirSync(at("why"));
  expect(files).toHaveLength(2);
  const [width, height] = sizeOf(at("why", files[0]!)) as [number, number];
  expect(height).toBe(8 * SIDE);
  expect([2 * height + 4, 3 * height + 8]).toContain(width); // with or without a reconstruction
});

test("an .npz file of pictures with their labels", async () => {
  const count = 40;
  const part = (head: string, data: Uint8Array) => {
    const text = `${head}${" ".repeat(64 - ((10 + head.length + 1) % 64))}\n`;
    return Buffer.concat([Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, text.length, 0]), Buffer.from(text), data]);
  };
  const of = (shape: string) => `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape}), }`;
  const pixels = Uint8Array.from({ length: count * 64 }, (_, i) => (i % 64 === 9 && i >= 64 * 36 ? 255 : (i * 7) % 11));
  const labels = Uint8Array.from({ length: count }, (_, i) => (i >= 36 ? 3 : 1));
  const zip = zipSync({ "X.npy": part(of(`${count}, 8, 8`), pixels), "y.npy": part(of(`${count},`), labels) });
  writeFileSync(at("arrays.npz"), zip);
  const result = await json("detect", "arrays.npz", "-d", "knn", "--anomalous", "3");
  expect(result).toMatchObject({ rows: 12 + 4 });
  expect(metric(result, "AUROC")).toBe(1);
  expect(text("oddity-arrays", "scores.csv")).toMatch(/^picture,class,score,p_value,label\n"?X #0"?,1,/);
});

test("pictures in the context of a column, and a detector that rebuilds them", async () => {
  const quick = ["-d", "ganomaly", "--set", "epochs=0", "--set", "filters=4", "--set", "fewestSteps=0", "--size", "16"];
  await quietly("fit", "parts/test", ...quick, "--condition", "class", "-o", "context.onnx");
  const { encoding } = await json("inspect", "context.onnx");
  expect(encoding).toMatchObject({ columns: [], condition: [{ name: "class", kind: "category" }] });
  expect(await json("score", "context.onnx", "parts/test", "-o", "context.csv")).toMatchObject({ rows: 16 });
  await quietly("explain", "context.onnx", "parts/test", "--top", "1", "-o", "context");
  const [file] = readdirSync(at("context"));
  expect(sizeOf(at("context", file!))).toEqual([3 * 192 + 8, 192]); // original, reconstruction, heat map
  const result = await json("detect", "parts/test", ...quick, "--top", "2", "-o", "rebuilt");
  expect(result.rows).toBe(9);
  const parts = readdirSync(at("rebuilt", "strangest")).map((name) => name.split(".").at(-2));
  expect(new Set(parts)).toEqual(new Set(["original", "heat", "rebuilt", "residual"]));
});

test("what cannot be read is named, --quiet or not, and counted", async () => {
  await drawMany(at("mixed"), 0, 30);
  writeFileSync(at("mixed", "000-text.png"), "not a picture\n");
  const ended = await place.run("detect", "mixed", "-q", "--json");
  expect(ended.code).toBe(0);
  expect(ended.stderr).toMatch(/^skipped mixed\/000-text\.png: text$/m);
  expect(JSON.parse(ended.stdout)).toMatchObject({
    rows: 30,
    skipped: [{ file: "mixed/000-text.png", why: "text" }],
  });
  const scored = await place.run("score", "model.onnx", "mixed", "-o", "mixed.csv", "-q");
  expect(scored.stdout).toMatch(/^mixed\.csv: 30 pictures, \d+ flagged; 1 file could not be used$/m);
});

const cases: [words: string, code: number, sentence: RegExp][] = [
  ["detect empty", 1, /empty: expected pictures in this folder or below it .*, got no file/],
  ["detect broken", 1, /broken\/cut\.png: expected a (whole )?picture.*, got .*2 of 2 files cannot be read/],
  ["detect notes.png", 1, /notes\.png: expected a picture .*, got text/],
  ["detect plain/000.png", 1, /000\.png: expected different pictures to train on, got one picture/],
  ["detect nothing/*.png", 2, /nothing\/\*\.png: expected at least one file, got no match/],
  ["detect parts --normal god", 2, /got "god"; did you mean "good"\?/],
  ["detect plain --normal good -o new", 2, /label: expected one of picture, got "class"/],
  ["detect plain --size 0", 2, /--size.* must be HEIGHTxWIDTH/],
  ["detect plain --grey --colour", 2, /'--colour' cannot be used with option '--grey'/],
  ["detect plain --pixels-limit 100 -o new", 1, /plain\/000\.png: expected a picture .* pixels/],
  [
    "detect plain -d knn --condition class -o new",
    2,
    /condition: expected a detector that judges rows in a context, got knn/,
  ],
  ["score model.onnx large -o new.csv", 1, /large\/060\.png: expected .*24×24.*, got one of 48×48/],
  ["score model.onnx coloured -o new.csv", 1, /coloured: expected 24×24 pixels in grey.*, got 24×24 pixels in colour/],
  ["score model.onnx table.csv -o new.csv", 1, /table\.csv: expected pictures, 24×24 pixels in grey, got a table/],
  ["score table.onnx plain -o new.csv", 1, /plain: expected a table, which the model was trained on, got pictures/],
  ["evaluate model.onnx plain", 2, /plain: expected --normal or --anomalous CLASS, got none/],
  ["explain model.onnx plain --rows 99", 2, /--rows: expected row numbers up to 62, the last row, got 99/],
];

test.concurrent.each(cases)("oddity %s", async (words, code, sentence) => {
  const ended = await place.run(...words.split(" "), "--quiet");
  expect(ended.stderr).toMatch(sentence);
  expect(ended.stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(ended.code).toBe(code);
  expect(ended.stdout).toBe("");
});
