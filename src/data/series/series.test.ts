import { describe, expect, test } from "vitest";
import { Random } from "../../tensor/random.js";
import { type Column, type Table, tableOf } from "../table.js";
import { blocksApart, pointsInBlocks, runsOf, someBlocks } from "./blocks.js";
import { overPoints, pointScores } from "./points.js";
import { windowFor } from "./window.js";
import { cutWindows, seriesOf, windowStarts, windowsOf } from "./windows.js";

const HOUR = 3600;
const column = (name: string, ...values: number[]): Column => ({
  kind: "number",
  name,
  values: Float64Array.from(values),
});
const date = (name: string, ...values: number[]): Column => ({ kind: "date", name, values: Float64Array.from(values) });
const table = (...columns: Column[]): Table => ({
  rows: columns[0]!.kind === "category" ? columns[0]!.codes.length : columns[0]!.values.length,
  columns,
});
const plain = ({ columns }: Table) =>
  Object.fromEntries(
    columns.map((each) => [each.name, Array.from(each.kind === "category" ? each.codes : each.values)]),
  );

describe("windows", () => {
  test("a column for each channel and lag", () => {
    const { table: windows, starts } = windowsOf(table(column("a", 1, 2, 3, 4), column("b", 5, 6, 7, 8)), {
      length: 3,
    });
    expect(Array.from(starts)).toEqual([0, 1]);
    expect(plain(windows)).toEqual({
      ...{ "a[-2]": [1, 2], "a[-1]": [2, 3], "a[0]": [3, 4] },
      ...{ "b[-2]": [5, 6], "b[-1]": [6, 7], "b[0]": [7, 8] },
    });
  });
  test("steps, and the last window ends with the series", () => {
    const starts = (rows: number, length: number, step: number) => Array.from(windowStarts({ rows, length, step }));
    expect(starts(10, 4, 3)).toEqual([0, 3, 6]);
    expect(starts(11, 4, 3)).toEqual([0, 3, 6, 7]);
    expect(starts(4, 4, 3)).toEqual([0]);
    expect(starts(7, 2, 1)).toEqual([0, 1, 2, 3, 4, 5]);
  });
  test("relative to the mean and to the last value; what is missing stays missing and does not count", () => {
    const given = table(column("v", 1, 2, 6, Number.NaN));
    expect(plain(windowsOf(given, { length: 3, relative: "mean" }).table)).toEqual({
      ...{ "v[-2]": [-2, -2], "v[-1]": [-1, 2], "v[0]": [3, Number.NaN] },
    });
    expect(plain(windowsOf(given, { length: 3, relative: "last" }).table)).toEqual({
      ...{ "v[-2]": [-5, -4], "v[-1]": [-4, 0], "v[0]": [0, Number.NaN] },
    });
    const empty = table(column("v", Number.NaN, Number.NaN, 1));
    expect(plain(windowsOf(empty, { length: 2, relative: "mean" }).table)["v[-1]"]).toEqual([Number.NaN, Number.NaN]);
  });
  test("the only column of dates orders the rows and is no part of a window", () => {
    const { table: windows, notes } = windowsOf(
      table(date("at", 3 * HOUR, HOUR, 9 * HOUR, 2 * HOUR), column("v", 30, 10, 90, 20)),
      { length: 2 },
    );
    expect(plain(windows)).toEqual({ "v[-1]": [10, 20, 30], "v[0]": [20, 30, 90] });
    expect(notes).toEqual([
      "rows were not in the order of time; windows are",
      "time jumps ahead at 1 place; windows count rows, and reach across",
    ]);
  });
  test("time of day and week of the last row", () => {
    const noon = 12 * HOUR; // of 1970-01-01
    const { table: windows } = windowsOf(table(date("at", 0, noon, 2 * noon), column("v", 1, 2, 3)), {
      length: 2,
      calendar: true,
    });
    const found = plain(windows);
    expect(Object.keys(found)).toEqual(["v[-1]", "v[0]", "at day sin", "at day cos", "at week sin", "at week cos"]);
    expect(found["at day cos"]![0]).toBeCloseTo(-1, 12);
    expect(found["at day cos"]![1]).toBeCloseTo(1, 12);
    expect(found["at week sin"]![1]).toBeCloseTo(Math.sin((2 * Math.PI) / 7), 12);
  });
  test("a context is the value in the last row, of any kind", () => {
    const shift: Column = { kind: "category", name: "shift", codes: Int32Array.of(0, 1, 0), levels: ["day", "night"] };
    const given = table(column("v", 1, 2, 3), shift);
    const { window } = windowFor(given, { length: 2 }, ["shift"]);
    const series = seriesOf(given, window);
    expect(plain(cutWindows(series, [0, 1]))).toEqual({ "v[-1]": [1, 2], "v[0]": [2, 3], shift: [1, 0] });
  });
  test("what is no channel is named", () => {
    const machine: Column = { kind: "category", name: "machine", codes: new Int32Array(4), levels: ["a"] };
    const { window, notes } = windowFor(table(column("t", 1, 2, 3, 4), column("v", 1, 0, 1, 0), machine), {
      length: 2,
    });
    expect(window.channels).toEqual(["t", "v"]);
    expect(notes).toEqual([
      "column t rises from row to row; if it is the time, name it as such",
      "column machine is no column of numbers, and no part of a window",
    ]);
    expect(
      windowFor(table(column("t", 1, 2, 3), column("v", 1, 0, 1)), { length: 2, time: "t" }).window.channels,
    ).toEqual(["v"]);
  });
  test("refusals", () => {
    const given = table(date("at", 1, 2, 3), column("v", 1, 2, 3));
    expect(() => windowsOf(given, { length: 4 })).toThrow("rows: expected at least 4, the length of a window, got 3");
    expect(() => windowsOf(given, { length: 1 })).toThrow("window: expected a whole number of rows from 2 on, got 1");
    expect(() => windowsOf(given, { length: 2, step: 3 })).toThrow(
      "expected 1 to 2 rows, so that windows leave no row out",
    );
    expect(() => windowsOf(given, { length: 2, time: "att" })).toThrow('did you mean "at"?');
    expect(() => windowsOf(table(column("v", 1, 2)), { length: 2, calendar: true })).toThrow(
      "expected a column of dates, got none",
    );
    expect(() => windowsOf(table(date("a", 1, 2), date("b", 1, 2), column("v", 1, 2)), { length: 2 })).toThrow(
      "time: expected the name of one column of dates, got a, b",
    );
    expect(() => windowsOf(table(date("at", 1, Number.NaN), column("v", 1, 2)), { length: 2 })).toThrow(
      "time column at: expected a time in every row, got none in row 2",
    );
    expect(() => windowsOf(table(date("at", 1, 2)), { length: 2 })).toThrow("at least one column of numbers, got none");
  });
});

