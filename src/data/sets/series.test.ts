import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { loadSeries } from "./load-series.js";
import { nab } from "./nab.js";
import { memberOf, readSeries } from "./series.js";
import { msl, smap, stretchesOf } from "./smap-msl.js";

afterEach(() => vi.unstubAllEnvs());
const own = process.env.ODDITY_DATA ?? "";

test("New York's taxis ship, with the windows of NAB", async () => {
  vi.stubEnv("ODDITY_DATA", "");
  const { member, table, labels } = await readSeries(nab, "NYC_taxi");
  expect(member).toBe("realKnownCause/nyc_taxi");
  expect(table.columns.map(({ name, kind }) => [name, kind])).toEqual([
    ["timestamp", "date"],
    ["value", "number"],
  ]);
  expect(table.rows).toBe(10_320);
  // five windows of 207 half-hours, ends included
  expect(labels.reduce((sum, label) => sum + label, 0)).toBe(5 * 207);
  // the first begins on 30 October at 15:30
  expect(labels.indexOf(1)).toBe((31 + 31 + 30 + 29) * 48 + 31);
});

test("names, and near ones", () => {
  expect(memberOf(smap, "p-2")).toBe("P-2");
  expect(() => memberOf(smap, "M-1")).toThrow("data set smap: expected one of its 54 series, got");
  expect(() => memberOf(nab, "nyc_taxis")).toThrow('did you mean "nab/nyc_taxi"?');
  expect([nab, smap, msl].map(({ members }) => members.length)).toEqual([58, 54, 27]);
});

test("by the name of set and series", async () => {
  expect((await loadSeries("nab/nyc_taxi")).table.rows).toBe(10_320);
  await expect(loadSeries("nab")).rejects.toThrow("expected one of its 58 series, as in nab/");
  await expect(loadSeries("snab/x")).rejects.toThrow("series: expected one of nab/");
});

test("stretches: ends included, and all lines of a channel", () => {
  const text =
    'chan_id,spacecraft\nP-2,SMAP,"[[5, 6], [9, 9]]",[point],8\nP-20,SMAP,"[[1, 2]]",[a],8\nP-2,SMAP,"[[4, 5]]",[a],8\n';
  expect(stretchesOf(text, "P-2")).toEqual([
    [5, 6],
    [9, 9],
    [4, 5],
  ]);
});

describe.skipIf(!existsSync(join(own, "smap-msl")))("from $ODDITY_DATA", () => {
  test("SMAP and MSL: two parts, and the union of both lines of P-2", async () => {
    const { table, labels, splits } = await readSeries(smap, "P-2");
    expect(table.columns.slice(0, 2).map(({ name }) => name)).toEqual(["value", "command1"]);
    expect(table.columns).toHaveLength(25);
    const trained = splits!.lastIndexOf("train") + 1;
    expect(table.rows - trained).toBe(8209);
    expect(labels.indexOf(1)).toBe(trained + 5300);
    expect(labels.lastIndexOf(1)).toBe(trained + 6575);
    expect(labels.reduce((sum, label) => sum + label, 0)).toBe(6575 - 5300 + 1);
    expect((await readSeries(msl, "M-1")).table.columns).toHaveLength(55);
  });
  test.each([nab, smap, msl])("the facts of all series of $id", { timeout: 240_000 }, async (set) => {
    let [rows, anomalies] = [0, 0];
    for (const member of set.members) {
      const { table, labels } = await readSeries(set, member);
      rows += table.rows;
      anomalies += labels.reduce((sum, label) => sum + label, 0);
    }
    expect({ series: set.members.length, rows, anomalies }).toEqual(set.facts);
  });
});
