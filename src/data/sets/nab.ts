// The Numenta Anomaly Benchmark: 58 series of one value, most of them measured, with windows around what its makers found strange.

import { readFile } from "node:fs/promises";
import { OddityError } from "../../tensor/errors.js";
import { openSource } from "../source.js";
import type { DateColumn } from "../table.js";
import type { SetFile } from "./define.js";
import { sums } from "./nab-sums.js";
import { defineSeriesSet, type LabelledSeries } from "./series.js";

const windows: SetFile = {
  file: "nab/labels/combined_windows.json",
  sha256: "1e1fbc4601321aad8d0f8b3784c8134299379f68f6c1f7777565f8ffd57ab6b1",
};

const files = new Map(
  sums.map(([sha256, published, path]): [string, SetFile] => [
    path.replace(/\.csv$/, ""),
    {
      file: `nab/data/${path}.gz`,
      sha256,
      unpacked: { file: `nab/data/${path}`, sha256: published },
    },
  ]),
);

/** Seconds since 1970 of a time that the labels write without a zone, as the series do. */
const moment = (text: string): number => Date.parse(`${text.replace(" ", "T")}Z`) / 1000;

export const nab = defineSeriesSet({
  id: "nab",
  about:
    "58 series of one value (servers, traffic, tweets, clicks, taxis, machines), with windows around what is strange.",
  source: {
    files: [...files.values(), windows],
    licence: "MIT",
    cite: "A. Lavin, S. Ahmad (2015). Evaluating Real-Time Anomaly Detection Algorithms: the Numenta Anomaly Benchmark. ICMLA.",
    home: "https://github.com/numenta/NAB",
  },
  facts: { series: 58, rows: 365_558, anomalies: 33_495 },
  members: [...files.keys()],
  filesOf: (member) => [files.get(member)!, windows],
  /** Columns `timestamp` and `value`; a point is labelled where it lies in a window, ends included. */
  async read(member, [path, labels]): Promise<LabelledSeries> {
    const source = await openSource(path!);
    const table = await source.read().finally(() => source.close());
    const time = table.columns.find(({ name }) => name === "timestamp") as DateColumn;
    const all = JSON.parse(await readFile(labels!, "utf8")) as Record<string, readonly [string, string][] | undefined>;
    const own = all[`${member}.csv`];
    if (own === undefined)
      throw new OddityError({
        place: labels!,
        expected: `windows of ${member}.csv`,
        got: "none, not even an empty list",
      });
    const spans = own.map(([from, to]) => [moment(from), moment(to)] as const);
    const isStrange = (at: number): boolean => spans.some(([from, to]) => at >= from && at <= to);
    return { table, labels: Uint8Array.from(time.values, (at) => Number(isStrange(at))) };
  },
});
