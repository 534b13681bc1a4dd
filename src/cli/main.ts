// The command line. A verb is a file here that exports `command`, and one line below; its file is loaded only when it is asked
// for, so that help comes at once.

import { Command, CommanderError } from "commander";
import { version } from "../host/version.js";
import { report } from "./failure.js";
import { isEnding, onSignal } from "./interrupt.js";

type Load = () => Promise<{ readonly command: Command }>;

const verbs: Readonly<Record<string, readonly [about: string, load: Load]>> = {
  detect: [
    "find the strange rows of a table, or the strange pictures of a folder: fit, score, explain, report",
    () => import("./detect.js"),
  ],
  fit: ["train a detector and save it as one ONNX file", () => import("./fit.js")],
  score: ["score rows or pictures with a saved model", () => import("./score.js")],
  evaluate: ["measure a saved model against known labels", () => import("./evaluate.js")],
  explain: ["which columns make a row strange, or which part of a picture", () => import("./explain.js")],
  inspect: ["what a model file is", () => import("./inspect.js")],
  detectors: ["list the detectors, or the parameters of one", () => import("./detectors.js")],
  bench: ["run a published experiment; its numbers beside ours", () => import("./bench.js")],
  lab: ["the laboratory: watch a discriminator become a detector, as GANDI did", () => import("./lab.js")],
  data: ["list, describe and fetch data sets; check a file", () => import("./data.js")],
};

const words = process.argv.slice(2);
const program = new Command("oddity")
  .description(
    "Finds the strange rows of a table, or the strange pictures of a folder. What it learns is one ONNX file that scores anywhere.",
  )
  .version(version, "-V, --version", "print the version")
  .helpOption("-h, --help", "print help")
  .helpCommand("help [verb]", "print help on a verb")
  .exitOverride()
  .configureOutput({ outputError: () => undefined })
  .configureHelp({ showGlobalOptions: false })
  .addHelpText(
    "after",
    `
Begin with
  oddity detect measurements.csv
  oddity detect pictures/
  oddity detect thyroid                  a data set that ships with oddity
  oddity fit log.csv --detector egbad --out model.onnx
  oddity score model.onnx new.csv --out scored.csv`,
  );

const named = words.filter((word) => !word.startsWith("-"));
const asked = named[0] === "help" ? named[1] : named[0];

async function run(): Promise<void> {
  for (const [verb, [about, load]] of Object.entries(verbs)) {
    const command = verb === asked ? (await load()).command : new Command(verb);
    program.addCommand(command.copyInheritedSettings(program).summary(about).description(about));
    for (const inner of command.commands) inner.copyInheritedSettings(program);
  }
  if (words.length === 0) program.outputHelp();
  else await program.parseAsync();
}

// A reader that has seen enough (`oddity score … | head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});
onSignal();
run().catch((error: unknown) => {
  if (isEnding() || (error instanceof CommanderError && error.exitCode === 0)) return;
  process.exitCode = report(error, {
    words,
    help: asked !== undefined && asked in verbs ? `oddity ${asked}` : "oddity",
  });
});
