// oddity lab report: draws the figures and the page of runs again.

import { Command } from "commander";
import { readRun } from "../../lab/folder.js";
import type { LabRun } from "../../lab/records.js";
import { type Everywhere, withEverywhere } from "../options.js";
import { print, printJson } from "../print.js";
import { drawRun } from "./draw.js";
import { labNarrator } from "./progress.js";

export const command = withEverywhere(
  new Command("report")
    .description("draw the figures and the page of runs, finished or not")
    .argument("<folder...>", "folders of runs"),
).action(report);

async function report(folders: readonly string[], options: Everywhere): Promise<void> {
  const narrate = labNarrator(options);
  const runs: LabRun[] = [];
  for (const folder of folders) runs.push(await readRun(folder));
  const pages = [];
  for (const run of runs) {
    const { names } = await drawRun(run, narrate);
    pages.push({ id: run.config.id, report: `${run.folder}/report.html`, files: names });
  }
  if (options.json) printJson({ reports: pages });
  else for (const each of pages) print(each.report);
}
