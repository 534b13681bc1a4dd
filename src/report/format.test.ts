import { expect, test } from "vitest";
import { cell, count, counted, duration, moment, number, percent } from "./format.js";

test("whole numbers are grouped and never shortened", () => {
  expect(count(494021)).toBe("494,021");
  expect(number(-1234567)).toBe("−1,234,567");
  expect(counted(1, "row")).toBe("1 row");
  expect(counted(1500, "row")).toBe("1,500 rows");
});

test.each([
  [359.7123, "359.7"],
  [0.541237, "0.5412"],
  [0.0002, "0.0002"],
  [0.00001234, "1.23 × 10⁻⁵"],
  [2.5e18, "2.5 × 10¹⁸"],
  [12345.678, "12,346"],
  [0, "0"],
  [Number.POSITIVE_INFINITY, "∞"],
  [Number.NaN, "missing"],
])("%d reads %s", (value, text) => expect(number(value)).toBe(text));

test.each([
  [0.01, "1\u202f%"],
  [0.02667, "2.7\u202f%"],
  [0.00034, "0.034\u202f%"],
  [1, "100\u202f%"],
  [0.9934, "99.3\u202f%"],
  [0.99999, "> 99.9\u202f%"],
])("the share %d reads %s", (share, text) => expect(percent(share)).toBe(text));

test.each([
  [0.41, "0.4\u202fs"],
  [42.4, "42\u202fs"],
  [59.7, "1\u202fmin 0\u202fs"],
  [185, "3\u202fmin 5\u202fs"],
  [7800, "2\u202fh 10\u202fmin"],
])("%d seconds read %s", (seconds, text) => expect(duration(seconds)).toBe(text));

test("times are in UTC; what is no time stays", () => {
  expect(moment("2025-11-22T14:35:10+02:00")).toBe("22 November 2025, 12:35 UTC");
  expect(moment("yesterday")).toBe("yesterday");
});

test("missing and empty values have words", () => {
  expect(cell(null)).toBe("missing");
  expect(cell("")).toBe("(empty)");
  expect(cell(7324.594)).toBe("7,324.59");
});
