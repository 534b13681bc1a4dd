// oddity lab: bad input of every kind gets one sentence and an exit code, and no run begins.
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newPlace } from "./run.js";

const place = newPlace();
afterAll(() => place.remove());
const at = (...path: string[]) => join(place.path, ...path);

const minimal = "real: {kind: gaussian}\nanomalies:\n  - shift: 1\n";
const files: Readonly<Record<string, string>> = {
  "good.yaml": `${minimal}steps: 200\nsample: 200\nschedules: {measures: 100}\n`,
  "deviation.yaml": "real:\n  kind: gaussian\n  deviation: 0\nanomalies:\n  - shift: 1\n",
  "empty.yaml": "real: {kind: gaussian-mixture, weights: [], means: [], deviations: []}\nanomalies:\n  - shift: 1\n",
  "uneven.yaml": "real:\n  kind: gaussian-mixture\n  weights: [1, 2]\n  means: [0]\nanomalies:\n  - shift: 1\n",
  "kind.yaml": "real: {kind: gausian}\nanomalies:\n  - shift: 1\n",
  "parameter.yaml": "real:\n  kind: gaussian\n  sigma: 2\nanomalies:\n  - shift: 1\n",
  "other.yaml": `${minimal}  - {name: far, distribution: {kind: rings}}\n`,
  "twice.yaml": `${minimal}  - shift: 1\n`,
  "torn.yaml": "real:\n  kind: gaussian\n anomalies:\n  - shift: 1\n",
  "torn.json": '{"real": {"kind": "gaussian"}, "anomalies": [{"shift": 1},]',
  "never.yaml": `${minimal}schedules: {measures: never}\n`,
  "late.yaml": `${minimal}steps: 50\nschedules: {measures: [100]}\n`,
  "critic.yaml": `${minimal}losses: {discriminator: hinge}\n`,
  "loss.yaml": `${minimal}losses: {generator: minmax}\n`,
  "bare.yaml": "real: {kind: gaussian}\n",
  "key.yaml": `${minimal}stepz: 3\n`,
  "void.yaml": "",
  "list.yaml": "- 1\n",
  "a-file": "",
};

beforeAll(async () => {
  for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text);
  mkdirSync(at("folder"));
  expect(await place.run("lab", "run", "good.yaml", "-o", "made", "--no-report", "-q")).toMatchObject({ code: 0 });
  const [done] = readdirSync(at("made"));
  const copy = (name: string) => cpSync(at("made", done!), at("runs-made", name), { recursive: true });
  const open = (name: string) => {
    copy(name);
    const progress = at("runs-made", name, "progress.jsonl");
    writeFileSync(progress, readFileSync(progress, "utf8").replace(/^.*"isDone".*\n/m, ""));
  };
  copy("done");
  open("cut");
  truncateSync(at("runs-made", "cut", "results.jsonl"), 100);
  open("damaged");
  appendFileSync(at("runs-made", "damaged", "results.jsonl"), "{oops}\n{}\n");
  open("spoilt-lines");
  const results = at("runs-made", "spoilt-lines", "results.jsonl");
  writeFileSync(results, readFileSync(results, "utf8").replace('{"kind":"fit"', '{"kind" "fit"'));
  open("elder");
  const config = at("runs-made", "elder", "config.json");
  writeFileSync(config, readFileSync(config, "utf8").replace(/"version": ".*"/, '"version": "0.0.9"'));
  open("spoilt");
  writeFileSync(at("runs-made", "spoilt", "config.json"), "{");
  open("events");
  rmSync(at("runs-made", "events", "tensorboard"), { recursive: true });
  writeFileSync(at("runs-made", "events", "tensorboard"), "");
}, 120_000);

type Case = [words: string, code: number, sentence: RegExp];

