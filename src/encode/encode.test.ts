// What columns become, worked out by hand, and the same on the runtime as in the slow interpreter.

import { expect, test } from "vitest";
import type { Column, Table } from "../data/table.js";
import { interpret } from "../graph/interpret.js";
import type { Graph } from "../graph/node.js";
import { writeOnnx } from "../graph/onnx/write.js";
import { verify } from "../graph/verify.js";
import { nodeRuntime } from "../runtime/node.js";
import { toNumbers } from "../tensor/tensor.js";
import { type Encoding, featuresOf, widthsOf } from "./encoding.js";
import { learnEncoding } from "./learn.js";
import { encodingProgram, feedsOf } from "./program.js";

const numbers = (name: string, ...values: number[]): Column => ({
  kind: "number",
  name,
  values: Float64Array.from(values),
});
const dates = (name: string, ...values: number[]): Column => ({
  kind: "date",
  name,
  values: Float64Array.from(values),
});
function texts(name: string, ...values: (string | null)[]): Column {
  const levels = [...new Set(values.filter((value) => value !== null))];
  return {
    kind: "category",
    name,
    levels,
    codes: Int32Array.from(values, (value) => (value === null ? -1 : levels.indexOf(value))),
  };
}
const table = (...columns: Column[]): Table => {
  const [first] = columns;
  return { rows: first?.kind === "category" ? first.codes.length : (first?.values.length ?? 0), columns };
};

/** The features of every row, from the runtime, checked against the interpreter. */
async function encode(encoding: Encoding, rows: Table): Promise<number[][]> {
  const { inputs, x } = encodingProgram(encoding);
  const graph: Graph = { name: "encode", inputs, outputs: [{ name: "x", node: x }] };
  verify(graph);
  const feeds = feedsOf(encoding, rows);
  const session = await nodeRuntime.open(writeOnnx(graph));
  const got = toNumbers((await session.run(feeds)).x!);
  await session.close();
  const { features, condition } = widthsOf(encoding);
  const width = features + condition;
  const [slow] = interpret([x], new Map(inputs.map((node) => [node, feeds[String(node.from.attributes.name)]!])));
  for (const [i, value] of toNumbers(slow!).entries()) expect(got[i]).toBeCloseTo(value, 5);
  return Array.from({ length: rows.rows }, (_, i) => got.slice(i * width, (i + 1) * width));
}

test.each([
  ["standard", [-1.3416, -0.4472, 0.4472, 1.3416]],
  ["minmax", [0, 1 / 3, 2 / 3, 1]],
  ["robust", [-1, -1 / 3, 1 / 3, 1]],
  ["quantile", [0, 1 / 3, 2 / 3, 1]],
  ["none", [1, 2, 3, 4]],
] as const)("scaling %s of 1, 2, 3, 4", async (scaling, expected) => {
  const rows = table(numbers("a", 1, 2, 3, 4));
  const got = await encode(learnEncoding(rows, { scaling }), rows);
  for (const [i, [value]] of got.entries()) expect(value).toBeCloseTo(expected[i]!, 4);
});

test("beyond the training range quantiles go on rising", async () => {
  const encoding = learnEncoding(table(numbers("a", 0, 0, 0, 0, 10)), { scaling: "quantile" });
  const got = (await encode(encoding, table(numbers("a", -10, 0, 10, 20, 30)))).flat();
  expect(got).toEqual([...got].sort((a, b) => a - b));
  expect(got[0]).toBeCloseTo(-1);
  expect(got[2]).toBeCloseTo(1);
  expect(got[4]).toBeCloseTo(3);
});

test("a missing number counts as the median and raises a flag, where training rows had missing ones", async () => {
  const encoding = learnEncoding(table(numbers("a", 1, 2, 9, Number.NaN), numbers("b", 1, 2, 9, 4)), {
    scaling: "none",
  });
  expect(featuresOf(encoding).map(({ name }) => name)).toEqual(["a", "a missing", "b"]);
  expect(await encode(encoding, table(numbers("a", Number.NaN, 5), numbers("b", Number.NaN, 5)))).toEqual([
    [2, 1, 3],
    [5, 0, 5],
  ]);
});

test("infinite values stay finite features at the far ends", async () => {
  const encoding = learnEncoding(table(numbers("a", 1, 2, 3)), { scaling: "standard" });
  const [[high], [low]] = (await encode(
    encoding,
    table(numbers("a", Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)),
  )) as [number[], number[]];
  expect([high, low]).toEqual([1e6, -1e6]);
});

