// Checkpoints of training on the command line: never thrown away unasked, and the words that go on from one.

import { stat } from "node:fs/promises";
import { checkTarget } from "../disk/atomic.js";
import { OddityError } from "../tensor/errors.js";

/** What a stopped run has kept is not thrown away unasked. */
export async function checkCheckpoint(
  path: string,
  { resume, force }: { resume: boolean; force: boolean },
): Promise<void> {
  await checkTarget(path, { force: true });
  const isThere = (await stat(path).catch(() => undefined)) !== undefined;
  if (isThere && !resume && !force)
    throw new OddityError(
      {
        place: path,
        expected: "no checkpoint of a run that was stopped",
        got: "one",
        hint: "--resume goes on from it, --force starts anew",
      },
      { usage: true },
    );
}

/** This very command line, with --resume. */
export function commandLine(): string {
  const words = process.argv.slice(2);
  if (!words.includes("--resume")) words.push("--resume");
  return `oddity ${words.map((word) => (/^[\w./:=,@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ")}`;
}
