// Bad input of every kind gets one sentence and an exit code, and leaves nothing behind.
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { patchOnnx } from "../../src/graph/onnx/read.js";
import { writeOnnx } from "../../src/graph/onnx/write.js";
import { input } from "../../src/graph/op.js";
import { add } from "../../src/graph/ops/arithmetic.js";
import { newPlace, tableText } from "./run.js";

const place = newPlace();
afterAll(() => place.remove());

const put = (name: string, content: string | Uint8Array) => writeFileSync(join(place.path, name), content);

beforeAll(async () => {
  put("good.csv", tableText());
  put("empty.csv", "");
  put("binary.csv", Buffer.concat([Buffer.from([0, 1, 2]), randomBytes(2000)]));
  put("header.csv", "a,b,c\n");
  put("ragged.csv", `a,b,c\n${"1,2,3\n".repeat(50)}1,2\n${"1,2,3\n".repeat(50)}`);
  const whole = gzipSync(tableText(4000));
  put("cut.csv.gz", whole.subarray(0, whole.length / 2));
  put("constant.csv", `a,b\n${"1,2\n".repeat(100)}`);
  put("all-bad.csv", `a,label\n${Array.from({ length: 30 }, (_, i) => `${i},bad\n`).join("")}`);
  put("narrow.csv", "a,b\n1,2\n3,4\n");
  put("wordy.csv", `a,b,c\n${"1,2,x\n".repeat(30)}1,two,x\n`);
  put("unlabelled.csv", `a,b,c,label\n1,2,x,good\n1,2,x,\n`);
  mkdirSync(join(place.path, "folder"));
  const fitted = await place.run("fit", "good.csv", "--label", "label", "--normal", "good", "-o", "model.onnx", "-q");
  expect(fitted).toMatchObject({ code: 0, stderr: "" });
  const model = readFileSync(join(place.path, "model.onnx"));
  put("cut.onnx", model.subarray(0, model.length / 2));
  put("text.onnx", "hello\n");
  put("empty.onnx", "");
  const header = JSON.parse(/\{"format".*?"notes":\[.*?\]\}/s.exec(model.toString("latin1"))![0]) as object;
  put("newer.onnx", patchOnnx(model, { metadata: { oddity: JSON.stringify({ ...header, format: 99 }) } }));
  const x = input("x", "f32", ["batch", 1]);
  put("other.onnx", writeOnnx({ name: "other", inputs: [x], outputs: [{ name: "y", node: add(x, 1) }] }));
}, 120_000);

type Case = [words: string, code: number, sentence: RegExp];

