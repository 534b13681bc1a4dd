// A setting as the command line names it: the id of a shipped one, or a YAML or JSON file.

import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type Document, isNode, LineCounter, parseDocument } from "yaml";
import { type Setting, settingOf } from "../../lab/setting.js";
import { settings } from "../../lab/settings/index.js";
import { firstLine, nearest, OddityError, unknownName } from "../../tensor/errors.js";

/** What the command line changes of a setting. */
export interface Changes {
  readonly steps?: number;
  readonly quick?: true;
}

const ENDING = /\.(ya?ml|json)$/i;

/** @throws OddityError for what is neither a setting nor a file of one, and for whatever does not fit in it */
export async function chosenSetting(name: string, changes: Changes): Promise<Setting> {
  const shipped = settings.find(({ id }) => id === name);
  if (shipped) return changed(shipped, name, changes);
  const found = await stat(name).catch(() => undefined);
  if (!found) throw await unknown(name);
  if (found.isDirectory())
    throw new OddityError({ place: name, expected: "a setting or a file of one", got: "a folder" }, { usage: true });
  const text = await readFile(name, "utf8").catch((cause) => {
    throw new OddityError({ place: name, expected: "a file that can be read", got: firstLine(cause) }, { cause });
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [error] = document.errors;
  if (error) {
    const at = lines.linePos(error.pos[0]);
    throw new OddityError(
      {
        place: `${name}, line ${at.line}, column ${at.col}`,
        expected: "YAML or JSON",
        got: firstLine(error).replace(/ at line \d+, column \d+:?$/, ""),
      },
      { cause: error, usage: true },
    );
  }
  const value: unknown = document.toJS();
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new OddityError(
      { place: name, expected: "a setting: keys and their values", got: value === null ? "nothing" : "something else" },
      { usage: true },
    );
  try {
    return changed({ id: idFrom(name), ...value }, name, changes);
  } catch (error) {
    throw error instanceof OddityError ? located(error, name, document, lines) : error;
  }
}

/** "My Setting.yaml" to "my-setting" */
const idFrom = (path: string): string =>
  basename(path)
    .replace(ENDING, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "") || "setting";

async function unknown(name: string): Promise<OddityError> {
  if (!ENDING.test(name) && basename(name) === name)
    return unknownName(
      "setting",
      name,
      settings.map(({ id }) => id),
    );
  const near = nearest(basename(name), (await readdir(dirname(name)).catch(() => [])).sort());
  return new OddityError(
    {
      place: name,
      expected: "a file",
      got: "nothing there",
      ...(near === undefined ? {} : { hint: `did you mean "${join(dirname(name), near)}"?` }),
    },
    { usage: true },
  );
}

/** The same fault with the line on which it stands. */
function located(error: OddityError, name: string, document: Document, lines: LineCounter): OddityError {
  const { place } = error.fault;
  if (!place.startsWith(`${name}.`)) return error;
  const path = place.slice(name.length + 1).split(".");
  // of what is missing, where it should be
  for (let depth = path.length; depth > 0; depth--) {
    const keys = path.slice(0, depth).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    const node = document.getIn(keys, true);
    if (isNode(node) && node.range)
      return new OddityError(
        { ...error.fault, place: `${name}, line ${lines.linePos(node.range[0]).line}: ${path.join(".")}` },
        { cause: error, usage: error.usage },
      );
  }
  return error;
}

/** Of the short form: 5,000 steps, measured ten times, with figures at three of them. */
const QUICK = { steps: 5000, measures: 500, plots: [0, 1000, 5000], log: 1000 };

function changed(given: object, place: string, { steps, quick }: Changes): Setting {
  const whole = settingOf(given, place);
  if (!quick && steps === undefined) return whole;
  const { spec } = whole;
  const most = steps ?? Math.min(spec.steps, QUICK.steps);
  const { measures, plots, log } = QUICK;
  const short = quick
    ? {
        id: `${spec.id}-quick`,
        about: `${spec.about} (short form)`.trim(),
        schedules: { ...spec.schedules, measures, plots: plots.filter((step) => step <= most), log },
      }
    : {};
  return settingOf({ ...spec, ...short, steps: most }, place);
}
