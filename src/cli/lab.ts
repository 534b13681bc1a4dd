// oddity lab: the laboratory, where a discriminator is watched while it becomes a detector.

import { Command } from "commander";
import { command as compare } from "./lab/compare.js";
import { command as list } from "./lab/list.js";
import { command as report } from "./lab/report.js";
import { command as run } from "./lab/run.js";
import { command as study } from "./lab/study.js";

export const command = new Command("lab")
  .helpCommand(false)
  .addCommand(run)
  .addCommand(list)
  .addCommand(report)
  .addCommand(compare)
  .addCommand(study);
