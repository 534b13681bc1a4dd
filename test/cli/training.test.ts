// Training that is stopped goes on where it was, and ends with the same bytes as training that never stopped.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newPlace, tableText } from "./run.js";

const place = newPlace();
afterAll(() => place.remove());
const there = (name: string) => join(place.path, name);
const fit = (out: string, ...more: string[]) => [
  "fit",
  "good.csv",
  "-d",
  "egbad",
  "--set",
  "fewestSteps=8000",
  "--drop",
  "label",
  "-o",
  out,
  ...more,
];

beforeAll(async () => {
  writeFileSync(there("good.csv"), tableText());
  expect(await place.run(...fit("whole.onnx", "-q"))).toMatchObject({ code: 0, stderr: "" });
}, 120_000);

const until = async (isTrue: () => boolean) => {
  while (!isTrue()) await wait(20);
};

test("kill -9, then --resume", async () => {
  const { child, ended } = place.start(fit("killed.onnx", "--checkpoint-every", "1"));
  await until(() => existsSync(there("killed.onnx.checkpoint")));
  child.kill("SIGKILL");
  await ended;
  expect(existsSync(there("killed.onnx"))).toBe(false);
  expect(await place.run(...fit("killed.onnx", "-q", "--resume"))).toMatchObject({ code: 0 });
  expect(readFileSync(there("killed.onnx")).equals(readFileSync(there("whole.onnx")))).toBe(true);
  expect(existsSync(there("killed.onnx.checkpoint"))).toBe(false);
});

test.each(["SIGINT", "SIGTERM"] as const)("%s keeps a checkpoint and says how to go on", async (signal) => {
  const out = `${signal}.onnx`;
  const { child, ended } = place.start(fit(out));
  let told = "";
  child.stderr?.on("data", (text: string) => (told += text));
  await until(() => told.includes("training"));
  await wait(700);
  child.kill(signal);
  const { code, stdout, stderr } = await ended;
  expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
  const command = `oddity ${fit(out).join(" ")} --resume`;
  expect(stderr).toMatch(/^stopping after this chunk of steps; Ctrl-C again stops at once$/m);
  expect(stderr.split("\n").at(-2)).toMatch(/^stopped after step \d+; to go on: /);
  expect(stderr).toContain(command);
  expect(existsSync(there(out))).toBe(false);

  // neither thrown away unasked, nor taken for another run's
  expect(await place.run(...fit(out))).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--resume goes on from it/),
  });
  const other = await place.run(...fit(out, "--resume", "--seed", "2", "-q"));
  expect(other).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/expected a checkpoint of this run.*, got one of another/),
  });

  expect(await place.run(...command.split(" ").slice(1))).toMatchObject({ code: 0 });
  expect(readFileSync(there(out)).equals(readFileSync(there("whole.onnx")))).toBe(true);
});

test("Ctrl-C in detect before training leaves nothing", async () => {
  const { child, ended } = place.start(["detect", "good.csv", "-d", "egbad", "-o", "out"]);
  await until(() => place.scratch().length > 0);
  child.kill("SIGINT");
  expect(await ended).toMatchObject({ code: 130, stdout: "" });
  expect(place.names().filter((name) => name.includes("out"))).toEqual([]);
  expect(place.scratch()).toEqual([]);
});

test("Ctrl-C while detect trains keeps a checkpoint, and --resume ends with the same model", async () => {
  const detect = (out: string, ...more: string[]) => ["detect", ...fit(out, ...more).slice(1)];
  const { child, ended } = place.start(detect("found"));
  let told = "";
  child.stderr?.on("data", (text: string) => (told += text));
  await until(() => told.includes("training"));
  await wait(700);
  child.kill("SIGINT");
  const { code, stderr } = await ended;
  expect(code).toBe(130);
  expect(stderr).toContain(`oddity ${detect("found").join(" ")} --resume`);
  expect(place.names().filter((name) => name.includes("found"))).toEqual(["found.checkpoint"]);

  expect(await place.run(...detect("found", "-q", "--resume"))).toMatchObject({ code: 0 });
  expect(readFileSync(there("found/model.onnx")).equals(readFileSync(there("whole.onnx")))).toBe(true);
  expect(existsSync(there("found.checkpoint"))).toBe(false);
});
