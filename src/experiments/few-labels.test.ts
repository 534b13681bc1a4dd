// The split of few labels: told anomalies leave the training rows, the others stay in, and no row is in two parts.

import { expect, test } from "vitest";
import type { Table } from "../data/table.js";
import { fewLabels } from "./few-labels.js";

const rowsOf = ({ rows, columns }: Table): string[] =>
  Array.from({ length: rows }, (_, row) =>
    columns.map((column) => (column.kind === "category" ? column.codes[row] : column.values[row])).join(),
  );
/** The rows of the first that are left when each of the second takes one of its like away. */
function without(rows: readonly string[], taken: readonly string[]): string[] {
  const left = [...rows];
  for (const row of taken) {
    const place = left.indexOf(row);
    expect(place, row).toBeGreaterThanOrEqual(0);
    left.splice(place, 1);
  }
  return left;
}

test("thyroid: 3,000 of its rows, 70 % of each class in training, of which the told ones are taken out", async () => {
  const { split } = await fewLabels.open();
  const { train, anomalies, test: tested, labels } = await split(1, "thyroid");
  if (typeof train !== "function") throw new Error("the training rows depend on how many are told");
  const all = train(0);
  expect(all.rows + tested.rows).toBe(3000);
  expect(all.rows).toBe(2100);
  expect(labels).toHaveLength(900);
  const anomalous = labels.reduce((sum, label) => sum + label, 0);
  expect(Math.abs(anomalies!.rows - (0.7 / 0.3) * anomalous)).toBeLessThan(3);
  for (const known of [5, 20]) {
    const told = rowsOf(anomalies!).slice(0, known);
    expect(rowsOf(train(known))).toEqual(expect.arrayContaining(without(rowsOf(all), told)));
    expect(train(known).rows).toBe(all.rows - known);
  }
  // the others stay: every anomaly of the training part is there
  without(rowsOf(all), rowsOf(anomalies!));
});

test("the same seed draws the same rows, another seed others", async () => {
  const { split } = await fewLabels.open();
  const [one, again, other] = [await split(1, "thyroid"), await split(1, "thyroid"), await split(2, "thyroid")];
  expect(rowsOf(again.anomalies!)).toEqual(rowsOf(one.anomalies!));
  expect(rowsOf(other.anomalies!)).not.toEqual(rowsOf(one.anomalies!));
});

test("published: the mean of DevNet over the sets at hand", () => {
  const devnet = fewLabels.published.find(({ name }) => name.startsWith("DevNet"))!;
  expect(devnet.tasks!.thyroid).toEqual({ auroc: 0.996, ap: 0.915 });
  expect(Object.keys(devnet.tasks!)).toEqual(fewLabels.tasks);
  expect(devnet.values.auroc).toBeCloseTo(0.8104, 4);
});
