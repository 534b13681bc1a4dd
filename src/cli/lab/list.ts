// oddity lab list: the settings, and what a setting of one's own may name.

import { Command } from "commander";
import { z } from "zod";
import { families } from "../../lab/distributions/index.js";
import { fitTests } from "../../lab/fit/index.js";
import { discriminatorLosses, generatorLosses } from "../../lab/losses.js";
import { activationNames } from "../../lab/networks.js";
import { settings } from "../../lab/settings/index.js";
import { type Everywhere, withEverywhere } from "../options.js";
import { print, printJson, textTable } from "../print.js";

export const command = withEverywhere(
  new Command("list").description("the settings, and what a setting of your own may name"),
).action(list);

interface Parameter {
  readonly name: string;
  readonly default?: unknown;
  readonly doc?: string;
}

function list({ json }: Everywhere): void {
  const distributions = families.map(({ kind, about, dims, parameters }) => ({
    ...{ kind, about, dims },
    parameters: parametersOf(parameters),
  }));
  const losses = { discriminator: named(discriminatorLosses), generator: named(generatorLosses) };
  const tests = fitTests.map(({ id, about, dims, better, isPublished }) => ({ id, about, dims, better, isPublished }));
  if (json) {
    printJson({ settings, distributions, losses, activations: activationNames, fitTests: tests });
    return;
  }
  show(
    "setting",
    settings.map(({ id, about = "" }) => [id, about]),
  );
  show(
    "distribution",
    distributions.map(({ kind, about, dims, parameters }) => [
      kind,
      `${about}${dims === 2 ? " Two dimensions." : ""} ${parameters.map(inWords).join("; ")}`,
    ]),
  );
  show(
    "loss of the discriminator",
    losses.discriminator.map(({ name, about }) => [name, about]),
  );
  show(
    "loss of the generator",
    losses.generator.map(({ name, about }) => [name, about]),
  );
  show(
    "test of fit",
    tests.map(({ id, about, isPublished }) => [id, `${isPublished ? "GANDI's: " : ""}${about}`]),
  );
  print(`activations: ${activationNames.join(", ")}\n`);
  print(`"oddity lab run SETTING" runs one; a setting of your own is a YAML file, see docs/the-laboratory.md.`);
}

function show(title: string, rows: readonly (readonly [name: string, about: string])[]): void {
  print(textTable([{ title }, { title: "" }], rows));
  print();
}

const named = (losses: Readonly<Record<string, { readonly about: string }>>) =>
  Object.entries(losses).map(([name, { about }]) => ({ name, about }));

const factsSchema = z.object({ default: z.unknown().optional(), description: z.string().optional() });

/** What their declarations say. */
function parametersOf(shape: z.ZodRawShape): Parameter[] {
  const { properties = {} } = z.toJSONSchema(z.object(shape), { io: "input" });
  return Object.entries(properties).map(([name, property]) => {
    const { default: fallback, description } = factsSchema.parse(property);
    return {
      name,
      ...(fallback === undefined ? {} : { default: fallback }),
      ...(description === undefined ? {} : { doc: description }),
    };
  });
}

const inWords = ({ name, default: fallback, doc }: Parameter): string =>
  `${name}${fallback === undefined ? "" : `=${JSON.stringify(fallback)}`}${doc === undefined ? "" : ` (${doc})`}`;
