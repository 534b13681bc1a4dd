// MODEL of the command line: the file, opened, with another rule where one is asked for.

import type { Rule } from "../decide/rules.js";
import { load } from "../detectors/load.js";
import type { Model } from "../detectors/model.js";
import { endSessions } from "../host/node.js";
import { endBy } from "./interrupt.js";
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
  endBy(endSessions);
  const model = await load(path, { device, ...(threads === undefined ? {} : { threads }) });
  if (rule === undefined) return { model };
  if (!isFixed) return { model, together: rule };
  const changed = await model.withRule(rule);
  await model.close();
  return { model: changed };
}
