import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { OddityError } from "../tensor/errors.js";
import { keepLines, openLines, readLines } from "./lines.js";

const folder = mkdtempSync(join(tmpdir(), "oddity-lines-test-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "a.jsonl");
beforeEach(() => rmSync(path, { force: true }));

const stepOf = (line: object): number => {
  if ("step" in line && typeof line.step === "number") return line.step;
  throw new Error("no step");
};
const content = () => readFileSync(path, "utf8");
const read = () => readLines(path, stepOf);

async function add(...lines: object[]): Promise<void> {
  const file = await openLines(path);
  await file.append(lines);
  await file.sync();
  await file.close();
}

test("lines come back, those of a later opening behind them; no file has no lines", async () => {
  expect(await read()).toEqual({ lines: [] });
  await add({ step: 1, text: "a\nb" }, { step: 2 });
  await add();
  await add({ step: 3, loss: Number.NaN });
  expect(content()).toBe('{"step":1,"text":"a\\nb"}\n{"step":2}\n{"step":3,"loss":null}\n');
  expect(await read()).toEqual({ lines: [1, 2, 3] });
});

describe("a last line that was cut short", () => {
  test.each(['{"step":', '{"step":2', "12", '"text"', "\0\0\0", "  "])("%j", async (tail) => {
    writeFileSync(path, `{"step":1}\n${tail}`);
    expect(await read()).toEqual({ lines: [1], cutAt: 11 });
    await add({ step: 2 });
    expect(content()).toBe('{"step":1}\n{"step":2}\n');
  });
  test("at any byte: what was whole stays", async () => {
    const whole = Buffer.from('{"step":1,"s":"é"}\n{"step":2,"s":"é"}\n');
    for (let length = 0; length <= whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length));
      const last = whole.length / 2;
      // a line whose end alone is missing is whole
      const lines = [1, 2].filter((n) => length >= n * last - 1);
      expect((await read()).lines, `${length} bytes`).toEqual(lines);
      await add({ step: 3 });
      expect(await read(), `${length} bytes`).toEqual({ lines: [...lines, 3] });
    }
  });
});

describe("a line that is damaged elsewhere is refused with its number", () => {
  test.each([
    ['{"step":2', '{"step":2'],
    ['{"step":2}{"step":3}', '{"step":2}{"step":3}'],
    ["[2]", "[2]"],
    ["\0\0", "\\u0000\\u0000"],
    [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), '{\\"�\\":1}'],
  ])("%j", async (line, got) => {
    writeFileSync(
      path,
      Buffer.concat([Buffer.from('{"step":1}\r\n\n'), Buffer.from(line), Buffer.from('\n{"step":4}\n')]),
    );
    const error = await read().catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(OddityError);
    expect(error).toMatchObject({ fault: { place: `${path}:3`, expected: "a JSON object" } });
    expect(String(error)).toContain(got.replaceAll(/(?<!\\)"/g, '\\"'));
  });
  test("and so is one that means nothing to its reader", async () => {
    writeFileSync(path, '{"step":1}\n{"stop":2}\n');
    await expect(read()).rejects.toThrow(`${path}:2: expected a line that can be read, got no step`);
    const fault = { place: "step", expected: "a number", got: "nothing" };
    const strict = readLines(path, (line) => {
      if ("step" in line) return line;
      throw new OddityError(fault);
    });
    await expect(strict).rejects.toThrow(`${path}:2: step: expected a number, got nothing`);
  });
});

describe("cut back", () => {
  test("later lines and half a line go, the bytes of the others stay", async () => {
    writeFileSync(path, '{"step": 1}\n{"step":3}\n{ "step":2.0}\n{"st');
    await keepLines(path, stepOf, (step) => step <= 2);
    expect(content()).toBe('{"step": 1}\n{ "step":2.0}\n');
    expect(readdirSync(folder)).toEqual(["a.jsonl"]);
    await keepLines(path, stepOf, () => false);
    expect(content()).toBe("");
  });
  test("a file that may stay is left alone, and one that is missing stays missing", async () => {
    await add({ step: 1 });
    const before = statSync(path).ino;
    await keepLines(path, stepOf, () => true);
    expect(statSync(path).ino).toBe(before);
    await keepLines(join(folder, "none"), stepOf, () => true);
    expect(readdirSync(folder)).toEqual(["a.jsonl"]);
  });
  test("a damaged line is no reason to lose it", async () => {
    writeFileSync(path, '{"step":1}\n{"st\n{"step":2}\n');
    await expect(keepLines(path, stepOf, () => false)).rejects.toThrow(`${path}:2: expected a JSON object`);
    expect(content()).toBe('{"step":1}\n{"st\n{"step":2}\n');
  });
});
