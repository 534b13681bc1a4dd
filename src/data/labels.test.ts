import { expect, test } from "vitest";
import { classNamed, labelsFrom } from "./labels.js";
import type { CategoryColumn, Column } from "./table.js";

const texts = (...values: string[]): CategoryColumn => {
  const levels = [...new Set(values)].filter((value) => value !== "");
  return { kind: "category", name: "label", codes: Int32Array.from(values, (value) => levels.indexOf(value)), levels };
};
const numbers = (...values: number[]): Column => ({ kind: "number", name: "label", values: Float64Array.from(values) });
const attacks = texts("normal.", "smurf.", "normal.", "neptune.");

test("by normal values, by anomalous values, by both", () => {
  expect([...labelsFrom(attacks, { normal: ["normal."] })]).toEqual([0, 1, 0, 1]);
  expect([...labelsFrom(attacks, { anomalous: ["smurf."] })]).toEqual([0, 1, 0, 0]);
  expect([...labelsFrom(attacks, { normal: ["normal."], anomalous: ["smurf.", "neptune."] })]).toEqual([0, 1, 0, 1]);
  expect([...labelsFrom(numbers(1, 2, 3), { normal: ["1.0", "2"] })]).toEqual([0, 0, 1]);
});

test("0 and 1 speak for themselves, and a single class is allowed when it is normal", () => {
  expect([...labelsFrom(numbers(0, 1, 0))]).toEqual([0, 1, 0]);
  expect([...labelsFrom(texts("False", "true"))]).toEqual([0, 1]);
  expect([...labelsFrom(numbers(0, 0))]).toEqual([0, 0]);
});

test("refused", () => {
  expect(() => labelsFrom(attacks)).toThrow(/expected 0 and 1, got "normal."; say which values are normal/);
  expect(() => labelsFrom(numbers(0, 1, 2))).toThrow(/got "2"/);
  expect(() => labelsFrom(attacks, { normal: ["normal"] })).toThrow(/did you mean "normal."/);
  expect(() => labelsFrom(numbers(1, 1))).toThrow(/expected some normal rows, got anomalies alone/);
  expect(() => labelsFrom(texts("a", "", "b"), { normal: ["a"] })).toThrow(
    /expected a label in every row, got none in row 2/,
  );
  expect(() => labelsFrom(attacks, { normal: ["normal."], anomalous: ["normal."] })).toThrow(/"normal." as both/);
  expect(() => labelsFrom(attacks, { normal: ["normal."], anomalous: ["smurf."] })).toThrow(/got "neptune."/);
});

test("a class by name, by its place, and unknown", () => {
  const column = texts("airplane", "Cat", "2", "0");
  expect(classNamed(column, "Cat")).toBe("Cat");
  expect(classNamed(column, "cAT")).toBe("Cat");
  expect(classNamed(column, 1)).toBe("Cat");
  expect(classNamed(column, "0")).toBe("0"); // a name goes before a place
  expect(() => classNamed(column, "cats")).toThrow(
    'column label: expected one of airplane, Cat, 2, 0, got "cats"; did you mean "Cat"?',
  );
  expect(() => classNamed(column, 4)).toThrow('got "4"');
  expect(() => classNamed(column, -1)).toThrow('got "-1"');
});
