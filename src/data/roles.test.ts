import { expect, test } from "vitest";
import { assignRoles, MOST_LEVELS, withoutIdentifiers } from "./roles.js";
import type { Column } from "./table.js";

const columns = [
  { name: "amount", kind: "number" },
  { name: "code", kind: "number" },
  { name: "city", kind: "category" },
  { name: "class", kind: "category" },
] as const;

test("label and dropped columns are no features; categorical changes the kind", () => {
  expect(assignRoles(columns, { label: "class", drop: ["amount"], categorical: ["code"] })).toEqual({
    features: [
      { name: "code", kind: "category" },
      { name: "city", kind: "category" },
    ],
    label: "class",
  });
  expect(assignRoles(columns)).toEqual({ features: columns });
});

test("unknown names get a suggestion", () => {
  expect(() => assignRoles(columns, { label: "clas" })).toThrow(/^label: .*did you mean "class"/);
  expect(() => assignRoles(columns, { drop: ["amont"] })).toThrow(/^drop: .*did you mean "amount"/);
  expect(() => assignRoles(columns, { categorical: ["codes"] })).toThrow(/^categorical: .*did you mean "code"/);
});

const texts = (name: string, rows: number, levels: number): Column => ({
  kind: "category",
  name,
  codes: Int32Array.from({ length: rows }, (_, i) => i % levels),
  levels: Array.from({ length: levels }, (_, i) => `t${i}`),
});

test("identifiers and free text are left out with a note, unless asked for", () => {
  const rows = 2 * MOST_LEVELS + 2;
  const table = {
    rows,
    columns: [texts("id", rows, rows), texts("text", rows, MOST_LEVELS + 1), texts("city", rows, MOST_LEVELS)],
  };
  const { table: left, notes } = withoutIdentifiers(table);
  expect(left.columns.map((column) => column.name)).toEqual(["city"]);
  expect(notes).toEqual([
    "column id has another text in every row and is left out; as categorical it stays",
    "column text has 1001 different texts and is left out; as categorical it stays",
  ]);
  expect(withoutIdentifiers(table, ["id"]).table.columns.map((column) => column.name)).toEqual(["id", "city"]);
  expect(withoutIdentifiers({ rows: 1, columns: [texts("a", 1, 1)] }).notes).toEqual([]);
});
