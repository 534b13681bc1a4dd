// oddity data: data sets, and what a file looks like from here.

import { Command } from "commander";
import type { Counts, Dataset, PictureSet, TableSet } from "../data/sets/define.js";
import { locateFiles } from "../data/sets/find.js";
import { datasetOf, datasets } from "../data/sets/index.js";
import type { Column } from "../data/table.js";
import { cell, count, counted, number, percent } from "../report/format.js";
import { openInput } from "./input.js";
import { type ColumnOptions, DATA, type Everywhere, withColumns, withEverywhere } from "./options.js";
import { pairs, print, printJson, textTable } from "./print.js";

export const command = new Command("data").helpCommand(false);

withEverywhere(command.command("list").description("the data sets, and which are at hand")).action(list);
withEverywhere(command.command("info").description("what a data set is").argument("<id>")).action(info);
withEverywhere(command.command("get").description("fetch a data set, checksum verified").argument("<id>")).action(get);
withEverywhere(
  withColumns(command.command("check").description("how a file is read: kinds, gaps, ranges").argument("<data>", DATA)),
).action(check);

async function list({ json }: Everywhere): Promise<void> {
  const rows = await Promise.all(
    datasets.map(async (dataset) => {
      const { id, kind, about, facts } = dataset;
      const path = await pathOf(dataset);
      return { id, kind, about, ...facts, ...(path === undefined ? {} : { path }) };
    }),
  );
  if (json) return printJson(rows);
  print(
    textTable(
      [
        { title: "id" },
        { title: "rows", right: true },
        { title: "columns", right: true },
        { title: "anomalies", right: true },
        { title: "at hand" },
        { title: "" },
      ],
      rows.map(({ id, about, path, ...facts }) => [
        id,
        count(facts.rows),
        "columns" in facts ? count(facts.columns) : "series" in facts ? `${count(facts.series)} series` : formOf(facts),
        "anomalies" in facts ? percent(facts.anomalies / facts.rows) : "",
        path === undefined ? "no" : "yes",
        about,
      ]),
    ),
  );
}

async function info(id: string, { json }: Everywhere): Promise<void> {
  const dataset = datasetOf(id);
  const path = await pathOf(dataset);
  if (json) return printJson({ ...dataset, path });
  const { about, source } = dataset;
  const [first, ...others] = source.files;
  print(
    pairs([
      ["id", dataset.id],
      ["about", about],
      ...factsOf(dataset),
      ["licence", source.licence],
      ["cite", source.cite],
      ["home page", source.home],
      ...(others.length > 0
        ? [["files", count(source.files.length)] as const]
        : [
            ...(first!.url === undefined ? [] : [["address", first!.url] as const]),
            ["SHA-256", first!.sha256] as const,
          ]),
      [others.length > 0 ? "first file" : "file", path ?? whereFrom(dataset)],
    ]),
  );
}

const whereFrom = ({ id, source }: Dataset): string =>
  source.files.every(({ url }) => url !== undefined)
    ? `not here; "oddity data get ${id}" fetches it`
    : `not here; it is to be had from ${source.home}`;

function factsOf(dataset: Dataset): [string, string][] {
  if (dataset.kind === "table") return tableFacts(dataset);
  if (dataset.kind === "pictures") return pictureFacts(dataset);
  const { id, facts, members } = dataset;
  return [
    ["points", inWords(facts)],
    ["series", `${count(facts.series)}, as in ${id}/${members[0]}: ${members.join(", ")}`],
  ];
}

function tableFacts({ facts, label, categorical, groups, drop }: TableSet): [string, string][] {
  const meaning = label.normal
    ? `; normal: ${label.normal.join(", ")}`
    : label.anomalous
      ? `; anomalous: ${label.anomalous.join(", ")}`
      : "; 1 is an anomaly";
  const counts = [["rows", facts], ...Object.entries(facts.parts ?? {})] as const;
  return [
    ...counts.map(([name, each]): [string, string] => [name, inWords(each)]),
    ["columns", count(facts.columns)],
    ["label", `${label.column}${meaning}`],
    ...Object.entries(groups ?? {}).map(([group, values]): [string, string] => [group, values.join(", ")]),
    ...(categorical ? [["categories", categorical.join(", ")] as [string, string]] : []),
    ...(drop ? [["left out", drop.join(", ")] as [string, string]] : []),
  ];
}