const cases: Case[] = [
  // settings
  ["lab run", 2, /lab run: expected a setting, got none; "oddity lab list" shows them/],
  ["lab run gandy-9", 2, /setting: expected one of gandi-9, .*, got "gandy-9"; did you mean "gandi-9"\?/],
  ["lab run good.yml", 2, /good\.yml: expected a file, got nothing there; did you mean "good\.yaml"\?/],
  ["lab run folder", 2, /folder: expected a setting or a file of one, got a folder/],
  [
    "lab run torn.yaml",
    2,
    /torn\.yaml, line 3, column 1: expected YAML or JSON, got All mapping items must start at the same column$/m,
  ],
  ["lab run torn.json", 2, /torn\.json, line 1, column 60: expected YAML or JSON, got Flow map must end with a }/],
  ["lab run void.yaml", 2, /void\.yaml: expected a setting: keys and their values, got nothing/],
  ["lab run list.yaml", 2, /list\.yaml: expected a setting: keys and their values, got something else/],
  ["lab run bare.yaml", 2, /bare\.yaml\.anomalies: expected a list of at least 1, got nothing/],
  ["lab run key.yaml", 2, /key\.yaml: expected one of id, .*, got "stepz"; did you mean "steps"\?/],
  // what stands in them
  [
    "lab run kind.yaml",
    2,
    /kind\.yaml, line 1: real\.kind: expected one of gaussian, .*, got "gausian"; did you mean "gaussian"\?/,
  ],
  ["lab run deviation.yaml", 2, /deviation\.yaml, line 3: real\.deviation: expected a number above 0, got 0/],
  ["lab run parameter.yaml", 2, /parameter\.yaml, line 2: real: expected one of mean, deviation, got "sigma"/],
  ["lab run empty.yaml", 2, /empty\.yaml, line 1: real\.weights: expected a list of at least 1, got \[\]/],
  [
    "lab run uneven.yaml",
    2,
    /uneven\.yaml, line 4: real\.means: expected as many numbers as there are weights \(2\), got 1/,
  ],
  [
    "lab run other.yaml",
    2,
    /other\.yaml, line 4: anomalies\.1\.distribution: expected a distribution of one dimension, as the true one, got two/,
  ],
  ["lab run twice.yaml", 2, /twice\.yaml, line \d: anomalies: expected anomalies that differ, got "\+1" twice/],
  [
    "lab run loss.yaml",
    2,
    /loss\.yaml, line 4: losses\.generator: expected one of .*, got "minmax"; did you mean "minimax"\?/,
  ],
  [
    "lab run critic.yaml",
    2,
    /critic\.yaml, line 4: losses\.generator: expected one that plays against hinge: critic, got "cross_entropy"/,
  ],
  [
    "lab run never.yaml",
    2,
    /never\.yaml, line 4: schedules: expected measures or plots that are due at least once, got none from 0 to 200001 steps/,
  ],
  ["lab run late.yaml", 2, /late\.yaml, line 5: schedules: .*, got none from 0 to 50 steps/],
  // options
  ["lab run good.yaml good.yaml", 2, /lab run: expected settings with different ids, got "good" twice/],
  [
    "lab run good.yaml --seeds 0,x",
    2,
    /'--seeds <numbers>' argument '0,x' is invalid: it must be a whole number from 0 on/,
  ],
  ["lab run good.yaml --steps 0", 2, /'--steps <count>' argument '0' is invalid: it must be a whole number from 1 on/],
  ["lab run good.yaml --jobs 0", 2, /'--jobs <count>' argument '0' is invalid/],
  ["lab run good.yaml -o a-file", 2, /a-file: expected a folder, or a place for one, got a file; -o names another/],
  ["lab run good.yaml -o a-file/runs", 2, /a-file\/runs: expected a folder, or a place for one, got ENOTDIR/],
  ["lab rum", 2, /unknown command 'rum' \(did you mean "run"\?\)/],
  // runs
  ["lab run good.yaml --resume made", 2, /--resume: expected run folders alone, .*, got setting good\.yaml too/],
  ["lab run --seeds 1 --resume made", 2, /--resume: expected run folders alone, .*, got --seeds too/],
  ["lab run --resume none", 2, /none: expected the folder of a run \(oddity lab run\), got nothing there/],
  [
    "lab run --resume made",
    2,
    /made: expected the folder of a run .*, got one without config\.json; there are runs in it, such as made\/good_/,
  ],
  [
    "lab run --resume runs-made/done",
    2,
    /expected a run that has not come to its end, got one that is done, 200 steps; "oddity lab report runs-made\/done"/,
  ],
  ["lab run --resume runs-made/elder", 1, /expected a run of this version, .*, got one of 0\.0\.9/],
  [
    "lab run --resume runs-made/cut",
    1,
    /expected a checkpoint to go on from, got none that can be used \(step-000200\.safetensors: results\.jsonl is shorter/,
  ],
  ["lab run --resume runs-made/spoilt", 1, /spoilt\/config\.json: expected the configuration of a run/],
  [
    "lab run --resume runs-made/spoilt-lines",
    1,
    /spoilt-lines\/results\.jsonl:2: expected a JSON object, got "\{\\"kind\\" \\"fit\\"/,
  ],
  ["lab run --resume runs-made/events", 2, /events\/tensorboard: expected a folder for event files/],
  ["lab report folder", 2, /folder: expected the folder of a run .*, got one without config\.json$/m],
  ["lab report a-file", 2, /a-file: expected the folder of a run .*, got a file/],
  ["lab report runs-made/damaged", 1, /damaged\/results\.jsonl:\d+: expected a JSON object, got "{oops}"/],
  ["lab compare runs-made/done runs-made/damaged", 1, /damaged\/results\.jsonl:\d+: expected a JSON object/],
  ["lab compare", 2, /missing required argument 'folder'/],
];

test.each(cases)("%s", async (words, code, sentence) => {
  const ended = await place.run(...words.split(" "));
  expect(ended.stderr).toMatch(sentence);
  expect(ended.stderr).not.toMatch(/internal|\n {4}at /);
  expect(ended).toMatchObject({ code, stdout: "" });
  expect(existsSync(at("runs"))).toBe(false);
});

test("with --json the fault is on stdout as well", async () => {
  const { code, stdout } = await place.run("lab", "run", "deviation.yaml", "--json");
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    error: {
      exitCode: 2,
      fault: { place: "deviation.yaml, line 3: real.deviation", expected: "a number above 0", got: "0" },
    },
  });
});