const cases: Case[] = [
  // files
  ["detect missing.csv", 2, /missing\.csv: expected a file, got nothing there/],
  ["detect god.csv", 2, /did you mean "good\.csv"\?/],
  ["detect folder", 1, /folder: expected pictures in this folder or below it .*, got no file/],
  ["detect empty.csv", 1, /empty\.csv: expected a table, got an empty file/],
  ["detect binary.csv", 1, /binary\.csv: expected .*, got binary data/],
  ["detect header.csv", 1, /header\.csv: expected rows, got column names and nothing below them/],
  ["detect ragged.csv", 1, /ragged\.csv, line 52: expected 3 values.*, got 2/],
  ["detect cut.csv.gz", 1, /cut\.csv\.gz: expected a whole gzip file, got one that is cut short/],
  ["detect constant.csv", 1, /constant\.csv: expected at least one column with different values/],
  ["detect kdd98", 2, /kdd98: expected a file or a data set, got neither; did you mean "kdd99"\?/],
  ["fit - -o new.onnx", 1, /standard input: expected a table, got an empty file/],
  // options and columns
  ["detct good.csv", 2, /unknown command 'detct' \(did you mean "detect"\?\)/],
  ["detect good.csv --lable label", 2, /unknown option '--lable' \(did you mean "--label"\?\)/],
  ["detect", 2, /missing required argument 'data'/],
  ["detect good.csv --label lable", 2, /label: expected one of a, b, c, label, got "lable"; did you mean "label"\?/],
  ["detect good.csv --drop d", 2, /drop: expected one of a, b, c, label, got "d"$/m],
  ["detect good.csv --label label", 2, /expected 0 and 1, got "(good|bad)"; say which values are normal/],
  ["detect good.csv --label label --normal god", 2, /got "god"; did you mean "good"\?/],
  ["detect good.csv --normal good", 2, /--normal: expected --label COLUMN with it/],
  ["detect all-bad.csv --label label --anomalous bad", 1, /expected some normal rows, got anomalies alone/],
  ["detect unlabelled.csv --label label --normal good", 1, /expected a label in every row, got none in row 2/],
  ["detect good.csv -d egbat", 2, /expected one of .*, got "egbat"; did you mean "egbad"\?/],
  ["detect good.csv --set tres=5", 2, /got "tres"; did you mean "trees"\?/],
  ["detect good.csv --set trees=0", 2, /auto\.trees: expected a whole number from 1 to 10000, got 0/],
  ["detect good.csv --set trees", 2, /--set: expected name=value, got "trees"/],
  ["detect good.csv --rule quantil=0.5", 2, /got "quantil"; did you mean "quantile"\?/],
  ["detect good.csv --seed x", 2, /'--seed <number>' argument 'x' is invalid: it must be a whole number from 0 on/],
  ["fit good.csv --rule contamination=0.1", 2, /--rule: expected false-alarms or quantile/],
  ["evaluate model.onnx good.csv", 2, /good\.csv: expected --label COLUMN, got none/],
  ["explain model.onnx good.csv --rows 3,900", 2, /--rows: expected row numbers up to 400, the last row, got 900/],
  ["inspect good.csv", 1, /good\.csv: expected an ONNX model, got something else/],
  // models
  ["score missing.onnx good.csv", 2, /missing\.onnx: expected a model file, got nothing there/],
  ["score empty.onnx good.csv", 1, /empty\.onnx: expected an ONNX model, got an empty file/],
  ["score cut.onnx good.csv", 1, /cut\.onnx: expected an ONNX model, got .* a file cut off/],
  [
    "score other.onnx good.csv",
    1,
    /other\.onnx: expected a model written by oddity, got an ONNX file without its header/,
  ],
  ["score text.onnx good.csv", 1, /text\.onnx: expected an ONNX model/],
  ["score newer.onnx good.csv", 1, /expected model format 1 or older, got format 99, .*; a newer oddity reads it/],
  ["score model.onnx narrow.csv", 1, /expected a column "c", which the model was trained on, got a table without it/],
  ["score model.onnx wordy.csv", 1, /column b, row 31: expected a number, got "two"/],
  // places to write
  ["score model.onnx good.csv -o good.csv", 2, /good\.csv: expected a file that does not exist yet.*--force replaces/],
  ["score model.onnx good.csv -o no/scores.csv", 2, /no\/scores\.csv: expected an existing folder/],
  ["score model.onnx good.csv -o scores.xlsx", 2, /expected a name that ends in \.csv/],
  ["score model.onnx good.csv -o /proc/scores.csv", 1, /\/proc\/scores\.csv: expected a folder to write in/],
  ["score model.onnx good.csv --json", 2, /--json: expected --out FILE with it/],
  ["fit good.csv -o model.onnx", 2, /model\.onnx: expected a file that does not exist yet/],
  ["detect good.csv -o folder", 2, /folder: expected a folder that does not exist yet.*--force/],
  ["detect good.csv -o good.csv", 2, /good\.csv: expected a folder, got a file of that name/],
];

test.concurrent.each(cases)("oddity %s", async (words, code, sentence) => {
  const ended = await place.run(...words.split(" "), ...(words.startsWith("detct") ? [] : ["--quiet"]));
  expect(ended.stderr).toMatch(sentence);
  expect(ended.stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(ended.code).toBe(code);
  if (!words.includes("--json")) expect(ended.stdout).toBe("");
});

test("a file that cannot grow any more, as on a full disk: said, and nothing is left", async () => {
  const before = place.names();
  // the largest file allowed is smaller than the results, in blocks of 512 bytes
  for (const args of [
    ["score", "model.onnx", "big.csv", "-o", "scores.csv"],
    ["detect", "good.csv", "-o", "out"],
  ]) {
    put("big.csv", tableText(20_000));
    const ended = await place.start([...args, "-q"], { shell: 'ulimit -f 40; exec "$0" "$@"' }).ended;
    expect(ended.stderr).toMatch(/oddity: (scores\.csv|out\/[\w.]+): expected room to write it, got .*\n$/);
    expect(ended.code).toBe(1);
  }
  expect(place.names().filter((name) => name !== "big.csv")).toEqual(before);
});

test("with --json a failure is JSON as well", async () => {
  const { code, stdout, stderr } = await place.run("inspect", "cut.onnx", "--json");
  const { error } = JSON.parse(stdout) as { error: { message: string; fault: object; exitCode: number } };
  expect(stderr).toBe(`${error.message}\n`);
  expect(error).toMatchObject({ exitCode: 1, fault: { place: "cut.onnx", expected: "an ONNX model" } });
  expect(code).toBe(1);
});

test("nothing was left behind by all of these", () => {
  const expected = ["model.onnx", "all-bad.csv", "good.csv", "folder", "newer.onnx"];
  expect(place.names()).toEqual(expect.arrayContaining(expected));
  expect(place.names().filter((name) => name.startsWith(".") || !/\.(csv|gz|onnx)$|^folder$/.test(name))).toEqual([]);
  expect(place.scratch()).toEqual([]);
});