function inWords({ rows, anomalies, groups }: Counts): string {
  const each = Object.entries(groups ?? {}).map(([group, times]) => `${group} ${count(times)}`);
  const share = percent(anomalies / rows);
  return `${count(rows)}, of them ${count(anomalies)} anomalies (${share})${each.length > 0 ? `: ${each.join(", ")}` : ""}`;
}

function pictureFacts({ facts, normal }: PictureSet): [string, string][] {
  const parts = Object.entries(facts.counts).map(([part, counts]): [string, string] => {
    const sum = counts.reduce((total, each) => total + each, 0);
    return [part === "all" ? "pictures" : part, `${count(sum)} of ${count(counts.length)} classes`];
  });
  return [...parts, ["size", formOf(facts)], ...(normal ? [["normal", normal.join(", ")] as [string, string]] : [])];
}

/** Width, height and colours, as in "32×32×3". */
const formOf = ({ width, height, channels }: PictureSet["facts"]): string => `${width}×${height}×${channels}`;

/** Where the first of its files lies; undefined unless all are there. */
const pathOf = async (dataset: Dataset): Promise<string | undefined> =>
  (await locateFiles(dataset).catch(() => undefined))?.[0];

async function get(id: string, { json }: Everywhere): Promise<void> {
  const dataset = datasetOf(id);
  const paths = await locateFiles(dataset, { download: true });
  if (json) printJson({ id: dataset.id, path: paths[0], ...(paths.length > 1 ? { paths } : {}) });
  else for (const path of paths) print(path);
}

async function check(place: string, options: Everywhere & ColumnOptions): Promise<void> {
  const { source, features, label, split } = await openInput(place, options);
  try {
    const kinds = Object.fromEntries(features.map(({ name, kind }) => [name, kind]));
    const table = await source.read({ kinds });
    const columns = table.columns.map((column) => {
      const isFeature = features.some(({ name }) => name === column.name);
      const role = column.name === label ? "label" : column.name === split ? "part" : isFeature ? "feature" : "dropped";
      return {
        name: column.name,
        kind: column.kind,
        role,
        missing: gaps(column),
        values: sketch(column, column.name === label),
      };
    });
    if (options.json) return printJson({ data: place, rows: table.rows, columns });
    print(`${source.place}: ${counted(table.rows, "row")}, ${counted(columns.length, "column")}\n`);
    print(
      textTable(
        [
          { title: "column" },
          { title: "kind" },
          { title: "role" },
          { title: "missing", right: true },
          { title: "values" },
        ],
        columns.map(({ name, kind, role, missing, values }) => [name, kind, role, count(missing), values]),
      ),
    );
  } finally {
    await source.close();
  }
}

const gaps = (column: Column): number =>
  column.kind === "category"
    ? column.codes.reduce((sum, code) => sum + Number(code < 0), 0)
    : column.values.reduce((sum, value) => sum + Number(Number.isNaN(value)), 0);

const SHOWN = 5;

/** The commonest values with their counts for categories and labels, the range for numbers and dates. */
function sketch(column: Column, isLabel: boolean): string {
  if (column.kind === "category" || isLabel) {
    const counts = new Map<string, number>();
    const texts =
      column.kind === "category" ? Array.from(column.codes, (code) => column.levels[code] ?? "") : column.values;
    for (const value of texts) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
    counts.delete("");
    const sorted = [...counts].sort(([, a], [, b]) => b - a);
    const most = isLabel ? 20 : SHOWN;
    const some = sorted.slice(0, most).map(([value, times]) => `${value} ×${count(times)}`);
    return `${count(sorted.length)}: ${some.join(", ")}${sorted.length > most ? ", …" : ""}`;
  }
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of column.values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return "none";
  if (low === high) return `always ${shown(column, low)}`;
  return `${shown(column, low)} to ${shown(column, high)}`;
}

const shown = ({ kind }: Column, value: number): string =>
  kind === "date" ? cell(new Date(value * 1000).toISOString().slice(0, 19)) : number(value);
