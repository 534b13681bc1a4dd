// Metrics as a table on the terminal.

import { number } from "../report/format.js";
import type { MetricLine } from "../report/report.js";
import { textTable } from "./print.js";

const figure = (value: number | undefined): string => (value === undefined ? "" : value.toFixed(4));

export const metricTable = (lines: readonly MetricLine[]): string =>
  textTable(
    [
      { title: "metric" },
      { title: "value", right: true },
      { title: "95 % interval", right: true },
      { title: "chance", right: true },
      { title: "" },
    ],
    lines.map(({ name, value, low, high, chance, about }) => [
      name,
      figure(value),
      low === undefined ? "" : `${figure(low)} to ${figure(high)}`,
      chance === undefined ? "" : number(chance, 2),
      about ?? "",
    ]),
  );