test("a constant column becomes a flag for any other value, missing ones included", async () => {
  const encoding = learnEncoding(table(numbers("a", 5, 5), numbers("none", Number.NaN, Number.NaN)), {
    scaling: "standard",
  });
  const got = await encode(encoding, table(numbers("a", 5, 6, Number.NaN), numbers("none", Number.NaN, Number.NaN, 1)));
  expect(got).toEqual([
    [0, 0],
    [1, 0],
    [1, 1],
  ]);
});

test("text becomes flags in alphabetical order; unknown text and missing values have their own places", async () => {
  const encoding = learnEncoding(table(texts("p", "udp", "tcp", "tcp", null)), { scaling: "standard" });
  expect(featuresOf(encoding).map(({ name }) => name)).toEqual(["p=", "p=tcp", "p=udp", "p unseen"]);
  expect(await encode(encoding, table(texts("p", "tcp", "icmp", null)))).toEqual([
    [0, 1, 0, 0],
    [0, 0, 0, 1],
    [1, 0, 0, 0],
  ]);
});

test("numbers come before text, whatever the order of columns", () => {
  const encoding = learnEncoding(table(texts("p", "a", "b"), numbers("n", 1, 2)), { scaling: "none", unseen: false });
  expect(featuresOf(encoding).map(({ name }) => name)).toEqual(["n", "p=a", "p=b"]);
});

test("a date is a number and a place in the day and in the week", async () => {
  const start = Date.UTC(2026, 0, 1) / 1000;
  const encoding = learnEncoding(table(dates("t", start, start + 86_400)), { scaling: "minmax" });
  const [[number, daySin, dayCos, weekSin]] = (await encode(encoding, table(dates("t", start + 6 * 3600)))) as [
    number[],
  ];
  expect(number).toBeCloseTo(0.25, 5);
  expect(daySin).toBeCloseTo(1, 4);
  expect(dayCos).toBeCloseTo(0, 4);
  // 1 January 1970 was a Thursday, and so is 1 January 2026: six hours into the week that is counted from there
  expect(weekSin).toBeCloseTo(Math.sin((2 * Math.PI) / 28), 4);
});

test("a table without a column of the model, or with text where numbers were, is refused by name", () => {
  const encoding = learnEncoding(table(numbers("a", 1, 2)), { scaling: "standard" });
  expect(() => feedsOf(encoding, table(numbers("b", 1)))).toThrow(
    'column "a": expected the columns the model was trained on',
  );
  expect(() => feedsOf(encoding, table(texts("a", "x")))).toThrow('column "a": expected numbers, got text');
});

test("a condition stands behind the features, whatever the order of columns; a date in it is cyclic", async () => {
  const rows = table(
    texts("mode", "a", "b"),
    dates("at", 0, 21_600), // midnight and 6 o'clock of the first day
    numbers("heat", 1, 3),
  );
  const encoding = learnEncoding(rows, { scaling: "minmax", condition: ["mode", "at"] });
  expect(encoding.columns.map(({ name }) => name)).toEqual(["heat"]);
  expect(encoding.condition?.map(({ name }) => name)).toEqual(["at", "mode"]);
  expect(widthsOf(encoding)).toEqual({ features: 1, condition: 4 + 3 });
  const quarterOfWeek = (2 * Math.PI) / 28;
  const near = (values: number[]) => values.map((value) => expect.closeTo(value, 5) as number);
  expect(await encode(encoding, rows)).toEqual([
    near([0, 0, 1, 0, 1, 1, 0, 0]),
    near([1, 1, 0, Math.sin(quarterOfWeek), Math.cos(quarterOfWeek), 0, 1, 0]),
  ]);
});

test("pictures are planes of -1 to 1, channel after channel; columns beside them only count as a condition", async () => {
  const pictures: Table = {
    rows: 1,
    columns: [texts("class", "cat"), texts("file", "x.png")],
    pictures: { height: 1, width: 2, channels: 3, pixels: Uint8Array.of(0, 51, 102, 153, 204, 255) },
  };
  const plain = learnEncoding(pictures, { scaling: "standard" });
  expect(widthsOf(plain)).toEqual({ features: 6, condition: 0 });
  const [row] = await encode(plain, pictures);
  [-1, 0.2, -0.6, 0.6, -0.2, 1].forEach((value, i) => {
    expect(row![i]).toBeCloseTo(value, 6);
  });
  const given = learnEncoding(pictures, { scaling: "standard", condition: ["class"] });
  expect(widthsOf(given)).toEqual({ features: 6, condition: 2 });
  expect((await encode(given, pictures))[0]!.slice(6)).toEqual([1, 0]);
  const grey: Table = {
    rows: 2,
    columns: [],
    pictures: { height: 3, width: 1, channels: 1, pixels: new Uint8Array(6) },
  };
  expect(() => feedsOf(plain, grey)).toThrow(
    "expected pictures of 2 x 1 pixels in colour, got pictures of 1 x 3 pixels in grey",
  );
});
