// oddity lab: runs leave what they say, in one process or several, and whatever ends them, they go on to the same numbers.

import { execFileSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newPlace } from "./run.js";

const place = newPlace();
afterAll(() => place.remove());

const small = (id: string, more = "") => `# a small one
id: ${id}
real: {kind: gaussian, mean: 1, deviation: 2}
anomalies:
  - shift: -2
  - {shift: 2, spread: 0.5}
generator: {widths: [8]}
batch: 4
steps: 3000
sample: 200
schedules: {measures: 100, plots: [0, 3000], log: 1000}
${more}`;

/** Runs of one folder, by name. */
const runsIn = (out: string) => readdirSync(join(place.path, out)).sort();
const theRun = (out: string) => join(out, runsIn(out)[0]!);
const read = (...path: string[]) => readFileSync(join(place.path, ...path), "utf8");
const linesOf = (...path: string[]) =>
  read(...path)
    .trimEnd()
    .split("\n");

const until = async (isTrue: () => boolean) => {
  while (!isTrue()) await wait(10);
};

/** Both files of a run without the times. */
const numbersOf = (run: string) => ({ results: read(run, "results.jsonl"), losses: read(run, "metrics.jsonl") });

let whole: { results: string; losses: string };

beforeAll(async () => {
  writeFileSync(join(place.path, "small.yaml"), small("small"));
  writeFileSync(
    join(place.path, "other.json"),
    JSON.stringify({
      real: { kind: "rings" },
      anomalies: [{ shift: 3 }],
      steps: 400,
      sample: 200,
      schedules: { measures: 200 },
    }),
  );
  const ran = await place.run("lab", "run", "small.yaml", "--seeds", "4", "-o", "whole", "--no-report", "-q");
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  whole = numbersOf(theRun("whole"));
}, 120_000);

test("a run leaves its folder, and says what it found", async () => {
  const { code, stdout, stderr } = await place.run("lab", "run", "small.yaml", "--steps", "500", "-o", "one", "--json");
  expect(code).toBe(0);
  expect(stderr).toMatch(/^seed 1 \(--seeds names others\)\nrun one\/small_\S+_s1\n/);
  const folder = theRun("one");
  expect(folder).toMatch(/^one\/small_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d_s1$/);
  const { runs } = JSON.parse(stdout) as { runs: { auc: Record<string, Record<string, number>> }[] };
  expect(runs).toMatchObject([
    { folder, setting: "small", seed: 1, step: 500, isDone: true, report: `${folder}/report.html` },
  ]);
  expect(Object.keys(runs[0]!.auc.single!)).toEqual(["-2", "+2 ×0.5"]);
  expect(readdirSync(join(place.path, folder)).sort()).toEqual([
    ...["checkpoints", "config.json", "figures", "log.txt", "metrics.jsonl", "progress.jsonl", "report.html"],
    ...["results.jsonl", "results.parquet", "tensorboard"],
  ]);
  expect(JSON.parse(read(folder, "config.json"))).toMatchObject({
    seed: 1,
    setting: { id: "small", steps: 500, critics: 1 },
  });
  expect(readdirSync(join(place.path, folder, "checkpoints"))).toHaveLength(6);
  expect(linesOf(folder, "metrics.jsonl")).toHaveLength(50);
  expect(read(folder, "log.txt")).toMatch(/^small_\S+_s1\ttraining\t000000\t-\t-\t\d{4}-.*Z\n$/);
  const events = readdirSync(join(place.path, folder, "tensorboard"));
  expect(events.map((name) => name.replace(/.*\d{10}\./, "")).sort()).toEqual(["figures", folder.slice("one/".length)]);
  const [figures, scalars] = events
    .sort((a, b) => Number(b.endsWith("figures")) - Number(a.endsWith("figures")))
    .map((name) => readFileSync(join(place.path, folder, "tensorboard", name), "latin1"));
  for (const tag of [
    "loss/generator",
    "auc/pure/-2",
    "auc/single/-2",
    "confidence/pure/-2",
    "fit/KL",
    "criteria/",
    "generated",
  ])
    expect(scalars).toContain(tag);
  expect(figures).toContain("figures/cdf");
  expect(read(folder, "report.html")).toContain("small");

  const page = join(place.path, folder, "report.html");
  writeFileSync(page, "old");
  writeFileSync(join(place.path, folder, "notes.txt"), "mine");
  expect(await place.run("lab", "report", folder)).toMatchObject({ code: 0, stdout: `${folder}/report.html\n` });
  expect(readFileSync(page, "utf8")).toContain("small");
  expect(read(folder, "notes.txt")).toBe("mine");
  expect(readdirSync(join(place.path, folder, "tensorboard"))).toHaveLength(2);
}, 120_000);

