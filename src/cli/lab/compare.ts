// oddity lab compare: runs beside each other, over the seeds of each setting, and beside what was published.

import { join } from "node:path";
import { Command } from "commander";
import { readRun } from "../../lab/folder.js";
import { type LabRun, modes } from "../../lab/records.js";
import { count } from "../../report/format.js";
import { checkFolder } from "../folder.js";
import { type Everywhere, withEverywhere } from "../options.js";
import { print, printJson, textTable } from "../print.js";
import { type ComparedSetting, compareRuns, toldApart } from "./compared.js";
import { drawComparison } from "./draw.js";
import { labNarrator } from "./progress.js";

interface Options extends Everywhere {
  readonly out?: string;
  readonly force?: true;
}

export const command = withEverywhere(
  new Command("compare")
    .description("runs beside each other and beside what was published")
    .argument("<folder...>", "folders of runs; those of one setting are taken together")
    .option("-o, --out <folder>", "also draw a page with figures there")
    .option("--force", "write over the page in that folder"),
).action(compare);

async function compare(folders: readonly string[], options: Options): Promise<void> {
  if (options.out !== undefined) await checkFolder(options.out, options.force ?? false);
  const read: LabRun[] = [];
  for (const folder of new Set(folders)) read.push(await readRun(folder));
  const runs = toldApart(read);
  const compared = compareRuns(runs);
  const page = options.out === undefined ? undefined : join(options.out, "report.html");
  if (options.out !== undefined) await drawComparison(runs, options.out, labNarrator(options));
  if (options.json) {
    printJson({ settings: compared, ...(page ? { page } : {}) });
    return;
  }
  for (const each of compared) show(each);
  print("AUC as the mean over the last quarter of each run; ± is the deviation over seeds.");
  for (const { name, source } of compared) if (source) print(`Published, ${name}: ${source}.`);
  if (page) print(`\npage  ${page}`);
}

function show({ name, seeds, steps, unfinished, anomalies, source }: ComparedSetting): void {
  const shown = modes.filter((mode) => anomalies.some(({ auc }) => auc[mode]));
  const at = [...new Set(steps)].map(count).join(", ");
  const open = unfinished > 0 ? `; ${unfinished} not finished` : "";
  print(`${name}: ${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}, up to step ${at}${open}`);
  print(
    textTable(
      [
        { title: "anomaly" },
        ...(source ? [{ title: "published", right: true }] : []),
        ...shown.map((mode) => ({ title: mode, right: true })),
        { title: "ceiling", right: true },
      ],
      anomalies.map(({ anomaly, auc, published, ceiling }) => [
        anomaly,
        ...(source ? [figure(published)] : []),
        ...shown.map((mode) => figure(auc[mode]?.quarter.mean, auc[mode]?.quarter.deviation)),
        figure(ceiling),
      ]),
    ),
  );
  print();
}

const figure = (value: number | undefined, deviation?: number): string =>
  value === undefined ? "" : `${value.toFixed(4)}${deviation === undefined ? "" : ` ± ${deviation.toFixed(4)}`}`;