describe("scores of points", () => {
  const scores = Float32Array.of(1, 5, 2);
  test("three windows of three over five points", () => {
    const of = (by: "mean" | "max" | "last") => Array.from(pointScores(scores, { rows: 5, length: 3, by }));
    expect(of("mean")).toEqual([1, 3, Math.fround(8 / 3), 3.5, 2]);
    expect(of("max")).toEqual([1, 5, 5, 5, 2]);
    expect(of("last")).toEqual([1, 1, 1, 5, 2]);
  });
  test("a step of two, and the window that ends the series", () => {
    // windows over 0-2, 2-4 and 3-5
    const of = (by: "mean" | "max" | "last") => Array.from(pointScores(scores, { rows: 6, length: 3, step: 2, by }));
    expect(of("mean")).toEqual([1, 1, 3, 3.5, 3.5, 2]);
    expect(of("max")).toEqual([1, 1, 5, 5, 5, 2]);
    expect(of("last")).toEqual([1, 1, 1, 5, 5, 2]);
  });
  test("which window made a score", () => {
    const { from } = overPoints(scores, Uint32Array.of(0, 1, 2), { rows: 5, length: 3, by: "mean" });
    expect(Array.from(from)).toEqual([0, 1, 1, 1, 2]);
  });
  test("as many scores as windows", () => {
    expect(() => pointScores(scores, { rows: 6, length: 3 })).toThrow(
      "expected 4, one for each window of 3 over 6 rows",
    );
    expect(() => pointScores(scores, { rows: 2, length: 3 })).toThrow("expected 0, one for each window");
  });
});

