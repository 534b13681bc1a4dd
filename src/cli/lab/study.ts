// oddity lab study: over runs that are done, when the discriminator was at its best, and which criterion would have told.

import { Command } from "commander";
import { endSessions, nodeHost } from "../../host/node.js";
import { readRun } from "../../lab/folder.js";
import { type StudyLine, studyRows, studyRun } from "../../lab/study.js";
import { count, counted } from "../../report/format.js";
import { endBy } from "../interrupt.js";
import { type Everywhere, withEverywhere } from "../options.js";
import { print, printJson, textTable } from "../print.js";
import { labNarrator } from "./progress.js";

export const command = withEverywhere(
  new Command("study")
    .description("when was the discriminator at its best, and which criterion would have told without anomalies")
    .argument("<folder...>", "folders of runs"),
).action(study);

async function study(folders: readonly string[], options: Everywhere): Promise<void> {
  const narrate = labNarrator(options);
  endBy(endSessions);
  const lines: StudyLine[] = [];
  for (const [i, folder] of [...new Set(folders)].entries()) {
    narrate.say(`${folder} (${count(i + 1)} of ${count(folders.length)})`);
    lines.push(await studyRun(await readRun(folder), nodeHost.runtime));
  }
  narrate.done();
  const rows = studyRows(lines);
  if (options.json) {
    printJson({ runs: lines, ways: rows });
    return;
  }
  const right = (title: string) => ({ title, right: true });
  print(
    textTable(
      [{ title: "setting" }, right("seed"), right("best AUC"), right("at step"), right("mean of all"), right("last")],
      lines.map(({ setting, seed, best, bestStep, mean, chosen }) => [
        setting,
        String(seed),
        best.toFixed(3),
        count(bestStep),
        mean.toFixed(3),
        chosen.last!.auc.toFixed(3),
      ]),
    ),
  );
  print();
  print(
    textTable(
      [
        { title: "chosen by" },
        right("AUC"),
        right("regret"),
        right("worst"),
        right("beats the last"),
        right("correlation"),
      ],
      rows.map(({ way, auc, regret, worst, helps, correlation }) => [
        way,
        auc.toFixed(3),
        regret.toFixed(3),
        worst.toFixed(3),
        `${Math.round(100 * helps)} %`,
        correlation?.toFixed(2) ?? "",
      ]),
    ),
  );
  print(
    `AUC: mean over the anomalies of a setting, of single rows; ${counted(lines.length, "run")}. Regret: below the best snapshot of the run. ` +
      "Correlation: of the criterion with the AUC, over the snapshots of a run.",
  );
}
