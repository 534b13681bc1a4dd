// npm run docs: the pages of docs/ that say what there is, written from the program itself. With --check nothing is
// written, and a page that differs is a failure.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pictureSets, seriesSets, tableSets } from "../dist/data/sets/index.js";
import { detectors } from "../dist/detectors/list.js";
import { factsOf } from "../dist/detectors/parameters.js";
import { readOnnx } from "../dist/graph/onnx/read.js";
import { writeOnnx } from "../dist/graph/onnx/write.js";
import { casesOf } from "../dist/graph/ops/cases.js";
import { ops } from "../dist/graph/ops/index.js";
import * as byName from "../dist/index.js";
import { root } from "./ensure.mjs";

/** A page by its name in docs/: title, a few sentences, and what follows. */
const pages = {
  "detectors.md": page(
    "Detectors",
    "All detectors are used in the same way: `egbad({ epochs: 5 }).fit(rows, { seed: 7 })` in a program, " +
      "`--detector egbad --set epochs=5` on the command line. Each scales the columns itself. Higher scores are stranger. " +
      "[Add a detector](add-a-detector.md) says how a new one is made.",
    ...detectors.map(
      ({ id, about, paper, parameters }) =>
        `## ${id}\n\n${about}\n\nPaper: ${paper}. In a program: \`${nameOf(id)}({ … })\`.\n\n` +
        table(
          ["parameter", "type", "default", "what it is"],
          factsOf(parameters).map(({ name, type, fallback, doc }) => [`\`${name}\``, type, `\`${fallback}\``, doc]),
        ),
    ),
  ),
  "ops.md": page(
    "Ops",
    "What tensor programs are made of, in the order of `src/graph/ops/index.ts`. ONNX: the operators that the first test " +
      "case of the op is written as. Gradient: `yes` means that the op has a rule, itself made of ops, so that second " +
      "derivatives exist; `zero` that the derivative is zero wherever it exists; `none` that asking for it is an error. " +
      "`input`, `constant` and `scan` (a loop, in `src/graph/ops/scan.ts`) are not in the list: they have no cases of this form.",
    table(["op", "inputs", "ONNX", "gradient"], ops.map(opRow)),
  ),
  "data-sets.md": page(
    "Data sets",
    "`oddity data list` shows which are at hand, `oddity data info ID` the source and how to cite it. Those that do not ship are looked for in " +
      "`$ODDITY_DATA` and in the cache folder; `oddity data get ID` fetches those that have an address of their own, checksum verified, and says where the others are to be had. Terms of the shipped sets: " +
      "[datasets/README.md](../datasets/README.md).",
    table(
      ["id", "rows", "columns", "anomalies", "licence", "ships"],
      tableSets.map(({ id, facts, source }) => [
        `\`${id}\``,
        count(facts.rows),
        count(facts.columns),
        `${count(facts.anomalies)} (${((100 * facts.anomalies) / facts.rows).toFixed(1)} %)`,
        source.licence,
        source.files.every(({ file }) => existsSync(join(root, "datasets", file))) ? "yes" : "no",
      ]),
      "lrrrll",
    ),
    "## Parts and groups\n\nRows that the makers of a set meant for training and for the test, and the kinds of anomalies that it tells apart. " +
      "`oddity detect` trains on normal rows of the part `train` and reports on the other.",
    table(
      ["id", "part", "rows", "anomalies"],
      tableSets.flatMap(({ id, facts }) =>
        Object.entries(facts.parts ?? (facts.groups ? { all: facts } : {})).map(([part, counts]) => [
          `\`${id}\``,
          part,
          count(counts.rows),
          `${count(counts.anomalies)}${groupsOf(counts)}`,
        ]),
      ),
      "llrl",
    ),
    "## Pictures\n\nPictures of classes; which of them is the anomalous one is chosen with `--normal` or `--anomalous`, or by an experiment. " +
      "None ships. Column `class` has the class; `split` says which pictures their makers meant for training and which for the test.",
    table(
      ["id", "what", "pictures", "classes", "size", "licence"],
      pictureSets.map(({ id, about, facts, source }) => [
        `\`${id}\``,
        about,
        Object.entries(facts.counts)
          .map(([part, counts]) => `${count(counts.reduce((sum, n) => sum + n, 0))}${part === "all" ? "" : ` ${part}`}`)
          .join(", "),
        count(Object.values(facts.counts)[0].length),
        `${facts.width}×${facts.height}×${facts.channels}`,
        source.licence,
      ]),
      "llrrll",
    ),
    "## Series\n\nCollections: one series is `nab/nyc_taxi` or `smap/P-2`, with a column `anomaly` as its label. " +
      "SMAP and MSL have a part `train` and a part `test` of each. Of NAB `nab/nyc_taxi` ships. " +
      "[Find the odd moments in a series](odd-moments-in-a-series.md) says what to do with them.",
    table(
      ["id", "what", "series", "points", "anomalies", "licence"],
      seriesSets.map(({ id, about, facts, source }) => [
        `\`${id}/…\``,
        about,
        count(facts.series),
        count(facts.rows),
        `${count(facts.anomalies)} (${((100 * facts.anomalies) / facts.rows).toFixed(1)} %)`,
        source.licence,
      ]),
      "llrrrl",
    ),
  ),
};

function groupsOf({ groups = {} }) {
  const each = Object.entries(groups).map(([group, n]) => `${group} ${count(n)}`);
  return each.length > 0 ? `: ${each.join(", ")}` : "";
}

/** The name under which the library exports a detector. */
function nameOf(id) {
  return Object.entries(byName).find(([, made]) => made.id === id && "paper" in made)[0];
}

function opRow(op) {
  const [{ title, inputs, output }] = casesOf(op);
  const { operators } = readOnnx(writeOnnx({ name: title, inputs, outputs: [{ name: "y", node: output }] }));
  const names = Object.keys(operators).filter((name) => name !== "Identity"); // it only names the output
  const gradient = op.gradient === undefined ? "none" : op.gradient === "zero" ? "zero" : "yes";
  return [`\`${op.name}\``, op.inputs.length > 0 ? op.inputs.join(", ") : "any number", names.join(", "), gradient];
}

function page(title, about, ...parts) {
  return `${[`<!-- generated by npm run docs -->\n\n# ${title}`, about, ...parts].join("\n\n")}\n`;
}

/** @param align a letter for each column, l or r */
function table(titles, rows, align = "") {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const rule = `| ${titles.map((_, j) => (align[j] === "r" ? "--:" : "---")).join(" | ")} |`;
  return [line(titles), rule, ...rows.map(line)].join("\n");
}

function count(n) {
  return n.toLocaleString("en-US");
}

const isCheck = process.argv.includes("--check");
for (const [name, text] of Object.entries(pages)) {
  const path = join(root, "docs", name);
  if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
  if (isCheck) {
    console.error(`docs/${name} is not what the program says: run npm run docs`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, text);
    console.log(`docs/${name}`);
  }
}
