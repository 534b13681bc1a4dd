// oddity lab study: over runs that are done, when the discriminator was at its best, and which criterion would have told.

import { Command } from "commander";
import { type Reading, readings } from "../../detectors/gandi/reading.js";
import { endSessions, nodeHost } from "../../host/node.js";
import { readRun } from "../../lab/folder.js";
import { type StudyLine, type StudyRow, studyRows, studyRun } from "../../lab/study.js";
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
    lines.push(...(await studyRun(await readRun(folder), nodeHost.runtime)));
  }
  narrate.done();
  const byReading = readings.map((reading) => {
    const runs = lines.filter((line) => line.reading === reading);
    return { reading, runs, ways: studyRows(runs) };
  });
  if (options.json) {
    printJson(byReading);
    return;
  }
  for (const { reading, runs, ways } of byReading) {
    print(`${meanings[reading]}; ${counted(runs.length, "run")}:`);
    print(runTable(runs));
    print();
    print(wayTable(ways));
    print();
  }
  print(
    "AUC: mean over the anomalies of a setting, of single rows. Regret: below the best snapshot of the run. Correlation: of the criterion " +
      "with the AUC, over the snapshots of a run.",
  );
}

const meanings: { readonly [reading in Reading]: string } = {
  doubt: "Doubt: strange is what the discriminator takes for generated (-logit)",
  unusual: "Unusual: strange is what the discriminator says other things of than of normal rows (|logit - mean|)",
};

const right = (title: string) => ({ title, right: true });

const runTable = (runs: readonly StudyLine[]): string =>
  textTable(
    [{ title: "setting" }, right("seed"), right("best AUC"), right("at step"), right("mean of all"), right("last")],
    runs.map(({ setting, seed, best, bestStep, mean, chosen }) => [
      setting,
      String(seed),
      best.toFixed(3),
      count(bestStep),
      mean.toFixed(3),
      chosen.last!.auc.toFixed(3),
    ]),
  );

const wayTable = (ways: readonly StudyRow[]): string =>
  textTable(
    [
      { title: "chosen by" },
      right("AUC"),
      right("regret"),
      right("worst"),
      right("beats the last"),
      right("correlation"),
    ],
    ways.map(({ way, auc, regret, worst, helps, correlation }) => [
      way,
      auc.toFixed(3),
      regret.toFixed(3),
      worst.toFixed(3),
      `${Math.round(100 * helps)} %`,
      correlation?.toFixed(2) ?? "",
    ]),
  );
