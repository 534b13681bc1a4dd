// oddity bench in several processes: the lines are those of one process, whatever dies on the way.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { newPlace } from "./run.js";

const place = newPlace();
afterAll(() => place.remove());

const bench = (out: string, ...more: string[]) => [
  "bench",
  "adbench-one-class",
  "--tasks",
  "glass,stamps",
  "--seeds",
  "0,1",
  "-o",
  out,
  ...more,
];
const quick = ["--contenders", "isolation-forest", "mean-distance"];

interface Line {
  readonly key: string;
  readonly contender: string;
  readonly measured?: Record<string, number>;
  readonly error?: string;
}

const linesOf = (out: string): Line[] => {
  const file = join(place.path, out, "adbench-one-class", "results.jsonl");
  if (!existsSync(file)) return [];
  const whole = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return whole.map((line) => JSON.parse(line) as Line);
};

const measured = (out: string) =>
  Object.fromEntries(linesOf(out).flatMap(({ key, measured }) => (measured ? [[key, measured]] : [])));

const children = (pid: number): number[] =>
  execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" })
    .trim()
    .split(/\s+/)
    .map(Number);

const until = async (isTrue: () => boolean) => {
  while (!isTrue()) await wait(20);
};

test("two processes give the lines of one, and lines that are there are not run again", async () => {
  expect(await place.run(...bench("one", ...quick, "--jobs", "1", "-q"))).toMatchObject({ code: 0, stderr: "" });
  const two = await place.run(...bench("two", ...quick, "--jobs", "2"));
  expect(two).toMatchObject({ code: 0, stderr: expect.stringContaining(" of 8 done") });
  expect(Object.keys(measured("two"))).toHaveLength(8);
  expect(measured("two")).toEqual(measured("one"));
  expect(two.stdout).toMatch(/auroc +glass +stamps +mean/);
  const again = await place.run(...bench("two", ...quick, "--jobs", "2"));
  expect(again).toMatchObject({ code: 0, stdout: two.stdout, stderr: "" });
  expect(linesOf("two")).toHaveLength(8);
});

const long = ["--contenders", "egbad", "--epochs", "3000"];

test("a process that is killed takes one run with it, which is a line with the reason; the same command runs it again", async () => {
  const { child, ended } = place.start(
    bench("killed", "--jobs", "2", "--contenders", "isolation-forest", "egbad", "mean-distance"),
  );
  let told = "";
  child.stderr?.on("data", (text: string) => (told += text));
  await until(() => (told.match(/egbad/g) ?? []).length === 2); // one in each process
  process.kill(children(child.pid!)[0]!, "SIGKILL");
  const { code, stderr } = await ended;
  expect(code).toBe(0);
  expect(stderr).toMatch(/^failed: .*: the process of this run ended: SIGKILL$/m);
  const lines = linesOf("killed");
  expect(lines.filter(({ error }) => error !== undefined)).toHaveLength(1);
  expect(new Set(lines.map(({ key }) => key)).size).toBe(12);
  expect(lines).toHaveLength(12);
  expect(
    await place.run(...bench("killed", "--contenders", "isolation-forest", "egbad", "mean-distance", "-q")),
  ).toMatchObject({ code: 0 });
  expect(Object.keys(measured("killed"))).toHaveLength(12);
}, 120_000);

test("Ctrl-C keeps the state of what trains in every process", async () => {
  const { child, ended } = place.start(bench("stopped", "--jobs", "2", ...long));
  let told = "";
  child.stderr?.on("data", (text: string) => (told += text));
  await until(() => (told.match(/egbad/g) ?? []).length === 2);
  await wait(1500);
  child.kill("SIGINT");
  expect(await ended).toMatchObject({
    code: 130,
    stderr: expect.stringContaining("the same command goes on from here"),
  });
  const kept = readdirSync(join(place.path, "stopped", "adbench-one-class")).filter((name) =>
    name.endsWith(".checkpoint"),
  );
  expect(kept).toHaveLength(2);
  expect(linesOf("stopped").every(({ error }) => error === undefined)).toBe(true);
}, 120_000);
