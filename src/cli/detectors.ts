// oddity detectors: which there are, and the parameters of each.

import { Command } from "commander";
import { detectors } from "../detectors/list.js";
import { factsOf } from "../detectors/parameters.js";
import { withId } from "../tensor/errors.js";
import { DEFAULT_DETECTOR, DEFAULT_FOR_PICTURES, type Everywhere, withEverywhere } from "./options.js";
import { print, printJson, textTable } from "./print.js";

export const command = new Command("detectors").argument("[id]", "a detector, for its parameters");
withEverywhere(command).action((id: string | undefined, options: Everywhere) => {
  if (id === undefined) list(options);
  else show(id, options);
});

const defaults: Readonly<Record<string, string>> = {
  [DEFAULT_FOR_PICTURES]: " (the default for pictures)",
  [DEFAULT_DETECTOR]: " (the default)",
};

function list({ json }: Everywhere): void {
  if (json) {
    printJson(
      detectors.map(({ id, about, paper, parameters }) => ({ id, about, paper, parameters: factsOf(parameters) })),
    );
    return;
  }
  print(
    textTable(
      [{ title: "detector" }, { title: "" }],
      detectors.map(({ id, about }) => [id, `${about}${defaults[id] ?? ""}`]),
    ),
  );
  print(`\n"oddity detectors ID" shows the parameters of one; --set NAME=VALUE sets them.`);
}

function show(id: string, { json }: Everywhere): void {
  const found = withId("detector", id, detectors);
  const { about, paper } = found;
  const parameters = factsOf(found.parameters);
  if (json) {
    printJson({ id, about, paper, parameters });
    return;
  }
  print(`${id}: ${about}`);
  print(`${paper}\n`);
  print(
    textTable(
      [{ title: "parameter" }, { title: "default", right: true }, { title: "what it is" }],
      parameters.map(({ name, doc, fallback, type }) => [name, String(fallback), `${doc} (${type})`]),
    ),
  );
}
