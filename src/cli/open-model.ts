// MODEL of the command line: the file, opened, with another rule where one is asked for.

import { readFile } from "node:fs/promises";
import type { Rule } from "../decide/rules.js";
import { Model } from "../detectors/model.js";
import { firstLine, OddityError } from "../tensor/errors.js";
import { chosenRule } from "./learn.js";
import type { MachineOptions } from "./options.js";

export interface Chosen {
  readonly model: Model;
  /** A rule that needs all rows at once, which no model file can hold. */
  readonly together?: Rule;
}

export async function openModel(
  path: string,
  { rule: text, threads, device = "cpu" }: Partial<MachineOptions> & { readonly rule?: string } = {},
): Promise<Chosen> {
  const { rule, isFixed } = chosenRule(text);
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const got = cause.code === "ENOENT" ? "nothing there" : firstLine(cause);
    throw new OddityError({ place: path, expected: "a model file", got }, { cause, usage: true });
  });
  const model = await Model.open(bytes, path, { device, ...(threads === undefined ? {} : { threads }) });
  if (rule === undefined) return { model };
  if (!isFixed) return { model, together: rule };
  const changed = await model.withRule(rule);
  await model.close();
  return { model: changed };
}
