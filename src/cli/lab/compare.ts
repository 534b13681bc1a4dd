// oddity lab compare: runs beside each other, over the seeds of each setting, and beside what was published.

import { join } from "node:path";
import { Command } from "commander";
import { type ComparedSetting, compareRuns } from "../../lab/compare.js";
import { readRun } from "../../lab/folder.js";
import { published } from "../../lab/published.js";
import { type LabRun, modes } from "../../lab/records.js";
import { count, counted } from "../../report/format.js";
import { checkFolder, writeFolder } from "../folder.js";
import { type Everywhere, withEverywhere } from "../options.js";
import { print, printJson, textTable } from "../print.js";
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
  const narrate = labNarrator(options);
  const runs: LabRun[] = [];
  for (const folder of new Set(folders)) runs.push(await readRun(folder));
  const compared = compareRuns(runs);
  const page = options.out === undefined ? {} : { page: join(options.out, "compare.html") };
  if (options.out !== undefined)
    await writeFolder(options.out, /^(figures|compare\.html)$/, (folder) => drawComparison(runs, folder, narrate));
  if (options.json) {
    printJson({ settings: compared, published, ...page });
    return;
  }
  for (const each of compared) show(each);
  print(`AUC at the last measured step; mean ± deviation where there are several seeds.`);
  for (const { setting, from } of published)
    if (compared.some(({ name }) => name === setting)) print(`Published of ${setting}: ${from}.`);
  if (page.page) print(`page  ${page.page}`);
}

function show({ name, seeds, steps, unfinished, anomalies }: ComparedSetting): void {
  const shown = modes.filter((mode) => anomalies.some(({ auc }) => auc[mode]));
  const isPublished = anomalies.some((each) => each.published !== undefined);
  const at = [...new Set(steps)].map(count).join(", ");
  print(
    `${name}: ${counted(seeds.length, "seed")} (${seeds.join(", ")}), step ${at}${unfinished > 0 ? `; ${unfinished} not finished` : ""}`,
  );
  print(
    textTable(
      [
        { title: "anomaly" },
        ...(isPublished ? [{ title: "published", right: true }] : []),
        ...shown.map((mode) => ({ title: mode, right: true })),
        { title: "ceiling", right: true },
      ],
      anomalies.map(({ anomaly, auc, published: known, ceiling }) => [
        anomaly,
        ...(isPublished ? [figure(known)] : []),
        ...shown.map((mode) => figure(auc[mode]?.mean, auc[mode]?.deviation)),
        figure(ceiling),
      ]),
    ),
  );
  print();
}

const figure = (value: number | undefined, deviation?: number): string =>
  value === undefined ? "" : `${value.toFixed(4)}${deviation === undefined ? "" : ` ± ${deviation.toFixed(4)}`}`;
