// The tables of a bench: what was published beside what was measured.

import type { Experiment } from "../experiments/define.js";
import type { Summary } from "../experiments/runner.js";
import { print, textTable } from "./print.js";

interface TaskSummary {
  readonly task: string;
  readonly summary: readonly Summary[];
}

const figure = (value: number | undefined, deviation?: number): string =>
  value === undefined ? "" : `${value.toFixed(4)}${deviation === undefined ? "" : ` ± ${deviation.toFixed(4)}`}`;

const measuresOf = (summary: readonly Summary[]): string[] =>
  Object.keys(summary.find(({ runs }) => runs > 0)?.mean ?? {});

const nameOf = ({ contender, isControl }: Summary): string => `${isControl ? "control" : "ours"}: ${contender}`;

/** One table: a row for each contender, a column for each measure. */
export function show({ published }: Experiment, summary: readonly Summary[]): void {
  const measures = measuresOf(summary);
  const isFlagged = measures.includes("f1");
  print(
    textTable(
      [
        { title: "" },
        { title: "seeds", right: true },
        ...measures.map((title) => ({ title, right: true })),
        ...(isFlagged ? [{ title: "least f1", right: true }] : []),
      ],
      [
        ...published.map(({ name, values, deviation }) => [
          `published: ${name}`,
          "",
          ...measures.map((measure) => figure(values[measure], deviation?.[measure])),
          ...(isFlagged ? [""] : []),
        ]),
        ...summary.map((each) => [
          nameOf(each),
          each.failed > 0 ? `${each.runs} (${each.failed} failed)` : String(each.runs),
          ...measures.map((measure) => figure(each.mean[measure], each.runs > 1 ? each.deviation[measure] : undefined)),
          ...(isFlagged ? [figure(each.least.f1)] : []),
        ]),
      ],
    ),
  );
}

/** A table for each measure: a row for each contender, a column for each task, and their mean where all are there. */
export function showTasks({ published }: Experiment, tasks: readonly TaskSummary[]): void {
  const everyone = tasks.flatMap(({ summary }) => summary);
  if (isWide(tasks.length)) showMeans(published, tasks);
  const names = [...new Set(everyone.map(nameOf))];
  for (const measure of measuresOf(everyone)) {
    const cells = (values: readonly (number | undefined)[]): string[] => {
      const there = values.filter((value) => value !== undefined);
      const mean = there.reduce((sum, value) => sum + value, 0) / there.length;
      return [...values, there.length === values.length ? mean : undefined].map((v) => v?.toFixed(3) ?? "");
    };
    const ours = (name: string): string[] => {
      const own = tasks.map(({ summary }) => summary.find((each) => nameOf(each) === name));
      const means = cells(own.map((each) => each?.mean[measure]));
      if (tasks.length > MOST_WITH_DEVIATION) return means;
      return means.map((mean, i) => {
        const each = own[i];
        return each && each.runs > 1 ? `${mean} ± ${each.deviation[measure]!.toFixed(3)}` : mean;
      });
    };
    const [head, ...rows] = turnedWhereWide([
      [measure, ...tasks.map(({ task }) => task), "mean"],
      ...published
        .filter((row) => Object.values(row.tasks ?? {}).some((values) => measure in values))
        .map((row) => [`published: ${row.name}`, ...cells(tasks.map(({ task }) => row.tasks?.[task]?.[measure]))]),
      ...names.map((name) => [name, ...ours(name)]),
    ]);
    print(
      textTable(
        head!.map((title, j) => ({ title, right: j > 0 })),
        rows,
      ),
    );
    print();
  }
}

/** With more tasks than these a line has no room for deviations. */
const MOST_WITH_DEVIATION = 5;

const isWide = (tasks: number): boolean => tasks > 12;

/** Tasks that a line has no room for stand below one another. */
function turnedWhereWide(table: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const [head] = table;
  return isWide(head!.length - 2) ? head!.map((_, j) => table.map((row) => row[j]!)) : table;
}

/** The mean of each contender over all tasks, the best first, beside what was published of the same tasks. */
function showMeans(published: Experiment["published"], tasks: readonly TaskSummary[]): void {
  const names = [...new Set(tasks.flatMap(({ summary }) => summary.map(nameOf)))];
  const measures = measuresOf(tasks.flatMap(({ summary }) => summary));
  const mean = (values: readonly (number | undefined)[]): number | undefined => {
    const there = values.filter((value) => value !== undefined);
    return there.length < values.length ? undefined : there.reduce((sum, value) => sum + value / there.length, 0);
  };
  const rows = [
    ...published.map(({ name, tasks: byTask = {} }) => ({
      name: `published: ${name}`,
      runs: "",
      means: measures.map((measure) => mean(tasks.map(({ task }) => byTask[task]?.[measure]))),
      seconds: "",
    })),
    ...names.map((name) => {
      const own = tasks.flatMap(({ summary }) => summary.filter((each) => nameOf(each) === name && each.runs > 0));
      const failed = own.reduce((sum, each) => sum + each.failed, 0);
      const isWhole = own.length === tasks.length;
      return {
        name: isWhole ? name : `${name} (${own.length} of ${tasks.length} tasks)`,
        runs: `${own.reduce((sum, { runs }) => sum + runs, 0)}${failed > 0 ? ` (${failed} failed)` : ""}`,
        means: measures.map((measure) => mean(own.map((each) => each.mean[measure]))),
        seconds: (mean(own.map(({ seconds }) => seconds)) ?? 0).toFixed(1),
      };
    }),
  ].sort((a, b) => (b.means[0] ?? 0) - (a.means[0] ?? 0));
  print(
    textTable(
      [{ title: "mean" }, ...["runs", ...measures, "s to fit"].map((title) => ({ title, right: true }))],
      rows.map(({ name, runs, means, seconds }) => [
        name,
        runs,
        ...means.map((value) => value?.toFixed(3) ?? ""),
        seconds,
      ]),
    ),
  );
  print();
}
