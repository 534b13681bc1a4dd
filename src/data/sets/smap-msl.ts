// Telemetry of two spacecraft of NASA: the satellite SMAP (54 channels) and the rover Curiosity, MSL (27). Of each channel a part
// without known anomalies and a part with labelled ones; column 0 is what was measured, the others are commands, 0 or 1.

import { readFile } from "node:fs/promises";
import { OddityError } from "../../tensor/errors.js";
import { parseNpy } from "../npy.js";
import { plainBytes } from "../pictures/bytes.js";
import { tableOf } from "../table.js";
import type { SetFile } from "./define.js";
import { defineSeriesSet, type LabelledSeries, type SeriesSet } from "./series.js";
import { sums } from "./smap-msl-sums.js";

const labels: SetFile = {
  file: "smap-msl/labeled_anomalies.csv",
  sha256: "057ce2d6c8875982bf4e5404aefea14efdcbce413d80826d2b737c95b59b7539",
};

const files = new Map(
  sums.map(([sha256, published, path]): [string, SetFile] => [
    path.replace(/\.npy$/, ""),
    {
      file: `smap-msl/${path}.gz`,
      sha256,
      unpacked: { file: `smap-msl/${path}`, sha256: published },
    },
  ]),
);

/**
 * Stretches of the test part, first and last row included. A channel may have several lines (P-2 has two): all of them count.
 * A line is `A-1,SMAP,"[[4690, 4774]]",[point],8640`.
 */
export function stretchesOf(text: string, channel: string): readonly (readonly [number, number])[] {
  const own = text.split("\n").filter((line) => line.startsWith(`${channel},`));
  return own.flatMap((line) =>
    Array.from(
      /"(.*?)"/.exec(line)![1]!.matchAll(/\[(\d+), (\d+)\]/g),
      ([, from, to]) => [Number(from), Number(to)] as const,
    ),
  );
}

async function read(member: string, paths: readonly string[]): Promise<LabelledSeries> {
  const [train, test] = await Promise.all(
    paths.slice(0, 2).map(async (path) => parseNpy(await plainBytes(path), path)),
  );
  const [trained, width] = train!.shape as [number, number];
  const [tested, other] = test!.shape as [number, number];
  if (width !== other)
    throw new OddityError({ place: paths[1]!, expected: `${width} columns, as in ${paths[0]}`, got: String(other) });
  const values = new Float64Array(train!.values.length + test!.values.length);
  values.set(train!.values);
  values.set(test!.values, train!.values.length);
  const names = Array.from({ length: width }, (_, j) => (j === 0 ? "value" : `command${j}`));
  const strange = new Uint8Array(trained + tested);
  const text = await readFile(paths[2]!, "utf8");
  for (const [from, to] of stretchesOf(text, member)) strange.fill(1, trained + from, trained + to + 1);
  const splits = Array.from(strange, (_, row) => (row < trained ? "train" : "test"));
  return { table: tableOf(values, width, names), labels: strange, splits };
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const telemetry = (given: Pick<SeriesSet, "id" | "about" | "facts" | "members">): SeriesSet => {
  const filesOf = (member: string): SetFile[] => [files.get(`train/${member}`)!, files.get(`test/${member}`)!, labels];
  return defineSeriesSet({
    ...given,
    source: {
      files: [...new Set(given.members.flatMap(filesOf))],
      licence: "BSD 3-Clause (Caltech); stated as Apache 2.0 in the README",
      cite: "K. Hundman, V. Constantinou, C. Laporte, I. Colwell, T. Soderstrom (2018). Detecting Spacecraft Anomalies Using LSTMs and Nonparametric Dynamic Thresholding. KDD.",
      home: "https://github.com/khundman/telemanom",
    },
    filesOf,
    read,
  });
};

export const smap = telemetry({
  id: "smap",
  about: "Telemetry of the satellite SMAP: a value and 24 commands in each of 54 channels.",
  facts: { series: 54, rows: 573_830, anomalies: 55_972 },
  members: words(`
    A-1 A-2 A-3 A-4 A-5 A-6 A-7 A-8 A-9 B-1 D-1 D-2 D-3 D-4 D-5 D-6 D-7 D-8 D-9 D-11 D-12 D-13
    E-1 E-2 E-3 E-4 E-5 E-6 E-7 E-8 E-9 E-10 E-11 E-12 E-13 F-1 F-2 F-3 G-1 G-2 G-3 G-4 G-6 G-7
    P-1 P-2 P-3 P-4 P-7 R-1 S-1 T-1 T-2 T-3`),
});

export const msl = telemetry({
  id: "msl",
  about: "Telemetry of the rover Curiosity: a value and 54 commands in each of 27 channels.",
  facts: { series: 27, rows: 132_046, anomalies: 7_766 },
  members: words(`
    C-1 C-2 D-14 D-15 D-16 F-4 F-5 F-7 F-8 M-1 M-2 M-3 M-4 M-5 M-6 M-7 P-10 P-11 P-14 P-15 S-2
    T-4 T-5 T-8 T-9 T-12 T-13`),
});