test("several runs in processes of their own give the numbers of one alone, and compare over seeds", async () => {
  const ran = await place.run(
    "lab",
    "run",
    "small.yaml",
    "other.json",
    "--seeds",
    "4,5",
    "--jobs",
    "2",
    "-o",
    "many",
    "--no-report",
  );
  expect(ran).toMatchObject({ code: 0, stderr: expect.stringContaining("other s5: done, 400 steps") });
  const names = runsIn("many");
  expect(names.map((name) => name.replace(/_.*_/, " "))).toEqual(["other s4", "other s5", "small s4", "small s5"]);
  expect(numbersOf(join("many", names[2]!))).toEqual(whole);
  expect(numbersOf(join("many", names[3]!)).results).not.toEqual(whole.results);
  expect(ran.stdout).toContain("run           small, seed 5, 3,000 steps");

  const folders = names.map((name) => join("many", name));
  const compared = await place.run("lab", "compare", ...folders, "-o", "beside");
  expect(compared).toMatchObject({ code: 0, stderr: "" });
  expect(compared.stdout).toMatch(
    /^other: seeds 4, 5, up to step 400\nanomaly +pure +single +ceiling\n\+3 +[01]\.\d{4} ± 0\.\d{4} /,
  );
  expect(existsSync(join(place.path, "beside", "report.html"))).toBe(true);
  expect(await place.run("lab", "compare", ...folders, "-o", "beside")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("beside: expected a folder that does not exist yet"),
  });
  const { stdout } = await place.run("lab", "compare", ...folders, "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    settings: [{ name: "other" }, { name: "small", seeds: [4, 5], unfinished: 0 }],
  });
}, 120_000);

test("killed at any moment and resumed, a run ends with the bytes of one that was not", async () => {
  let last = place.start(["lab", "run", "small.yaml", "--seeds", "4", "-o", "killed", "--no-report", "-q"]);
  await until(() => existsSync(join(place.path, "killed")) && runsIn("killed").length > 0);
  await until(() => existsSync(join(place.path, theRun("killed"), "config.json")));
  const folder = theRun("killed");
  const stands = () =>
    existsSync(join(place.path, folder, "progress.jsonl")) ? linesOf(folder, "progress.jsonl").length : 0;
  let kills = 0;
  for (const least of [0, 3, 8, 15, 22]) {
    await until(() => stands() >= least || last.child.exitCode !== null);
    await wait(randomInt(120));
    last.child.kill("SIGKILL");
    if ((await last.ended).code === null) kills++;
    last = place.start(["lab", "run", "--resume", folder, "--no-report"]);
  }
  const { code, stderr } = await last.ended;
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^small s4: goes on from step [\d,]+\n/),
  });
  expect(kills).toBe(5);
  expect(numbersOf(folder)).toEqual(whole);
  expect(linesOf(folder, "log.txt").map((line) => line.split("\t")[2])).toEqual([
    "000000",
    "001000",
    "002000",
    "003000",
  ]);
  expect(linesOf(folder, "log.txt").map((line) => line.split("\t").slice(3, 5))).toEqual(
    linesOf(theRun("whole"), "log.txt").map((line) => line.split("\t").slice(3, 5)),
  );
  expect(readdirSync(join(place.path, folder, "checkpoints"))).toEqual(
    readdirSync(join(place.path, theRun("whole"), "checkpoints")),
  );
}, 180_000);

const children = (pid: number): number[] =>
  execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" })
    .trim()
    .split(/\s+/)
    .map(Number);