describe("held-out blocks", () => {
  const cases = [
    { rows: 3000, length: 24, step: 1 },
    { rows: 3000, length: 24, step: 7 },
    { rows: 400, length: 10, step: 1 },
    { rows: 20_000, length: 48, step: 5 },
  ];
  test.each(cases)("share no point with a training window: %o", ({ rows, length, step }) => {
    for (const seed of [1, 2, 3]) {
      const starts = windowStarts({ rows, length, step });
      const { train, blocks } = blocksApart(starts, { rows, length, share: 0.2, random: new Random(seed) });
      const trained = new Uint8Array(rows);
      for (const i of train) trained.fill(1, starts[i]!, starts[i]! + length);
      const heldOut = blocks.flatMap((block) => Array.from(block));
      expect(heldOut.length).toBeGreaterThan((0.08 * rows) / step);
      expect(train.length).toBeGreaterThan(0.6 * starts.length);
      for (const i of heldOut) expect(trained.subarray(starts[i]!, starts[i]! + length).includes(1)).toBe(false);
      expect(new Set(heldOut).size).toBe(heldOut.length);
    }
  });
  test("only windows that may be used", () => {
    const starts = windowStarts({ rows: 2000, length: 10, step: 1 }).filter((start) => start < 500 || start > 900);
    const { train, blocks } = blocksApart(starts, { rows: 2000, length: 10, share: 0.2, random: new Random(1) });
    expect(Math.max(...train, ...blocks.flatMap((block) => Array.from(block)))).toBeLessThan(starts.length);
  });
  test("a series that is too short keeps all its windows for the training", () => {
    const starts = windowStarts({ rows: 100, length: 20, step: 1 });
    const { train, blocks } = blocksApart(starts, { rows: 100, length: 20, share: 0.2, random: new Random(1) });
    expect([train.length, blocks.length]).toEqual([81, 0]);
    expect(runsOf(train, 2).map(({ length }) => length)).toEqual([24, 24, 24, 9]);
  });
  test("some of the blocks", () => {
    const blocks = [Uint32Array.of(0, 1, 2, 3, 4, 5), Uint32Array.of(8, 9), Uint32Array.of(11, 12)];
    const lengths = (most: number) => someBlocks(blocks, most, 2, new Random(3)).map(({ length }) => length);
    expect(lengths(100).sort((a, b) => a - b)).toEqual([2, 2, 6]);
    for (const most of [1, 2, 3]) expect(lengths(most).reduce((sum, n) => sum + n)).toBeLessThanOrEqual(most + 4);
  });
  test("points calibrate that have all their windows in a block", () => {
    const { window } = windowFor(tableOf([1, 2, 3, 4, 5, 6, 7, 8], 1), { length: 3 });
    // of 8 points, windows 2 to 4 are held out: over points 2-4, 3-5, 4-6; point 4 alone has all three
    const block = { starts: Uint32Array.of(2, 3, 4), scores: Float32Array.of(1, 5, 3) };
    expect(Array.from(pointsInBlocks([block], 8, window))).toEqual([3]);
    expect(Array.from(pointsInBlocks([block], 8, { ...window, points: "max" }))).toEqual([5]);
    expect(Array.from(pointsInBlocks([block], 8, { ...window, points: "last" }))).toEqual([1]);
    // the first points of a series lie in fewer windows
    const first = { starts: Uint32Array.of(0, 1, 2), scores: Float32Array.of(1, 5, 3) };
    expect(Array.from(pointsInBlocks([first], 8, window))).toEqual([1, 3, 3]);
    const lone = { starts: Uint32Array.of(3), scores: Float32Array.of(2) };
    expect(Array.from(pointsInBlocks([lone], 8, window))).toEqual([2, 2, 2]);
  });
});