test("a process that is killed takes no other with it, and its run goes on afterwards", async () => {
  const { child, ended } = place.start([
    "lab",
    "run",
    "small.yaml",
    "--seeds",
    "4,5",
    "--jobs",
    "2",
    "-o",
    "orphan",
    "--no-report",
  ]);
  const isUnderWay = (name: string) =>
    existsSync(join(place.path, "orphan", name, "checkpoints", "step-000200.safetensors"));
  await until(
    () => existsSync(join(place.path, "orphan")) && runsIn("orphan").length === 2 && runsIn("orphan").every(isUnderWay),
  );
  process.kill(children(child.pid!)[0]!, "SIGKILL");
  const { code, stderr, stdout } = await ended;
  const [killed] = runsIn("orphan");
  const folder = join("orphan", killed!);
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^failed: orphan\/small_\S+: .*expected the process of this run to end with it, got SIGKILL/m,
    ),
  });
  expect(stderr).toContain("got 1 run of 2 that failed; what they have is kept: oddity lab run --resume orphan/small_");
  expect(stdout).toContain("run           small, seed 5, 3,000 steps");
  expect(await place.run("lab", "run", "--resume", folder, "--no-report", "-q")).toMatchObject({ code: 0 });
  expect(numbersOf(folder)).toEqual(whole);
}, 120_000);

test("when the command itself is killed, its processes stop at a checkpoint, and the runs go on afterwards", async () => {
  const seeds = ["--seeds", "4,5", "--jobs", "2"];
  const { child, ended } = place.start(["lab", "run", "small.yaml", ...seeds, "-o", "headless", "--no-report"]);
  const has = (file: string) =>
    existsSync(join(place.path, "headless")) &&
    runsIn("headless").filter((name) => existsSync(join(place.path, "headless", name, file))).length;
  await until(() => has("checkpoints/step-000200.safetensors") === 2);
  child.kill("SIGKILL");
  expect(await ended).toMatchObject({ code: null, stderr: expect.not.stringContaining("Error") });
  await until(() => has("lock") === 0);
  const folders = runsIn("headless").map((name) => join("headless", name));
  expect(await place.run("lab", "run", "--resume", ...folders, "--no-report", "-q")).toMatchObject({
    code: 0,
    stderr: "",
  });
  expect(numbersOf(folders[0]!)).toEqual(whole);
}, 120_000);

test.each([
  ["one", ["--seeds", "4"]],
  ["several", ["--seeds", "4,5,6", "--jobs", "2"]],
])(
  "Ctrl-C ends %s in order, and the command that it prints goes on",
  async (name, seeds) => {
    const out = `stopped-${name}`;
    const { child, ended } = place.start(["lab", "run", "small.yaml", ...seeds, "-o", out, "--no-report"]);
    const first = () => join(place.path, out, runsIn(out)[0]!, "checkpoints", "step-000300.safetensors");
    await until(() => existsSync(join(place.path, out)) && runsIn(out).length > 0 && existsSync(first()));
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toContain("stopping after this chunk of steps; Ctrl-C again stops at once\n");
    const command = /^stopped; to go on: oddity (.*)$/m.exec(stderr)![1]!;
    expect(command.split(" ").slice(3)).toHaveLength(name === "one" ? 1 : 3);
    expect(await place.run(...command.split(" "), "--no-report", "-q")).toMatchObject({ code: 0, stderr: "" });
    expect(numbersOf(theRun(out))).toEqual(whole);
  },
  120_000,
);

test("a run does not go on with the checkpoint of another, nor where another process works on it", async () => {
  for (const seed of ["4", "5"]) {
    const { child, ended } = place.start([
      "lab",
      "run",
      "small.yaml",
      "--seeds",
      seed,
      "-o",
      `mixed-${seed}`,
      "--no-report",
      "-q",
    ]);
    await until(() => existsSync(join(place.path, `mixed-${seed}`)) && runsIn(`mixed-${seed}`).length > 0);
    const folder = theRun(`mixed-${seed}`);
    await until(() => existsSync(join(place.path, folder, "checkpoints", "step-000200.safetensors")));
    const twice = await place.run("lab", "run", "--resume", folder);
    expect(twice).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/expected a run that no process works on, got one that process \d+ on /),
    });
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130 });
  }
  const [one, two] = ["4", "5"].map((seed) => theRun(`mixed-${seed}`));
  // either may have come further than the other: what only the second has is spoilt, and so passed over
  for (const name of readdirSync(join(place.path, two!, "checkpoints"))) {
    const [own, other] = [two!, one!].map((run) => join(place.path, run, "checkpoints", name)) as [string, string];
    if (existsSync(other)) copyFileSync(other, own);
    else writeFileSync(own, "");
  }
  expect(await place.run("lab", "run", "--resume", two!)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("expected a checkpoint of this run"),
  });
}, 120_000);
